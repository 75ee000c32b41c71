package instance_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/openecs/openecs/internal/actiontest"
)

func TestDeleteInstances(t *testing.T) {
	s := actiontest.Start(t, actiontest.Stepped())
	first, second, running := s.InState("Stopped"), s.InState("Stopped"), s.InState("Running")
	call := func(params ...string) []string {
		return append([]string{"RegionId", "cn-hangzhou", "InstanceId.1", first, "InstanceId.2", second}, params...)
	}
	many := []string{"RegionId", "cn-hangzhou"}
	for n := range 101 {
		many = append(many, "InstanceId."+strconv.Itoa(n+1), "i-"+strconv.Itoa(n))
	}
	s.Refuse(403, "InvalidParameter.TooManyInstanceIds", "Instance ids cannot be more than 100.", "DeleteInstances", many...)
	s.Refuse(403, "InvalidInstanceIds.ValueNotSupported", "The specified instanceIds is not valid.", "DeleteInstances", call("InstanceId.3", strings.Repeat("i", 65))...)
	absent := "The specified InstanceIds does not exist."
	for _, dry := range []string{"false", "true"} {
		s.Refuse(404, "InvalidInstanceIds.NotFound", absent, "DeleteInstances", call("InstanceId.3", "i-nothing", "DryRun", dry)...)
		s.Refuse(404, "InvalidInstanceIds.NotFound", absent, "DeleteInstances", call("RegionId", "cn-beijing", "DryRun", dry)...)
		s.Refuse(403, "IncorrectInstanceStatus", wrongStatus, "DeleteInstances", call("InstanceId.3", running, "DryRun", dry)...)
	}
	s.As(s.Other).Refuse(404, "InvalidInstanceIds.NotFound", absent, "DeleteInstances", call()...)
	s.Refuse(400, "InvalidClientToken.ValueNotSupported", "The ClientToken provided is invalid.", "DeleteInstances", call("ClientToken", strings.Repeat("t", 65))...)
	s.Refuse(400, "DRYRUN.SUCCESS", batchDryRun, "DeleteInstances", call("DryRun", "true", "ClientToken", "once")...)
	for _, id := range []string{first, second} {
		if record(s, id).Want.Deleted {
			t.Fatalf("%s was deleted by a refused request", id)
		}
	}

	s.Do("DeleteInstances", call("InstanceId.3", first, "ClientToken", "once")...)
	gone(s, first)
	gone(s, second)
	s.Do("DeleteInstances", call("InstanceId.3", first, "ClientToken", "once")...) // the same request, again
	s.Refuse(403, "IdempotentParameterMismatch", "", "DeleteInstances", "RegionId", "cn-hangzhou", "InstanceId.1", running, "ClientToken", "once")
	s.Refuse(404, "InvalidInstanceIds.NotFound", absent, "DeleteInstances", call("ClientToken", "twice")...)
	s.Do("DeleteInstances", "RegionId", "cn-hangzhou", "InstanceId.1", running, "Force", "true")
	gone(s, running)
}
