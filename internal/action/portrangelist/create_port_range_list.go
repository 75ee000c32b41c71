package portrangelist

import (
	"slices"
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/resource"
	"github.com/openecs/openecs/internal/model/tag"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "CreatePortRangeList", (*Service).CreatePortRangeList)

// CreatePortRangeList makes a port-range list. The number of entries that it may
// have stays.
func (s *Service) CreatePortRangeList(c *action.Call, in *api.CreatePortRangeListRequest) (*api.CreatePortRangeListResponse, error) {
	once, err := c.Once(in.ClientToken, nil)
	if err != nil {
		return nil, err
	}
	list, err := newList(c, in)
	if err != nil {
		return nil, err
	}
	var made ecs.Key
	err = s.DB.Update(c.Context, func(tx *state.Tx) error {
		made, err = once.DoOne(tx, func() (ecs.Key, error) {
			if state.PortRangeListsByAccount.Count(tx, state.Scope(list.Account, c.RegionCode())) >= ecs.MaxPortRangeLists {
				return 0, api.Errorf(api.CodeInvalidOperationMaxCountExceed, "The number of port range list in the current account has exceeded quota.")
			}
			group, ok := resource.Group(tx, list.Account, in.ResourceGroupID)
			if !ok {
				return 0, api.Errorf(api.CodeInvalidResourceGroupNotFound, "The specified resource group is not found.")
			}
			next := *list
			next.ResourceGroup, next.Tags = group, tag.Store(tx, in.Tag)
			k := tx.NewKey(c.RegionCode())
			state.PortRangeLists.Put(tx, k, &next)
			return k, nil
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	return &api.CreatePortRangeListResponse{PortRangeListID: ecs.ID(ecs.KindPortRangeList, made)}, nil
}

func newList(c *action.Call, in *api.CreatePortRangeListRequest) (*ecs.PortRangeList, error) {
	if *in.MaxEntries < 1 || *in.MaxEntries > ecs.MaxPortRangeEntries {
		return nil, api.Errorf(api.CodeInvalidOperationMaxEntriesCountExceed, "The specified MaxEntries exceeded the upper limit.")
	}
	if err := texts(in.PortRangeListName, in.Description); err != nil {
		return nil, err
	}
	if err := tag.Check(in.Tag); err != nil {
		return nil, err
	}
	if len(in.Entry) > maxEntries {
		return nil, tooManyAtOnce()
	}
	if len(in.Entry) > *in.MaxEntries {
		return nil, api.Errorf(api.CodeInvalidOperationEntryCountExceedMaxEntries, "The number of entries in the port list exceeds MaxEntries.")
	}
	list := &ecs.PortRangeList{
		Account: c.Caller.Account, Name: strings.Clone(in.PortRangeListName), Description: strings.Clone(in.Description),
		MaxEntries: uint16(*in.MaxEntries), Created: c.Now.Unix(),
	}
	for _, e := range in.Entry {
		made, err := entry(e.PortRange, e.Description)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(list.Entries, func(o ecs.PortEntry) bool { return same(o, made) }) {
			return nil, duplicated()
		}
		made.Description = strings.Clone(made.Description)
		list.Entries = append(list.Entries, made)
	}
	return list, nil
}
