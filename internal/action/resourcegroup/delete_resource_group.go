package resourcegroup

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/resource"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DeleteResourceGroup", (*Service).DeleteResourceGroup)

// DeleteResourceGroup deletes a group that holds nothing, in any region. The
// default group stays.
func (s *Service) DeleteResourceGroup(c *action.Call, in *api.DeleteResourceGroupRequest) (*api.DeleteResourceGroupResponse, error) {
	snap := s.DB.Snapshot()
	k, r, err := find(c, snap, in.ResourceGroupID)
	if err == nil && k == ecs.DefaultResourceGroup(c.Caller.Account) {
		err = badID()
	}
	if err == nil {
		err = empty(snap, in.ResourceGroupID)
	}
	if err != nil {
		return nil, err
	}
	err = s.DB.Update(c.Context, func(tx *state.Tx) error {
		if _, _, err := find(c, tx, in.ResourceGroupID); err != nil {
			return err
		}
		if err := empty(tx, in.ResourceGroupID); err != nil {
			return err
		}
		state.ResourceGroups.Delete(tx, k)
		return nil
	})
	g := show(snap, k, r, true)
	out := &api.DeleteResourceGroupResponse{ResourceGroup: api.DeleteResourceGroupResourceGroup{
		AccountID: g.account, CreateDate: g.created, DisplayName: g.displayName, ID: g.id, Name: g.name, Status: pendingDelete,
	}}
	out.ResourceGroup.Tags.Tag = g.tags
	for _, region := range s.Catalog.Regions() {
		out.ResourceGroup.RegionStatuses.RegionStatus = append(out.ResourceGroup.RegionStatuses.RegionStatus,
			api.DeleteResourceGroupResourceGroupRegionStatus{RegionID: region.ID, Status: pendingDelete})
	}
	return out, err
}

func empty(v state.View, id string) error {
	if resource.InUse(v, id) {
		return api.Errorf(api.CodeDeleteConflictResourceGroupResource,
			"Failed to delete the resource group because one or more cloud resources exist in the resource group. Try again later after you release the cloud resources.")
	}
	return nil
}
