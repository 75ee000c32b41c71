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
