package network_test

import (
	"fmt"
	"net/netip"
	"testing"

	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/firewall"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

// allowed asks whether 203.0.113.5 reaches port 80 of a member of a group.
func allowed(s *actiontest.Service, f *network.Firewall, k ecs.Key) bool {
	g := f.Group(s.DB().Snapshot(), k)
	if g == nil {
		return false
	}
	outside := netip.MustParseAddr("203.0.113.5")
	return firewall.Allowed(firewall.End{Addr: outside, Seen: outside}, firewall.End{Addr: netip.MustParseAddr("10.0.0.1"), Groups: []*firewall.Group{g}},
		firewall.Flow{Protocol: ecs.ProtocolTCP, Port: 80}).Pass()
}

// TestFirewallFollows asks after every kind of change that a group's answer
// hangs on.
func TestFirewallFollows(t *testing.T) {
	s := actiontest.Start(t)
	id := s.Group("VpcId", s.VPC())
	k := s.Key(ecs.KindSecurityGroup, id)
	var f network.Firewall
	var prefixes, ports ecs.Key
	s.Update(func(tx *state.Tx) {
		prefixes, ports = tx.NewKey(1), tx.NewKey(1)
		state.PrefixLists.Put(tx, prefixes, &ecs.PrefixList{Account: actiontest.Account, MaxEntries: 5})
		state.PortRangeLists.Put(tx, ports, &ecs.PortRangeList{Account: actiontest.Account, MaxEntries: 5})
	})
	step := func(what string, want bool, change func()) {
		t.Helper()
		change()
		for range 2 { // made ready, and kept
			if got := allowed(s, &f, k); got != want {
				t.Fatalf("%s: allowed %v", what, got)
			}
		}
	}
	step("nothing", false, func() {})
	step("rule", true, func() {
		s.Do("AuthorizeSecurityGroup", "SecurityGroupId", id, "IpProtocol", "tcp", "PortRange", "80/80", "SourceCidrIp", "0.0.0.0/0")
	})
	step("no rule", false, func() {
		s.Do("RevokeSecurityGroup", "SecurityGroupId", id, "IpProtocol", "tcp", "PortRange", "80/80", "SourceCidrIp", "0.0.0.0/0")
	})
	step("empty lists", false, func() {
		s.Do("AuthorizeSecurityGroup", "SecurityGroupId", id, "Permissions.1.IpProtocol", "tcp", "Permissions.1.PortRangeListId", ecs.ID(ecs.KindPortRangeList, ports),
			"Permissions.1.SourcePrefixListId", ecs.ID(ecs.KindPrefixList, prefixes))
	})
	step("a prefix", false, func() {
		actiontest.Edit(s, state.PrefixLists, ecs.ID(ecs.KindPrefixList, prefixes), func(l *ecs.PrefixList) { l.Entries = []ecs.PrefixEntry{{CIDR: "203.0.113.0/24"}} })
	})
	step("a prefix and ports", true, func() {
		actiontest.Edit(s, state.PortRangeLists, ecs.ID(ecs.KindPortRangeList, ports), func(l *ecs.PortRangeList) { l.Entries = []ecs.PortEntry{{From: 80, To: 90}} })
	})
	step("another prefix", false, func() {
		actiontest.Edit(s, state.PrefixLists, ecs.ID(ecs.KindPrefixList, prefixes), func(l *ecs.PrefixList) { l.Entries = []ecs.PrefixEntry{{CIDR: "203.0.113.6/32"}} })
	})
	before := f.Group(s.DB().Snapshot(), k)
	s.Group() // something else
	if f.Group(s.DB().Snapshot(), k) != before {
		t.Error("a group is made ready again without need")
	}
	step("restart", false, s.Restart)
	step("gone", false, func() { s.Do("DeleteSecurityGroup", "SecurityGroupId", id) })
	if f.Group(s.DB().Snapshot(), k) != nil {
		t.Error("a group that is gone")
	}
}

// TestFirewallForgets keeps no more groups that are gone than it may.
func TestFirewallForgets(t *testing.T) {
	s := actiontest.Start(t)
	var f network.Firewall
	for range 200 {
		id := s.Group()
		f.Group(s.DB().Snapshot(), s.Key(ecs.KindSecurityGroup, id))
		s.Do("DeleteSecurityGroup", "SecurityGroupId", id)
	}
	if n := network.Kept(&f); n > 66 {
		t.Errorf("%d groups are kept, and none exists", n)
	}
}

// full makes a group of 200 rules with 2,000 members.
func full(b *testing.B) (*actiontest.Service, string, ecs.Key) {
	s := actiontest.Start(b)
	id := s.Group("VpcId", s.VPC())
	k := s.Key(ecs.KindSecurityGroup, id)
	s.Update(func(tx *state.Tx) {
		g, _ := state.Groups.Get(tx, k)
		for i := range uint32(2000) {
			state.Interfaces.Put(tx, tx.NewKey(1), &ecs.NetworkInterface{Account: actiontest.Account, VPC: g.VPC, IP: ecs.IPv4(10<<24 | i), Groups: []ecs.Key{k}})
		}
		next := *g
		next.InnerDrop = true // so that the rules are asked
		for i := range int32(199) {
			next.Rules = append(next.Rules, ecs.Rule{ID: tx.NewKey(1), Protocol: ecs.ProtocolTCP, From: 1, To: 65535, Priority: uint8(i/2 + 1), Drop: i%2 == 0, Peer: fmt.Sprintf("172.16.%d.0/24", i)})
		}
		state.Groups.Put(tx, k, &next)
	})
	return s, id, k
}

// report prints a figure beside what is asked of it.
func report(b *testing.B, name, unit string, measured float64, asked string) {
	b.ReportMetric(measured, unit)
	fmt.Printf("%-34s asked %-14s measured %.3g\n", name, asked, measured)
}

// BenchmarkRuleChange changes a rule of a group of 2,000 members and 200 rules by
// a request, and asks for the rules of each member. What is asked is that the
// change reaches all of them in 5 ms.
func BenchmarkRuleChange(b *testing.B) {
	s, id, k := full(b)
	var f network.Firewall
	outside := netip.MustParseAddr("203.0.113.5")
	verb := []string{"AuthorizeSecurityGroup", "RevokeSecurityGroup"}
	b.ResetTimer()
	i := 0
	for ; b.Loop(); i++ {
		s.Do(verb[i%2], "SecurityGroupId", id, "IpProtocol", "tcp", "PortRange", "80/80", "SourceCidrIp", "0.0.0.0/0", "Priority", "100")
		snap, members := s.DB().Snapshot(), 0
		for _, n := range state.InterfacesByGroup.Ascend(snap, uint64(k), 0) {
			if v := firewall.Allowed(firewall.End{Addr: outside, Seen: outside}, firewall.End{Addr: n.IP.Addr(), Groups: f.Groups(snap, n)},
				firewall.Flow{Protocol: ecs.ProtocolTCP, Port: 80}); v.Pass() != (i%2 == 0) {
				b.Fatalf("%v after %s", v, verb[i%2])
			}
			members++
		}
		if members != 2000 {
			b.Fatal(members)
		}
	}
	report(b, "rule change, 2,000 members", "ms/change", b.Elapsed().Seconds()*1e3/float64(i), "<= 5 ms")
}

// BenchmarkAllowed asks about two members of a group of 2,000 members and 200
// rules, none of which matches: with the groups at hand, and from the keys of
// the interfaces on.
func BenchmarkAllowed(b *testing.B) {
	s, _, k := full(b)
	var f network.Firewall
	snap := s.DB().Snapshot()
	var keys []ecs.Key
	var ends []firewall.End
	for nic, n := range state.InterfacesByGroup.Ascend(snap, uint64(k), 0) {
		keys = append(keys, nic)
		ends = append(ends, firewall.End{Addr: n.IP.Addr(), Groups: f.Groups(snap, n)})
	}
	flow := firewall.Flow{Protocol: ecs.ProtocolTCP, Port: 80}
	b.Run("groups at hand", func(b *testing.B) {
		i := 0
		for ; b.Loop(); i++ {
			firewall.Allowed(ends[i%2000], ends[(i+7)%2000], flow)
		}
		report(b, "Allowed", "ns/question", float64(b.Elapsed().Nanoseconds())/float64(i), "<= 1000 ns")
	})
	b.Run("from the keys", func(b *testing.B) {
		i := 0
		for ; b.Loop(); i++ {
			from, _ := state.Interfaces.Get(snap, keys[i%2000])
			to, _ := state.Interfaces.Get(snap, keys[(i+7)%2000])
			firewall.Allowed(firewall.End{Addr: from.IP.Addr(), Groups: f.Groups(snap, from)}, firewall.End{Addr: to.IP.Addr(), Groups: f.Groups(snap, to)}, flow)
		}
		report(b, "Allowed, rows and groups looked up", "ns/question", float64(b.Elapsed().Nanoseconds())/float64(i), "-")
	})
}
