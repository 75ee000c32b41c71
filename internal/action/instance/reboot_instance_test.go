package instance_test

import (
	"testing"

	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
)

func TestRebootInstance(t *testing.T) {
	s := actiontest.Start(t, actiontest.Stepped())
	wrongStates(s, "Running", "RebootInstance", "RebootInstances")
	id := s.InState("Running")
	absent(s, id, "RebootInstance")
	s.Refuse(400, "DryRunOperation", dryRun, "RebootInstance", "InstanceId", id, "DryRun", "true")
	for lock, want := range map[ecs.Lock][2]string{ecs.LockSecurity: {"InstanceLockedForSecurity", locked}, ecs.LockFinancial: {"InstanceExpiredOrInArrears", arrears}} {
		lockAs(s, id, lock)
		s.Refuse(403, want[0], want[1], "RebootInstance", "InstanceId", id)
		s.Refuse(403, want[0], want[1], "RebootInstances", "RegionId", "cn-hangzhou", "InstanceId.1", id)
	}
	lockAs(s, id, 0)
	for _, flag := range []struct{ action, name, id string }{{"RebootInstance", "ForceStop", "InstanceId"}, {"RebootInstances", "ForceReboot", "InstanceId.1"}} {
		s.Do(flag.action, "RegionId", "cn-hangzhou", flag.id, id, flag.name, "true")
		if r := record(s, id); r.Want.Op != ecs.OpReboot || !r.Want.Force {
			t.Errorf("%s: %+v", flag.action, r.Want)
		}
		if got := s.Status(id); got != "Starting" {
			t.Errorf("%s, want Starting", got)
		}
		s.Quiet()
		s.Step(id)
		if got := s.Status(id); got != "Running" {
			t.Errorf("%s, want Running", got)
		}
	}
}
