package image

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
)

var _ = action.Handle(&actions, "DescribeImages", (*Service).DescribeImages)

// defaultSize and maxSize are those of PageSize.
const (
	defaultSize = 10
	maxSize     = 100
)

// DescribeImages lists the images of a region that pass all filters: the
// caller's own, those shared with it, then the catalogue's, each newest first.
// Values outside a closed set are refused, values that nothing has find
// nothing.
func (s *Service) DescribeImages(c *action.Call, in *api.DescribeImagesRequest) (*api.DescribeImagesResponse, error) {
	if err := regional(c); err != nil {
		return nil, err
	}
	page, err := s.Pager.Page(c, action.PageRequest{PageNumber: in.PageNumber, PageSize: in.PageSize, DefaultSize: defaultSize, MaxSize: maxSize})
	if err != nil {
		return nil, err
	}
	q, err := s.newQuery(c, in)
	if err != nil {
		return nil, err
	}
	if action.Flag(in.DryRun) {
		return nil, action.DryRun()
	}
	out := &api.DescribeImagesResponse{RegionID: c.Region.ID, PageNumber: page.Number, PageSize: page.Size}
	out.Images.Image, out.TotalCount = q.list(page.Number, page.Size)
	return out, nil
}
