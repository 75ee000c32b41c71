package tag

import (
	"slices"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
)

var _ = action.Handle(&tagActions, "UntagResources", (*Service).TagUntagResources)

// TagUntagResources is UntagResources of the Tag product: see TagTagResources.
func (s *Service) TagUntagResources(c *action.Call, in *api.TagUntagResourcesRequest) (*api.TagUntagResourcesResponse, error) {
	if err := productOwner(c, in.OwnerID); err != nil {
		return nil, err
	}
	if len(in.TagKey) > maxTags {
		return nil, productTooMany()
	}
	for i, k := range in.TagKey {
		if !ecs.ValidTagKey(k) {
			return nil, badTagKey(k)
		}
		if slices.Contains(in.TagKey[:i], k) {
			return nil, api.Errorf(api.CodeDuplicateTagKey, "The Tag.N.Key contains duplicate keys.")
		}
	}
	names, err := parseARNs(c, in.ResourceARN)
	if err != nil {
		return nil, err
	}
	out := &api.TagUntagResourcesResponse{}
	bad, err := s.applyEach(c, names, change{drop: dropKeys(in.TagKey)})
	for _, f := range bad {
		out.FailedResources.FailedResource = append(out.FailedResources.FailedResource, api.TagUntagResourcesFailedResource{
			ResourceARN: f.arn, Result: api.TagUntagResourcesFailedResourceResult{Code: f.why.Code, Message: f.why.Message},
		})
	}
	return out, err
}
