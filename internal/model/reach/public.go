package reach

import (
	"net/netip"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

// Which public address an interface has, and which interface is behind one, is
// known here alone: every further kind of public address is a line in both.

// publicOf is the public address that stands for an address of an interface.
func publicOf(v state.View, k ecs.Key, a netip.Addr) netip.Addr {
	for _, e := range state.EIPsByTarget.Ascend(v, uint64(k), 0) {
		if e.Work.Settled() && e.Private.Addr() == a {
			return e.Address.Addr()
		}
	}
	return netip.Addr{}
}

// public is the public address of an interface, the zero Addr for none.
func public(v state.View, k ecs.Key, n *ecs.NetworkInterface) netip.Addr {
	if i, ok := state.Instances.Get(v, n.Instance); ok && n.Primary {
		if i.PublicIP != 0 {
			return i.PublicIP.Addr()
		}
		for _, e := range state.EIPsByInstance.Ascend(v, uint64(n.Instance), 0) {
			if e.Work.Settled() {
				return e.Address.Addr()
			}
		}
	}
	return publicOf(v, k, n.IP.Addr())
}

// behind is the interface that a public address leads to, and the address of it
// that it stands for; 0: the primary one.
func behind(v state.View, a netip.Addr) (nic ecs.Key, private ecs.IPv4, ok bool) {
	ip, ok := ecs.ParseIPv4(a.String())
	if !ok || ip == 0 {
		return 0, 0, false
	}
	for _, i := range state.InstancesByPublicIP.Ascend(v, uint64(ip), 0) {
		return i.Interface, 0, true
	}
	for _, e := range state.EIPsByAddress.Ascend(v, uint64(ip), 0) {
		switch {
		case !e.Work.Settled():
		case e.TargetKind == ecs.EIPInterface && e.Target != 0:
			return e.Target, e.Private, true
		case e.TargetKind == ecs.EIPInstance && e.Target != 0:
			i, ok := state.Instances.Get(v, e.Target)
			return i.Interface, 0, ok
		}
	}
	return 0, 0, false
}

// translated is the address that a NAT gateway gives what an interface sends to
// the internet, and the SNAT entry that says so. The route table decides on the
// gateway; where it has no route to the internet any gateway of the VPC serves.
func translated(v state.View, n *ecs.NetworkInterface, to netip.Addr) (seen netip.Addr, entry ecs.Key, ok bool) {
	ip, ok := ecs.ParseIPv4(to.String())
	if !ok {
		return netip.Addr{}, 0, false
	}
	var bits int8 = -1
	use := func(gateway ecs.Key) {
		for k, e := range state.SNATEntriesByGateway.Ascend(v, uint64(gateway), 0) {
			if e.Work.Settled() && len(e.IPs) > 0 && e.Source.Contains(n.IP) && int8(e.Source.Bits) > bits {
				bits, seen, entry = int8(e.Source.Bits), e.IPs[0].Addr(), k
			}
		}
	}
	route, routed := network.Route(v, n.VSwitch, ip)
	switch {
	case routed && route.Hop.Type == ecs.HopNATGateway:
		use(route.Hop.Key)
	case !routed:
		for k := range state.NATGatewaysByVPC.Ascend(v, uint64(n.VPC), 0) {
			use(k)
		}
	}
	return seen, entry, entry != 0
}
