package instance_test

import (
	"testing"

	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

func TestModifyInstanceVncPasswd(t *testing.T) {
	s := actiontest.Start(t, actiontest.Stepped())
	const action = "ModifyInstanceVncPasswd"
	id := s.Running()
	s.Do(action, "RegionId", "cn-hangzhou", "InstanceId", id, "VncPassword", "Ecs123")
	if got := actiontest.Record(s, state.Instances, id); got.Want.SpecGen != 0 {
		t.Errorf("SpecGen %d", got.Want.SpecGen)
	}
	if o, ok := state.InstanceOptions.Get(s.DB().Snapshot(), s.Key(ecs.KindInstance, id)); !ok || o.VNC != "Ecs123" {
		t.Error("the password was not kept")
	}
	for _, password := range []string{"Ecs12", "Ecs1234", "Ecs12!", "Écs12"} {
		s.Refuse(400, "IncorrectVncPassword.Malformed", "", action, "RegionId", "cn-hangzhou", "InstanceId", id, "VncPassword", password)
	}
	s.Refuse(403, "IncorrectInstanceStatus", wrongStatus, action, "RegionId", "cn-hangzhou", "InstanceId", s.InState("Deleting"), "VncPassword", "Ecs123")
	absent(s, id, action, "RegionId", "cn-hangzhou", "VncPassword", "Ecs123")
}
