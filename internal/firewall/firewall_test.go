package firewall_test

import (
	"fmt"
	"net/netip"
	"testing"

	"pgregory.net/rapid"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/firewall"
)

// universe is every rule of a small world: two priorities, both policies, three
// protocols, ports, every kind of peer.
func universe() (rules []ecs.Rule) {
	for _, egress := range []bool{false, true} {
		for _, priority := range []uint8{1, 2} {
			for _, drop := range []bool{false, true} {
				for _, p := range []struct {
					protocol ecs.Protocol
					port     int32
				}{{ecs.ProtocolAll, -1}, {ecs.ProtocolTCP, 1}, {ecs.ProtocolTCP, 2}, {ecs.ProtocolUDP, 1}} {
					for _, peer := range []ecs.Rule{
						{Peer: "10.0.0.0/8"}, {Peer: "10.0.0.2/32"}, {Peer: "0.0.0.0/0", Local: "10.0.0.1/32"}, {PeerGroup: 1}, {PeerGroup: 2},
					} {
						peer.ID = ecs.Key(len(rules) + 1)
						peer.Egress, peer.Priority, peer.Drop = egress, priority, drop
						peer.Protocol, peer.From, peer.To = p.protocol, p.port, p.port
						rules = append(rules, peer)
					}
				}
			}
		}
	}
	return rules
}

// TestExhaustive compares Allowed with the oracle for every pair of rules of the
// small universe, in one group or in two, for every kind of groups, every
// membership and every connection.
func TestExhaustive(t *testing.T) {
	rules := universe()
	flows := []firewall.Flow{
		{Protocol: ecs.ProtocolTCP, Port: 1}, {Protocol: ecs.ProtocolTCP, Port: 2}, {Protocol: ecs.ProtocolUDP, Port: 1}, {Protocol: ecs.ProtocolICMP},
	}
	sides := [][2]side{
		{{addr: "10.0.0.1", groups: []ecs.Key{1}}, {addr: "10.0.0.2", groups: []ecs.Key{1}}},
		{{addr: "10.0.0.1", groups: []ecs.Key{1}}, {addr: "10.0.0.2", groups: []ecs.Key{2}}},
		{{addr: "10.0.0.2", groups: []ecs.Key{1, 2}}, {addr: "10.0.0.1", groups: []ecs.Key{2}}},
		{{addr: "10.0.0.1", public: "198.18.0.1", groups: []ecs.Key{1, 2}}, {addr: "10.0.0.2", public: "198.18.0.2", groups: []ecs.Key{1, 2}}},
		{{addr: "192.0.2.1"}, {addr: "10.0.0.1", public: "198.18.0.1", groups: []ecs.Key{1, 2}}},
		{{addr: "10.0.0.1", groups: []ecs.Key{1, 2}}, {addr: "10.0.0.9"}},
	}
	kinds := []struct{ enterprise, innerDrop bool }{{false, false}, {false, true}, {true, true}}
	asked := 0
	w := &world{groups: map[ecs.Key]*ecs.SecurityGroup{}}
	for i := range rules {
		for j := range rules {
			for _, kind := range kinds {
				if testing.Short() && (i+j)%7 != 0 {
					continue
				}
				// The first rule is group 1's; the second is group 1's as well or group 2's, by turns.
				a := &ecs.SecurityGroup{Enterprise: kind.enterprise, InnerDrop: kind.innerDrop, Rules: []ecs.Rule{rules[i]}}
				b := &ecs.SecurityGroup{Enterprise: kind.enterprise, InnerDrop: kind.enterprise}
				if (i+j)%2 == 0 {
					a.Rules = append(a.Rules, rules[j])
				} else {
					b.Rules = append(b.Rules, rules[j])
				}
				w.groups[1], w.groups[2] = a, b
				w.compiled = map[ecs.Key]*firewall.Group{1: firewall.Compile(1, a, w), 2: firewall.Compile(2, b, w)}
				for _, s := range sides {
					from, to := w.end(s[0]), w.end(s[1])
					for _, f := range flows {
						got := firewall.Allowed(from, to, f)
						asked++
						if want := w.oracle(true, s[0], s[1], f); got.Egress.Pass != want {
							t.Fatalf("%+v to %+v, %+v: egress %+v, want %v\n%+v\n%+v", s[0], s[1], f, got.Egress, want, a, b)
						}
						if want := w.oracle(false, s[1], s[0], f); got.Ingress.Pass != want {
							t.Fatalf("%+v to %+v, %+v: ingress %+v, want %v\n%+v\n%+v", s[0], s[1], f, got.Ingress, want, a, b)
						}
					}
				}
			}
		}
	}
	t.Logf("%d rules, %d questions", len(rules), asked)
}

