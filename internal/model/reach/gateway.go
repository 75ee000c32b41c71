package reach

import (
	"fmt"
	"net/netip"
	"slices"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

// gatewayOf is the NAT gateway that a public address is bound to; 0: to none.
func gatewayOf(v state.View, a netip.Addr) ecs.Key {
	ip, ok := ecs.ParseIPv4(a.String())
	if !ok || ip == 0 {
		return 0
	}
	_, e, ok := state.EIPsByAddress.First(v, uint64(ip))
	if !ok || e.TargetKind != ecs.EIPGateway || !e.Work.Settled() {
		return 0
	}
	return e.Target
}

// forward has a connection to an address of a NAT gateway go where the forward
// entry for its protocol and port leads.
func (c *connection) forward() {
	to := c.to
	outer, _ := ecs.ParseIPv4(to.addr.String())
	for k, e := range state.ForwardEntriesByGateway.Ascend(c.v, uint64(to.gateway), 0) {
		if to.gateway == 0 || !e.Work.Settled() || e.Outer != outer || !forwards(e, c.flow.Protocol, c.flow.Port) {
			continue
		}
		g, ok := state.NATGateways.Get(c.v, e.Gateway)
		if !ok {
			return
		}
		to.entry, to.addr = k, e.Inner.Addr()
		if !e.InnerPort.Any() {
			c.flow.Port += e.InnerPort.From - e.OuterPort.From
		}
		for nic, n := range state.InterfacesByIP.Ascend(c.v, state.AddressKey(to.gateway.Region(), g.VPC, e.Inner), 0) {
			if n.VPC == g.VPC && (n.IP == e.Inner || slices.Contains(n.Rest().Secondary, e.Inner)) {
				to.at(c.v, nic)
				to.byPublic, to.public = true, outer.Addr()
				return
			}
		}
		return
	}
}

func forwards(e *ecs.ForwardEntry, p ecs.Protocol, port uint16) bool {
	switch e.Protocol {
	case ecs.ForwardTCP:
		return p == ecs.ProtocolTCP && e.OuterPort.From <= port && port <= e.OuterPort.To
	case ecs.ForwardUDP:
		return p == ecs.ProtocolUDP && e.OuterPort.From <= port && port <= e.OuterPort.To
	}
	return true
}

// unforwarded says why what is sent to an address of a NAT gateway goes nowhere.
func (c *connection) unforwarded(name string) (Check, bool) {
	gateway := ecs.ID(ecs.KindNATGateway, c.to.gateway)
	if c.to.entry != 0 {
		return stop(name, ecs.ID(ecs.KindForwardEntry, c.to.entry), "A forward entry of %s leads to %s, which no network interface has.", gateway, c.to.addr)
	}
	return stop(name, gateway, "%s is an address of %s, which has no forward entry for this protocol and port.", c.to.addr, gateway)
}

// hop is the custom route to an instance, an interface or a HaVip that what one
// end sends to the other takes.
func (c *connection) hop(from, to *end) (ecs.Route, bool) {
	if from.nic == nil || from.nic.VPC == 0 {
		return ecs.Route{}, false
	}
	w, ok := state.VSwitches.Get(c.v, from.nic.VSwitch)
	if !ok {
		return ecs.Route{}, false
	}
	routes := network.Routes(c.v, network.TableOf(w), w.VPC, false)
	var r ecs.Route
	if ip, four := ecs.ParseIPv4(to.addr.String()); four {
		r, ok = ecs.RouteTo(routes, ip)
	} else if ip, six := ecs.ParseIPv6(to.addr.String()); six {
		r, ok = ecs.RouteTo6(routes, ip)
	}
	switch r.Hop.Type {
	case ecs.HopInstance, ecs.HopInterface, ecs.HopHaVip:
		return r, ok
	}
	return r, false
}

// through passes a connection that a custom route hands to a machine of ours,
// which has to run; what that does with it is its own affair.
func (c *connection) through(name string, r ecs.Route) (Check, bool) {
	by, id := ecs.ID(ecs.KindRouteEntry, r.Entry), r.Hop.ID()
	instance := r.Hop.Key
	switch r.Hop.Type {
	case ecs.HopInterface:
		n, _ := state.Interfaces.Get(c.v, r.Hop.Key)
		if n == nil || n.Instance == 0 {
			return stop(name, by, "The route %s leads to %s, which is attached to no instance.", r.Destination(), id)
		}
		instance = n.Instance
	case ecs.HopHaVip:
		h, _ := state.HaVips.Get(c.v, r.Hop.Key)
		if h == nil || len(h.Members) == 0 {
			return stop(name, by, "The route %s leads to %s, which has no members.", r.Destination(), id)
		}
		return pass(name, by, "The route %s leads to %s; what its members do with it is not known here.", r.Destination(), id)
	}
	if i, ok := state.Instances.Get(c.v, instance); !ok || i.Status() != ecs.Running {
		return stop(name, by, "The route %s leads to %s, which is not running.", r.Destination(), id)
	}
	return pass(name, by, "The route %s leads to %s; what that does with it is not known here.", r.Destination(), id)
}

// walled says why an end's VPC lets nothing through to the internet, "" if it
// does: its IPv4 gateway was deleted so, or is active and the route table of what
// sends does not lead to it.
func (c *connection) walled(e *end) (why, by string) {
	if e.nic == nil || e.nic.VPC == 0 {
		return "", ""
	}
	vpc := ecs.ID(ecs.KindVPC, e.nic.VPC)
	if r, ok := state.VPCs.Get(c.v, e.nic.VPC); ok && r.Private {
		return fmt.Sprintf("%s was left without the internet when its IPv4 gateway was deleted.", vpc), vpc
	}
	k, g, ok := state.IPv4GatewaysByVPC.First(c.v, uint64(e.nic.VPC))
	if !ok || !g.Active() {
		return "", ""
	}
	peer := c.to
	if e == c.to {
		peer = c.from
	}
	at, addr := e.nic.VSwitch, peer.addr
	if peer.public.IsValid() {
		addr = peer.public
	}
	to, _ := ecs.ParseIPv4(addr.String())
	first, routed := network.Route(c.v, at, to)
	gateway := e.gateway
	if routed && first.Hop.Type == ecs.HopNATGateway && !e.seen.IsValid() {
		gateway = first.Hop.Key
	}
	if n, ok := state.NATGateways.Get(c.v, gateway); ok { // what it sends on is sent from its vSwitch
		at = n.VSwitch
		first, routed = network.Route(c.v, at, to)
	}
	if routed && first.Hop == (ecs.NextHop{Type: ecs.HopIPv4Gateway, Key: k}) {
		return "", ""
	}
	return fmt.Sprintf("The IPv4 gateway of %s is active, and no route of %s leads to it for %s.", vpc, ecs.ID(ecs.KindVSwitch, at), addr), ecs.ID(ecs.KindIPv4Gateway, k)
}
