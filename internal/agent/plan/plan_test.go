package plan_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/agent/plan"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/firewall"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

func everywhere(ecs.Key, *ecs.Instance) bool { return true }

const region = "cn-hangzhou"

// world is a service and the plans of its one host.
type world struct {
	*actiontest.Service
	plan.Planner
}

func start(t *testing.T) *world {
	return &world{actiontest.Start(t), plan.Planner{Options: plan.Options{Here: everywhere}}}
}

func (w *world) plan() *plan.Host { return w.Host(w.DB().Snapshot()) }

func (w *world) nic(instance string) (*plan.VPC, *plan.NIC) {
	w.T.Helper()
	v, n := w.plan().NIC(ecs.HostNIC(actiontest.Record(w.Service, state.Instances, instance).Interface))
	if n == nil {
		w.T.Fatalf("%s has no interface in the plan", instance)
	}
	return v, n
}

// TestSameAddressesTwice plans two VPCs of the same addresses with opposite rules.
func TestSameAddressesTwice(t *testing.T) {
	w := start(t)
	var tables [2]*plan.Table
	var pairs [2][2]string
	for i, policy := range []string{"accept", "drop"} {
		vpc := w.VPC("CidrBlock", "10.0.0.0/16")
		vsw := w.VSwitch(vpc, "10.0.1.0/24")
		group := w.Group("VpcId", vpc)
		w.Do("ModifySecurityGroupPolicy", "SecurityGroupId", group, "InnerAccessPolicy", "Drop")
		w.Do("AuthorizeSecurityGroup", "SecurityGroupId", group, "IpProtocol", "tcp", "PortRange", "80/80", "SourceCidrIp", "10.0.0.0/8", "Policy", policy)
		for j := range 2 {
			pairs[i][j] = w.Running("VSwitchId", vsw, "SecurityGroupId", group, "PrivateIpAddress", fmt.Sprintf("10.0.1.%d", 11+j))
		}
	}
	names := map[string]bool{}
	for i := range pairs {
		v, a := w.nic(pairs[i][0])
		_, b := w.nic(pairs[i][1])
		tables[i] = &v.Table
		names[plan.Namespace(v.Key)] = true
		if len(v.Gateways) != 1 || v.Gateways[0].String() != "10.0.1.253" || len(v.Networks) != 1 || v.Networks[0].String() != "10.0.0.0/16" {
			t.Errorf("%v %v", v.Gateways, v.Networks)
		}
		p := packet{in: a.Name, out: b.Name, mac: a.MAC, src: a.Addrs[0], dst: b.Addrs[0], protocol: ecs.ProtocolTCP, sport: 2000, dport: 80}
		if got := forwarded(tables[i], p); got != (i == 0) {
			t.Errorf("VPC %d: %v", i, got)
		}
		p.dport = 81
		if forwarded(tables[i], p) {
			t.Errorf("VPC %d: port 81 passes", i)
		}
		p.dport, p.mac = 80, b.MAC
		if forwarded(tables[i], p) {
			t.Errorf("VPC %d: another's hardware address passes", i)
		}
		p.mac, p.src = a.MAC, netip.MustParseAddr("10.0.1.77")
		if forwarded(tables[i], p) {
			t.Errorf("VPC %d: another's address passes", i)
		}
	}
	if len(names) != 2 {
		t.Errorf("namespaces %v", names)
	}
}

// TestSamePlanTwice asks that nothing of a plan depends on chance.
func TestSamePlanTwice(t *testing.T) {
	w := start(t)
	for range 5 {
		w.Running()
	}
	v, _ := w.nic(w.Running())
	want := v.Table.String()
	for range 20 {
		other := plan.Planner{Options: w.Options}
		if got := other.Host(w.DB().Snapshot()).VPC(v.Key).Table.String(); got != want {
			t.Fatalf("%s\nthen\n%s", want, got)
		}
	}
}

