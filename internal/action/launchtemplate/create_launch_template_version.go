package launchtemplate

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "CreateLaunchTemplateVersion", (*Service).CreateLaunchTemplateVersion)

// CreateLaunchTemplateVersion adds a version to a launch template, under the
// number after the one given last. It takes nothing over from other versions.
func (s *Service) CreateLaunchTemplateVersion(c *action.Call, in *api.CreateLaunchTemplateVersionRequest) (*api.CreateLaunchTemplateVersionResponse, error) {
	v, err := newVersion(c, s.DB.Snapshot())
	if err == nil {
		_, _, err = withRoom(c, s.DB.Snapshot(), in)
	}
	if err != nil {
		return nil, err
	}
	out := &api.CreateLaunchTemplateVersionResponse{}
	err = s.DB.Update(c.Context, func(tx *state.Tx) error {
		k, t, err := withRoom(c, tx, in)
		if err != nil {
			return err
		}
		next := *t
		v.write(tx, k, &next)
		state.LaunchTemplates.Put(tx, k, &next)
		out.LaunchTemplateID, out.LaunchTemplateVersionNumber = ecs.ID(ecs.KindLaunchTemplate, k), next.Last
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// withRoom finds the template, or refuses one that has all the versions it may
// have.
func withRoom(c *action.Call, v state.View, in *api.CreateLaunchTemplateVersionRequest) (ecs.Key, *ecs.LaunchTemplate, error) {
	k, t, err := find(c, v, in.LaunchTemplateID, in.LaunchTemplateName)
	if err == nil && state.LaunchTemplateVersionsByTemplate.Count(v, uint64(k)) >= ecs.MaxLaunchTemplateVersions {
		err = api.Errorf(api.CodeLaunchTemplateVersionLimitExceed, "The number of versions of the launch template exceeds the limit of %d.", ecs.MaxLaunchTemplateVersions)
	}
	return k, t, err
}
