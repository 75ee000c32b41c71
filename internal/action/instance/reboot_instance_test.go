package instance_test

import (
	"testing"

	"github.com/openecs/openecs/internal/ecs"
)

func TestRebootInstance(t *testing.T) {
	l := newLab(t)
	l.wrongStates("Running", "RebootInstance", "RebootInstances")
	id := l.in("Running")
	l.absent(id, "RebootInstance")
	l.no(400, "DryRunOperation", dryRun, "RebootInstance", "InstanceId", id, "DryRun", "true")
	for lock, want := range map[ecs.Lock][2]string{ecs.LockSecurity: {"InstanceLockedForSecurity", locked}, ecs.LockFinancial: {"InstanceExpiredOrInArrears", arrears}} {
		l.lock(id, lock)
		l.no(403, want[0], want[1], "RebootInstance", "InstanceId", id)
		l.no(403, want[0], want[1], "RebootInstances", "RegionId", "cn-hangzhou", "InstanceId.1", id)
	}
	l.lock(id, 0)
	for _, flag := range []struct{ action, name, id string }{{"RebootInstance", "ForceStop", "InstanceId"}, {"RebootInstances", "ForceReboot", "InstanceId.1"}} {
		do[done](l, flag.action, "RegionId", "cn-hangzhou", flag.id, id, flag.name, "true")
		if r := l.record(id); r.Want.Op != ecs.OpReboot || !r.Want.Force {
			t.Errorf("%s: %+v", flag.action, r.Want)
		}
		if got := l.status(id); got != "Starting" {
			t.Errorf("%s, want Starting", got)
		}
		l.settle()
		l.step(id)
		if got := l.status(id); got != "Running" {
			t.Errorf("%s, want Running", got)
		}
	}
}