// TestPlanTravels writes a plan as JSON, as one that goes to another host would be.
func TestPlanTravels(t *testing.T) {
	w := start(t)
	w.Where = func(ecs.Key, *ecs.Instance) netip.Addr { return netip.MustParseAddr("192.0.2.7") }
	here, _ := ecs.ParseID(ecs.KindInstance, w.Running())
	w.Running()
	w.Here = func(k ecs.Key, _ *ecs.Instance) bool { return k == here }
	h := w.plan()
	if v := h.VPCs[0]; v.VNI == 0 || len(v.Remotes) != 1 || len(h.Hosts()) != 1 {
		t.Fatalf("%+v", v)
	}
	b, err := json.Marshal(h)
	if err != nil {
		t.Fatal(err)
	}
	var back plan.Host
	if err := json.Unmarshal(b, &back); err != nil || !back.Equal(h) || back.Rev != h.Rev {
		t.Errorf("%v %s", err, b)
	}
	back.VPCs[0].NICs[0].Addrs[0] = netip.MustParseAddr("192.0.2.8")
	if back.Equal(h) {
		t.Error("another address is the same plan")
	}
}

// TestHere plans only what is on the host and to be attached.
func TestHere(t *testing.T) {
	w := start(t)
	a, b := w.Running(), w.Running()
	keyA, _ := ecs.ParseID(ecs.KindInstance, a)
	w.Here = func(k ecs.Key, _ *ecs.Instance) bool { return k == keyA }
	v, n := w.nic(a)
	if len(v.NICs) != 1 || n.Instance != keyA {
		t.Fatalf("%+v", v.NICs)
	}
	ipB := w.See(b).VPCAttributes.PrivateIPAddress.IPAddress[0]
	if !strings.Contains(v.Table.String(), ipB) {
		t.Error("a member on another host is not in its group's set")
	}
	w.Do("StopInstance", "InstanceId", a, "ForceStop", "true")
	w.Settle()
	w.nic(a) // one that is stopped may start
	w.Do("DeleteInstance", "InstanceId", a, "Force", "true")
	w.Settle()
	if h := w.plan(); len(h.VPCs) != 0 {
		t.Errorf("%+v", h)
	}
}

// TestPublicAddresses plans elastic IPs as they are bound, moved and taken off,
// and NAT gateways.
func TestPublicAddresses(t *testing.T) {
	w := start(t)
	n := w.Network()
	a, b := w.Running(), w.Running()
	ip := func(id string) string { return w.See(id).VPCAttributes.PrivateIPAddress.IPAddress[0] }
	entries := func(name string) string {
		v, _ := w.nic(a)
		return fmt.Sprint(set(&v.Table, name).Elements)
	}
	if got := entries("ways"); got != "[]" {
		t.Errorf("ways out without a public address: %s", got)
	}
	eip := actiontest.Call[api.AllocateEipAddressResponse](w.Service, "AllocateEipAddress", "RegionId", region, "Bandwidth", "7")
	for _, id := range []string{a, b} {
		w.Do("AssociateEipAddress", "RegionId", region, "AllocationId", eip.AllocationID, "InstanceId", id)
		w.Settle()
		if got := entries("ways"); got != "["+ip(id)+"]" {
			t.Errorf("ways %s, want %s", got, ip(id))
		}
		if got, want := entries("dnat")+entries("snat"), "["+eip.EIPAddress+" : "+ip(id)+"]["+ip(id)+" : "+eip.EIPAddress+"]"; got != want {
			t.Errorf("%s, want %s", got, want)
		}
		v, _ := w.nic(a)
		if len(v.Publics) != 1 || v.Publics[0].Out != 7 || v.Publics[0].In != 7 {
			t.Errorf("%+v", v.Publics)
		}
		w.Do("UnassociateEipAddress", "RegionId", region, "AllocationId", eip.AllocationID, "InstanceId", id)
		w.Settle()
		if got := entries("ways") + entries("dnat"); got != "[][]" {
			t.Errorf("left behind: %s", got)
		}
	}
	gw := actiontest.Call[api.CreateNatGatewayResponse](w.Service, "CreateNatGateway", "RegionId", region, "VpcId", n.VPC, "VSwitchId", n.VSwitch, "NatType", "Enhanced")
	w.Settle()
	w.Do("AssociateEipAddress", "RegionId", region, "AllocationId", eip.AllocationID, "InstanceId", gw.NatGatewayID, "InstanceType", "Nat")
	w.Settle()
	if got := entries("ways"); got != "[]" {
		t.Errorf("ways through a gateway without entries: %s", got)
	}
	w.Do("CreateSnatEntry", "RegionId", region, "SnatTableId", gw.SnatTableIDs.SnatTableID[0], "SourceCIDR", ip(b)+"/32", "SnatIp", eip.EIPAddress)
	w.Do("CreateForwardEntry", "RegionId", region, "ForwardTableId", gw.ForwardTableIDs.ForwardTableID[0], "ExternalIp", eip.EIPAddress, "ExternalPort", "8080",
		"InternalIp", ip(a), "InternalPort", "80", "IpProtocol", "tcp")
	w.Settle()
	if got := entries("snat"); got != "["+ip(b)+" : "+eip.EIPAddress+"]" {
		t.Errorf("snat %s", got)
	}
	v, _ := w.nic(a)
	if want := "iif uplink daddr " + eip.EIPAddress + "/32 proto tcp dport 8080-8080 dnat " + ip(a) + ":80"; !strings.Contains(v.Table.String(), want) {
		t.Errorf("no rule %q in\n%s", want, &v.Table)
	}
}

