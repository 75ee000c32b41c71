package instance_test

import (
	"testing"

	"github.com/openecs/openecs/internal/ecs"
)

func TestStartInstanceRefusals(t *testing.T) {
	l := newLab(t)
	l.wrongStates("Stopped", "StartInstance", "StartInstances")
	id := l.in("Stopped")
	l.absent(id, "StartInstance")
	l.no(400, "DryRunOperation", dryRun, "StartInstance", "InstanceId", id, "DryRun", "true")
	l.no(400, "InvalidParameter", "", "StartInstance", "InstanceId", id, "InitLocalDisk", "perhaps")
	prepaid := l.in("Stopped", "InstanceChargeType", "PrePaid", "Period", "1")
	for _, c := range []struct {
		id            string
		lock          ecs.Lock
		code, message string
	}{
		{id, ecs.LockSecurity, "InstanceLockedForSecurity", locked},
		{id, ecs.LockFinancial, "InstanceExpired", "The postPaid instance has been expired.Please ensure your account have enough balance."},
		{prepaid, ecs.LockFinancial, "InstanceExpired", "The prePaid instance has been expired."},
	} {
		l.lock(c.id, c.lock)
		l.no(403, c.code, c.message, "StartInstance", "InstanceId", c.id)
		l.no(403, c.code, c.message, "StartInstances", "RegionId", "cn-hangzhou", "InstanceId.1", c.id)
		l.lock(c.id, 0)
	}
	do[done](l, "StartInstance", "InstanceId", id, "InitLocalDisk", "true")
	if got := l.status(id); got != "Starting" {
		t.Errorf("%s, want Starting", got)
	}
}
