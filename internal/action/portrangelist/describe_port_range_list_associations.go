package portrangelist

import (
	"iter"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DescribePortRangeListAssociations", (*Service).DescribePortRangeListAssociations)

// DescribePortRangeListAssociations lists the security groups whose rules name a
// port-range list.
func (s *Service) DescribePortRangeListAssociations(c *action.Call, in *api.DescribePortRangeListAssociationsRequest) (*api.DescribePortRangeListAssociationsResponse, error) {
	snap := s.DB.Snapshot()
	k, _, err := find(c, snap, in.PortRangeListID)
	if err != nil {
		return nil, err
	}
	page, err := s.page(c, in.MaxResults, in.NextToken)
	if err != nil {
		return nil, err
	}
	rows, _, next := action.List(page, func(below ecs.Key) iter.Seq2[ecs.Key, *ecs.SecurityGroup] {
		return state.GroupsByPortRangeList.Descend(snap, uint64(k), below)
	}, nil, state.GroupsByPortRangeList.Count(snap, uint64(k)))
	out := &api.DescribePortRangeListAssociationsResponse{NextToken: next}
	for _, r := range rows {
		out.PortRangeListAssociations = append(out.PortRangeListAssociations,
			api.DescribePortRangeListAssociationsPortRangeListAssociations{ResourceID: ecs.ID(ecs.KindSecurityGroup, r.Key), ResourceType: "SecurityGroup"})
	}
	return out, nil
}
