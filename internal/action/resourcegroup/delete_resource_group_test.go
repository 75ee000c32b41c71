package resourcegroup_test

import (
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

// A group that holds anything, in whatever region, stays; so does the default one.
func TestDeleteResourceGroup(t *testing.T) {
	s := actiontest.Start(t)
	id := group(s, "mine")
	beijing := s.VPC("RegionId", "cn-beijing", "ResourceGroupId", id)
	i := s.Stopped("ResourceGroupId", id)
	const used = "DeleteConflict.ResourceGroup.Resource"
	s.Refuse(409, used, "", "DeleteResourceGroup", "ResourceGroupId", id)
	s.Do("DeleteInstance", "InstanceId", i)
	s.Settle()
	same(t, inGroup(s, id), beijing)
	s.Refuse(409, used, "", "DeleteResourceGroup", "ResourceGroupId", id)
	s.Do("MoveResourceGroup", "RegionId", "cn-beijing", "ResourceType", "vpc", "ResourceId", beijing, "NewResourceGroupId", defaultGroup(s))
	if g := actiontest.Call[api.DeleteResourceGroupResponse](s, "DeleteResourceGroup", "ResourceGroupId", id).ResourceGroup; g.Status != "PendingDelete" || g.ID != id || g.Name != "mine" {
		t.Errorf("%+v", g)
	}
	s.Refuse(404, "EntityNotExists.ResourceGroup", "", "DeleteResourceGroup", "ResourceGroupId", id)
	s.Refuse(400, "InvalidParameter.ResourceGroupId", "", "DeleteResourceGroup", "ResourceGroupId", defaultGroup(s))
	same(t, groups(s), defaultGroup(s))
	s.Refuse(400, "InvalidResourceGroupId", "", "CreateVpc", "ResourceGroupId", id)
}
