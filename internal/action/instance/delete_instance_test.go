package instance_test

import (
	"testing"

	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

func TestDeleteInstanceRefusals(t *testing.T) {
	s := actiontest.Start(t, actiontest.Stepped())
	both := func(code, message, id string, params ...string) {
		t.Helper()
		for _, dry := range []string{"false", "true"} {
			s.Refuse(403, code, message, "DeleteInstance", append([]string{"InstanceId", id, "DryRun", dry}, params...)...)
			s.Refuse(403, code, message, "DeleteInstances", append([]string{"RegionId", "cn-hangzhou", "InstanceId.1", id, "DryRun", dry}, params...)...)
		}
	}
	for _, force := range []string{"false", "true"} {
		both("IncorrectInstanceStatus.Initializing", "The specified instance status does not support this operation.", s.InState("Pending"), "Force", force)
		for _, status := range []string{"Starting", "Stopping", "Deleting"} {
			both("IncorrectInstanceStatus", wrongStatus, s.InState(status), "Force", force)
		}
	}
	both("IncorrectInstanceStatus", wrongStatus, s.InState("Running"))
	both("IncorrectInstanceStatus", wrongStatus, s.InState("Running"), "ForceStop", "true")
	both("InvalidOperation.DeletionProtection", "The operation is not allowed due to deletion protection.", s.InState("Stopped", "DeletionProtection", "true"), "Force", "true")

	prepaid := s.InState("Stopped", "InstanceChargeType", "PrePaid", "Period", "1")
	violation := "The operation is not permitted due to charge type of the instance."
	both("ChargeTypeViolation", violation, prepaid, "TerminateSubscription", "true")
	actiontest.Edit(s, state.Instances, prepaid, func(r *ecs.Instance) { r.Expires = s.Clock.Now().Unix() - 1 })
	both("ChargeTypeViolation", violation, prepaid)
	s.Refuse(400, "DryRunOperation", dryRun, "DeleteInstance", "InstanceId", prepaid, "TerminateSubscription", "true", "DryRun", "true")
	s.Refuse(400, "DRYRUN.SUCCESS", batchDryRun, "DeleteInstances", "RegionId", "cn-hangzhou", "InstanceId.1", prepaid, "TerminateSubscription", "true", "DryRun", "true")
	absent(s, prepaid, "DeleteInstance", "TerminateSubscription", "true")
	s.Do("DeleteInstance", "InstanceId", prepaid, "TerminateSubscription", "true")
}

// gone steps an instance until nothing of it is left.
func gone(s *actiontest.Service, id string) {
	s.T.Helper()
	s.Quiet()
	for range 3 {
		if s.Status(id) == "gone" {
			return
		}
		s.Step(id)
	}
	s.T.Errorf("%s is still %s", id, s.Status(id))
}

// TestDeleteInstance releases one that is stopped, and running ones with and
// without a shutdown; a lock does not hold them.
func TestDeleteInstance(t *testing.T) {
	s := actiontest.Start(t, actiontest.Stepped())
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
		id := s.InState(c.status, "InternetMaxBandwidthOut", "5")
		s.Do("AllocatePublicIpAddress", "InstanceId", id)
		lockAs(s, id, c.lock)
		s.Do("DeleteInstance", append([]string{"InstanceId", id}, c.params...)...)
		if w := record(s, id).Want; !w.Deleted || w.Force != c.force {
			t.Errorf("%v: %+v", c, w)
		}
		gone(s, id)
	}
	v := s.DB().Snapshot()
	for what, n := range map[string]int{
		"instances": state.Instances.Len(v), "disks": state.Disks.Len(v), "interfaces": state.Interfaces.Len(v), "machines": s.Sim.Len(),
	} {
		if n != 0 {
			t.Errorf("%d %s are left", n, what)
		}
	}
}
