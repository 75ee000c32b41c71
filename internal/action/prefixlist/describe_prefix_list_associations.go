package prefixlist

import (
	"iter"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DescribePrefixListAssociations", (*Service).DescribePrefixListAssociations)

// DescribePrefixListAssociations lists the security groups whose rules name a
// prefix list.
func (s *Service) DescribePrefixListAssociations(c *action.Call, in *api.DescribePrefixListAssociationsRequest) (*api.DescribePrefixListAssociationsResponse, error) {
	snap := s.DB.Snapshot()
	k, _, err := find(c, snap, in.PrefixListID)
	if err != nil {
		return nil, err
	}
	page, err := s.page(c, in.MaxResults, in.NextToken)
	if err != nil {
		return nil, err
	}
	rows, _, next := action.List(page, func(below ecs.Key) iter.Seq2[ecs.Key, *ecs.SecurityGroup] {
		return state.GroupsByPrefixList.Descend(snap, uint64(k), below)
	}, nil, state.GroupsByPrefixList.Count(snap, uint64(k)))
	out := &api.DescribePrefixListAssociationsResponse{NextToken: next}
	for _, r := range rows {
		out.PrefixListAssociations.PrefixListAssociation = append(out.PrefixListAssociations.PrefixListAssociation,
			api.DescribePrefixListAssociationsPrefixListAssociation{ResourceID: ecs.ID(ecs.KindSecurityGroup, r.Key), ResourceType: "securitygroup"})
	}
	return out, nil
}
