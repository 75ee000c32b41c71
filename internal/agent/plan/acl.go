package plan

import (
	"net/netip"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

// acl adds what the network ACL of an interface's vSwitch says, as
// ecs.AllowedByACL does: it keeps no state, so each packet is judged, replies
// too, before connections are thought of. Within a vSwitch none is asked.
func (b *builder) acl(n *NIC, r *ecs.NetworkInterface) {
	acl := network.ACLOf(b.v, r.VSwitch)
	if acl == nil {
		return
	}
	w, _ := state.VSwitches.Get(b.v, r.VSwitch)
	within := Match{What: Source, Net: prefix(w.Prefix)}
	in := b.aclChain("acl_in_", r.VSwitch, []Match{{What: InNIC, Name: Uplink, Not: true}, within}, acl.Ingress, Source)
	within.What = Destination
	out := b.aclChain("acl_out_", r.VSwitch, []Match{within}, acl.Egress, Destination)
	b.aclIn = append(b.aclIn, Element{NIC: n.Name, Chain: in})
	b.aclOut = append(b.aclOut, Element{NIC: n.Name, Chain: out})
}

func (b *builder) aclChain(name string, vswitch ecs.Key, within []Match, list []ecs.ACLEntry, peer What) string {
	name += base36(vswitch)
	if _, ok := b.chains[name]; ok {
		return name
	}
	c := Chain{Name: name, Rules: []Rule{{within, Verdict{Op: Accept}}}}
	for i := range list {
		e := &list[i]
		p, err := netip.ParsePrefix(e.CIDR)
		if err != nil || !p.Addr().Is4() {
			continue // one of IPv6 says nothing here
		}
		r := Rule{Then: pass(!e.Drop)}
		if p.Bits() > 0 {
			r.Match = append(r.Match, Match{What: peer, Net: p.Masked()})
		}
		if e.Protocol != ecs.ProtocolAll {
			r.Match = append(r.Match, Match{What: Proto, Protocol: e.Protocol})
		}
		if e.Protocol.HasPorts() && e.From >= 0 {
			r.Match = append(r.Match, Match{What: DPort, Ports: [2]uint16{uint16(e.From), uint16(e.To)}})
		}
		c.Rules = append(c.Rules, r)
	}
	c.Rules = append(c.Rules, Rule{Then: Verdict{Op: Drop}})
	b.chains[name] = c
	return name
}
