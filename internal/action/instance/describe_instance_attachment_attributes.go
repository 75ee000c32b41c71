package instance

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/compute"
)

var _ = action.Handle(&actions, "DescribeInstanceAttachmentAttributes", (*Service).DescribeInstanceAttachmentAttributes)

// DescribeInstanceAttachmentAttributes shows how instances find a private pool.
func (s *Service) DescribeInstanceAttachmentAttributes(c *action.Call, req *api.DescribeInstanceAttachmentAttributesRequest) (*api.DescribeInstanceAttachmentAttributesResponse, error) {
	ids, err := action.Strings("InstanceIds", req.InstanceIDs, maxBatch)
	if err != nil {
		return nil, err
	}
	page, err := s.Pager.Page(c, action.PageRequest{PageNumber: req.PageNumber, PageSize: req.PageSize, DefaultSize: 10, MaxSize: 100})
	if err != nil {
		return nil, err
	}
	snap := s.DB.Snapshot()
	var all []ecs.Key
	for _, id := range distinct(ids) {
		k, _, err := action.Instance(c, snap, id)
		if err != nil {
			return nil, api.Errorf(api.CodeInvalidInstanceIdsNotFound, "The specified InstanceIds does not exist.").WithStatus(404)
		}
		all = append(all, k)
	}
	out := &api.DescribeInstanceAttachmentAttributesResponse{PageNumber: page.Number, PageSize: page.Size, TotalCount: len(all)}
	for _, k := range pageOf(all, page) {
		out.Instances.Instance = append(out.Instances.Instance, api.DescribeInstanceAttachmentAttributesInstance{
			InstanceID: ecs.ID(ecs.KindInstance, k), PrivatePoolOptionsMatchCriteria: compute.Options(snap, k).PoolMatch.String(),
		})
	}
	return out, nil
}
