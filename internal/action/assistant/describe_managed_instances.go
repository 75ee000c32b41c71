package assistant

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
)

var _ = action.Handle(&actions, "DescribeManagedInstances", (*Service).DescribeManagedInstances)

// DescribeManagedInstances lists the servers elsewhere that have registered:
// none, for their agent speaks to the real service only.
func (s *Service) DescribeManagedInstances(c *action.Call, in *api.DescribeManagedInstancesRequest) (*api.DescribeManagedInstancesResponse, error) {
	if err := checkTags(in.Tag); err != nil {
		return nil, err
	}
	if len(in.InstanceID) > 50 {
		return nil, api.Errorf(api.CodeInstanceIdsExceedLimit, "The number of instance IDs exceeds the upper limit.")
	}
	page, err := s.page(c, in.PageNumber, in.PageSize, in.MaxResults, in.NextToken)
	if err != nil {
		return nil, err
	}
	return &api.DescribeManagedInstancesResponse{PageNumber: int64(page.Number), PageSize: int64(page.Size)}, nil
}
