package tag

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&tagActions, "ListTagValues", (*Service).ListTagValues)

// ListTagValues lists the values that a key has in the tags of a region's
// resources, the one first used last first.
func (s *Service) ListTagValues(c *action.Call, in *api.ListTagValuesRequest) (*api.ListTagValuesResponse, error) {
	if err := productOwner(c, in.OwnerID); err != nil {
		return nil, err
	}
	if !ecs.ValidTagKey(in.Key) {
		return nil, api.Errorf(api.CodeInvalidParameterTagKey, "The Tag.N.Key parameter is invalid.")
	}
	page, err := s.productPage(c, in.PageSize, in.NextToken)
	if err != nil {
		return nil, err
	}
	snap := s.DB.Snapshot()
	key, known := state.LookupSym(snap, in.Key)
	out := &api.ListTagValuesResponse{}
	values, next, err := distinct{
		FuzzyType: in.FuzzyType, QueryType: in.QueryType, ResourceType: in.ResourceType, TagProduct: in.TagProduct, filter: in.TagFilter.Value,
		key: key, of: func(t ecs.Tag) ecs.Sym { return t.Value },
	}.list(c, snap, page)
	if err != nil || !known {
		return out, err
	}
	out.Values.Value, out.NextToken = values, next
	return out, nil
}
