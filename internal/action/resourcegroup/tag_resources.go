package resourcegroup

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/model/tag"
)

var _ = action.Handle(&actions, "TagResources", (*Service).TagResources)

// TagResources sets tags of resource groups, the default one too.
func (s *Service) TagResources(c *action.Call, in *api.ResourceManagerTagResourcesRequest) (*api.ResourceManagerTagResourcesResponse, error) {
	if err := checkTagged(in.ResourceType, in.ResourceID); err != nil {
		return nil, err
	}
	if err := tag.CheckRun(in.Tag); err != nil {
		return nil, err
	}
	return &api.ResourceManagerTagResourcesResponse{}, s.retag(c, in.ResourceID, in.Tag, nil)
}
