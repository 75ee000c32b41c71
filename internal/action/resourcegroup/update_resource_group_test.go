package resourcegroup_test

import (
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

func TestUpdateResourceGroup(t *testing.T) {
	s := actiontest.Start(t)
	for _, id := range []string{group(s, "mine"), defaultGroup(s)} {
		g := actiontest.Call[api.UpdateResourceGroupResponse](s, "UpdateResourceGroup", "ResourceGroupId", id, "NewDisplayName", "another").ResourceGroup
		if g.DisplayName != "another" || g.ID != id {
			t.Errorf("%+v", g)
		}
		s.Restart()
		if g := actiontest.Call[api.GetResourceGroupResponse](s, "GetResourceGroup", "ResourceGroupId", id).ResourceGroup; g.DisplayName != "another" {
			t.Errorf("%+v", g)
		}
		s.Refuse(400, "InvalidParameter.DisplayName.Length", "", "UpdateResourceGroup", "ResourceGroupId", id, "NewDisplayName", long(51))
		s.Refuse(400, "MissingParameter", "", "UpdateResourceGroup", "ResourceGroupId", id)
	}
	if n := len(groups(s)); n != 2 {
		t.Errorf("%d groups", n)
	}
}
