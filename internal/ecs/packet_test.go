package ecs

import (
	"net/netip"
	"testing"
)

func TestAllowed(t *testing.T) {
	const near, far, other Key = 1, 2, 3
	rule := func(change func(*Rule)) Rule {
		r := Rule{Protocol: ProtocolTCP, From: 80, To: 90, Priority: 10, Peer: "10.0.0.0/8"}
		if change != nil {
			change(&r)
		}
		return r
	}
	drop := func(priority uint8) Rule { return rule(func(r *Rule) { r.Drop, r.Priority = true, priority }) }
	basic := func(rules ...Rule) Membership { return Membership{near, &SecurityGroup{Rules: rules}} }
	isolated := func(rules ...Rule) Membership {
		return Membership{near, &SecurityGroup{InnerDrop: true, Rules: rules}}
	}
	enterprise := func(rules ...Rule) Membership {
		return Membership{near, &SecurityGroup{Enterprise: true, InnerDrop: true, Rules: rules}}
	}
	in := Packet{Protocol: ProtocolTCP, Remote: netip.MustParseAddr("10.1.2.3"), Local: netip.MustParseAddr("172.16.0.1"), SourcePort: 40000, DestPort: 80}
	packet := func(change func(*Packet)) Packet { p := in; change(&p); return p }
	out := packet(func(p *Packet) { p.Egress = true })
	fromMember := packet(func(p *Packet) { p.RemoteGroups = []Key{near} })
	fromPeer := packet(func(p *Packet) { p.RemoteGroups = []Key{far} })
	v6 := packet(func(p *Packet) { p.Remote = netip.MustParseAddr("2001:db8::1") })
	egress := func(r *Rule) { r.Egress = true }
	byGroup := func(r *Rule) { r.Peer, r.PeerGroup = "", far }

	for _, c := range []struct {
		name   string
		groups []Membership
		packet Packet
		want   bool
	}{
		{"no group, in", nil, in, false},
		{"no group, out", nil, out, false},
		{"basic, no rules, in", []Membership{basic()}, in, false},
		{"basic, no rules, out", []Membership{basic()}, out, true},
		{"enterprise, no rules, in", []Membership{enterprise()}, in, false},
		{"enterprise, no rules, out", []Membership{enterprise()}, out, false},
		{"member of a basic group", []Membership{basic()}, fromMember, true},
		{"member, against a rule", []Membership{basic(drop(1))}, fromMember, true},
		{"member of an isolated group", []Membership{isolated()}, fromMember, false},
		{"member of an enterprise group", []Membership{enterprise()}, fromMember, false},
		{"member, over the internet", []Membership{basic()}, packet(func(p *Packet) { p.RemoteGroups, p.NIC = []Key{near}, Internet }), false},

		{"accepted", []Membership{basic(rule(nil))}, in, true},
		{"accepted in an enterprise group", []Membership{enterprise(rule(nil))}, in, true},
		{"accepted out of an enterprise group", []Membership{enterprise(rule(egress))}, out, true},
		{"the last port", []Membership{basic(rule(nil))}, packet(func(p *Packet) { p.DestPort = 90 }), true},
		{"a port above", []Membership{basic(rule(nil))}, packet(func(p *Packet) { p.DestPort = 91 }), false},
		{"another protocol", []Membership{basic(rule(nil))}, packet(func(p *Packet) { p.Protocol = ProtocolUDP }), false},
		{"every protocol", []Membership{basic(rule(func(r *Rule) { r.Protocol, r.From, r.To = ProtocolAll, -1, -1 }))}, packet(func(p *Packet) { p.Protocol = ProtocolGRE }), true},
		{"icmp", []Membership{basic(rule(func(r *Rule) { r.Protocol, r.From, r.To = ProtocolICMP, -1, -1 }))}, packet(func(p *Packet) { p.Protocol, p.DestPort = ProtocolICMP, 0 }), true},
		{"another source", []Membership{basic(rule(nil))}, packet(func(p *Packet) { p.Remote = netip.MustParseAddr("11.0.0.1") }), false},
		{"IPv6 from an IPv4 network", []Membership{basic(rule(nil))}, v6, false},
		{"IPv6", []Membership{basic(rule(func(r *Rule) { r.Peer = "2001:db8::/32" }))}, v6, true},
		{"another direction", []Membership{basic(rule(egress))}, in, false},
		{"another card", []Membership{basic(rule(func(r *Rule) { r.NIC = Internet }))}, in, false},
		{"source port", []Membership{basic(rule(func(r *Rule) { r.SourcePorts = [2]int32{40000, 40000} }))}, in, true},
		{"another source port", []Membership{basic(rule(func(r *Rule) { r.SourcePorts = [2]int32{1, 1024} }))}, in, false},
		{"destination", []Membership{basic(rule(func(r *Rule) { r.Local = "172.16.0.0/24" }))}, in, true},
		{"another destination", []Membership{basic(rule(func(r *Rule) { r.Local = "172.16.1.0/24" }))}, in, false},
		{"a group", []Membership{basic(rule(byGroup))}, fromPeer, true},
		{"not of the group", []Membership{basic(rule(byGroup))}, in, false},

		{"drop wins a tie", []Membership{basic(rule(nil), drop(10))}, in, false},
		{"drop wins a tie, whatever the order", []Membership{basic(drop(10), rule(nil))}, in, false},
		{"accept goes first", []Membership{basic(drop(11), rule(nil))}, in, true},
		{"drop goes first", []Membership{basic(rule(nil), drop(9))}, in, false},
		{"across groups, accept first", []Membership{basic(drop(11)), {other, &SecurityGroup{Rules: []Rule{rule(nil)}}}}, in, true},
		{"across groups, drop first", []Membership{basic(rule(nil)), {other, &SecurityGroup{Rules: []Rule{drop(9)}}}}, in, false},
		{"across groups, a tie", []Membership{basic(drop(10)), {other, &SecurityGroup{Rules: []Rule{rule(nil)}}}}, in, false},
		{"across groups, a member of the second", []Membership{basic(drop(1)), {far, &SecurityGroup{}}}, fromPeer, true},
		{"a drop on the way out", []Membership{basic(rule(func(r *Rule) { r.Egress, r.Drop = true, true }))}, out, false},
		{"accepted by the first of two enterprise groups", []Membership{enterprise(rule(egress)), {other, &SecurityGroup{Enterprise: true, InnerDrop: true}}}, out, true},
	} {
		if got := Allowed(c.groups, &c.packet); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestPrivate(t *testing.T) {
	for cidr, want := range map[string]bool{
		"10.0.0.0/8": true, "10.20.0.0/16": true, "172.16.0.0/12": true, "172.31.255.0/24": true, "192.168.0.0/16": true,
		"10.0.0.0/7": false, "172.0.0.0/8": false, "172.32.0.0/16": false, "192.169.0.0/16": false, "8.8.8.0/24": false, "0.0.0.0/0": false,
	} {
		if p, ok := ParsePrefix(cidr); !ok || p.Private() != want {
			t.Errorf("%s: private %v, want %v", cidr, p.Private(), want)
		}
	}
}
