package autoprovisioning_test

import (
	"testing"

	"github.com/openecs/openecs/internal/actiontest"
)

func TestModifyAutoProvisioningGroup(t *testing.T) {
	s := actiontest.Start(t)
	id, _ := create(s, good(s)...)
	g := []string{"AutoProvisioningGroupId", id}
	s.Do("ModifyAutoProvisioningGroup", append(g, "AutoProvisioningGroupName", "web", "ExcessCapacityTerminationPolicy", "termination", "TerminateInstancesWithExpiration", "true", "MaxSpotPrice", "2")...)
	if g := see(s, id); g.AutoProvisioningGroupName != "web" || g.ExcessCapacityTerminationPolicy != "termination" || !g.TerminateInstancesWithExpiration || g.MaxSpotPrice != 2 {
		t.Errorf("%+v", g)
	}
	refusals := []actiontest.Refusal{
		{"absent", []string{"AutoProvisioningGroupId", ""}, 400, "MissingParameter", ""},
		{"unknown", []string{"AutoProvisioningGroupId", "apg-1"}, 404, "InvalidAutoProvisioningGroupId.NotFound", ""},
		{"name", []string{"AutoProvisioningGroupName", "1"}, 400, "InvalidParameter", ""},
		{"price", []string{"MaxSpotPrice", "-1"}, 400, "InvalidParameter", ""},
		{"excess", []string{"ExcessCapacityTerminationPolicy", "x"}, 400, "InvalidFleetExcessCapacityTerminationPolicy.ValueNotSupported", ""},
	}
	for _, p := range []string{"TotalTargetCapacity", "PayAsYouGoTargetCapacity", "SpotTargetCapacity", "DefaultTargetCapacityType", "LaunchTemplateConfig.1.InstanceType"} {
		refusals = append(refusals, actiontest.Refusal{p, []string{p, "2"}, 400, "OperationDenied", ""})
	}
	s.Refusals(t, "ModifyAutoProvisioningGroup", g, refusals)
}
