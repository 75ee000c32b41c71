package firewall_test

import (
	"net/netip"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/firewall"
)

// run carries a program out as a host does.
func run(p *firewall.Program, near, far side, f firewall.Flow) bool {
	for i := range p.Steps {
		if s := &p.Steps[i]; match(s, near, far, f) {
			return s.Pass
		}
	}
	return p.Pass
}

func match(s *firewall.Step, near, far side, f firewall.Flow) bool {
	has := func(list []netip.Prefix, a netip.Addr) bool {
		return list == nil || slices.ContainsFunc(list, func(p netip.Prefix) bool { return p.Contains(a) })
	}
	listed := func(list [][2]uint16, p uint16) bool {
		return list == nil || slices.ContainsFunc(list, func(s [2]uint16) bool { return s[0] <= p && p <= s[1] })
	}
	own := netip.MustParseAddr(near.addr)
	family := s.V4
	if far.shown().Is6() {
		family = s.V6
	}
	return family && (s.Protocol == ecs.ProtocolAll || s.Protocol == f.Protocol) &&
		(s.Group == 0 || near.public == "" && far.public == "" && far.in(s.Group)) &&
		has(s.Peers, far.shown()) && has(s.Local, own) && listed(s.Ports, f.Port) && listed(s.SourcePorts, f.SourcePort)
}

// TestProgram compares what programs decide with Allowed.
func TestProgram(t *testing.T) {
	steps := 0
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		family := addrs
		if rapid.Bool().Draw(t, "IPv6") {
			family = six
		}
		a, b := drawSide(t, family), drawSide(t, family)
		from, to := w.end(a), w.end(b)
		egress, ingress := firewall.NewProgram(from.Groups, true), firewall.NewProgram(to.Groups, false)
		steps += len(egress.Steps) + len(ingress.Steps)
		for _, protocol := range []ecs.Protocol{ecs.ProtocolTCP, ecs.ProtocolUDP, ecs.ProtocolICMP, ecs.ProtocolICMPv6, ecs.ProtocolGRE} {
			for _, port := range []uint16{1, 2, 80, 82, 83, 65535} {
				f := firewall.Flow{Protocol: protocol, Port: port, SourcePort: rapid.SampledFrom([]uint16{0, 53, 2000}).Draw(t, "source port")}
				if !protocol.HasPorts() {
					f.Port, f.SourcePort = 0, 0
				}
				want := firewall.Allowed(from, to, f)
				if got := run(egress, a, b, f); got != want.Egress.Pass {
					t.Fatalf("%+v out: %v, want %+v", f, got, want.Egress)
				}
				if got := run(ingress, b, a, f); got != want.Ingress.Pass {
					t.Fatalf("%+v in: %v, want %+v", f, got, want.Ingress)
				}
			}
		}
	})
	if steps == 0 {
		t.Error("no program had a step")
	}
}

// TestProgramWritesOut looks at a program as it is written.
func TestProgramWritesOut(t *testing.T) {
	w := &world{
		prefixes: map[ecs.Key][]netip.Prefix{1: {netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("10.1.0.0/16"), netip.MustParsePrefix("192.0.2.0/24")}},
		ports:    map[ecs.Key][][2]uint16{1: {{80, 90}, {85, 95}}},
	}
	g := firewall.Compile(7, &ecs.SecurityGroup{Rules: []ecs.Rule{
		{Protocol: ecs.ProtocolTCP, From: 22, To: 22, Priority: 9, Peer: "192.0.2.9/32", Local: "10.0.0.1/32"},
		{Protocol: ecs.ProtocolTCP, From: -1, To: -1, Priority: 2, PrefixList: 1, PortList: 1, Drop: true},
		{Protocol: ecs.ProtocolAll, From: -1, To: -1, Priority: 1, Peer: "0.0.0.0/0", NIC: ecs.Internet},
	}}, w)
	p := firewall.NewProgram([]*firewall.Group{g}, false)
	if len(p.Steps) != 3 || p.Pass {
		t.Fatalf("%+v", p)
	}
	if s := p.Steps[0]; !s.Pass || s.Group != 7 || !s.V4 || !s.V6 {
		t.Errorf("members first: %+v", s)
	}
	if s := p.Steps[1]; s.Pass || len(s.Peers) != 2 || s.Peers[1].String() != "192.0.2.0/24" || len(s.Ports) != 1 || s.Ports[0] != [2]uint16{80, 95} || s.V6 {
		t.Errorf("lists merged: %+v", s)
	}
	if s := p.Steps[2]; !s.Pass || s.Peers[0].String() != "192.0.2.9/32" || s.Local[0].String() != "10.0.0.1/32" || s.Protocol != ecs.ProtocolTCP {
		t.Errorf("last by priority: %+v", s)
	}
	if p := firewall.NewProgram(nil, false); !p.Pass || len(p.Steps) != 0 {
		t.Errorf("no group: %+v", p)
	}
}
