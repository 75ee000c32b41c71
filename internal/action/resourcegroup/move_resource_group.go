package resourcegroup

import (
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/model/resource"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&vpcActions, "MoveResourceGroup", (*Service).MoveResourceGroup)

// MoveResourceGroup moves a resource of the VPC product into a group. The vSwitches
// of a VPC go with it.
func (s *Service) MoveResourceGroup(c *action.Call, in *api.MoveResourceGroupRequest) (*api.MoveResourceGroupResponse, error) {
	kind, err := kindOf("vpc", strings.ToLower(in.ResourceType))
	if err != nil {
		return nil, err
	}
	snap := s.DB.Snapshot()
	if !resource.HasGroup(snap, c.Caller.Account, in.NewResourceGroupID) {
		return nil, moveNoGroup()
	}
	if kind == nil {
		return nil, noResource()
	}
	k, ok := kind.Find(snap, c.Caller.Account, c.RegionCode(), in.ResourceID)
	if !ok {
		return nil, noResource()
	}
	return &api.MoveResourceGroupResponse{}, s.DB.Update(c.Context, func(tx *state.Tx) error {
		return move(c, tx, kind, k, in.NewResourceGroupID, moveNoGroup, noResource, nil)
	})
}

func moveNoGroup() error {
	return api.Errorf(api.CodeInvalidResourceGroupId, "The specified ResourceGroupId does not exist.")
}
