package snapshot

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
)

var _ = action.Handle(&actions, "DescribeSnapshotPackage", (*Service).DescribeSnapshotPackage)

// DescribeSnapshotPackage lists bought storage plans, of which there are none:
// storage costs nothing here.
func (s *Service) DescribeSnapshotPackage(c *action.Call, in *api.DescribeSnapshotPackageRequest) (*api.DescribeSnapshotPackageResponse, error) {
	page, err := s.Pager.Page(c, action.PageRequest{PageNumber: in.PageNumber, PageSize: in.PageSize, DefaultSize: 10, MaxSize: 100})
	if err != nil {
		return nil, err
	}
	return &api.DescribeSnapshotPackageResponse{PageNumber: page.Number, PageSize: page.Size}, nil
}
