package portrangelist

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/resource"
	"github.com/openecs/openecs/internal/model/tag"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DescribePortRangeLists", (*Service).DescribePortRangeLists)

const maxIDs = 100 // of one request

// DescribePortRangeLists lists port-range lists without their entries, newest first.
func (s *Service) DescribePortRangeLists(c *action.Call, in *api.DescribePortRangeListsRequest) (*api.DescribePortRangeListsResponse, error) {
	snap := s.DB.Snapshot()
	f := action.NewFilter(c, snap, state.PortRangeLists, account, state.PortRangeListsByAccount)
	if len(in.PortRangeListID) > maxIDs {
		return nil, api.Errorf(api.CodeLimitExceedPortRangeListId, "The specified number of PortRangeListId exceeds the limit.")
	}
	if len(in.PortRangeListID) > 0 {
		f.IDList(c, ecs.KindPortRangeList, in.PortRangeListID)
	}
	f.Name(in.PortRangeListName, func(_ ecs.Key, r *ecs.PortRangeList) string { return r.Name })
	group := resource.NewGroupFilter(snap, c.Caller.Account, in.ResourceGroupID)
	if group.Given() {
		if key, ok := group.Key(); ok {
			f.Index(state.PortRangeListsByResourceGroup, key)
		}
		f.Require(func(_ ecs.Key, r *ecs.PortRangeList) bool { return group.Match(r.ResourceGroup) })
	}
	if err := f.Tags(c, in.Tag, state.PortRangeListsByTag, func(r *ecs.PortRangeList) []ecs.Tag { return r.Tags }); err != nil {
		return nil, err
	}
	page, err := s.page(c, in.MaxResults, in.NextToken)
	if err != nil {
		return nil, err
	}
	rows, _, next := f.List(page)
	out := &api.DescribePortRangeListsResponse{NextToken: next}
	out.PortRangeLists = make([]api.DescribePortRangeListsPortRangeLists, len(rows))
	for i, r := range rows {
		o := &out.PortRangeLists[i]
		o.PortRangeListID, o.PortRangeListName, o.Description = ecs.ID(ecs.KindPortRangeList, r.Key), r.Record.Name, r.Record.Description
		o.MaxEntries, o.CreationTime = int(r.Record.MaxEntries), ecs.Minute(r.Record.Created)
		o.AssociationCount = state.GroupsByPortRangeList.Count(snap, uint64(r.Key))
		o.ResourceGroupID, o.Tags = snap.Str(r.Record.ResourceGroup), tag.Show(snap, r.Record.Tags)
	}
	return out, nil
}
