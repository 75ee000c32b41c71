package reach_test

import (
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

// TestExplainElasticIP asks as an elastic IP is bound, unbound, and stands on a
// NAT gateway.
func TestExplainElasticIP(t *testing.T) {
	s := &asker{Service: actiontest.Start(t)}
	n := s.Network()
	a := s.Running()
	const outside, region = "203.0.113.5", "cn-hangzhou"
	s.Do("AuthorizeSecurityGroup", "SecurityGroupId", n.Group, "IpProtocol", "tcp", "PortRange", "22/22", "SourceCidrIp", "0.0.0.0/0")
	eip := actiontest.Call[api.AllocateEipAddressResponse](s.Service, "AllocateEipAddress", "RegionId", region)
	s.want(a, outside, 22, false, "route", "no NAT gateway gives it one")
	s.want(outside, a, 22, false, "address", a+" has no public address")

	s.Do("AssociateEipAddress", "RegionId", region, "AllocationId", eip.AllocationID, "InstanceId", a)
	s.Settle()
	for _, to := range []string{a, eip.EIPAddress} {
		if got := s.want(outside, to, 22, true, "ingress", s.rule(n.Group)); got.To.PublicAddress != eip.EIPAddress || got.To.InstanceID != a {
			t.Errorf("%+v", got.To)
		}
	}
	s.want(a, outside, 22, true, "ingress", "No security group guards")
	s.Do("UnassociateEipAddress", "RegionId", region, "AllocationId", eip.AllocationID, "InstanceId", a)
	s.Settle()
	s.want(outside, a, 22, false, "address", a+" has no public address")

	gw := actiontest.Call[api.CreateNatGatewayResponse](s.Service, "CreateNatGateway", "RegionId", region, "VpcId", n.VPC, "VSwitchId", n.VSwitch, "NatType", "Enhanced")
	s.Settle()
	s.Do("AssociateEipAddress", "RegionId", region, "AllocationId", eip.AllocationID, "InstanceId", gw.NatGatewayID, "InstanceType", "Nat")
	s.Settle()
	s.want(a, outside, 22, false, "route", "no NAT gateway gives it one")
	entry := actiontest.Call[api.CreateSnatEntryResponse](s.Service, "CreateSnatEntry", "RegionId", region, "SnatTableId", gw.SnatTableIDs.SnatTableID[0],
		"SourceVSwitchId", n.VSwitch, "SnatIp", eip.EIPAddress)
	s.Settle()
	got := s.want(a, outside, 22, true, "ingress", "")
	if c := got.Checks[1]; c.Name != "route" || c.By != entry.SnatEntryID || c.Why != "A NAT gateway sends it on as "+eip.EIPAddress+"." {
		t.Errorf("%+v", c)
	}
	s.want(outside, a, 22, false, "address", a+" has no public address") // it leads out only
}

// TestExplainACL asks while a network ACL drops what enters a vSwitch, then what
// leaves it as the reply.
func TestExplainACL(t *testing.T) {
	s := &asker{Service: actiontest.Start(t)}
	n := s.Network()
	a, neighbour := s.Running(), s.Running()
	far := s.VSwitch(n.VPC, "192.168.128.0/24")
	b := s.Running("VSwitchId", far)
	const region = "cn-hangzhou"
	if got := s.want(a, b, 443, true, "ingress", "whose members reach each other"); len(got.Checks) != 4 {
		t.Errorf("%+v", got.Checks)
	}
	id := actiontest.Call[api.CreateNetworkAclResponse](s.Service, "CreateNetworkAcl", "RegionId", region, "VpcId", n.VPC).NetworkAclID
	s.Settle()
	s.Do("AssociateNetworkAcl", "RegionId", region, "NetworkAclId", id, "Resource.1.ResourceId", n.VSwitch, "Resource.1.ResourceType", "VSwitch")
	s.Settle()
	s.want(a, b, 443, true, "ingress", "")
	update := func(way, far, policy, ports string) {
		s.Do("UpdateNetworkAclEntries", "RegionId", region, "NetworkAclId", id, "Update"+way+"AclEntries", "true",
			way+"AclEntries.1.Policy", policy, way+"AclEntries.1.Protocol", "tcp", way+"AclEntries.1.Port", ports, way+"AclEntries.1."+far, "192.168.0.0/16",
			way+"AclEntries.2.Policy", "accept", way+"AclEntries.2.Protocol", "all", way+"AclEntries.2.Port", "-1/-1", way+"AclEntries.2."+far, "0.0.0.0/0")
		s.Settle()
	}
	update("Ingress", "SourceCidrIp", "drop", "443/443")
	s.want(b, a, 443, false, "network-acl", "entering "+n.VSwitch+" decides: entry 1, drop tcp 443/443 with 192.168.0.0/16. "+id)
	s.want(b, a, 80, true, "ingress", "")
	s.want(neighbour, a, 443, true, "ingress", "") // none is asked within a vSwitch
	update("Egress", "DestinationCidrIp", "drop", "1024/65535")
	s.want(b, a, 80, false, "network-acl", "the reply leaving "+n.VSwitch+" decides: entry 1, drop tcp 1024/65535")
	s.want(a, b, 80, true, "ingress", "")
}
