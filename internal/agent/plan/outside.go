package plan

import (
	"net/netip"
	"slices"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

// outside adds the public addresses: those of interfaces and instances, which
// stand for a private one both ways, and those of NAT gateways.
func (b *builder) outside(nics []NIC) {
	if b.record.Private {
		return
	}
	owner := map[netip.Addr]bool{} // of private addresses on this host
	for i := range nics {
		for _, a := range nics[i].Addrs {
			owner[a] = true
		}
	}
	for i := range nics {
		b.interfacePublics(&nics[i])
	}
	has := map[netip.Addr]bool{}
	for _, e := range b.toOuter {
		has[e.Addr] = true
	}
	for i := range nics {
		n, _ := state.Interfaces.Get(b.v, nics[i].Key)
		for _, a := range nics[i].Addrs {
			if outer, ok := b.gatewaySource(n, a); ok && !has[a] {
				b.toOuter = append(b.toOuter, Element{Addr: a, To: outer})
			}
		}
	}
	for gateway := range state.NATGatewaysByVPC.Ascend(b.v, uint64(b.vpc), 0) {
		for _, e := range state.ForwardEntriesByGateway.Ascend(b.v, uint64(gateway), 0) {
			if owner[e.Inner.Addr()] && !e.Work.Doing(ecs.WorkDelete) && b.bound(e.Outer, gateway) {
				b.forwards = append(b.forwards, forward(e)...)
			}
		}
		for _, e := range state.EIPsByTarget.Ascend(b.v, uint64(gateway), 0) {
			if !e.Work.Doing(ecs.WorkDetach) {
				b.public(e.Address, e.Bandwidth, e.Bandwidth)
			}
		}
	}
	slices.SortFunc(b.publics, func(a, b Public) int { return a.Addr.Compare(b.Addr) })
	b.publics = slices.CompactFunc(b.publics, func(a, b Public) bool { return a.Addr == b.Addr })
}

func (b *builder) public(a ecs.IPv4, out, in int32) {
	b.publics = append(b.publics, Public{Addr: a.Addr(), Out: int(out), In: int(in)})
}

// interfacePublics adds the public addresses that an interface has of its own.
func (b *builder) interfacePublics(nic *NIC) {
	n, _ := state.Interfaces.Get(b.v, nic.Key)
	stands := func(outer ecs.IPv4, inner netip.Addr) {
		b.toInner = append(b.toInner, Element{Addr: outer.Addr(), To: inner})
		if !slices.ContainsFunc(b.toOuter, func(e Element) bool { return e.Addr == inner }) {
			b.toOuter = append(b.toOuter, Element{Addr: inner, To: outer.Addr()})
		}
	}
	i, _ := state.Instances.Get(b.v, n.Instance)
	if n.Primary && i.PublicIP != 0 && i.BandwidthOut > 0 {
		stands(i.PublicIP, n.IP.Addr())
		in := i.BandwidthIn
		if in <= 0 {
			in = max(10, i.BandwidthOut) // what the service gives where nothing is asked for
		}
		b.public(i.PublicIP, i.BandwidthOut, in)
	}
	add := func(e *ecs.EIP) {
		if e.Work.Doing(ecs.WorkDetach) {
			return
		}
		inner := n.IP.Addr()
		if e.Private != 0 {
			inner = e.Private.Addr()
		}
		if slices.Contains(nic.Addrs, inner) {
			stands(e.Address, inner)
			b.public(e.Address, e.Bandwidth, e.Bandwidth)
		}
	}
	if n.Primary {
		for _, e := range state.EIPsByTarget.Ascend(b.v, uint64(n.Instance), 0) {
			add(e)
		}
	}
	for _, e := range state.EIPsByTarget.Ascend(b.v, uint64(nic.Key), 0) {
		add(e)
	}
}

// anywhere is an address of the internet, to ask for the route that leads there.
const anywhere = ecs.IPv4(203<<24 | 113<<8 | 1)

// gatewaySource is the address that a NAT gateway gives what comes from an
// address: that of the narrowest SNAT entry of the gateway that the route to the
// internet names, or of any of the VPC where there is no route.
func (b *builder) gatewaySource(n *ecs.NetworkInterface, a netip.Addr) (outer netip.Addr, ok bool) {
	ip, _ := ecs.ParseIPv4(a.String())
	var bits int8 = -1
	use := func(gateway ecs.Key) {
		for _, e := range state.SNATEntriesByGateway.Ascend(b.v, uint64(gateway), 0) {
			if !e.Work.Doing(ecs.WorkDelete) && len(e.IPs) > 0 && e.Source.Contains(ip) && int8(e.Source.Bits) > bits && b.bound(e.IPs[0], gateway) {
				bits, outer, ok = int8(e.Source.Bits), e.IPs[0].Addr(), true
			}
		}
	}
	route, routed := network.Route(b.v, n.VSwitch, anywhere)
	switch {
	case routed && route.Hop.Type == ecs.HopNATGateway:
		use(route.Hop.Key)
	case !routed:
		for k := range state.NATGatewaysByVPC.Ascend(b.v, uint64(b.vpc), 0) {
			use(k)
		}
	}
	return outer, ok
}

// bound reports whether an elastic IP stands on a gateway.
func (b *builder) bound(a ecs.IPv4, gateway ecs.Key) bool {
	for _, e := range state.EIPsByAddress.Ascend(b.v, uint64(a), 0) {
		if e.Target == gateway && !e.Work.Doing(ecs.WorkDetach) {
			return true
		}
	}
	return false
}

// forward are the rules of a forward entry. The kernel picks any port of a range
// that it translates to, so ranges that are shifted are a rule for each port.
func forward(e *ecs.ForwardEntry) []Rule {
	match := []Match{{What: InNIC, Name: Uplink}, {What: Destination, Net: netip.PrefixFrom(e.Outer.Addr(), 32)}}
	switch e.Protocol {
	case ecs.ForwardTCP:
		match = append(match, Match{What: Proto, Protocol: ecs.ProtocolTCP})
	case ecs.ForwardUDP:
		match = append(match, Match{What: Proto, Protocol: ecs.ProtocolUDP})
	default:
		if !e.OuterPort.Any() {
			match = append(match, Match{What: HasPorts})
		}
	}
	rule := func(from, to, port uint16) Rule {
		r := Rule{Match: slices.Clone(match), Then: Verdict{Op: To, To: e.Inner.Addr(), Port: port}}
		if from != 0 {
			r.Match = append(r.Match, Match{What: DPort, Ports: [2]uint16{from, to}})
		}
		return r
	}
	o, i := e.OuterPort, e.InnerPort
	if i.Any() || o == i {
		return []Rule{rule(o.From, o.To, 0)}
	}
	out := make([]Rule, 0, int(o.To-o.From)+1)
	for n := range int(o.To-o.From) + 1 {
		port := o.From + uint16(n)
		out = append(out, rule(port, port, min(i.From+uint16(n), i.To)))
	}
	return out
}
