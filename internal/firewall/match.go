package firewall

import (
	"cmp"
	"encoding/binary"
	"net/netip"
	"slices"
	"sort"
)

// packet is a connection as one end's rules see it.
type packet struct {
	kind             uint32
	port, sourcePort uint16
	peer, local      address
	far              *End
	private          bool
}

// rules are the entries of one direction in order. What most of them fail by
// stands apart and close together: a look at 200 rules reads some 3 kB.
type rules struct {
	keys    []key
	entries []entry
}

// key is the beginning of a match: a packet that fails it fails the entry.
type key struct {
	kinds       uint32
	peer, mask  uint32 // of the end of an IPv4 address; no mask for IPv6
	from, width uint16 // ports
}

// first finds the first entry that matches, if it comes before a rank.
func (r *rules) first(p *packet, before uint16) *entry {
	peer := uint32(p.peer.lo)
	for i := range r.keys {
		k := &r.keys[i]
		if k.kinds&p.kind == 0 || (k.peer^peer)&k.mask != 0 || p.port-k.from > k.width {
			continue
		}
		e := &r.entries[i]
		if e.rank >= before {
			return nil
		}
		if e.match(p) {
			return e
		}
	}
	return nil
}

// match asks what the key leaves open.
func (e *entry) match(p *packet) bool {
	return e.peer.has(p.peer) && e.local.has(p.local) && e.sourcePorts.has(p.sourcePort) &&
		(e.group == 0 || p.private && p.far.in(e.group)) &&
		(e.peers == nil || within(e.peers, p.peer)) &&
		(e.portList == nil || listed(e.portList, p.port))
}

// span is ports from the first to the last.
type span struct{ from, to uint16 }

// anyPort has port 0 too, which stands for none and for an unknown one.
var anyPort = span{0, 65535}

func (s span) has(p uint16) bool { return p-s.from <= s.to-s.from }

// spans is a list of ports in order, without overlaps.
func spans(list [][2]uint16) []span {
	all := make([]span, 0, len(list))
	for _, r := range list {
		if r[0] <= r[1] {
			all = append(all, span{r[0], r[1]})
		}
	}
	slices.SortFunc(all, func(a, b span) int { return cmp.Compare(a.from, b.from) })
	out := all[:0]
	for _, s := range all {
		if n := len(out); n > 0 && s.from <= out[n-1].to {
			out[n-1].to = max(out[n-1].to, s.to)
			continue
		}
		out = append(out, s)
	}
	return out
}

func listed(list []span, p uint16) bool {
	i := sort.Search(len(list), func(i int) bool { return list[i].to >= p })
	return i < len(list) && list[i].from <= p
}

// address is an address as a number, one of IPv4 as IPv6 maps it. What tells the
// families apart is the kind of a packet.
type address struct{ hi, lo uint64 }

func number(a netip.Addr) address {
	b := a.As16()
	return address{binary.BigEndian.Uint64(b[:8]), binary.BigEndian.Uint64(b[8:])}
}

// network is the addresses that agree with one under a mask. The zero network
// is all addresses of both families.
type network struct{ addr, mask address }

func (n *network) has(a address) bool {
	return (a.hi^n.addr.hi)&n.mask.hi|(a.lo^n.addr.lo)&n.mask.lo == 0
}

// parse reads a network of a rule; "" is any address.
func parse(cidr string) (network, bool) {
	if cidr == "" {
		return network{}, true
	}
	p, err := netip.ParsePrefix(cidr)
	if err != nil {
		return network{}, false
	}
	return newNetwork(p), true
}

func newNetwork(p netip.Prefix) network {
	bits := p.Bits()
	if p.Addr().Is4() {
		bits += 96
	}
	n := network{addr: number(p.Masked().Addr())}
	n.mask = address{ones(bits), ones(bits - 64)}
	return n
}

// ones has the first bits set, none or all of 64 beyond the ends.
func ones(bits int) uint64 {
	if bits <= 0 {
		return 0
	}
	return ^uint64(0) << max(0, 64-bits)
}

func networks(list []netip.Prefix) []network {
	out := make([]network, 0, len(list))
	for _, p := range list {
		if p.IsValid() {
			out = append(out, newNetwork(p))
		}
	}
	return out
}

// merge puts networks in order and leaves out those within others: networks
// either contain each other or share nothing.
func merge(list []network) []network {
	slices.SortFunc(list, func(a, b network) int {
		return cmp.Or(compare(a.addr, b.addr), compare(a.mask, b.mask))
	})
	out := list[:0]
	for _, n := range list {
		if len(out) == 0 || !out[len(out)-1].has(n.addr) {
			out = append(out, n)
		}
	}
	return out
}

func compare(a, b address) int { return cmp.Or(cmp.Compare(a.hi, b.hi), cmp.Compare(a.lo, b.lo)) }

// within finds the last network that does not begin after the address: no other
// can have it.
func within(list []network, a address) bool {
	i := sort.Search(len(list), func(i int) bool { return compare(list[i].addr, a) > 0 })
	return i > 0 && list[i-1].has(a)
}
