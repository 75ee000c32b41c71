package resourcegroup

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/model/resource"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&ecsActions, "JoinResourceGroup", (*Service).JoinResourceGroup)

// JoinResourceGroup moves a resource of ECS into a group.
func (s *Service) JoinResourceGroup(c *action.Call, in *api.JoinResourceGroupRequest) (*api.JoinResourceGroupResponse, error) {
	for _, p := range [...]struct{ name, value string }{
		{"RegionId", in.RegionID}, {"ResourceId", in.ResourceID}, {"ResourceGroupId", in.ResourceGroupID},
	} {
		if p.value == "" {
			return nil, api.Errorf(api.CodeMissingParameter, "The input parameter %q that is mandatory for processing this request is not supplied.", p.name)
		}
	}
	kind, err := kindOf("ecs", in.ResourceType)
	if err != nil {
		return nil, err
	}
	snap := s.DB.Snapshot()
	if !resource.HasGroup(snap, c.Caller.Account, in.ResourceGroupID) {
		return nil, joinNoGroup()
	}
	if kind == nil {
		return nil, noResource()
	}
	k, ok := kind.Find(snap, c.Caller.Account, c.RegionCode(), in.ResourceID)
	if !ok {
		return nil, noResource()
	}
	return &api.JoinResourceGroupResponse{}, s.DB.Update(c.Context, func(tx *state.Tx) error {
		return move(c, tx, kind, k, in.ResourceGroupID, joinNoGroup, noResource, func() error {
			return api.Errorf(api.CodeInvalidResourceGroupDuplicate, "The ResourceId provided has a ResourceGroup in our records.")
		})
	})
}

func joinNoGroup() error {
	return api.Errorf(api.CodeInvalidResourceGroupNotFound, "The ResourceGroup provided does not exist in our records.")
}
