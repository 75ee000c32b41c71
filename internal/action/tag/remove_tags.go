package tag

import (
	"slices"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/model/tag"
)

var _ = action.Handle(&actions, "RemoveTags", (*Service).RemoveTags)

// RemoveTags removes tags of one resource: those with a key, or with key and
// value where both are given. UntagResources has taken its place.
func (s *Service) RemoveTags(c *action.Call, in *api.RemoveTagsRequest) (*api.RemoveTagsResponse, error) {
	if len(in.Tag) == 0 {
		return nil, api.Errorf(api.CodeMissingParameter, "The input parameter \"Tag.n.Key\" that is mandatory for processing this request is not supplied.")
	}
	if len(in.Tag) > tag.Max {
		return nil, api.Errorf(api.CodeInvalidTagCount, "The specified tags are beyond the permitted range.")
	}
	keys := make([]string, len(in.Tag))
	for i, t := range in.Tag {
		keys[i] = t.Key
	}
	if err := ecsKeys(slices.Compact(slices.Sorted(slices.Values(keys)))); err != nil {
		return nil, err
	}
	kind, err := ecsKind(in.ResourceType)
	if err != nil {
		return nil, err
	}
	targets, ok := find(c, s.DB.Snapshot(), kind, []string{in.ResourceID})
	if !ok {
		return nil, ecsGone()
	}
	drop := func(key, value string) bool {
		return slices.ContainsFunc(in.Tag, func(t api.Tag) bool { return t.Key == key && (t.Value == "" || t.Value == value) })
	}
	return &api.RemoveTagsResponse{}, s.apply(c, targets, change{drop: drop, gone: ecsGone, toMany: ecsTooMany})
}
