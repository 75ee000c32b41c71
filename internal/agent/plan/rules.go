package plan

import (
	"cmp"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/firewall"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

// builder builds the table of a VPC.
type builder struct {
	v        state.View
	firewall *network.Firewall
	vpc      ecs.Key
	record   *ecs.VPC
	sets     map[string]Set
	chains   map[string]Chain

	owners           []Element
	egress, ingress  []Element
	aclOut, aclIn    []Element
	toInner, toOuter []Element // from public to private addresses, and back
	forwards         []Rule
	publics          []Public
}

// nic adds what holds for an interface. Interfaces that are in the same groups
// share their chains, so that a rule is there once however many members have it.
func (b *builder) nic(n *NIC, r *ecs.NetworkInterface) {
	for _, a := range n.Addrs {
		b.owners = append(b.owners, Element{NIC: n.Name, MAC: n.MAC, Addr: a})
	}
	b.egress = append(b.egress, Element{NIC: n.Name, Chain: b.groups(r, true)})
	b.ingress = append(b.ingress, Element{NIC: n.Name, Chain: b.groups(r, false)})
	b.acl(n, r)
}

// groups is the chain of an interface's groups for one direction.
func (b *builder) groups(r *ecs.NetworkInterface, egress bool) string {
	keys := slices.Clone(r.Groups)
	slices.Sort(keys)
	names := make([]string, 0, len(keys)+1)
	for _, k := range keys {
		names = append(names, base36(k))
	}
	name := "in_" + strings.Join(names, "_")
	if egress {
		name = "out_" + strings.Join(names, "_")
	}
	if len(name) > 100 {
		name = name[:4] + hash(name)
	}
	if _, ok := b.chains[name]; ok {
		return name
	}
	groups := b.firewall.Groups(b.v, r)
	p := firewall.NewProgram(groups, egress)
	if len(groups) == 0 || len(groups) != len(r.Groups) {
		p = &firewall.Program{} // an interface whose groups are not all known lets nothing through
	}
	c := Chain{Name: name}
	for i := range p.Steps {
		if s := &p.Steps[i]; s.V4 {
			c.Rules = append(c.Rules, b.step(s, egress))
		}
	}
	c.Rules = append(c.Rules, Rule{Then: pass(p.Pass)})
	b.chains[name] = c
	return name
}

func pass(p bool) Verdict {
	if p {
		return Verdict{Op: Accept}
	}
	return Verdict{Op: Drop}
}

// step writes a step of a program as a rule.
func (b *builder) step(s *firewall.Step, egress bool) Rule {
	r := Rule{Then: pass(s.Pass)}
	add := func(m Match) { r.Match = append(r.Match, m) }
	peer, own, peerIn, far := Source, Destination, SourceIn, InNIC
	if egress {
		peer, own, peerIn, far = Destination, Source, DestinationIn, OutNIC
	}
	if s.Group != 0 {
		add(Match{What: far, Name: Uplink, Not: true}) // by private addresses only
		add(Match{What: peerIn, Name: b.members(s.Group)})
	}
	if peers := four(s.Peers); len(peers) == 1 {
		if peers[0].Bits() > 0 {
			add(Match{What: peer, Net: peers[0]})
		}
	} else if len(peers) > 1 {
		add(Match{What: peerIn, Name: b.nets(peers)})
	}
	for _, p := range four(s.Local) {
		if p.Bits() > 0 {
			add(Match{What: own, Net: p})
		}
	}
	switch {
	case s.Protocol != ecs.ProtocolAll:
		add(Match{What: Proto, Protocol: s.Protocol})
	case len(s.Ports)+len(s.SourcePorts) > 0:
		add(Match{What: HasPorts})
	}
	for _, q := range []struct {
		list    [][2]uint16
		one, in What
	}{{s.Ports, DPort, DPortIn}, {s.SourcePorts, SPort, SPortIn}} {
		switch len(q.list) {
		case 0:
		case 1:
			add(Match{What: q.one, Ports: q.list[0]})
		default:
			add(Match{What: q.in, Name: b.ports(q.list)})
		}
	}
	return r
}

// four are the IPv4 networks of a list.
func four(list []netip.Prefix) []netip.Prefix {
	var out []netip.Prefix
	for _, p := range list {
		if p.Addr().Is4() {
			out = append(out, p)
		}
	}
	return out
}

// members is the set of a group's addresses: of all its members in the VPC, on
// this host and on others.
func (b *builder) members(group ecs.Key) string {
	name := "grp_" + base36(group)
	if _, ok := b.sets[name]; ok {
		return name
	}
	s := Set{Name: name, Type: Addrs}
	for _, n := range state.InterfacesByGroup.Ascend(b.v, uint64(group), 0) {
		if n.VPC == b.vpc {
			for _, a := range addrs(n) {
				s.Elements = append(s.Elements, Element{Addr: a})
			}
		}
	}
	b.set(s)
	return name
}

// nets is the set of some networks, named by what is in it: another list is
// another set.
func (b *builder) nets(list []netip.Prefix) string {
	s := Set{Type: Nets}
	for _, p := range list {
		s.Elements = append(s.Elements, Element{Net: p})
	}
	s.Name = "net_" + hash(fmt.Sprint(list))
	b.set(s)
	return s.Name
}

func (b *builder) ports(list [][2]uint16) string {
	s := Set{Type: Ports}
	for _, p := range list {
		s.Elements = append(s.Elements, Element{Ports: p})
	}
	s.Name = "prt_" + hash(fmt.Sprint(list))
	b.set(s)
	return s.Name
}

func (b *builder) set(s Set) {
	slices.SortFunc(s.Elements, Element.Compare)
	s.Elements = slices.Compact(s.Elements)
	b.sets[s.Name] = s
}

func hash(s string) string { return base36(ecs.Key(state.Hash(s))) }

// elsewhere is what no VPC reaches beyond its uplink: the networks of whoever
// runs the host, the host itself, and what is no single machine.
var elsewhere = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("127.0.0.0/8"),
	netip.MustParsePrefix("169.254.0.0/16"), netip.MustParsePrefix("172.16.0.0/12"), netip.MustParsePrefix("192.168.0.0/16"),
	netip.MustParsePrefix("224.0.0.0/3"),
}