// TestNetworkACL compares what the ACLs of two vSwitches do with AllowedByACL:
// both are asked, neither within one vSwitch.
func TestNetworkACL(t *testing.T) {
	w := start(t)
	n := w.Network()
	far := w.VSwitch(n.VPC, "192.168.1.0/24")
	a, b, c := w.Running(), w.Running(), w.Running("VSwitchId", far)
	w.Do("AuthorizeSecurityGroup", "SecurityGroupId", n.Group, "IpProtocol", "all", "PortRange", "-1/-1", "SourceCidrIp", "0.0.0.0/0")
	id := actiontest.Call[api.CreateNetworkAclResponse](w.Service, "CreateNetworkAcl", "RegionId", region, "VpcId", n.VPC).NetworkAclID
	w.Settle()
	for i, vsw := range []string{n.VSwitch, far} {
		w.Do("AssociateNetworkAcl", "RegionId", region, "NetworkAclId", id, "Resource.1.ResourceId", vsw, "Resource.1.ResourceType", "VSwitch")
		w.Settle()
		w.Do("UpdateNetworkAclEntries", "RegionId", region, "NetworkAclId", id, "UpdateIngressAclEntries", "true",
			"IngressAclEntries.1.Policy", "drop", "IngressAclEntries.1.Protocol", "tcp", "IngressAclEntries.1.Port", "443/443", "IngressAclEntries.1.SourceCidrIp", "192.168.0.0/16",
			"IngressAclEntries.2.Policy", "accept", "IngressAclEntries.2.Protocol", "all", "IngressAclEntries.2.Port", "-1/-1", "IngressAclEntries.2.SourceCidrIp", "192.168.0.0/24",
			"UpdateEgressAclEntries", "true",
			"EgressAclEntries.1.Policy", "accept", "EgressAclEntries.1.Protocol", "tcp", "EgressAclEntries.1.Port", "1/30000", "EgressAclEntries.1.DestinationCidrIp", "0.0.0.0/0")
		w.Settle()
		v, nicA := w.nic(a)
		_, nicB := w.nic(b)
		_, nicC := w.nic(c)
		asked := map[bool]int{}
		for _, ends := range [][2]*plan.NIC{{nicA, nicB}, {nicA, nicC}, {nicC, nicA}} {
			for _, protocol := range []ecs.Protocol{ecs.ProtocolTCP, ecs.ProtocolUDP, ecs.ProtocolICMP} {
				for _, port := range []uint16{1, 442, 443, 444, 30000, 30001} {
					from, to := ends[0], ends[1]
					p := packet{in: from.Name, out: to.Name, mac: from.MAC, src: from.Addrs[0], dst: to.Addrs[0], protocol: protocol, sport: 2000, dport: port}
					want := true
					if snap := w.DB().Snapshot(); from != nicA || to != nicB {
						of := func(k ecs.Key) *ecs.NetworkACL {
							r, _ := state.Interfaces.Get(snap, k)
							return network.ACLOf(snap, r.VSwitch)
						}
						want = ecs.AllowedByACL(of(from.Key), true, to.Addrs[0], protocol, port).Pass && ecs.AllowedByACL(of(to.Key), false, from.Addrs[0], protocol, port).Pass
					}
					asked[want]++
					if got := forwarded(&v.Table, p); got != want {
						t.Errorf("%d vSwitches: %+v: %v, want %v", i+1, p, got, want)
					}
				}
			}
		}
		if asked[true] == 0 || asked[false] == 0 {
			t.Errorf("asked %v", asked)
		}
	}
}

