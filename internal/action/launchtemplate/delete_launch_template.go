package launchtemplate

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DeleteLaunchTemplate", (*Service).DeleteLaunchTemplate)

// DeleteLaunchTemplate deletes a launch template and all of its versions.
// Instances made from it stay as they are.
func (s *Service) DeleteLaunchTemplate(c *action.Call, in *api.DeleteLaunchTemplateRequest) (*api.DeleteLaunchTemplateResponse, error) {
	if _, _, err := find(c, s.DB.Snapshot(), in.LaunchTemplateID, in.LaunchTemplateName); err != nil {
		return nil, err
	}
	out := &api.DeleteLaunchTemplateResponse{}
	err := s.DB.Update(c.Context, func(tx *state.Tx) error {
		k, _, err := find(c, tx, in.LaunchTemplateID, in.LaunchTemplateName)
		if err != nil {
			return err
		}
		keys, rows := versions(tx, k)
		numbers := make([]int64, len(rows))
		for i := range keys {
			numbers[i] = rows[i].Number
			state.LaunchTemplateVersions.Delete(tx, keys[i])
		}
		state.LaunchTemplates.Delete(tx, k)
		out.LaunchTemplateID = ecs.ID(ecs.KindLaunchTemplate, k)
		out.LaunchTemplateVersionNumbers.VersionNumbers = numbers
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}
