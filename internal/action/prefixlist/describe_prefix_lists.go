package prefixlist

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/resource"
	"github.com/openecs/openecs/internal/model/tag"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DescribePrefixLists", (*Service).DescribePrefixLists)

const maxIDs = 100 // of one request

// DescribePrefixLists lists prefix lists without their entries, newest first.
func (s *Service) DescribePrefixLists(c *action.Call, in *api.DescribePrefixListsRequest) (*api.DescribePrefixListsResponse, error) {
	snap := s.DB.Snapshot()
	f := action.NewFilter(c, snap, state.PrefixLists, account, state.PrefixListsByAccount)
	if len(in.PrefixListID) > maxIDs {
		return nil, api.Errorf(api.CodeLimitExceedPrefixListId, "The specified number of PrefixListId exceeds the limit.")
	}
	if len(in.PrefixListID) > 0 {
		f.IDList(c, ecs.KindPrefixList, in.PrefixListID)
	}
	if in.AddressFamily != "" {
		ipv6, ok := ecs.ParseAddressFamily(in.AddressFamily)
		if !ok {
			return nil, action.Invalid("AddressFamily")
		}
		f.Require(func(_ ecs.Key, r *ecs.PrefixList) bool { return r.IPv6 == ipv6 })
	}
	f.Name(in.PrefixListName, func(_ ecs.Key, r *ecs.PrefixList) string { return r.Name })
	group := resource.NewGroupFilter(snap, c.Caller.Account, in.ResourceGroupID)
	if group.Given() {
		if key, ok := group.Key(); ok {
			f.Index(state.PrefixListsByResourceGroup, key)
		}
		f.Require(func(_ ecs.Key, r *ecs.PrefixList) bool { return group.Match(r.ResourceGroup) })
	}
	if err := f.Tags(c, in.Tag, state.PrefixListsByTag, func(r *ecs.PrefixList) []ecs.Tag { return r.Tags }); err != nil {
		return nil, err
	}
	page, err := s.page(c, in.MaxResults, in.NextToken)
	if err != nil {
		return nil, err
	}
	rows, _, next := f.List(page)
	out := &api.DescribePrefixListsResponse{NextToken: next}
	out.PrefixLists.PrefixList = make([]api.DescribePrefixListsPrefixList, len(rows))
	for i, r := range rows {
		o := &out.PrefixLists.PrefixList[i]
		o.PrefixListID, o.PrefixListName, o.Description = ecs.ID(ecs.KindPrefixList, r.Key), r.Record.Name, r.Record.Description
		o.AddressFamily, o.MaxEntries, o.CreationTime = r.Record.AddressFamily(), int(r.Record.MaxEntries), ecs.Minute(r.Record.Created)
		o.AssociationCount = state.GroupsByPrefixList.Count(snap, uint64(r.Key))
		o.ResourceGroupID, o.Tags.Tag = snap.Str(r.Record.ResourceGroup), tag.Show(snap, r.Record.Tags)
	}
	return out, nil
}
