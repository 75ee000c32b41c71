package tag

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/model/resource"
	"github.com/openecs/openecs/internal/model/tag"
)

var _ = action.Handle(&tagActions, "ListTagResources", (*Service).TagListTagResources)

// TagListTagResources is ListTagResources of the Tag product: the tagged
// resources of a region, of every product and kind, or those that are named, or
// those that have all of some tags. PageSize counts resources.
func (s *Service) TagListTagResources(c *action.Call, in *api.TagListTagResourcesRequest) (*api.TagListTagResourcesResponse, error) {
	if err := productOwner(c, in.OwnerID); err != nil {
		return nil, err
	}
	custom, err := category(in.Category)
	if err != nil {
		return nil, err
	}
	var tags []api.Tag
	if in.Tags != "" {
		if tags, err = parseTags(in.Tags); err != nil {
			return nil, err
		}
	}
	names, err := parseARNs(c, in.ResourceARN)
	if err != nil {
		return nil, err
	}
	page, err := s.productPage(c, in.PageSize, in.NextToken)
	if err != nil {
		return nil, err
	}
	out := &api.TagListTagResourcesResponse{}
	if !custom {
		return out, nil
	}
	snap := s.DB.Snapshot()
	l := &listing{c: c, v: snap, kinds: resource.All(""), names: len(names) > 0, tags: tag.NewFilter(snap, tags)}
	l.match = func(r *resource.Row) bool { return len(r.Tags) > 0 }
	for _, n := range names {
		if t, ok := find(c, snap, n.kind, []string{n.id}); ok {
			l.named = append(l.named, t...)
		}
	}
	rows, _, next := l.page(page)
	out.NextToken = next
	for _, r := range rows {
		o := api.TagListTagResourcesTagResources{ResourceARN: formatARN(c, r.Record)}
		for _, t := range r.Record.Tags {
			o.Tags = append(o.Tags, api.TagListTagResourcesTagResourcesTags{Category: "Custom", Key: snap.Str(t.Key), Value: snap.Str(t.Value)})
		}
		out.TagResources = append(out.TagResources, o)
	}
	return out, nil
}
