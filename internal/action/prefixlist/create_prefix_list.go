package prefixlist

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

var _ = action.Handle(&actions, "CreatePrefixList", (*Service).CreatePrefixList)

// CreatePrefixList makes a prefix list. Its address family and the number of
// entries that it may have stay.
func (s *Service) CreatePrefixList(c *action.Call, in *api.CreatePrefixListRequest) (*api.CreatePrefixListResponse, error) {
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
			if state.PrefixListsByAccount.Count(tx, state.Scope(list.Account, c.RegionCode())) >= ecs.MaxPrefixLists {
				return 0, api.Errorf(api.CodeLimitExceedPrefixListPerRegion, "The number of prefix lists in the region exceeds the limit.")
			}
			group, ok := resource.Group(tx, list.Account, in.ResourceGroupID)
			if !ok {
				return 0, api.Errorf(api.CodeInvalidResourceGroupNotFound, "The specified resource group is not found.")
			}
			next := *list
			next.ResourceGroup, next.Tags = group, tag.Store(tx, in.Tag)
			k := tx.NewKey(c.RegionCode())
			state.PrefixLists.Put(tx, k, &next)
			return k, nil
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	return &api.CreatePrefixListResponse{PrefixListID: ecs.ID(ecs.KindPrefixList, made)}, nil
}

func newList(c *action.Call, in *api.CreatePrefixListRequest) (*ecs.PrefixList, error) {
	ipv6, ok := ecs.ParseAddressFamily(in.AddressFamily)
	if !ok {
		return nil, api.Errorf(api.CodeInvalidParameterAddressFamily, "The parameter AddressFamily should be IPv4 or IPv6.")
	}
	if *in.MaxEntries < 1 || *in.MaxEntries > ecs.MaxPrefixEntries {
		return nil, action.Invalid("MaxEntries")
	}
	if err := texts(in.PrefixListName, in.Description); err != nil {
		return nil, err
	}
	if err := tag.Check(in.Tag); err != nil {
		return nil, err
	}
	if len(in.Entry) > ecs.MaxPrefixEntries {
		return nil, tooManyAtOnce()
	}
	if len(in.Entry) > *in.MaxEntries {
		return nil, tooMany()
	}
	list := &ecs.PrefixList{
		Account: c.Caller.Account, Name: strings.Clone(in.PrefixListName), Description: strings.Clone(in.Description),
		IPv6: ipv6, MaxEntries: uint16(*in.MaxEntries), Created: c.Now.Unix(),
	}
	for _, e := range in.Entry {
		made, err := entry(e.Cidr, e.Description, ipv6)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(list.Entries, func(o ecs.PrefixEntry) bool { return o.CIDR == made.CIDR }) {
			return nil, duplicated(e.Cidr)
		}
		made.Description = strings.Clone(made.Description)
		list.Entries = append(list.Entries, made)
	}
	return list, nil
}
