package instance_test

import (
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

func TestModifyInstanceDeployment(t *testing.T) {
	s := actiontest.Start(t, actiontest.Stepped())
	const action = "ModifyInstanceDeployment"
	id := s.Stopped()
	s.Refusals(t, action, []string{"RegionId", "cn-hangzhou", "InstanceId", id}, []actiontest.Refusal{
		{"nothing", nil, 400, "MissingParameter", ""},
		{"force alone", []string{"Force", "true"}, 400, "MissingParameter", ""},
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
		{"host with the set", []string{"DeploymentSetId", "ds-1", "RemoveFromDeploymentSet", "true"}, 400, "InvalidParameter", ""},
		{"group 0", []string{"DeploymentSetId", "ds-1", "DeploymentSetGroupNo", "0"}, 400, "InvalidParameter", ""},
		{"type", []string{"InstanceType", actiontest.InstanceType}, 400, "MissingParameter", ""},
		{"going", []string{"InstanceId", s.InState("Deleting"), "RemoveFromDeploymentSet", "true"}, 403, "IncorrectInstanceStatus", wrongStatus},
	})
	absent(s, id, action, "RegionId", "cn-hangzhou", "DeploymentSetId", "ds-1")
}

// TestMoveBetweenDeploymentSets puts an instance into a set, into another group
// of it, into another set, and takes it out.
func TestMoveBetweenDeploymentSets(t *testing.T) {
	s := actiontest.Start(t)
	const action = "ModifyInstanceDeployment"
	set := func(params ...string) string {
		return actiontest.Call[api.CreateDeploymentSetResponse](s, "CreateDeploymentSet", params...).DeploymentSetID
	}
	one, groups := set(), set("Strategy", "AvailabilityGroup", "GroupCount", "3")
	id := s.Running()
	for _, c := range []struct {
		params []string
		set    string
		group  int
	}{
		{[]string{"DeploymentSetId", one, "Force", "true"}, one, 0},
		{[]string{"DeploymentSetId", groups, "DeploymentSetGroupNo", "2"}, groups, 2},
		{[]string{"DeploymentSetId", groups, "DeploymentSetGroupNo", "3"}, groups, 3},
		{[]string{"RemoveFromDeploymentSet", "true"}, "", 0},
		{[]string{"DeploymentSetId", groups}, groups, 1},
	} {
		s.Do(action, append([]string{"InstanceId", id}, c.params...)...)
		if i := s.See(id); i.DeploymentSetID != c.set || i.DeploymentSetGroupNo != c.group {
			t.Errorf("%v: in %q, group %d", c.params, i.DeploymentSetID, i.DeploymentSetGroupNo)
		}
	}
	s.Refuse(400, "InvalidParameter", "", action, "InstanceId", id, "DeploymentSetId", groups, "DeploymentSetGroupNo", "4")
	s.Refuse(400, "InvalidParameter", "", action, "InstanceId", id, "DeploymentSetId", one, "DeploymentSetGroupNo", "1")
	for range 20 {
		s.Instance("DeploymentSetId", one)
	}
	s.Refuse(403, "DeploymentSet.InstanceLimitExceeded", "", action, "InstanceId", id, "DeploymentSetId", one)
	s.As(s.Other).Refuse(404, "InvalidInstanceId.NotFound", "", action, "InstanceId", id, "DeploymentSetId", one)
}