var (
	cidrs = []string{"0.0.0.0/0", "192.168.0.0/16", "192.168.0.0/30", "192.168.0.1/32", "198.51.100.0/24", "198.51.100.7/32", "::/0"}
	ports = []uint16{1, 79, 80, 81, 443, 65535}
)

func drawRule(t *rapid.T) ecs.Rule {
	r := ecs.Rule{
		Egress: rapid.Bool().Draw(t, "egress"), Drop: rapid.Bool().Draw(t, "drop"), Priority: rapid.Uint8Range(1, 4).Draw(t, "priority"),
		Protocol: rapid.SampledFrom([]ecs.Protocol{ecs.ProtocolAll, ecs.ProtocolTCP, ecs.ProtocolUDP, ecs.ProtocolICMP, ecs.ProtocolGRE}).Draw(t, "protocol"),
		From:     -1, To: -1,
	}
	switch rapid.IntRange(0, 3).Draw(t, "peer") {
	case 0:
		r.PeerGroup = ecs.Key(rapid.IntRange(1, 4).Draw(t, "group"))
	case 1:
		r.PrefixList = 1
	default:
		r.Peer = rapid.SampledFrom(cidrs).Draw(t, "cidr")
	}
	if rapid.IntRange(0, 3).Draw(t, "local") == 0 {
		r.Local = rapid.SampledFrom(cidrs[:4]).Draw(t, "local cidr")
	}
	if r.Protocol.HasPorts() {
		r.From = rapid.SampledFrom([]int32{1, 80, 443}).Draw(t, "from")
		r.To = rapid.Int32Range(r.From, r.From+2).Draw(t, "to")
		if rapid.IntRange(0, 3).Draw(t, "port list") == 0 {
			r.PortList, r.From, r.To = 1, -1, -1
		}
		r.SourcePorts = rapid.SampledFrom([][2]int32{{}, {}, {1, 65535}, {53, 53}}).Draw(t, "source ports")
	}
	return r
}

