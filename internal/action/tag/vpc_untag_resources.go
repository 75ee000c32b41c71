package tag

import (
	"slices"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
)

var _ = action.Handle(&vpcActions, "UnTagResources", (*Service).UnTagResources)

// UnTagResources removes tags of resources of the VPC product: by key, by key and
// value, or with All and neither every tag.
func (s *Service) UnTagResources(c *action.Call, in *api.UnTagResourcesRequest) (*api.UnTagResourcesResponse, error) {
	if err := vpcNumbers(len(in.ResourceID), len(in.TagKey)+len(in.Tag)); err != nil {
		return nil, err
	}
	if err := vpcTags(in.Tag); err != nil {
		return nil, err
	}
	if err := vpcKeys(in.TagKey); err != nil {
		return nil, err
	}
	all := len(in.TagKey) == 0 && len(in.Tag) == 0
	if all && !action.Flag(in.All) {
		return nil, api.Errorf(api.CodeInvalidTagKey, "The tag keys are not valid.")
	}
	kind, err := vpcKind(in.ResourceType)
	if err != nil {
		return nil, err
	}
	targets, ok := find(c, s.DB.Snapshot(), kind, in.ResourceID)
	if !ok {
		return nil, vpcGone()
	}
	drop := func(key, value string) bool {
		return all || slices.Contains(in.TagKey, key) ||
			slices.ContainsFunc(in.Tag, func(t api.Tag) bool { return t.Key == key && (t.Value == "" || t.Value == value) })
	}
	return &api.UnTagResourcesResponse{}, s.apply(c, targets, change{drop: drop, gone: vpcGone, toMany: vpcTooMany})
}
