package instance_test

import (
	"strconv"
	"strings"
	"testing"
)

func TestDeleteInstances(t *testing.T) {
	l := newLab(t)
	first, second, running := l.in("Stopped"), l.in("Stopped"), l.in("Running")
	call := func(params ...string) []string {
		return append([]string{"RegionId", "cn-hangzhou", "InstanceId.1", first, "InstanceId.2", second}, params...)
	}
	many := []string{"RegionId", "cn-hangzhou"}
	for n := range 101 {
		many = append(many, "InstanceId."+strconv.Itoa(n+1), "i-"+strconv.Itoa(n))
	}
	l.no(403, "InvalidParameter.TooManyInstanceIds", "Instance ids cannot be more than 100.", "DeleteInstances", many...)
	l.no(403, "InvalidInstanceIds.ValueNotSupported", "The specified instanceIds is not valid.", "DeleteInstances", call("InstanceId.3", strings.Repeat("i", 65))...)
	absent := "The specified InstanceIds does not exist."
	for _, dry := range []string{"false", "true"} {
		l.no(404, "InvalidInstanceIds.NotFound", absent, "DeleteInstances", call("InstanceId.3", "i-nothing", "DryRun", dry)...)
		l.no(404, "InvalidInstanceIds.NotFound", absent, "DeleteInstances", call("RegionId", "cn-beijing", "DryRun", dry)...)
		l.no(403, "IncorrectInstanceStatus", wrongStatus, "DeleteInstances", call("InstanceId.3", running, "DryRun", dry)...)
	}
	l.noFor(l.stranger, 404, "InvalidInstanceIds.NotFound", absent, "DeleteInstances", call()...)
	l.no(400, "InvalidClientToken.ValueNotSupported", "The ClientToken provided is invalid.", "DeleteInstances", call("ClientToken", strings.Repeat("t", 65))...)
	l.no(400, "DRYRUN.SUCCESS", batchDryRun, "DeleteInstances", call("DryRun", "true", "ClientToken", "once")...)
	for _, id := range []string{first, second} {
		if l.record(id).Want.Deleted {
			t.Fatalf("%s was deleted by a refused request", id)
		}
	}

	do[done](l, "DeleteInstances", call("InstanceId.3", first, "ClientToken", "once")...)
	l.gone(first)
	l.gone(second)
	do[done](l, "DeleteInstances", call("InstanceId.3", first, "ClientToken", "once")...) // the same request, again
	l.no(403, "IdempotentParameterMismatch", "", "DeleteInstances", "RegionId", "cn-hangzhou", "InstanceId.1", running, "ClientToken", "once")
	l.no(404, "InvalidInstanceIds.NotFound", absent, "DeleteInstances", call("ClientToken", "twice")...)
	do[done](l, "DeleteInstances", "RegionId", "cn-hangzhou", "InstanceId.1", running, "Force", "true")
	l.gone(running)
}
