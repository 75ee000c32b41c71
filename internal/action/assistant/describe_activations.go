package assistant

import (
	"iter"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/resource"
	"github.com/openecs/openecs/internal/model/tag"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DescribeActivations", (*Service).DescribeActivations)

// DescribeActivations lists activations without their codes, newest first. No
// instance has registered with any.
func (s *Service) DescribeActivations(c *action.Call, in *api.DescribeActivationsRequest) (*api.DescribeActivationsResponse, error) {
	if err := checkTags(in.Tag); err != nil {
		return nil, err
	}
	page, err := s.page(c, in.PageNumber, in.PageSize, in.MaxResults, in.NextToken)
	if err != nil {
		return nil, err
	}
	snap := s.DB.Snapshot()
	tags, group := tag.NewFilter(snap, in.Tag), resource.NewGroupFilter(snap, c.Caller.Account, in.ResourceGroupID)
	rows, total, next := action.List(page, func(below ecs.Key) iter.Seq2[ecs.Key, *ecs.Activation] {
		if key, ok := tags.Key(c.Caller.Account, c.RegionCode()); ok {
			return state.ActivationsByTag.Descend(snap, key, below)
		}
		return state.ActivationsByAccount.Descend(snap, state.Scope(c.Caller.Account, c.RegionCode()), below)
	}, func(k ecs.Key, r *ecs.Activation) bool {
		return r.Account == c.Caller.Account && k.Region() == c.RegionCode() && tags.Match(r.Tags) && matchName(in.InstanceName, r.Name) &&
			(in.ActivationID == "" || in.ActivationID == ecs.ActivationID(k)) && (!group.Given() || group.Match(r.ResourceGroup))
	}, -1)
	out := &api.DescribeActivationsResponse{PageNumber: int64(page.Number), PageSize: int64(page.Size), TotalCount: int64(total), NextToken: next}
	for _, row := range rows {
		r := row.Record
		out.ActivationList = append(out.ActivationList, api.DescribeActivationsActivationList{
			ActivationID: ecs.ActivationID(row.Key), CreationTime: ecs.Second(r.Created), Description: r.Description, Disabled: r.Disabled,
			InstanceCount: int(r.Instances), InstanceName: r.Name, IPAddressRange: r.Range, ResourceGroupID: snap.Str(r.ResourceGroup),
			Tags: tag.Show(snap, r.Tags), TimeToLiveInHours: r.Hours,
		})
	}
	return out, nil
}
