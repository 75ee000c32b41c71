package tag

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
)

var _ = action.Handle(&tagActions, "ListTagKeys", (*Service).ListTagKeys)

// ListTagKeys lists the keys of the tags that a region's resources have, the one
// first used last first.
func (s *Service) ListTagKeys(c *action.Call, in *api.ListTagKeysRequest) (*api.ListTagKeysResponse, error) {
	if err := productOwner(c, in.OwnerID); err != nil {
		return nil, err
	}
	custom, err := category(in.Category)
	if err != nil {
		return nil, err
	}
	page, err := s.productPage(c, in.PageSize, in.NextToken)
	if err != nil {
		return nil, err
	}
	keys, next, err := distinct{
		FuzzyType: in.FuzzyType, QueryType: in.QueryType, ResourceType: in.ResourceType, TagProduct: in.TagProduct, filter: in.TagFilter.Key,
		of: func(t ecs.Tag) ecs.Sym { return t.Key },
	}.list(c, s.DB.Snapshot(), page)
	out := &api.ListTagKeysResponse{NextToken: next}
	if err != nil || !custom {
		return &api.ListTagKeysResponse{}, err
	}
	for _, k := range keys {
		out.Keys.Key = append(out.Keys.Key, api.ListTagKeysKey{Key: k, Category: "custom"})
	}
	return out, nil
}
