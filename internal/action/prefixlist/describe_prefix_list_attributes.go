package prefixlist

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
)

var _ = action.Handle(&actions, "DescribePrefixListAttributes", (*Service).DescribePrefixListAttributes)

// DescribePrefixListAttributes shows a prefix list with its entries.
func (s *Service) DescribePrefixListAttributes(c *action.Call, in *api.DescribePrefixListAttributesRequest) (*api.DescribePrefixListAttributesResponse, error) {
	k, r, err := find(c, s.DB.Snapshot(), in.PrefixListID)
	if err != nil {
		return nil, err
	}
	out := &api.DescribePrefixListAttributesResponse{
		PrefixListID: ecs.ID(ecs.KindPrefixList, k), PrefixListName: r.Name, Description: r.Description,
		AddressFamily: r.AddressFamily(), MaxEntries: int(r.MaxEntries), CreationTime: ecs.Minute(r.Created),
	}
	out.Entries.Entry = make([]api.DescribePrefixListAttributesEntry, len(r.Entries))
	for i, e := range r.Entries {
		out.Entries.Entry[i] = api.DescribePrefixListAttributesEntry{Cidr: e.CIDR, Description: e.Description}
	}
	return out, nil
}
