package resourcegroup

import (
	"slices"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/model/tag"
)

var _ = action.Handle(&actions, "UntagResources", (*Service).UntagResources)

// UntagResources removes the tags with the given keys, or with All and no key
// every tag, of resource groups.
func (s *Service) UntagResources(c *action.Call, in *api.ResourceManagerUntagResourcesRequest) (*api.ResourceManagerUntagResourcesResponse, error) {
	if err := checkTagged(in.ResourceType, in.ResourceID); err != nil {
		return nil, err
	}
	if len(in.TagKey) == 0 && !action.Flag(in.All) {
		return nil, api.Errorf(api.CodeMissingParameterTagKey, "You must specify TagKey.")
	}
	if len(in.TagKey) > tag.Max {
		return nil, api.Errorf(api.CodeInvalidTagCount, "The specified tags are beyond the permitted range.")
	}
	drop := func(key string) bool { return len(in.TagKey) == 0 || slices.Contains(in.TagKey, key) }
	return &api.ResourceManagerUntagResourcesResponse{}, s.retag(c, in.ResourceID, nil, drop)
}
