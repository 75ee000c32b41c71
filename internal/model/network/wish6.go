package network

import (
	"slices"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// Wish6 is a Wish of IPv6. There are so many addresses that no bitmap is kept of
// them: the rows tell what is taken, so that nothing is to be given back.
type Wish6 struct {
	IPs         []ecs.IPv6
	Count       int
	Prefixes    []ecs.Prefix6
	PrefixCount int
}

// Len is how much of what an instance type allows the wish takes. A prefix
// counts as one address.
func (w *Wish6) Len() int { return len(w.IPs) + w.Count + len(w.Prefixes) + w.PrefixCount }

// Grant is n with what is wished of its vSwitch's IPv6 network, and what it got;
// n is to be written before anything else is granted. Codes: 403
// InvalidVSwitch.Ipv6NotTurnOn where the vSwitch has no such network,
// InvalidVSwitchId.IpInvalid for what is not of it or reserved,
// InvalidIp.IpAssigned for what is taken, InvalidVSwitchId.IpNotEnough when no
// prefix is free.
func (w *Wish6) Grant(tx *state.Tx, prefix ecs.Prefix6, n *ecs.NetworkInterface) (*ecs.NetworkInterface, Wish6, error) {
	var got Wish6
	if w.Len() == 0 {
		return n, got, nil
	}
	if prefix.IsZero() {
		return nil, got, api.Errorf(api.CodeInvalidVSwitchIpv6NotTurnOn, "IPv6 is not turned on for the specified vSwitch.")
	}
	g := grant6{tx: tx, prefix: prefix, region: n.VSwitch.Region(), have: *n.Rest()}
	for _, ip := range w.IPs {
		switch {
		case !prefix.Contains(ip) || ip.Lo == 0: // the lowest is that of the routers (RFC 4291)
			return nil, got, api.Errorf(api.CodeInvalidVSwitchIdIpInvalid, "The specified IPv6 address %q is not in the CIDR block of the vSwitch or is reserved.", ip)
		case g.taken(ip):
			return nil, got, api.Errorf(api.CodeInvalidIpIpAssigned, "The specified IPv6 address %q is assigned.", ip)
		}
		g.add(&got, ip)
	}
	for range w.Count {
		g.add(&got, g.next())
	}
	for i := range len(w.Prefixes) + w.PrefixCount {
		var want ecs.Prefix6
		if i < len(w.Prefixes) {
			want = w.Prefixes[i]
		}
		p, err := g.block(want)
		if err != nil {
			return nil, got, err
		}
		got.Prefixes = append(got.Prefixes, p)
		g.have.Prefixes6 = append(slices.Clip(g.have.Prefixes6), p)
	}
	return n.Change(func(m *ecs.InterfaceMore) { m.IPv6, m.Prefixes6 = g.have.IPv6, g.have.Prefixes6 }), got, nil
}

// Revoke is n without what is named, which it has.
func (w *Wish6) Revoke(n *ecs.NetworkInterface) *ecs.NetworkInterface {
	return n.Change(func(m *ecs.InterfaceMore) {
		m.IPv6 = slices.DeleteFunc(slices.Clone(m.IPv6), func(ip ecs.IPv6) bool { return slices.Contains(w.IPs, ip) })
		m.Prefixes6 = slices.DeleteFunc(slices.Clone(m.Prefixes6), func(p ecs.Prefix6) bool { return slices.Contains(w.Prefixes, p) })
	})
}

// grant6 is one interface being given addresses: have is what it has already,
// what this grant gave among it.
type grant6 struct {
	tx     *state.Tx
	prefix ecs.Prefix6
	region uint8
	have   ecs.InterfaceMore
}

func (g *grant6) add(got *Wish6, ip ecs.IPv6) {
	got.IPs = append(got.IPs, ip)
	g.have.IPv6 = append(slices.Clip(g.have.IPv6), ip)
}

// spread is a number that looks like none before it: a new key, spread over 64
// bits by an odd factor, which takes different keys to different numbers.
func (g *grant6) spread() uint64 { return uint64(g.tx.NewKey(g.region)) * 0x9e3779b97f4a7c15 }

// next is an address that nothing has. As many are tried as have been named just
// so, or lie in prefixes.
func (g *grant6) next() ecs.IPv6 {
	for {
		if ip := (ecs.IPv6{Hi: g.prefix.Addr.Hi, Lo: g.spread()}); ip.Lo != 0 && !g.taken(ip) {
			return ip
		}
	}
}

// taken reports whether an interface has an address, or the block it is in.
func (g *grant6) taken(ip ecs.IPv6) bool {
	if slices.Contains(g.have.IPv6, ip) || slices.Contains(g.have.Prefixes6, ip.Block6()) {
		return true
	}
	for _, n := range state.InterfacesByIP6.Ascend(g.tx, state.AddressKey6(ip), 0) {
		if slices.Contains(n.Rest().IPv6, ip) {
			return true
		}
	}
	return g.assigned(ip.Block6())
}

// assigned reports whether a block is some interface's prefix.
func (g *grant6) assigned(p ecs.Prefix6) bool {
	for _, n := range state.InterfacesByIP6.Ascend(g.tx, state.PrefixKey6(p), 0) {
		if slices.Contains(n.Rest().Prefixes6, p) {
			return true
		}
	}
	return false
}

// blocked reports whether a block is not free: a prefix, or with an address in it
// that an interface has.
func (g *grant6) blocked(p ecs.Prefix6) bool {
	if slices.Contains(g.have.Prefixes6, p) || slices.ContainsFunc(g.have.IPv6, p.Contains) || g.assigned(p) {
		return true
	}
	for _, n := range state.InterfacesByBlock6.Ascend(g.tx, state.PrefixKey6(p), 0) {
		if slices.ContainsFunc(n.Rest().IPv6, p.Contains) {
			return true
		}
	}
	return false
}

// block is the block wanted, or any that is free. The first has the address of
// the routers.
func (g *grant6) block(want ecs.Prefix6) (ecs.Prefix6, error) {
	if !want.IsZero() {
		switch {
		case want.Bits != ecs.Prefix6Bits || !g.prefix.Covers(want) || want.Addr.Lo == 0:
			return want, api.Errorf(api.CodeInvalidVSwitchIdIpInvalid, "The specified prefix %q is not in the CIDR block of the vSwitch or is reserved.", want)
		case g.blocked(want):
			return want, api.Errorf(api.CodeInvalidIpIpAssigned, "The specified prefix %q holds addresses that are assigned.", want)
		}
		return want, nil
	}
	const shift = 128 - ecs.Prefix6Bits
	first := g.spread() >> shift
	for i := range uint64(1) << (ecs.Prefix6Bits - ecs.VSwitchBits6) {
		lo := (first + i) << shift
		if p := (ecs.IPv6{Hi: g.prefix.Addr.Hi, Lo: lo}).Block6(); lo != 0 && !g.blocked(p) {
			return p, nil
		}
	}
	return want, api.Errorf(api.CodeInvalidVSwitchIdIpNotEnough, "The vSwitch has no free IPv6 prefix.")
}
