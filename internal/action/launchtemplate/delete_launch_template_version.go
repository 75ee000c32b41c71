package launchtemplate

import (
	"slices"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/compute"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DeleteLaunchTemplateVersion", (*Service).DeleteLaunchTemplateVersion)

// maxDelete is how many versions one request deletes: all but the default one.
const maxDelete = ecs.MaxLaunchTemplateVersions - 1

// DeleteLaunchTemplateVersion deletes versions of a launch template, all or
// none of them. The default version goes with its template only.
func (s *Service) DeleteLaunchTemplateVersion(c *action.Call, in *api.DeleteLaunchTemplateVersionRequest) (*api.DeleteLaunchTemplateVersionResponse, error) {
	if len(in.DeleteVersion) > maxDelete {
		return nil, action.Invalid("DeleteVersion")
	}
	numbers := make([]int64, 0, len(in.DeleteVersion))
	for _, n := range in.DeleteVersion {
		if !slices.Contains(numbers, n) {
			numbers = append(numbers, n)
		}
	}
	check := func(v state.View) (k ecs.Key, t *ecs.LaunchTemplate, keys []ecs.Key, err error) {
		if k, t, err = find(c, v, in.LaunchTemplateID, in.LaunchTemplateName); err != nil {
			return k, t, nil, err
		}
		keys, err = deletable(v, k, t, numbers)
		return k, t, keys, err
	}
	if _, _, _, err := check(s.DB.Snapshot()); err != nil {
		return nil, err
	}
	out := &api.DeleteLaunchTemplateVersionResponse{}
	err := s.DB.Update(c.Context, func(tx *state.Tx) error {
		k, t, keys, err := check(tx)
		if err != nil {
			return err
		}
		deleted := make([]api.DeleteLaunchTemplateVersionLaunchTemplateVersion, len(keys))
		for i, vk := range keys {
			deleted[i].LaunchTemplateID, deleted[i].LaunchTemplateVersionNumber = ecs.ID(ecs.KindLaunchTemplate, k), numbers[i]
			state.LaunchTemplateVersions.Delete(tx, vk)
		}
		next := *t
		next.Modified = tx.Now().Unix()
		state.LaunchTemplates.Put(tx, k, &next)
		out.LaunchTemplateVersions.LaunchTemplateVersion = deleted
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// deletable finds versions by their numbers, or refuses one that is not there
// or is the default one.
func deletable(v state.View, k ecs.Key, t *ecs.LaunchTemplate, numbers []int64) ([]ecs.Key, error) {
	keys := make([]ecs.Key, len(numbers))
	for i, n := range numbers {
		if n == t.Default {
			return nil, api.Errorf(api.CodeInvalidOperationDeleteDefaultVersion, "The default version of a launch template cannot be deleted.")
		}
		var ok bool
		if keys[i], _, ok = compute.LaunchTemplateVersion(v, k, n); !ok {
			return nil, invalidVersion()
		}
	}
	return keys, nil
}
