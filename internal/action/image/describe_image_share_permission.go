package image

import (
	"strconv"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
)

var _ = action.Handle(&actions, "DescribeImageSharePermission", (*Service).DescribeImageSharePermission)

// DescribeImageSharePermission lists the accounts that a custom image is shared
// with, in the order in which they were added.
func (s *Service) DescribeImageSharePermission(c *action.Call, in *api.DescribeImageSharePermissionRequest) (*api.DescribeImageSharePermissionResponse, error) {
	_, r, err := find(c, s.DB.Snapshot(), in.ImageID)
	if err != nil {
		return nil, err
	}
	page, err := s.Pager.Page(c, action.PageRequest{PageNumber: in.PageNumber, PageSize: in.PageSize, DefaultSize: defaultSize, MaxSize: maxSize})
	if err != nil {
		return nil, err
	}
	out := &api.DescribeImageSharePermissionResponse{
		ImageID: in.ImageID, RegionID: c.Region.ID, PageNumber: page.Number, PageSize: page.Size, TotalCount: len(r.Shared),
	}
	n := len(r.Shared)
	from := n
	if page.Number-1 < n { // no overflow for large numbers
		from = min(n, (page.Number-1)*page.Size)
	}
	for i := from; i < min(n, from+page.Size); i++ {
		out.Accounts.Account = append(out.Accounts.Account, api.DescribeImageSharePermissionAccount{
			AliyunID: strconv.FormatUint(r.Shared[i], 10), SharedTime: ecs.Second(r.SharedAt[i]),
		})
	}
	return out, nil
}
