package plan_test

import (
	"net/netip"
	"slices"

	"github.com/openecs/openecs/internal/agent/plan"
	"github.com/openecs/openecs/internal/ecs"
)

// packet is the first of a connection as it passes a namespace.
type packet struct {
	in, out      string
	mac          string
	src, dst     netip.Addr
	protocol     ecs.Protocol
	sport, dport uint16
	translated   bool
}

// forwarded carries a table out as the kernel does: whether the packet passes
// from one interface to another.
func forwarded(t *plan.Table, p packet) bool {
	for _, hook := range []plan.Hook{plan.Prerouting, plan.ACLEgress, plan.ACLIngress, plan.Egress, plan.Ingress} {
		for i := range t.Chains {
			if c := &t.Chains[i]; c.Hook == hook && !passes(t, c, &p) {
				return false
			}
		}
	}
	return true
}

func passes(t *plan.Table, c *plan.Chain, p *packet) bool {
	for _, r := range c.Rules {
		if !slices.ContainsFunc(r.Match, func(m plan.Match) bool { return fits(t, m, p) == m.Not }) {
			switch r.Then.Op {
			case plan.Accept:
				return true
			case plan.Drop:
				return false
			case plan.InChain, plan.OutChain:
				nic := p.in
				if r.Then.Op == plan.OutChain {
					nic = p.out
				}
				for _, e := range set(t, r.Then.Set).Elements {
					if e.NIC == nic {
						for i := range t.Chains {
							if t.Chains[i].Name == e.Chain {
								return passes(t, &t.Chains[i], p) // these end in a verdict
							}
						}
						panic("no chain " + e.Chain)
					}
				}
			}
		}
	}
	return !c.Drop
}

func set(t *plan.Table, name string) *plan.Set {
	for i := range t.Sets {
		if t.Sets[i].Name == name {
			return &t.Sets[i]
		}
	}
	panic("no set " + name)
}

func fits(t *plan.Table, m plan.Match, p *packet) bool {
	in := func(f func(e plan.Element) bool) bool { return slices.ContainsFunc(set(t, m.Name).Elements, f) }
	span := func(s [2]uint16, port uint16) bool { return s[0] <= port && port <= s[1] }
	addr := func(a netip.Addr) func(plan.Element) bool {
		return func(e plan.Element) bool { return e.Addr == a || e.Net.IsValid() && e.Net.Contains(a) }
	}
	switch m.What {
	case plan.Established, plan.Invalid:
		return false
	case plan.Translated:
		return p.translated
	case plan.InNIC:
		return p.in == m.Name
	case plan.OutNIC:
		return p.out == m.Name
	case plan.Owner:
		return in(func(e plan.Element) bool { return e.NIC == p.in && e.MAC == p.mac && e.Addr == p.src })
	case plan.Source:
		return m.Net.Contains(p.src)
	case plan.Destination:
		return m.Net.Contains(p.dst)
	case plan.SourceIn:
		return in(addr(p.src))
	case plan.DestinationIn:
		return in(addr(p.dst))
	case plan.Proto:
		return p.protocol == m.Protocol
	case plan.HasPorts:
		return p.protocol.HasPorts()
	case plan.SPort:
		return p.protocol.HasPorts() && span(m.Ports, p.sport)
	case plan.DPort:
		return p.protocol.HasPorts() && span(m.Ports, p.dport)
	case plan.SPortIn:
		return in(func(e plan.Element) bool { return span(e.Ports, p.sport) })
	case plan.DPortIn:
		return in(func(e plan.Element) bool { return span(e.Ports, p.dport) })
	}
	panic("an unknown match")
}