var (
	cidrs = []string{"0.0.0.0/0", "10.0.0.0/8", "10.0.0.0/30", "10.0.0.1/32", "10.0.0.2/32", "198.18.0.0/15", "198.18.0.1/32", "::/0", "2001:db8::/32", "2001:db8::1/128"}
	addrs = []string{"10.0.0.1", "10.0.0.2", "10.0.0.3", "10.1.0.1", "192.0.2.1", "198.18.0.1"}
	six   = []string{"2001:db8::1", "2001:db8::2", "2001:db9::1"}
)

func drawRule(t *rapid.T) ecs.Rule {
	r := ecs.Rule{
		Egress: rapid.Bool().Draw(t, "egress"), Drop: rapid.Bool().Draw(t, "drop"), Priority: rapid.Uint8Range(1, 4).Draw(t, "priority"),
		Protocol: rapid.SampledFrom([]ecs.Protocol{ecs.ProtocolAll, ecs.ProtocolTCP, ecs.ProtocolUDP, ecs.ProtocolICMP, ecs.ProtocolICMPv6, ecs.ProtocolGRE}).Draw(t, "protocol"),
		NIC:      rapid.SampledFrom([]ecs.NICType{ecs.Intranet, ecs.Intranet, ecs.Internet}).Draw(t, "nic"), From: -1, To: -1,
	}
	switch rapid.IntRange(0, 3).Draw(t, "peer") {
	case 0:
		r.PeerGroup = ecs.Key(rapid.IntRange(1, 3).Draw(t, "group"))
	case 1:
		r.PrefixList = ecs.Key(rapid.IntRange(1, 3).Draw(t, "list"))
	default:
		r.Peer = rapid.SampledFrom(cidrs).Draw(t, "cidr")
	}
	if rapid.IntRange(0, 3).Draw(t, "local") == 0 {
		r.Local = rapid.SampledFrom(cidrs).Draw(t, "local cidr")
	}
	if r.Protocol.HasPorts() {
		if rapid.IntRange(0, 3).Draw(t, "port list") == 0 {
			r.PortList = ecs.Key(rapid.IntRange(1, 3).Draw(t, "list"))
		} else {
			r.From = rapid.SampledFrom([]int32{1, 80, 65535}).Draw(t, "from")
			r.To = rapid.Int32Range(r.From, min(65535, r.From+2)).Draw(t, "to")
		}
		r.SourcePorts = rapid.SampledFrom([][2]int32{{}, {}, {1, 65535}, {53, 53}, {1, 1024}}).Draw(t, "source ports")
	}
	return r
}

func drawSide(t *rapid.T, addrs []string) side {
	s := side{addr: rapid.SampledFrom(addrs).Draw(t, "address")}
	if rapid.IntRange(0, 3).Draw(t, "public") == 0 && addrs[0][0] == '1' {
		s.public = rapid.SampledFrom(addrs).Draw(t, "public address")
	}
	for k := ecs.Key(1); k <= 3; k++ {
		if rapid.Bool().Draw(t, "in") {
			s.groups = append(s.groups, k)
		}
	}
	return s
}

// drawWorld draws three groups and the lists that their rules name.
func drawWorld(t *rapid.T) *world {
	w := &world{groups: map[ecs.Key]*ecs.SecurityGroup{}, prefixes: map[ecs.Key][]netip.Prefix{}, ports: map[ecs.Key][][2]uint16{}}
	for k := ecs.Key(1); k <= 2; k++ { // list 3 does not exist
		family := cidrs[:7]
		if rapid.Bool().Draw(t, "IPv6 list") {
			family = cidrs[7:]
		}
		for _, s := range rapid.SliceOfN(rapid.SampledFrom(family), 0, 4).Draw(t, "prefixes") {
			w.prefixes[k] = append(w.prefixes[k], netip.MustParsePrefix(s))
		}
		w.ports[k] = rapid.SliceOfN(rapid.SampledFrom([][2]uint16{{1, 1}, {80, 82}, {81, 90}, {1, 65535}, {65535, 65535}}), 0, 4).Draw(t, "ports")
	}
	enterprise := rapid.Bool().Draw(t, "enterprise")
	for k := ecs.Key(1); k <= 3; k++ {
		w.groups[k] = &ecs.SecurityGroup{
			Enterprise: enterprise, InnerDrop: enterprise || rapid.Bool().Draw(t, "inner drop"),
			Rules: rapid.SliceOfN(rapid.Custom(drawRule), 0, 12).Draw(t, "rules"),
		}
	}
	return w
}

