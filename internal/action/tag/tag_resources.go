package tag

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
)

var _ = action.Handle(&actions, "TagResources", (*Service).TagResources)

// TagResources sets tags of up to 50 resources of one kind, all or none of them.
// A key that a resource has already gets the new value.
func (s *Service) TagResources(c *action.Call, in *api.TagResourcesRequest) (*api.TagResourcesResponse, error) {
	if err := ecsOwner(c, in.OwnerID); err != nil {
		return nil, err
	}
	if err := ecsNumbers(len(in.ResourceID), len(in.Tag)); err != nil {
		return nil, err
	}
	return &api.TagResourcesResponse{}, s.ecsSet(c, in.ResourceType, in.ResourceID, in.Tag)
}

// ecsSet is TagResources and AddTags, which count alike.
func (s *Service) ecsSet(c *action.Call, typ string, ids []string, tags []api.Tag) error {
	if err := ecsTags(tags); err != nil {
		return err
	}
	kind, err := ecsKind(typ)
	if err != nil {
		return err
	}
	targets, ok := find(c, s.DB.Snapshot(), kind, ids)
	if !ok {
		return ecsGone()
	}
	return s.apply(c, targets, change{set: tags, gone: ecsGone, toMany: ecsTooMany})
}
