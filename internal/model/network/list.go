package network

import (
	"net/netip"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// PrefixList is the prefix list that an identifier names, if the account has it
// in the region.
func PrefixList(v state.View, account uint64, region uint8, id string) (ecs.Key, *ecs.PrefixList, bool) {
	k, ok := ecs.ParseID(ecs.KindPrefixList, id)
	if !ok || k.Region() != region {
		return 0, nil, false
	}
	r, ok := state.PrefixLists.Get(v, k)
	if !ok || r.Account != account {
		return 0, nil, false
	}
	return k, r, true
}

// PortRangeList is the port-range list that an identifier names, if the account
// has it in the region.
func PortRangeList(v state.View, account uint64, region uint8, id string) (ecs.Key, *ecs.PortRangeList, bool) {
	k, ok := ecs.ParseID(ecs.KindPortRangeList, id)
	if !ok || k.Region() != region {
		return 0, nil, false
	}
	r, ok := state.PortRangeLists.Get(v, k)
	if !ok || r.Account != account {
		return 0, nil, false
	}
	return k, r, true
}

// Lists is the lists of a view, as package firewall asks for them.
type Lists struct{ View state.View }

// Prefixes is the networks of a prefix list; none of one that is not there.
func (l Lists) Prefixes(prefixList ecs.Key) []netip.Prefix {
	r, ok := state.PrefixLists.Get(l.View, prefixList)
	if !ok {
		return nil
	}
	return r.Prefixes()
}

// Ports is the ranges of a port-range list, first and last port of each; none of
// one that is not there.
func (l Lists) Ports(portRangeList ecs.Key) [][2]uint16 {
	r, ok := state.PortRangeLists.Get(l.View, portRangeList)
	if !ok {
		return nil
	}
	return r.Ports()
}