// TestRandom compares Allowed with the oracle on groups of many rules, both
// address families, lists, source ports and cards, and asks that the rule which
// is said to decide does match and agrees.
func TestRandom(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		family := addrs
		if rapid.Bool().Draw(t, "IPv6") {
			family = six
		}
		a, b := drawSide(t, family), drawSide(t, family)
		from, to := w.end(a), w.end(b)
		for _, protocol := range []ecs.Protocol{ecs.ProtocolTCP, ecs.ProtocolUDP, ecs.ProtocolICMP, ecs.ProtocolICMPv6, ecs.ProtocolGRE} {
			for _, port := range []uint16{1, 2, 80, 82, 83, 65535} {
				f := firewall.Flow{Protocol: protocol, Port: port, SourcePort: rapid.SampledFrom([]uint16{0, 53, 2000}).Draw(t, "source port"),
					NIC: rapid.SampledFrom([]ecs.NICType{ecs.Intranet, ecs.Internet}).Draw(t, "card")}
				if !protocol.HasPorts() {
					f.Port, f.SourcePort = 0, 0
				}
				got := firewall.Allowed(from, to, f)
				for _, d := range []struct {
					egress    bool
					near, far side
					got       firewall.Decision
				}{{true, a, b, got.Egress}, {false, b, a, got.Ingress}} {
					if want := w.oracle(d.egress, d.near, d.far, f); d.got.Pass != want {
						t.Fatalf("%+v: %+v, want %v", f, d.got, want)
					}
					if err := w.reason(d.egress, d.near, d.far, f, d.got); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
	})
}

// reason checks that what is said to have decided did.
func (w *world) reason(egress bool, near, far side, f firewall.Flow, d firewall.Decision) error {
	private := near.public == "" && far.public == "" && f.NIC == ecs.Intranet
	switch d.Reason {
	case firewall.NoGroup:
		if len(near.groups) > 0 || !d.Pass {
			return fmt.Errorf("no group: %+v of %+v", d, near)
		}
	case firewall.InnerGroup:
		if !near.in(d.Group) || !far.in(d.Group) || !d.Pass {
			return fmt.Errorf("inner: %+v of %+v and %+v", d, near, far)
		}
	case firewall.ByRule:
		if !near.in(d.Group) || d.Rule.Drop == d.Pass || d.Rule.Egress != egress || !w.matches(*d.Rule, near, far, f, private) {
			return fmt.Errorf("rule: %+v, %+v", d, *d.Rule)
		}
	case firewall.ByDefault:
		for _, k := range near.groups {
			for _, r := range w.groups[k].Rules {
				if r.Egress == egress && w.matches(r, near, far, f, private) {
					return fmt.Errorf("default, but %+v matches", r)
				}
			}
		}
	}
	return nil
}

// TestDecision says which rule decides.
func TestDecision(t *testing.T) {
	w := &world{groups: map[ecs.Key]*ecs.SecurityGroup{
		1: {Rules: []ecs.Rule{
			{ID: 1, Protocol: ecs.ProtocolAll, From: -1, To: -1, Priority: 2, Peer: "0.0.0.0/0"},
			{ID: 2, Protocol: ecs.ProtocolTCP, From: 22, To: 22, Priority: 1, Peer: "10.0.0.0/8"},
			{ID: 3, Protocol: ecs.ProtocolTCP, From: 20, To: 30, Priority: 1, Peer: "10.0.0.0/16", Drop: true},
		}},
		2: {Enterprise: true, InnerDrop: true},
	}}
	to := side{addr: "172.16.0.1", groups: []ecs.Key{1}}
	for _, c := range []struct {
		from   string
		port   uint16
		pass   bool
		reason firewall.Reason
		rule   ecs.Key
	}{
		{"10.1.0.1", 22, true, firewall.ByRule, 2},
		{"10.0.0.1", 22, false, firewall.ByRule, 3},
		{"10.0.0.1", 80, true, firewall.ByRule, 1},
		{"2001:db8::1", 80, false, firewall.ByDefault, 0},
	} {
		d := firewall.Allowed(w.end(side{addr: c.from}), w.end(to), firewall.Flow{Protocol: ecs.ProtocolTCP, Port: c.port}).Ingress
		var rule ecs.Key
		if d.Rule != nil {
			rule = d.Rule.ID
		}
		if d.Pass != c.pass || d.Reason != c.reason || rule != c.rule {
			t.Errorf("%s to port %d: %+v by rule %d", c.from, c.port, d, rule)
		}
	}
	out := firewall.Allowed(w.end(side{addr: "10.0.0.1", groups: []ecs.Key{2}}), w.end(side{addr: "192.0.2.1"}), firewall.Flow{Protocol: ecs.ProtocolUDP, Port: 53})
	if out.Pass() || out.Egress.Reason != firewall.ByDefault || out.Ingress.Reason != firewall.NoGroup || !out.Ingress.Pass {
		t.Errorf("out of an enterprise group: %+v", out)
	}
}

func TestProtocol(t *testing.T) {
	for s, want := range map[string]bool{"tcp": true, "UDP": true, "icmp": true, "all": false, "sctp": false, "": false} {
		if _, ok := firewall.Protocol(s); ok != want {
			t.Errorf("%q: %v", s, ok)
		}
	}
}
