package resourcegroup_test

import (
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

func TestGetResourceGroup(t *testing.T) {
	s := actiontest.Start(t)
	id := actiontest.Call[api.CreateResourceGroupResponse](s, "CreateResourceGroup", "Name", "mine", "DisplayName", "x", "Tag.1.Key", "k").ResourceGroup.ID
	get := func(params ...string) api.GetResourceGroupResourceGroup {
		return actiontest.Call[api.GetResourceGroupResponse](s, "GetResourceGroup", params...).ResourceGroup
	}
	g := get("ResourceGroupId", id)
	if g.Status != "OK" || g.Name != "mine" || g.ID != id || len(g.Tags.Tag) != 0 || len(g.RegionStatuses.RegionStatus) == 0 || g.RegionStatuses.RegionStatus[0].Status != "OK" {
		t.Errorf("%+v", g)
	}
	if g := get("ResourceGroupId", id, "IncludeTags", "true"); len(g.Tags.Tag) != 1 || g.Tags.Tag[0].TagKey != "k" {
		t.Errorf("%+v", g)
	}
	if g := get("ResourceGroupId", defaultGroup(s)); g.Name != "default" || g.AccountID != "1234567890123456" {
		t.Errorf("%+v", g)
	}
	refusals := []actiontest.Refusal{
		{"no identifier", []string{"ResourceGroupId", "mine"}, 400, "InvalidParameter.ResourceGroupId", ""},
		{"too long", []string{"ResourceGroupId", id + "0"}, 400, "InvalidParameter.ResourceGroupId", ""},
		{"unknown", []string{"ResourceGroupId", unknown}, 404, "EntityNotExists.ResourceGroup", ""},
		{"of another form", []string{"ResourceGroupId", "rg-aek2njhhouvxvji"}, 404, "EntityNotExists.ResourceGroup", ""},
		{"default of another account", []string{"ResourceGroupId", defaultGroup(s.As(s.Other))}, 404, "EntityNotExists.ResourceGroup", ""},
		{"of another account", []string{"ResourceGroupId", group(s.As(s.Other), "theirs")}, 404, "EntityNotExists.ResourceGroup", ""},
		{"absent", []string{"ResourceGroupId", ""}, 400, "MissingParameter", ""},
	}
	s.Refusals(t, "GetResourceGroup", nil, refusals)
	s.Refusals(t, "DeleteResourceGroup", nil, refusals)
	s.Refusals(t, "UpdateResourceGroup", []string{"NewDisplayName", "y"}, refusals)
	s.Refusals(t, "MoveResources", []string{"Resources.1.ResourceId", "i-x", "Resources.1.Service", "ecs", "Resources.1.ResourceType", "instance", "Resources.1.RegionId", "cn-hangzhou"},
		refusals[2:6])
}
