package tag

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
)

var _ = action.Handle(&actions, "DescribeResourceByTags", (*Service).DescribeResourceByTags)

// DescribeResourceByTags lists the resources that have all of some tags, or any
// tag. The Tag product's ListResourcesByTag has taken its place.
func (s *Service) DescribeResourceByTags(c *action.Call, in *api.DescribeResourceByTagsRequest) (*api.DescribeResourceByTagsResponse, error) {
	l, err := s.ecsListing(c, in.ResourceType, in.Tag)
	if err != nil {
		return nil, err
	}
	page, err := s.ecsPage(c, in.PageNumber, in.PageSize)
	if err != nil {
		return nil, err
	}
	rows, total, _ := l.page(page)
	out := &api.DescribeResourceByTagsResponse{PageNumber: page.Number, PageSize: page.Size, TotalCount: total}
	for _, r := range rows {
		out.Resources.Resource = append(out.Resources.Resource, api.DescribeResourceByTagsResource{
			RegionID: c.Region.ID, ResourceID: r.Record.ID, ResourceType: r.Record.Kind.Type(),
		})
	}
	return out, nil
}
