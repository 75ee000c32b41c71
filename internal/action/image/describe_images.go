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

// DescribeImages lists the images of a region that pass all filters, newest
// first. Values outside a closed set are refused, values that nothing has find
// nothing.
func (s *Service) DescribeImages(c *action.Call, in *api.DescribeImagesRequest) (*api.DescribeImagesResponse, error) {
	if c.Region == nil {
		return nil, api.Errorf(api.CodeInvalidRegionIdNotFound, "The specified RegionId does not exist.")
	}
	out := &api.DescribeImagesResponse{RegionID: c.Region.ID, PageNumber: 1, PageSize: defaultSize}
	if in.PageNumber != nil {
		if out.PageNumber = *in.PageNumber; out.PageNumber < 1 {
			return nil, action.Invalid("PageNumber")
		}
	}
	if in.PageSize != nil {
		if out.PageSize = *in.PageSize; out.PageSize < 1 || out.PageSize > maxSize {
			return nil, action.Invalid("PageSize")
		}
	}
	f, err := s.newFilter(in)
	if err != nil {
		return nil, err
	}
	if in.DryRun != nil && *in.DryRun {
		return nil, action.DryRun()
	}
	list := []api.DescribeImagesImage{}
	first := int64(out.PageNumber-1) * int64(out.PageSize)
	for _, source := range s.sources(c, f.owner) {
		for i := range source {
			if !f.passes(&source[i]) {
				continue
			}
			if int64(out.TotalCount) >= first && len(list) < out.PageSize {
				list = append(list, source[i].shown)
			}
			out.TotalCount++
		}
	}
	out.Images.Image = list
	return out, nil
}

// sources are the lists of images that the owner alias names, all of them when
// it is empty, each newest first. An account has no images of its own, nor any
// shared with it or bought.
func (s *Service) sources(c *action.Call, owner string) [][]image {
	if owner != "" && owner != ownerSystem {
		return nil
	}
	list, ok := s.system.Load(c.Region.ID)
	if !ok {
		list, _ = s.system.LoadOrStore(c.Region.ID, s.systemImages(c.Region.ID))
	}
	return [][]image{list.([]image)}
}
