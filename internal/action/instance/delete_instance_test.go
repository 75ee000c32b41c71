package instance_test

import (
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

func TestDeleteInstanceRefusals(t *testing.T) {
	l := newLab(t)
	both := func(code, message, id string, params ...string) {
		t.Helper()
		for _, dry := range []string{"false", "true"} {
			l.no(403, code, message, "DeleteInstance", append([]string{"InstanceId", id, "DryRun", dry}, params...)...)
			l.no(403, code, message, "DeleteInstances", append([]string{"RegionId", "cn-hangzhou", "InstanceId.1", id, "DryRun", dry}, params...)...)
		}
	}
	for _, force := range []string{"false", "true"} {
		both("IncorrectInstanceStatus.Initializing", "The specified instance status does not support this operation.", l.in("Pending"), "Force", force)
		for _, status := range []string{"Starting", "Stopping", "Deleting"} {
			both("IncorrectInstanceStatus", wrongStatus, l.in(status), "Force", force)
		}
	}
	both("IncorrectInstanceStatus", wrongStatus, l.in("Running"))
	both("IncorrectInstanceStatus", wrongStatus, l.in("Running"), "ForceStop", "true")
	both("InvalidOperation.DeletionProtection", "The operation is not allowed due to deletion protection.", l.in("Stopped", "DeletionProtection", "true"), "Force", "true")

	prepaid := l.in("Stopped", "InstanceChargeType", "PrePaid", "Period", "1")
	violation := "The operation is not permitted due to charge type of the instance."
	both("ChargeTypeViolation", violation, prepaid, "TerminateSubscription", "true")
	l.edit(prepaid, func(r *ecs.Instance) { r.Expires = l.clock.Now().Unix() - 1 })
	both("ChargeTypeViolation", violation, prepaid)
	l.no(400, "DryRunOperation", dryRun, "DeleteInstance", "InstanceId", prepaid, "TerminateSubscription", "true", "DryRun", "true")
	l.no(400, "DRYRUN.SUCCESS", batchDryRun, "DeleteInstances", "RegionId", "cn-hangzhou", "InstanceId.1", prepaid, "TerminateSubscription", "true", "DryRun", "true")
	l.absent(prepaid, "DeleteInstance", "TerminateSubscription", "true")
	do[done](l, "DeleteInstance", "InstanceId", prepaid, "TerminateSubscription", "true")
}

// gone steps an instance until nothing of it is left.
func (l *lab) gone(id string) {
	l.t.Helper()
	l.settle()
	for range 3 {
		if l.status(id) == "gone" {
			return
		}
		l.step(id)
	}
	l.t.Errorf("%s is still %s", id, l.status(id))
}

// TestDeleteInstance releases one that is stopped, and running ones with and
// without a shutdown; a lock does not hold them.
func TestDeleteInstance(t *testing.T) {
	l := newLab(t)
	for _, c := range []struct {
		status string
		params []string
		force  bool
		lock   ecs.Lock
	}{
		{"Stopped", nil, true, 0},
		{"Stopped", nil, true, ecs.LockSecurity | ecs.LockFinancial},
		{"Running", []string{"Force", "true"}, true, 0},
		{"Running", []string{"Force", "true", "ForceStop", "false"}, false, 0},
	} {
		id := l.in(c.status, "InternetMaxBandwidthOut", "5")
		do[api.AllocatePublicIpAddressResponse](l, "AllocatePublicIpAddress", "InstanceId", id)
		l.lock(id, c.lock)
		do[done](l, "DeleteInstance", append([]string{"InstanceId", id}, c.params...)...)
		if w := l.record(id).Want; !w.Deleted || w.Force != c.force {
			t.Errorf("%v: %+v", c, w)
		}
		l.gone(id)
	}
	v := l.svc.DB.Snapshot()
	for what, n := range map[string]int{
		"instances": state.Instances.Len(v), "disks": state.Disks.Len(v), "interfaces": state.Interfaces.Len(v), "machines": l.sim.Len(),
	} {
		if n != 0 {
			t.Errorf("%d %s are left", n, what)
		}
	}
}
