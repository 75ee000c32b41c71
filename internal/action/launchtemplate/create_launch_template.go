package launchtemplate

import (
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/compute"
	"github.com/openecs/openecs/internal/model/resource"
	"github.com/openecs/openecs/internal/model/tag"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "CreateLaunchTemplate", (*Service).CreateLaunchTemplate)

// CreateLaunchTemplate makes a launch template with version 1, its default
// version.
func (s *Service) CreateLaunchTemplate(c *action.Call, in *api.CreateLaunchTemplateRequest) (*api.CreateLaunchTemplateResponse, error) {
	if !ecs.ValidName(in.LaunchTemplateName) {
		return nil, api.Errorf(api.CodeInvalidLaunchTemplateNameMalformed, "The specified launch template name is not valid.")
	}
	snap := s.DB.Snapshot()
	v, err := newVersion(c, snap)
	if err == nil {
		err = tag.Check(in.TemplateTag)
	}
	if err == nil && !resource.HasGroup(snap, c.Caller.Account, in.TemplateResourceGroupID) {
		err = noGroup()
	}
	if err == nil {
		err = room(c, snap, in.LaunchTemplateName)
	}
	if err != nil {
		return nil, err
	}
	name := strings.Clone(in.LaunchTemplateName)
	var k ecs.Key
	err = s.DB.Update(c.Context, func(tx *state.Tx) error {
		if err := room(c, tx, name); err != nil {
			return err
		}
		k = tx.NewKey(c.RegionCode())
		t := &ecs.LaunchTemplate{
			Account: c.Caller.Account, Name: name, Default: 1, Created: tx.Now().Unix(), Tags: tag.Store(tx, in.TemplateTag),
		}
		var ok bool
		if t.ResourceGroup, ok = resource.Group(tx, t.Account, in.TemplateResourceGroupID); !ok {
			return noGroup()
		}
		v.write(tx, k, t)
		state.LaunchTemplates.Put(tx, k, t)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &api.CreateLaunchTemplateResponse{LaunchTemplateID: ecs.ID(ecs.KindLaunchTemplate, k), LaunchTemplateVersionNumber: 1}, nil
}

// room refuses a name that is taken and a template more than the quota.
func room(c *action.Call, v state.View, name string) error {
	if _, _, taken := compute.LaunchTemplate(v, c.Caller.Account, c.RegionCode(), "", name); taken {
		return api.Errorf(api.CodeLaunchTemplateNameDuplicated, "The specified launch template name is duplicated.")
	}
	if state.LaunchTemplatesByAccount.Count(v, state.Scope(c.Caller.Account, c.RegionCode())) >= ecs.MaxLaunchTemplates {
		return api.Errorf(api.CodeLaunchTemplateLimitExceed, "The number of launch templates exceeds the limit of %d.", ecs.MaxLaunchTemplates)
	}
	return nil
}
