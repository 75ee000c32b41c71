package firewall

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"

	"github.com/openecs/openecs/internal/ecs"
)

// Group is a security group made ready for matching. It does not change.
type Group struct {
	Key ecs.Key

	enterprise      bool
	inner           bool // members reach each other
	ingress, egress rules
}

func (g *Group) rules(egress bool) *rules {
	if egress {
		return &g.egress
	}
	return &g.ingress
}

// Lists are the lists that rules name. One that is not there is empty: its
// rules match nothing.
type Lists interface {
	Prefixes(prefixList ecs.Key) []netip.Prefix
	Ports(portRangeList ecs.Key) [][2]uint16 // first and last port
}

// Compile makes a group ready for matching; it costs some microseconds for each
// hundred rules. The record must not change from then on. Lists may be nil if no
// rule names one.
func Compile(k ecs.Key, g *ecs.SecurityGroup, lists Lists) *Group {
	out := &Group{Key: k, enterprise: g.Enterprise, inner: !g.Enterprise && !g.InnerDrop}
	out.ingress, out.egress = compileAll(g.Rules, false, lists), compileAll(g.Rules, true, lists)
	return out
}

// compileAll makes the rules of one direction ready and puts them in order.
func compileAll(list []ecs.Rule, egress bool, lists Lists) rules {
	n := 0
	for i := range list {
		if list[i].Egress == egress {
			n++
		}
	}
	out := rules{keys: make([]key, 0, n), entries: make([]entry, 0, n)}
	for i := range list {
		if list[i].Egress != egress {
			continue
		}
		if e, ok := compile(&list[i], lists); ok {
			out.entries = append(out.entries, e)
		}
	}
	slices.SortStableFunc(out.entries, func(a, b entry) int { return cmp.Compare(a.rank, b.rank) })
	for i := range out.entries {
		out.keys = append(out.keys, out.entries[i].key())
	}
	return out
}

// entry is a rule as it is matched.
type entry struct {
	kinds       uint32
	rank        uint16 // priority, and of equal ones what drops first
	ports       span
	sourcePorts span
	peer, local network
	group       ecs.Key   // the peer is a member of it
	peers       []network // in order; the peer is in one of them
	portList    []span    // in order; the port is in one of them
	rule        *ecs.Rule
}

const noRank = ^uint16(0)

func (e *entry) key() key {
	k := key{kinds: e.kinds, from: e.ports.from, width: e.ports.to - e.ports.from}
	if !strings.Contains(e.rule.Peer, ":") {
		k.peer, k.mask = uint32(e.peer.addr.lo), uint32(e.peer.mask.lo)
	}
	return k
}

func (e *entry) drop() bool { return e.rank&1 == 0 }

// compile makes an entry of a rule. A rule that names an address that is none
// matches nothing: no action stores one.
func compile(r *ecs.Rule, lists Lists) (e entry, ok bool) {
	var list []netip.Prefix
	if r.PrefixList != 0 {
		list = lists.Prefixes(r.PrefixList)
	}
	e = entry{kinds: kinds(r, list), rank: uint16(r.Priority) << 1, ports: anyPort, sourcePorts: anyPort, group: r.PeerGroup, rule: r}
	if !r.Drop {
		e.rank |= 1
	}
	if r.From > 0 {
		e.ports = span{uint16(r.From), uint16(r.To)}
	}
	if s := r.SourcePorts; s[0] > 1 || s[0] == 1 && s[1] != 65535 {
		e.sourcePorts = span{uint16(s[0]), uint16(s[1])}
	}
	if e.local, ok = parse(r.Local); !ok {
		return e, false
	}
	if e.peer, ok = parse(r.Peer); !ok {
		return e, false
	}
	if r.PrefixList != 0 {
		if e.peers = merge(networks(list)); len(e.peers) == 0 {
			return e, false
		}
	}
	if r.PortList != 0 {
		if e.portList = spans(lists.Ports(r.PortList)); len(e.portList) == 0 {
			return e, false
		}
	}
	return e, true
}

// kinds has a bit for each protocol, card and address family that a rule is
// about.
func kinds(r *ecs.Rule, list []netip.Prefix) (set uint32) {
	v4, v6 := !ipv6(r.Peer, r.Local), !ipv4(r.Peer, r.Local)
	if r.PrefixList != 0 {
		v4 = v4 && slices.ContainsFunc(list, func(p netip.Prefix) bool { return p.Addr().Is4() })
		v6 = v6 && slices.ContainsFunc(list, func(p netip.Prefix) bool { return p.Addr().Is6() })
	}
	for p := ecs.ProtocolTCP; p <= ecs.ProtocolGRE; p++ {
		if r.Protocol != ecs.ProtocolAll && r.Protocol != p {
			continue
		}
		if v4 {
			set |= kind(p, r.NIC, false)
		}
		if v6 {
			set |= kind(p, r.NIC, true)
		}
	}
	return set
}

func ipv4(cidrs ...string) bool {
	return slices.ContainsFunc(cidrs, func(s string) bool { return s != "" && !strings.Contains(s, ":") })
}

func ipv6(cidrs ...string) bool {
	return slices.ContainsFunc(cidrs, func(s string) bool { return strings.Contains(s, ":") })
}

func kind(p ecs.Protocol, nic ecs.NICType, v6 bool) uint32 {
	bit := uint32(1) << (8*uint32(nic) + uint32(p))
	if v6 {
		bit <<= 16
	}
	return bit
}
