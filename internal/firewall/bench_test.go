package firewall_test

import (
	"fmt"
	"net/netip"
	"testing"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/firewall"
)

// full is a group of 200 rules of many kinds, of which the last in order is the
// one that lets port 443 in.
func full() *ecs.SecurityGroup {
	g := &ecs.SecurityGroup{InnerDrop: true}
	for i := range int32(199) {
		g.Rules = append(g.Rules, ecs.Rule{
			ID: ecs.Key(i + 1), Protocol: ecs.ProtocolTCP, From: 1, To: 65535, Priority: uint8(i/2 + 1), Drop: i%2 == 0,
			Peer: netip.PrefixFrom(netip.AddrFrom4([4]byte{172, 16, byte(i), 0}), 24).String(),
		})
	}
	g.Rules = append(g.Rules, ecs.Rule{ID: 200, Protocol: ecs.ProtocolTCP, From: 443, To: 443, Priority: 100, Peer: "10.0.0.0/8"})
	return g
}

func BenchmarkAllowed(b *testing.B) {
	g := firewall.Compile(1, full(), nil)
	for _, c := range []struct {
		name string
		port uint16
		pass bool
	}{{"last rule", 443, true}, {"no rule", 444, false}} {
		b.Run(c.name, func(b *testing.B) {
			from := firewall.End{Addr: netip.MustParseAddr("10.0.0.1"), Groups: []*firewall.Group{g}}
			to := firewall.End{Addr: netip.MustParseAddr("10.0.0.2"), Groups: []*firewall.Group{g}}
			for b.Loop() {
				if firewall.Allowed(from, to, firewall.Flow{Protocol: ecs.ProtocolTCP, Port: c.port}).Pass() != c.pass {
					b.Fatal("wrong")
				}
			}
		})
	}
}

func BenchmarkCompile(b *testing.B) {
	for _, n := range []int{1, 20, 200} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			g := full()
			g.Rules = g.Rules[:n]
			for b.Loop() {
				firewall.Compile(1, g, nil)
			}
		})
	}
}