// table puts the table together.
func (b *builder) table(networks []netip.Prefix, remotes []Remote) Table {
	for _, s := range []Set{
		{Name: "owners", Type: Owners, Elements: b.owners}, {Name: "egress", Type: Dispatch, Elements: b.egress},
		{Name: "ingress", Type: Dispatch, Elements: b.ingress}, {Name: "dnat", Type: AddrMap, Elements: b.toInner},
		{Name: "snat", Type: AddrMap, Elements: b.toOuter}, {Name: "acl_egress", Type: Dispatch, Elements: b.aclOut},
		{Name: "acl_ingress", Type: Dispatch, Elements: b.aclIn},
	} {
		b.set(s)
	}
	ways := Set{Name: "ways", Type: Addrs}
	for _, e := range b.toOuter {
		ways.Elements = append(ways.Elements, Element{Addr: e.Addr})
	}
	b.set(ways)
	far := Set{Name: "remotes", Type: Addrs}
	for _, r := range remotes {
		far.Elements = append(far.Elements, Element{Addr: r.Addr})
	}
	b.set(far)
	known, up := Match{What: Established}, Match{What: InNIC, Name: Uplink}
	out := Match{What: OutNIC, Name: Uplink}
	tunnelled, tunnel := Match{What: InNIC, Name: Tunnel}, Match{What: OutNIC, Name: Tunnel}
	accept, drop := Verdict{Op: Accept}, Verdict{Op: Drop}
	for _, c := range []Chain{
		// What an interface sends must be its own: nothing else even begins a connection. From outside
		// nothing comes with an address of the VPC.
		{Name: "from", Hook: Prerouting, Drop: true, Rules: []Rule{
			{[]Match{up, {What: SourceIn, Name: b.nets(networks)}}, drop},
			{[]Match{up}, accept},
			{[]Match{{What: InNIC, Name: "lo"}}, accept},
			{[]Match{tunnelled, {What: SourceIn, Name: "remotes"}}, accept},
			{[]Match{{What: Owner, Name: "owners"}}, accept},
		}},
		{Name: "translate_to", Hook: DNAT, Rules: append(slices.Clone(b.forwards), Rule{[]Match{up}, Verdict{Op: ToMapped, Set: "dnat"}})},
		{Name: "local", Hook: Input, Drop: true, Rules: []Rule{
			{[]Match{known}, accept},
			{[]Match{{What: InNIC, Name: "lo"}}, accept},
			{[]Match{tunnelled}, drop},
			{[]Match{{What: InNIC, Name: Uplink, Not: true}, {What: Destination, Net: netip.MustParsePrefix(Metadata + "/32")}, {What: Proto, Protocol: ecs.ProtocolTCP}, {What: DPort, Ports: [2]uint16{80, 80}}}, accept},
		}},
		{Name: "sender", Hook: Egress, Drop: true, Rules: []Rule{
			{[]Match{known}, accept},
			{[]Match{{What: Invalid}}, drop}, // it would leave untranslated
			{[]Match{up, out}, drop},
			{[]Match{tunnelled, out}, drop},
			{[]Match{tunnelled, tunnel}, drop},
			{[]Match{tunnelled}, accept}, // the sender's host has asked its groups
			{[]Match{up, tunnel}, drop},
			{[]Match{up}, accept}, // whoever sends is not of this VPC
			{[]Match{out, {What: SourceIn, Name: "ways", Not: true}}, drop},
			{[]Match{out, {What: DestinationIn, Name: b.nets(elsewhere)}}, drop},
			{nil, Verdict{Op: InChain, Set: "egress"}},
		}},
		{Name: "receiver", Hook: Ingress, Drop: true, Rules: []Rule{
			{[]Match{known}, accept},
			{[]Match{out}, accept},    // whoever receives is not of this VPC
			{[]Match{tunnel}, accept}, // the receiver's host will ask its groups
			{[]Match{up, {What: Translated, Not: true}}, drop},
			{nil, Verdict{Op: OutChain, Set: "ingress"}},
		}},
		{Name: "acl_sender", Hook: ACLEgress, Rules: []Rule{{nil, Verdict{Op: InChain, Set: "acl_egress"}}}},
		{Name: "acl_receiver", Hook: ACLIngress, Rules: []Rule{{nil, Verdict{Op: OutChain, Set: "acl_ingress"}}}},
		{Name: "translate_from", Hook: Postrouting, Rules: []Rule{{[]Match{out}, Verdict{Op: FromMapped, Set: "snat"}}}},
	} {
		b.chains[c.Name] = c
	}
	var t Table
	t.Sets = slices.SortedFunc(maps.Values(b.sets), func(a, b Set) int { return cmp.Compare(a.Name, b.Name) })
	t.Chains = slices.SortedFunc(maps.Values(b.chains), func(a, b Chain) int { return cmp.Compare(a.Name, b.Name) })
	return t
}
