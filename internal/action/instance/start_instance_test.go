package instance_test

import (
	"testing"

	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
)

func TestStartInstanceRefusals(t *testing.T) {
	s := actiontest.Start(t, actiontest.Stepped())
	wrongStates(s, "Stopped", "StartInstance", "StartInstances")
	id := s.InState("Stopped")
	absent(s, id, "StartInstance")
	s.Refuse(400, "DryRunOperation", dryRun, "StartInstance", "InstanceId", id, "DryRun", "true")
	s.Refuse(400, "InvalidParameter", "", "StartInstance", "InstanceId", id, "InitLocalDisk", "perhaps")
	prepaid := s.InState("Stopped", "InstanceChargeType", "PrePaid", "Period", "1")
	for _, c := range []struct {
		id            string
		lock          ecs.Lock
		code, message string
	}{
		{id, ecs.LockSecurity, "InstanceLockedForSecurity", locked},
		{id, ecs.LockFinancial, "InstanceExpired", "The postPaid instance has been expired.Please ensure your account have enough balance."},
		{prepaid, ecs.LockFinancial, "InstanceExpired", "The prePaid instance has been expired."},
	} {
		lockAs(s, c.id, c.lock)
		s.Refuse(403, c.code, c.message, "StartInstance", "InstanceId", c.id)
		s.Refuse(403, c.code, c.message, "StartInstances", "RegionId", "cn-hangzhou", "InstanceId.1", c.id)
		lockAs(s, c.id, 0)
	}
	s.Do("StartInstance", "InstanceId", id, "InitLocalDisk", "true")
	if got := s.Status(id); got != "Starting" {
		t.Errorf("%s, want Starting", got)
	}
}
