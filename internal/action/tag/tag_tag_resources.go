package tag

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
)

var _ = action.Handle(&tagActions, "TagResources", (*Service).TagTagResources)

// TagTagResources is TagResources of the Tag product: resources of any product
// and kind by their names (ARNs). One that does not exist or has too many tags is
// told in the answer, and the others are tagged.
func (s *Service) TagTagResources(c *action.Call, in *api.TagTagResourcesRequest) (*api.TagTagResourcesResponse, error) {
	if err := productOwner(c, in.OwnerID); err != nil {
		return nil, err
	}
	tags, err := parseTags(in.Tags)
	if err != nil {
		return nil, err
	}
	names, err := parseARNs(c, in.ResourceARN)
	if err != nil {
		return nil, err
	}
	out := &api.TagTagResourcesResponse{}
	bad, err := s.applyEach(c, names, change{set: tags})
	for _, f := range bad {
		out.FailedResources.FailedResource = append(out.FailedResources.FailedResource, api.TagTagResourcesFailedResource{
			ResourceARN: f.arn, Result: api.TagTagResourcesFailedResourceResult{Code: f.why.Code, Message: f.why.Message},
		})
	}
	return out, err
}
