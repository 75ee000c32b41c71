package resourcegroup

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
)

var _ = action.Handle(&actions, "GetResourceGroup", (*Service).GetResourceGroup)

// GetResourceGroup shows one group.
func (s *Service) GetResourceGroup(c *action.Call, in *api.GetResourceGroupRequest) (*api.GetResourceGroupResponse, error) {
	snap := s.DB.Snapshot()
	k, r, err := find(c, snap, in.ResourceGroupID)
	if err != nil {
		return nil, err
	}
	g := show(snap, k, r, action.Flag(in.IncludeTags))
	out := &api.GetResourceGroupResponse{ResourceGroup: api.GetResourceGroupResourceGroup{
		AccountID: g.account, CreateDate: g.created, DisplayName: g.displayName, ID: g.id, Name: g.name, Status: ok,
	}}
	out.ResourceGroup.Tags.Tag = g.tags
	for _, region := range s.Catalog.Regions() {
		out.ResourceGroup.RegionStatuses.RegionStatus = append(out.ResourceGroup.RegionStatuses.RegionStatus,
			api.GetResourceGroupResourceGroupRegionStatus{RegionID: region.ID, Status: ok})
	}
	return out, nil
}
