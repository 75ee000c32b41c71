package reach

import (
	"fmt"
	"net/netip"
	"slices"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// find finds what a name of an end stands for.
func find(v state.View, name string) (*end, error) {
	e := &end{name: name}
	if k, ok := ecs.ParseID(ecs.KindInstance, name); ok {
		i, ok := state.Instances.Get(v, k)
		if !ok || !e.attach(v, i.Interface) {
			return nil, fmt.Errorf("There is no instance %s.", name)
		}
		return e, nil
	}
	if k, ok := ecs.ParseID(ecs.KindNetworkInterface, name); ok {
		if !e.attach(v, k) {
			return nil, fmt.Errorf("There is no network interface %s.", name)
		}
		return e, nil
	}
	a, err := netip.ParseAddr(name)
	if err != nil || a.Zone() != "" {
		return nil, fmt.Errorf("%q is no identifier of an instance or a network interface, and no address.", name)
	}
	e.addr = a.Unmap()
	if k, private, ok := behind(v, e.addr); ok {
		public := e.addr
		if e.byPublic = e.attach(v, k); private != 0 {
			e.addr, e.public = private.Addr(), public
		}
	} else if k, ok := holder6(v, e.addr); ok {
		e.at(v, k)
	} else {
		e.gateway = gatewayOf(v, e.addr)
	}
	return e, nil
}

// at makes an interface the end, by an address that it has beside its primary one.
func (e *end) at(v state.View, k ecs.Key) {
	addr := e.addr
	if e.attach(v, k) && addr != e.addr {
		e.addr = addr
		e.public = publicOf(v, k, addr)
	}
}

// holder6 is the interface that has an IPv6 address; no two have one.
func holder6(v state.View, a netip.Addr) (ecs.Key, bool) {
	ip, ok := ecs.ParseIPv6(a.String())
	if !ok {
		return 0, false
	}
	for k, n := range state.InterfacesByIP6.Ascend(v, state.AddressKey6(ip), 0) {
		if slices.Contains(n.Rest().IPv6, ip) {
			return k, true
		}
	}
	for k, n := range state.InterfacesByIP6.Ascend(v, state.PrefixKey6(ip.Block6()), 0) {
		if slices.Contains(n.Rest().Prefixes6, ip.Block6()) {
			return k, true
		}
	}
	return 0, false
}

// prefer6 has an end that was named, not asked for by an address, use its first
// IPv6 address, if it has any.
func (e *end) prefer6() {
	if e.nic == nil || !e.addr.Is4() || e.name == e.addr.String() || e.byPublic {
		return
	}
	if six := e.nic.Rest().IPv6; len(six) > 0 {
		e.addr, e.public = six[0].Addr(), netip.Addr{}
	}
}

// attach makes an interface the end.
func (e *end) attach(v state.View, k ecs.Key) bool {
	n, ok := state.Interfaces.Get(v, k)
	if !ok {
		return false
	}
	e.nic, e.key, e.addr = n, k, n.IP.Addr()
	e.instance, _ = state.Instances.Get(v, n.Instance)
	e.public = public(v, k, n)
	return true
}

// locate finds the interface of a private address in the network of the other
// end.
func (e *end) locate(v state.View, other *end) {
	if e.nic != nil || other.nic == nil || other.byPublic {
		return
	}
	ip, ok := ecs.ParseIPv4(e.addr.String())
	if !ok {
		return
	}
	region := other.key.Region()
	for k, n := range state.InterfacesByIP.Ascend(v, state.AddressKey(region, other.nic.VPC, ip), 0) {
		has := n.IP == ip || slices.Contains(n.Rest().Secondary, ip)
		if has && n.VPC == other.nic.VPC && k.Region() == region { // the index may collide
			e.at(v, k)
			return
		}
	}
	if w := vswitchOf(v, other.nic.VPC, ip); w != 0 {
		for k, n := range state.InterfacesByVSwitch.Ascend(v, uint64(w), 0) {
			if slices.ContainsFunc(n.Rest().Prefixes, func(p ecs.Prefix) bool { return p.Contains(ip) }) {
				e.at(v, k)
				return
			}
		}
	}
}

// vswitchOf is the vSwitch of a VPC that an address is of; 0: of none.
func vswitchOf(v state.View, vpc ecs.Key, ip ecs.IPv4) ecs.Key {
	for k, w := range state.VSwitchesByVPC.Ascend(v, uint64(vpc), 0) {
		if w.Prefix.Contains(ip) {
			return k
		}
	}
	return 0
}

// network names the network of an end: its VPC, or a region's classic one.
func (e *end) network() string {
	if e.nic.VPC != 0 {
		return ecs.ID(ecs.KindVPC, e.nic.VPC)
	}
	return "the classic network"
}

// shares reports whether two ends reach each other by private addresses.
func (e *end) shares(o *end) bool {
	return e.nic != nil && o.nic != nil && !e.byPublic && !o.byPublic && e.nic.VPC == o.nic.VPC && e.key.Region() == o.key.Region()
}

// within reports whether an address lies in the network of an end.
func (e *end) within(v state.View, a netip.Addr) bool {
	if e.nic == nil {
		return false
	}
	ip, ok := ecs.ParseIPv4(a.String())
	if !ok {
		return within6(v, e.nic.VPC, a)
	}
	if e.nic.VPC == 0 {
		return (ecs.Prefix{Addr: 10 << 24, Bits: 8}).Contains(ip)
	}
	vpc, ok := state.VPCs.Get(v, e.nic.VPC)
	if !ok {
		return false
	}
	for _, p := range vpc.Secondary {
		if p.Contains(ip) {
			return true
		}
	}
	return vpc.Prefix.Contains(ip)
}

// foreign reports whether an address that is no interface's is not of the
// internet.
func (e *end) foreign() bool { return !e.addr.IsGlobalUnicast() || e.addr.IsPrivate() }

func within6(v state.View, vpc ecs.Key, a netip.Addr) bool {
	ip, ok := ecs.ParseIPv6(a.String())
	r, found := state.VPCs.Get(v, vpc)
	if !ok || !found {
		return false
	}
	return !r.Prefix6.IsZero() && r.Prefix6.Contains(ip) || slices.ContainsFunc(r.Secondary6, func(p ecs.Prefix6) bool { return p.Contains(ip) })
}
