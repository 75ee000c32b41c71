package resourcegroup

import (
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "UpdateResourceGroup", (*Service).UpdateResourceGroup)

// UpdateResourceGroup changes a group's display name, the default group's too.
func (s *Service) UpdateResourceGroup(c *action.Call, in *api.UpdateResourceGroupRequest) (*api.UpdateResourceGroupResponse, error) {
	if err := checkDisplayName(in.NewDisplayName); err != nil {
		return nil, err
	}
	if _, _, err := find(c, s.DB.Snapshot(), in.ResourceGroupID); err != nil {
		return nil, err
	}
	var g shown
	err := s.DB.Update(c.Context, func(tx *state.Tx) error {
		k, r, err := find(c, tx, in.ResourceGroupID)
		if err != nil {
			return err
		}
		row := *r
		row.DisplayName = strings.Clone(in.NewDisplayName)
		state.ResourceGroups.Put(tx, k, &row)
		g = show(tx, k, &row, false)
		return nil
	})
	return &api.UpdateResourceGroupResponse{ResourceGroup: api.UpdateResourceGroupResourceGroup{
		AccountID: g.account, CreateDate: g.created, DisplayName: g.displayName, ID: g.id, Name: g.name, Status: ok,
	}}, err
}
