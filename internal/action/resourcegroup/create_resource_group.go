package resourcegroup

import (
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/resource"
	"github.com/openecs/openecs/internal/model/tag"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "CreateResourceGroup", (*Service).CreateResourceGroup)

// CreateResourceGroup makes a group without resources.
func (s *Service) CreateResourceGroup(c *action.Call, in *api.CreateResourceGroupRequest) (*api.CreateResourceGroupResponse, error) {
	if err := checkName(in.Name); err != nil {
		return nil, err
	}
	if err := checkDisplayName(in.DisplayName); err != nil {
		return nil, err
	}
	if err := tag.CheckRun(in.Tag); err != nil {
		return nil, err
	}
	r := &ecs.ResourceGroup{Account: c.Caller.Account, Name: strings.Clone(in.Name), DisplayName: strings.Clone(in.DisplayName)}
	var g shown
	err := s.DB.Update(c.Context, func(tx *state.Tx) error {
		if err := room(tx, r); err != nil {
			return err
		}
		k, row := tx.NewKey(0), *r
		row.Created, row.Tags = tx.Now().Unix(), tag.Store(tx, in.Tag)
		state.ResourceGroups.Put(tx, k, &row)
		g = show(tx, k, &row, true)
		return nil
	})
	if err != nil {
		return nil, err
	}
	out := &api.CreateResourceGroupResponse{ResourceGroup: api.CreateResourceGroupResourceGroup{
		AccountID: g.account, CreateDate: g.created, DisplayName: g.displayName, ID: g.id, Name: g.name, Status: creating,
	}}
	out.ResourceGroup.Tags.Tag = g.tags
	for _, region := range s.Catalog.Regions() {
		out.ResourceGroup.RegionStatuses.RegionStatus = append(out.ResourceGroup.RegionStatuses.RegionStatus,
			api.CreateResourceGroupResourceGroupRegionStatus{RegionID: region.ID, Status: creating})
	}
	return out, nil
}

// room refuses a group with the name of another, and one more than the quota.
func room(v state.View, r *ecs.ResourceGroup) error {
	n := 0
	for _, o := range resource.Groups(v, r.Account) {
		if o.Name == r.Name {
			return api.Errorf(api.CodeEntityAlreadyExistsResourceGroup, "The specified resource group already exists.")
		}
		n++
	}
	if n > maxGroups { // the default group is not counted
		return api.Errorf(api.CodeLimitExceededResourceGroup, "The maximum number of resource groups is exceeded.")
	}
	return nil
}