// TestTablesDecideAsAllowed compares whole tables, as a kernel would carry them
// out, with firewall.Allowed: random groups, connections between two interfaces
// and with the internet.
func TestTablesDecideAsAllowed(t *testing.T) {
	s := actiontest.Start(t)
	ctx := context.Background()
	asked := map[bool]int{}
	rapid.Check(t, func(rt *rapid.T) {
		const vpc, vsw = 1, 1
		var groups [2][]ecs.Key
		for i := range groups {
			for k := ecs.Key(1); k <= 3; k++ {
				if rapid.Bool().Draw(rt, "member") {
					groups[i] = append(groups[i], k)
				}
			}
			if len(groups[i]) == 0 {
				groups[i] = []ecs.Key{1}
			}
		}
		list := rapid.SliceOfNDistinct(rapid.SampledFrom(cidrs[1:6]), 0, 3, rapid.ID).Draw(rt, "prefix list")
		if err := s.DB().Update(ctx, func(tx *state.Tx) error {
			state.VPCs.Put(tx, vpc, &ecs.VPC{Prefix: ecs.Prefix{Addr: 192<<24 | 168<<16, Bits: 16}})
			state.VSwitches.Put(tx, vsw, &ecs.VSwitch{VPC: vpc, Prefix: ecs.Prefix{Addr: 192<<24 | 168<<16, Bits: 24}})
			enterprise := rapid.Bool().Draw(rt, "enterprise")
			for k := ecs.Key(1); k <= 3; k++ {
				state.Groups.Put(tx, k, &ecs.SecurityGroup{VPC: vpc, Enterprise: enterprise, InnerDrop: enterprise || rapid.Bool().Draw(rt, "inner drop"),
					Rules: rapid.SliceOfN(rapid.Custom(drawRule), 0, 10).Draw(rt, "rules")})
			}
			l := &ecs.PrefixList{}
			for _, c := range list {
				l.Entries = append(l.Entries, ecs.PrefixEntry{CIDR: c})
			}
			state.PrefixLists.Put(tx, 1, l)
			state.PortRangeLists.Put(tx, 1, &ecs.PortRangeList{Entries: []ecs.PortEntry{{From: 1, To: 1}, {From: 80, To: 80}}})
			for i := range groups {
				k := ecs.Key(i + 1)
				state.Instances.Put(tx, k, &ecs.Instance{Interface: k, PublicIP: ecs.IPv4(198<<24 | 51<<16 | 100<<8 | 20 + uint32(i)), BandwidthOut: 1})
				state.Interfaces.Put(tx, k, &ecs.NetworkInterface{VPC: vpc, VSwitch: vsw, Instance: k, Primary: true, IP: ecs.IPv4(192<<24 | 168<<16 | uint32(k)), Groups: groups[i]})
			}
			return nil
		}); err != nil {
			rt.Fatal(err)
		}
		snap := s.DB().Snapshot()
		p := plan.Planner{Options: plan.Options{Here: everywhere}}
		v := p.Host(snap).VPC(vpc)
		a, b := v.NICs[0], v.NICs[1]
		var f network.Firewall
		end := func(k ecs.Key) firewall.End {
			n, _ := state.Interfaces.Get(snap, k)
			return firewall.End{Addr: n.IP.Addr(), Groups: f.Groups(snap, n)}
		}
		near, far := end(1), end(2)
		seen := near
		seen.Seen = netip.MustParseAddr("198.51.100.20")
		for _, protocol := range []ecs.Protocol{ecs.ProtocolTCP, ecs.ProtocolUDP, ecs.ProtocolICMP, ecs.ProtocolGRE} {
			for _, port := range ports {
				flow := firewall.Flow{Protocol: protocol, Port: port, SourcePort: rapid.SampledFrom([]uint16{53, 2000}).Draw(rt, "source port")}
				if !protocol.HasPorts() {
					flow.Port, flow.SourcePort = 0, 0
				}
				q := packet{in: a.Name, out: b.Name, mac: a.MAC, src: a.Addrs[0], dst: b.Addrs[0], protocol: protocol, sport: flow.SourcePort, dport: flow.Port}
				want := firewall.Allowed(near, far, flow)
				asked[want.Pass()]++
				if got := forwarded(&v.Table, q); got != want.Pass() {
					rt.Fatalf("%+v: %v, want %+v\n%s", q, got, want, &v.Table)
				}
				outside := firewall.End{Addr: netip.MustParseAddr("198.51.100.7"), Seen: netip.MustParseAddr("198.51.100.7")}
				q.out, q.dst = plan.Uplink, outside.Addr
				if got, want := forwarded(&v.Table, q), firewall.Allowed(seen, outside, flow); got != want.Pass() {
					rt.Fatalf("out %+v: %v, want %+v\n%s", q, got, want, &v.Table)
				}
				q = packet{in: plan.Uplink, out: a.Name, src: outside.Addr, dst: a.Addrs[0], protocol: protocol, sport: flow.SourcePort, dport: flow.Port, translated: true}
				if got, want := forwarded(&v.Table, q), firewall.Allowed(outside, seen, flow); got != want.Pass() {
					rt.Fatalf("in %+v: %v, want %+v\n%s", q, got, want, &v.Table)
				}
				if q.translated = false; forwarded(&v.Table, q) {
					rt.Fatalf("what was not sent to a public address comes in: %+v", q)
				}
				if q.translated, q.src = true, b.Addrs[0]; forwarded(&v.Table, q) {
					rt.Fatalf("a private address comes in from outside: %+v", q)
				}
			}
		}
	})
	if asked[true] == 0 || asked[false] == 0 {
		t.Errorf("asked %v", asked)
	}
}
