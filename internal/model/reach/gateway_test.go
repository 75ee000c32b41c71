package reach_test

import (
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

const (
	abroad = "203.0.113.5"
	here   = "cn-hangzhou"
)

func (a *asker) nic(id string) string {
	return ecs.ID(ecs.KindNetworkInterface, actiontest.Record(a.Service, state.Instances, id).Interface)
}

// open lets everything into the members of the network's group.
func (a *asker) open() {
	a.Do("AuthorizeSecurityGroup", "SecurityGroupId", a.Network().Group, "IpProtocol", "all", "PortRange", "-1/-1", "SourceCidrIp", "0.0.0.0/0")
}

func (a *asker) gateway() (id, eip string, tables [2]string) {
	a.T.Helper()
	n := a.Network()
	g := actiontest.Call[api.CreateNatGatewayResponse](a.Service, "CreateNatGateway", "RegionId", here, "VpcId", n.VPC, "VSwitchId", n.VSwitch, "NatType", "Enhanced")
	e := actiontest.Call[api.AllocateEipAddressResponse](a.Service, "AllocateEipAddress", "RegionId", here)
	a.Settle()
	a.Do("AssociateEipAddress", "RegionId", here, "AllocationId", e.AllocationID, "InstanceId", g.NatGatewayID, "InstanceType", "Nat")
	a.Settle()
	return g.NatGatewayID, e.EIPAddress, [2]string{g.SnatTableIDs.SnatTableID[0], g.ForwardTableIDs.ForwardTableID[0]}
}

// TestExplainForwardEntries asks for ports of a NAT gateway's address.
func TestExplainForwardEntries(t *testing.T) {
	s := &asker{Service: actiontest.Start(t)}
	n, b := s.Network(), s.Running()
	s.Do("AuthorizeSecurityGroup", "SecurityGroupId", n.Group, "IpProtocol", "tcp", "PortRange", "8080/8081", "SourceCidrIp", abroad)
	id, eip, tables := s.gateway()
	s.want(abroad, eip, 80, false, "address", "which has no forward entry for this protocol and port. "+id)
	entry := actiontest.Call[api.CreateForwardEntryResponse](s.Service, "CreateForwardEntry", "RegionId", here, "ForwardTableId", tables[1],
		"ExternalIp", eip, "ExternalPort", "80/81", "InternalIp", ip(s.Service, b), "InternalPort", "8080/8081", "IpProtocol", "TCP").ForwardEntryID
	s.want(abroad, eip, 80, false, "address", id) // not yet
	s.Settle()
	got := s.want(abroad, eip, 81, true, "ingress", s.rule(n.Group))
	if c := got.Checks[0]; c.By != entry || got.To.InstanceID != b || got.To.Address != ip(s.Service, b) || got.To.PublicAddress != eip {
		t.Errorf("%+v", got)
	}
	s.want(abroad, eip, 82, false, "address", id)
	s.want("203.0.113.6", eip, 80, false, "ingress", "is dropped")
	if got, err := s.explain(abroad, eip, "udp", 80); err != nil || got.Passes || got.Decides != "address" {
		t.Errorf("%+v %v", got, err)
	}
	s.want("10.1.2.3", eip, 80, false, "route", "10.1.2.3")
	s.Do("CreateForwardEntry", "RegionId", here, "ForwardTableId", tables[1], "ExternalIp", eip, "ExternalPort", "90", "InternalIp", "192.168.0.200", "InternalPort", "90", "IpProtocol", "TCP")
	s.Settle()
	s.want(abroad, eip, 90, false, "address", "which no network interface has")
}

// TestExplainMoreAddresses asks by secondary addresses, prefixes and IPv6.
func TestExplainMoreAddresses(t *testing.T) {
	s := &asker{Service: actiontest.Start(t)}
	n, a, b := s.Network(), s.Running(), s.Running()
	s.Do("AssignPrivateIpAddresses", "NetworkInterfaceId", s.nic(b), "PrivateIpAddress.1", "192.168.0.99")
	s.Do("AssignPrivateIpAddresses", "NetworkInterfaceId", s.nic(b), "Ipv4Prefix.1", "192.168.0.160/28")
	s.Settle()
	for _, addr := range []string{"192.168.0.99", "192.168.0.165"} {
		if got := s.want(a, addr, 80, true, "ingress", "whose members reach each other"); got.To.InstanceID != b || got.To.Address != addr {
			t.Errorf("%+v", got.To)
		}
	}
	eip := actiontest.Call[api.AllocateEipAddressResponse](s.Service, "AllocateEipAddress", "RegionId", here)
	s.Do("AssociateEipAddress", "AllocationId", eip.AllocationID, "InstanceId", s.nic(b), "InstanceType", "NetworkInterface", "PrivateIpAddress", "192.168.0.99")
	s.Settle()
	s.want(abroad, b, 80, false, "address", "has no public address")
	if got := s.want(abroad, eip.EIPAddress, 80, false, "ingress", "is dropped"); got.To.Address != "192.168.0.99" || got.To.PublicAddress != eip.EIPAddress {
		t.Errorf("%+v", got.To)
	}
	s.want(a, "192.168.0.98", 80, false, "address", "has the address")
	icmp6 := func(from, to string) (bool, string) {
		t.Helper()
		got, err := s.explain(from, to, "icmpv6", 0)
		if err != nil {
			return false, err.Error()
		}
		return got.Passes, got.Decides
	}
	if ok, why := icmp6(a, b); ok || why != "The protocol icmpv6 and the addresses are of different families." {
		t.Error(why)
	}
	s.Do("ModifyVpcAttribute", "VpcId", n.VPC, "EnableIPv6", "true")
	s.Do("ModifyVSwitchAttribute", "VSwitchId", n.VSwitch, "EnableIPv6", "true", "Ipv6CidrBlock", "7")
	var six [2]string
	for i, id := range []string{a, b} {
		six[i] = actiontest.Call[api.AssignIpv6AddressesResponse](s.Service, "AssignIpv6Addresses", "NetworkInterfaceId", s.nic(id), "Ipv6AddressCount", "1").IPv6Sets.IPv6Address[0]
	}
	s.Settle()
	for _, to := range []string{b, six[1]} {
		for _, from := range []string{a, six[0]} {
			if ok, why := icmp6(from, to); !ok {
				t.Errorf("%s to %s: %s", from, to, why)
			}
		}
	}
	if got := s.want(a, six[1], 80, true, "ingress", ""); got.From.Address != six[0] || got.To.InstanceID != b {
		t.Errorf("%+v", got)
	}
	s.want(a, "2001:db8::1", 80, false, "address", "has no internet bandwidth")
}

// TestExplainCustomRoutes asks for what a route hands to an instance.
func TestExplainCustomRoutes(t *testing.T) {
	s := &asker{Service: actiontest.Start(t)}
	n, a, b := s.Network(), s.Running(), s.Running()
	table := ecs.ID(ecs.KindRouteTable, s.Key(ecs.KindVPC, n.VPC))
	route := func(cidr, typ, hop string) string {
		t.Helper()
		id := actiontest.Call[api.CreateRouteEntryResponse](s.Service, "CreateRouteEntry", "RouteTableId", table, "DestinationCidrBlock", cidr, "NextHopType", typ, "NextHopId", hop).RouteEntryID
		s.Advance(network.PhaseTime)
		return id
	}
	s.want(a, "10.1.2.3", 80, false, "route", "No route leads")
	e := route("10.0.0.0/8", "Instance", b)
	if got := s.want(a, "10.1.2.3", 80, true, "ingress", "No security group guards"); got.Checks[1].By != e || !got.Checks[1].Passes {
		t.Errorf("%+v", got.Checks)
	}
	s.want("10.1.2.3", a, 80, false, "ingress", "is dropped")
	free := actiontest.Call[api.CreateNetworkInterfaceResponse](s.Service, "CreateNetworkInterface", "VSwitchId", n.VSwitch, "SecurityGroupId", n.Group).NetworkInterfaceID
	vip := actiontest.Call[api.CreateHaVipResponse](s.Service, "CreateHaVip", "VSwitchId", n.VSwitch).HaVipID
	s.Advance(network.PhaseTime)
	s.want(a, "10.1.2.3", 80, true, "ingress", "")
	e = route("10.1.0.0/16", "NetworkInterface", free)
	s.want(a, "10.1.2.3", 80, false, "route", "attached to no instance. "+e)
	e = route("10.1.2.0/24", "HaVip", vip)
	s.want(a, "10.1.2.3", 80, false, "route", "has no members. "+e)
	s.Do("AssociateHaVip", "HaVipId", vip, "InstanceId", b)
	s.Advance(network.PhaseTime)
	s.want(a, "10.1.2.3", 80, true, "ingress", "")
	s.want(a, abroad, 80, false, "route", "no NAT gateway")
	e = route("0.0.0.0/0", "Instance", b)
	s.want(a, abroad, 80, true, "ingress", "")
	s.Do("StopInstance", "InstanceId", b)
	s.Settle()
	s.want(a, abroad, 80, false, "route", "which is not running. "+e)
}

// TestExplainIPv4Gateway asks before and after a VPC has an active IPv4 gateway,
// and when it was left without one.
func TestExplainIPv4Gateway(t *testing.T) {
	s := &asker{Service: actiontest.Start(t)}
	n, a, b := s.Network(), s.Running(), s.Running()
	s.open()
	eip := actiontest.Call[api.AllocateEipAddressResponse](s.Service, "AllocateEipAddress", "RegionId", here)
	s.Do("AssociateEipAddress", "RegionId", here, "AllocationId", eip.AllocationID, "InstanceId", a)
	_, outer, tables := s.gateway()
	s.Do("CreateSnatEntry", "RegionId", here, "SnatTableId", tables[0], "SourceVSwitchId", n.VSwitch, "SnatIp", outer)
	s.Settle()
	all := func(passes bool, decides, why string) {
		t.Helper()
		s.want(a, abroad, 80, passes, decides, why)
		s.want(b, abroad, 80, passes, decides, why)
		s.want(abroad, a, 80, passes, decides, why)
	}
	all(true, "ingress", "")
	g := actiontest.Call[api.CreateIpv4GatewayResponse](s.Service, "CreateIpv4Gateway", "RegionId", here, "VpcId", n.VPC).IPv4GatewayID
	s.Advance(network.PhaseTime)
	all(true, "ingress", "") // it is not active yet
	s.Do("EnableVpcIpv4Gateway", "RegionId", here, "Ipv4GatewayId", g)
	s.Advance(network.PhaseTime)
	all(false, "route", "no route of "+n.VSwitch+" leads to it for "+abroad+". "+g)
	table := ecs.ID(ecs.KindRouteTable, s.Key(ecs.KindVPC, n.VPC))
	s.Do("CreateRouteEntry", "RouteTableId", table, "DestinationCidrBlock", "0.0.0.0/0", "NextHopType", "Ipv4Gateway", "NextHopId", g)
	s.Advance(network.PhaseTime)
	s.want(a, abroad, 80, true, "ingress", "")
	s.want(abroad, a, 80, true, "ingress", "")
	s.want(a, b, 80, true, "ingress", "whose members")
	s.Do("DeleteRouteEntry", "RouteTableId", table, "DestinationCidrBlock", "0.0.0.0/0")
	s.Advance(network.PhaseTime)
	s.Do("DeleteIpv4Gateway", "RegionId", here, "Ipv4GatewayId", g)
	s.Advance(network.PhaseTime)
	all(false, "route", "was left without the internet")
}
