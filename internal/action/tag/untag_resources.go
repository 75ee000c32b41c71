package tag

import (
	"slices"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
)

var _ = action.Handle(&actions, "UntagResources", (*Service).UntagResources)

// UntagResources removes the tags with the given keys, or with All and no key
// every tag, of up to 50 resources of one kind. A key that a resource has not is
// no mistake.
func (s *Service) UntagResources(c *action.Call, in *api.UntagResourcesRequest) (*api.UntagResourcesResponse, error) {
	if err := ecsOwner(c, nil); err != nil {
		return nil, err
	}
	if err := ecsNumbers(len(in.ResourceID), len(in.TagKey)); err != nil {
		return nil, err
	}
	if len(in.TagKey) == 0 && !action.Flag(in.All) {
		return nil, api.Errorf(api.CodeMissingParameterTags, "The parameter - Tags should not be null.")
	}
	if err := ecsKeys(in.TagKey); err != nil {
		return nil, err
	}
	kind, err := ecsKind(in.ResourceType)
	if err != nil {
		return nil, err
	}
	targets, ok := find(c, s.DB.Snapshot(), kind, in.ResourceID)
	if !ok {
		return nil, ecsGone()
	}
	return &api.UntagResourcesResponse{}, s.apply(c, targets, change{drop: dropKeys(in.TagKey), gone: ecsGone, toMany: ecsTooMany})
}

// dropKeys is what removes the tags with these keys; without any, all tags.
func dropKeys(keys []string) func(key, value string) bool {
	return func(key, _ string) bool { return len(keys) == 0 || slices.Contains(keys, key) }
}
