package resourcegroup_test

import (
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

func TestMoveResourceGroup(t *testing.T) {
	s := actiontest.Start(t)
	id, n := group(s, "mine"), s.Network()
	good := []string{"ResourceType", "VPC", "ResourceId", n.VPC, "NewResourceGroupId", id}
	s.Do("MoveResourceGroup", good...)
	s.Do("MoveResourceGroup", good...) // once more is no mistake
	same(t, inGroup(s, id), n.VPC)
	if w := actiontest.Call[api.DescribeVSwitchesResponse](s, "DescribeVSwitches", "ResourceGroupId", id).VSwitches.VSwitch; len(w) != 1 || w[0].ResourceGroupID != id {
		t.Errorf("%+v", w)
	}
	if w := actiontest.Call[api.DescribeVSwitchesResponse](s, "DescribeVSwitches", "ResourceGroupId", defaultGroup(s)).VSwitches.VSwitch; len(w) != 0 {
		t.Errorf("%+v", w)
	}
	s.Refusals(t, "MoveResourceGroup", good, []actiontest.Refusal{
		{"type unknown", []string{"ResourceType", "instance"}, 404, "InvalidResourceType.NotFound", ""},
		{"type that follows its VPC", []string{"ResourceType", "vswitch", "ResourceId", n.VSwitch}, 404, "InvalidResourceType.NotFound", ""},
		{"type of which there is none", []string{"ResourceType", "havip"}, 404, "InvalidResourceId.NotFound", ""},
		{"group unknown", []string{"NewResourceGroupId", unknown}, 400, "InvalidResourceGroupId", ""},
		{"id unknown", []string{"ResourceId", "vpc-x"}, 404, "InvalidResourceId.NotFound", ""},
		{"other region", []string{"RegionId", "cn-beijing"}, 404, "InvalidResourceId.NotFound", ""},
	})
}
