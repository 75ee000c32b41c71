package instance_test

import (
	"testing"

	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

func TestModifyInstanceDeployment(t *testing.T) {
	s := actiontest.Start(t, actiontest.Stepped())
	const action = "ModifyInstanceDeployment"
	id := s.Stopped()
	s.Refusals(t, action, []string{"RegionId", "cn-hangzhou", "InstanceId", id}, []actiontest.Refusal{
		{"nothing", nil, 400, "UnsupportedOperation.NotImplemented", ""},
		{"force alone", []string{"Force", "true"}, 400, "UnsupportedOperation.NotImplemented", ""},
		{"set", []string{"DeploymentSetId", "ds-1", "Force", "true"}, 400, "DeploymentSet.InvalidId", ""},
		{"group of a set", []string{"DeploymentSetGroupNo", "1"}, 400, "DeploymentSet.InvalidId", ""},
		{"in no set", []string{"RemoveFromDeploymentSet", "true"}, 403, "DeploymentSet.ModificationFailed", ""},
		{"host", []string{"DedicatedHostId", "dh-1", "MigrationType", "live"}, 404, "InvalidDedicatedHostId.NotFound", ""},
		{"cluster", []string{"DedicatedHostClusterId", "dc-1"}, 404, "InvalidDedicatedHostId.NotFound", ""},
		{"any host", []string{"Tenancy", "host"}, 403, "OperationDenied.NoStock", ""},
		{"affinity", []string{"Affinity", "host"}, 403, "OperationDenied.NoStock", ""},
		{"no tenancy", []string{"Tenancy", "guest"}, 400, "InvalidParam.Tenancy", ""},
		{"no affinity", []string{"Affinity", "guest"}, 400, "InvalidParameter", ""},
		{"no migration", []string{"MigrationType", "slow"}, 400, "InvalidParameter", ""},
		{"no type", []string{"InstanceType", "ecs.none"}, 400, "InvalidInstanceType.ValueNotSupported", ""},
		{"going", []string{"InstanceId", s.InState("Deleting"), "DedicatedHostId", "dh-1"}, 403, "IncorrectInstanceStatus", wrongStatus},
	})
	absent(s, id, action, "RegionId", "cn-hangzhou", "DeploymentSetId", "ds-1")
}

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
