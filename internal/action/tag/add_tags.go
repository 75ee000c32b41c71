package tag

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
)

var _ = action.Handle(&actions, "AddTags", (*Service).AddTags)

// AddTags sets tags of one resource. TagResources has taken its place, yet
// programs call it.
func (s *Service) AddTags(c *action.Call, in *api.AddTagsRequest) (*api.AddTagsResponse, error) {
	return &api.AddTagsResponse{}, s.ecsSet(c, in.ResourceType, []string{in.ResourceID}, in.Tag)
}
