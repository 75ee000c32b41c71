package securitygroup

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

// findPrefixList finds the prefix list of a permission: it is the caller's own,
// and of the family of the other addresses in the rule.
func (r *reader) findPrefixList(p *permission, out *ecs.Rule) (ecs.Key, error) {
	k, l, ok := network.PrefixList(r.v, r.c.Caller.Account, r.key.Region(), p.prefixList)
	if !ok {
		return 0, noPrefixList()
	}
	v4, v6 := byFamily(out.Local)
	if l.IPv6 && (v4 != "" || out.Protocol == ecs.ProtocolICMP) || !l.IPv6 && (v6 != "" || out.Protocol == ecs.ProtocolICMPv6) {
		return 0, api.Errorf(api.CodeInvalidParamPrefixListAddressFamilyMismatch, "The address family of the specified prefix list does not match the rule.")
	}
	return k, nil
}

func noPrefixList() error {
	return api.Errorf(api.CodeInvalidPrefixListIdNotFound, "The specified prefix list was not found.").WithStatus(404)
}

// portRangeList finds a port-range list of the caller's.
func (r *reader) portRangeList(id string) (ecs.Key, error) {
	k, _, ok := network.PortRangeList(r.v, r.c.Caller.Account, r.key.Region(), id)
	if !ok {
		return 0, noPortRangeList()
	}
	return k, nil
}

func noPortRangeList() error {
	return api.Errorf(api.CodeInvalidPortRangeListIdNotFound, "The specified port range list was not found.")
}

// listFamily is the address family of a prefix list.
func (r *reader) listFamily(k ecs.Key) string {
	if l, ok := state.PrefixLists.Get(r.v, k); ok {
		return l.AddressFamily()
	}
	return ""
}

// countRules is how many rules count towards the limit of a group. A rule that
// names a prefix list counts for as many as the list may have entries.
func countRules(v state.View, rules []ecs.Rule) (n int) {
	for i := range rules {
		n++
		if l, ok := state.PrefixLists.Get(v, rules[i].PrefixList); ok {
			n += int(l.MaxEntries) - 1
		}
	}
	return n
}
