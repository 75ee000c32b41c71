package launchtemplate

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/compute"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "ModifyLaunchTemplateDefaultVersion", (*Service).ModifyLaunchTemplateDefaultVersion)

// ModifyLaunchTemplateDefaultVersion makes another version the one that is
// used where none is named.
func (s *Service) ModifyLaunchTemplateDefaultVersion(c *action.Call, in *api.ModifyLaunchTemplateDefaultVersionRequest) (*api.ModifyLaunchTemplateDefaultVersionResponse, error) {
	number := int64(0)
	if in.DefaultVersionNumber != nil {
		number = *in.DefaultVersionNumber
	}
	check := func(v state.View) (ecs.Key, *ecs.LaunchTemplate, error) {
		k, t, err := find(c, v, in.LaunchTemplateID, in.LaunchTemplateName)
		if err != nil {
			return 0, nil, err
		}
		if _, _, ok := compute.LaunchTemplateVersion(v, k, number); !ok {
			return 0, nil, invalidVersion()
		}
		return k, t, nil
	}
	if _, _, err := check(s.DB.Snapshot()); err != nil {
		return nil, err
	}
	out := &api.ModifyLaunchTemplateDefaultVersionResponse{}
	err := s.DB.Update(c.Context, func(tx *state.Tx) error {
		k, t, err := check(tx)
		if err != nil {
			return err
		}
		next := *t
		next.Default = number
		state.LaunchTemplates.Put(tx, k, &next)
		out.LaunchTemplateID = ecs.ID(ecs.KindLaunchTemplate, k)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}
