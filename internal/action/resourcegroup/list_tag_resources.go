package resourcegroup

import (
	"iter"
	"slices"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/resource"
	"github.com/openecs/openecs/internal/model/tag"
)

var _ = action.Handle(&actions, "ListTagResources", (*Service).ListTagResources)

// ListTagResources lists the tags of resource groups: of those that are named, of
// those that have all of some tags, both, or of all. MaxResults counts groups.
func (s *Service) ListTagResources(c *action.Call, in *api.ResourceManagerListTagResourcesRequest) (*api.ResourceManagerListTagResourcesResponse, error) {
	if err := checkTagged(in.ResourceType, in.ResourceID); err != nil {
		return nil, err
	}
	if err := tag.CheckFilter(in.Tag); err != nil {
		return nil, err
	}
	const most = 100
	size := in.MaxResults
	if size == nil {
		size = new(maxTagged)
	}
	if *size < 1 || *size > most {
		return nil, action.Invalid("MaxResults")
	}
	page, err := s.Pager.Page(c, action.PageRequest{MaxResults: size, NextToken: in.NextToken, MinResults: 1, MaximumResults: most})
	if err != nil {
		return nil, err
	}
	snap := s.DB.Snapshot()
	keys, err := findAll(c, snap, in.ResourceID)
	if err != nil {
		return nil, err
	}
	tags := tag.NewFilter(snap, in.Tag)
	rows, _, next := action.List(page, func(below ecs.Key) iter.Seq2[ecs.Key, *ecs.ResourceGroup] {
		return func(yield func(ecs.Key, *ecs.ResourceGroup) bool) {
			for k, r := range resource.Groups(snap, c.Caller.Account) {
				if (below == 0 || k < below) && !yield(k, r) {
					return
				}
			}
		}
	}, func(k ecs.Key, r *ecs.ResourceGroup) bool {
		return len(r.Tags) > 0 && (len(keys) == 0 || slices.Contains(keys, k)) && tags.Match(r.Tags)
	}, -1)
	out := &api.ResourceManagerListTagResourcesResponse{NextToken: next}
	for _, r := range rows {
		for _, t := range r.Record.Tags {
			out.TagResources = append(out.TagResources, api.ResourceManagerListTagResourcesTagResources{
				ResourceID: ecs.ID(ecs.KindResourceGroup, r.Key), ResourceType: tagType, TagKey: snap.Str(t.Key), TagValue: snap.Str(t.Value),
			})
		}
	}
	return out, nil
}
