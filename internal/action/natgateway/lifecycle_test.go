package natgateway_test

import (
	"context"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/state"
)

const region = "cn-hangzhou"

func gateway(s *actiontest.Service, id string) *api.DescribeNatGatewaysNatGateway {
	s.T.Helper()
	out := actiontest.Call[api.DescribeNatGatewaysResponse](s, "DescribeNatGateways", "RegionId", region, "NatGatewayId", id)
	if len(out.NatGateways.NatGateway) == 0 {
		return nil
	}
	return &out.NatGateways.NatGateway[0]
}

func snat(s *actiontest.Service, table, id string) string {
	s.T.Helper()
	out := actiontest.Call[api.DescribeSnatTableEntriesResponse](s, "DescribeSnatTableEntries", "RegionId", region, "SnatTableId", table, "SnatEntryId", id)
	if len(out.SnatTableEntries.SnatTableEntry) == 0 {
		return "gone"
	}
	return out.SnatTableEntries.SnatTableEntry[0].Status
}

func forward(s *actiontest.Service, table, id string) string {
	s.T.Helper()
	out := actiontest.Call[api.DescribeForwardTableEntriesResponse](s, "DescribeForwardTableEntries", "RegionId", region, "ForwardTableId", table, "ForwardEntryId", id)
	if len(out.ForwardTableEntries.ForwardTableEntry) == 0 {
		return "gone"
	}
	return out.ForwardTableEntries.ForwardTableEntry[0].Status
}

func is(t *testing.T, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// eip allocates an elastic IP and binds it to a gateway.
func eip(s *actiontest.Service, gw string) (id, ip string) {
	s.T.Helper()
	out := actiontest.Call[api.AllocateEipAddressResponse](s, "AllocateEipAddress", "RegionId", region)
	s.Do("AssociateEipAddress", "RegionId", region, "AllocationId", out.AllocationID, "InstanceId", gw, "InstanceType", "Nat")
	s.Settle()
	return out.AllocationID, out.EIPAddress
}

func TestLifecycle(t *testing.T) {
	s := actiontest.Start(t, actiontest.Stepped())
	ctx := context.Background()
	n := s.Network()
	made, err := s.Client.CreateNatGateway(ctx, &api.CreateNatGatewayRequest{RegionID: region, VPCID: n.VPC, VSwitchID: n.VSwitch, NatType: "Enhanced", Name: "out", ClientToken: "c"})
	if err != nil {
		t.Fatal(err)
	}
	gw, stb, ftb := made.NatGatewayID, made.SnatTableIDs.SnatTableID[0], made.ForwardTableIDs.ForwardTableID[0]
	is(t, gateway(s, gw).Status, "Creating")
	s.Refuse(400, "IncorrectStatus.NATGW", "", "CreateSnatEntry", "RegionId", region, "SnatTableId", stb, "SourceVSwitchId", n.VSwitch, "SnatIp", "198.18.0.1")
	s.Refuse(404, "IncorrectStatus.NatGateway", "", "DeleteNatGateway", "RegionId", region, "NatGatewayId", gw)
	s.Quiet()
	s.Step(gw)
	g := gateway(s, gw)
	is(t, g.Status, "Available")
	if g.NatGatewayPrivateInfo.VswitchID != n.VSwitch || g.NatGatewayPrivateInfo.PrivateIPAddress == "" || g.Spec != "Small" || g.NetworkType != "internet" {
		t.Errorf("%+v", g)
	}
	s.Refuse(400, "DependencyViolation", "", "DeleteVSwitch", "VSwitchId", n.VSwitch)
	id, ip := eip(s, gw)

	se, err := s.Client.CreateSnatEntry(ctx, &api.CreateSnatEntryRequest{RegionID: region, SnatTableID: stb, SourceVSwitchID: n.VSwitch, SnatIP: ip})
	if err != nil {
		t.Fatal(err)
	}
	is(t, snat(s, stb, se.SnatEntryID), "Pending")
	s.Refuse(400, "IncorretSnatEntryStatus", "", "DeleteSnatEntry", "RegionId", region, "SnatTableId", stb, "SnatEntryId", se.SnatEntryID)
	s.Quiet()
	s.Step(se.SnatEntryID)
	is(t, snat(s, stb, se.SnatEntryID), "Available")
	s.Refuse(400, "DependencyViolation.Snat", "", "DeleteVSwitch", "VSwitchId", n.VSwitch)
	s.Refuse(400, "InvalidIpStatus.HasBeenUsedBySnatTable", "", "UnassociateEipAddress", "AllocationId", id)

	fe, err := s.Client.CreateForwardEntry(ctx, &api.CreateForwardEntryRequest{RegionID: region, ForwardTableID: ftb, ExternalIP: ip, ExternalPort: "80",
		InternalIP: "192.168.0.9", InternalPort: "8080", IPProtocol: "tcp"})
	if err != nil {
		t.Fatal(err)
	}
	is(t, forward(s, ftb, fe.ForwardEntryID), "Pending")
	s.Quiet()
	s.Step(fe.ForwardEntryID)
	is(t, forward(s, ftb, fe.ForwardEntryID), "Available")
	s.Do("ModifyForwardEntry", "RegionId", region, "ForwardTableId", ftb, "ForwardEntryId", fe.ForwardEntryID, "InternalPort", "8081")
	is(t, forward(s, ftb, fe.ForwardEntryID), "Modifying")
	s.Settle()
	is(t, forward(s, ftb, fe.ForwardEntryID), "Available")
	attr := actiontest.Call[api.GetNatGatewayAttributeResponse](s, "GetNatGatewayAttribute", "RegionId", region, "NatGatewayId", gw)
	if attr.SnatTable.SnatEntryCount != 1 || attr.ForwardTable.ForwardEntryCount != 1 || len(attr.IPList) != 1 {
		t.Errorf("%+v", attr)
	}

	del := []string{"RegionId", region, "NatGatewayId", gw}
	s.Refuse(400, "DependencyViolation.SnatEntry", "", "DeleteNatGateway", del...)
	s.Do("DeleteSnatEntry", "RegionId", region, "SnatTableId", stb, "SnatEntryId", se.SnatEntryID)
	is(t, snat(s, stb, se.SnatEntryID), "Deleting")
	s.Settle()
	is(t, snat(s, stb, se.SnatEntryID), "gone")
	s.Refuse(400, "DependencyViolation.ForwardEntry", "", "DeleteNatGateway", del...)
	s.Refuse(400, "InvalidIpStatus.HasBeenUsedByForwardEntry", "", "UnassociateEipAddress", "AllocationId", id)
	s.Do("DeleteForwardEntry", "RegionId", region, "ForwardTableId", ftb, "ForwardEntryId", fe.ForwardEntryID)
	s.Settle()
	s.Refuse(400, "DependencyViolation.EIPS", "", "DeleteNatGateway", del...)
	s.Do("UnassociateEipAddress", "AllocationId", id, "InstanceId", gw, "InstanceType", "Nat")
	s.Settle()
	if _, err := s.Client.DeleteNatGateway(ctx, &api.DeleteNatGatewayRequest{RegionID: region, NatGatewayID: gw}); err != nil {
		t.Fatal(err)
	}
	is(t, gateway(s, gw).Status, "Deleting")
	s.Settle()
	if g := gateway(s, gw); g != nil {
		t.Errorf("%+v", g)
	}
	s.Refuse(404, "InvalidNatGatewayId.NotFound", "", "DeleteNatGateway", del...)
}

// story makes a gateway with everything and deletes it by force.
func story(s *actiontest.Service) {
	n := s.Network()
	made := actiontest.Call[api.CreateNatGatewayResponse](s, "CreateNatGateway", "RegionId", region, "VpcId", n.VPC, "VSwitchId", n.VSwitch)
	s.Settle()
	id, ip := eip(s, made.NatGatewayID)
	s.Do("CreateSnatEntry", "RegionId", region, "SnatTableId", made.SnatTableIDs.SnatTableID[0], "SourceCIDR", "192.168.0.0/24", "SnatIp", ip)
	s.Do("CreateForwardEntry", "RegionId", region, "ForwardTableId", made.ForwardTableIDs.ForwardTableID[0], "ExternalIp", ip, "ExternalPort", "443",
		"InternalIp", "192.168.0.9", "InternalPort", "443", "IpProtocol", "TCP")
	s.Settle()
	s.Do("DeleteNatGateway", "RegionId", region, "NatGatewayId", made.NatGatewayID, "Force", "true")
	s.Settle()
	v := s.DB().Snapshot()
	if a, b, c := state.NATGateways.Len(v), state.SNATEntries.Len(v), state.ForwardEntries.Len(v); a+b+c != 0 {
		s.T.Errorf("%d gateways, %d SNAT and %d forward entries are left", a, b, c)
	}
	s.Do("ReleaseEipAddress", "AllocationId", id)
	s.Do("DeleteVSwitch", "VSwitchId", n.VSwitch)
}

func TestEachFault(t *testing.T)   { actiontest.EachFault(t, story) }
func TestEachRestart(t *testing.T) { actiontest.EachRestart(t, story) }

func TestRefusals(t *testing.T) {
	s := actiontest.Start(t)
	n := s.Network()
	other := s.VPC()
	s.Refusals(t, "CreateNatGateway", []string{"RegionId", region, "VpcId", n.VPC, "VSwitchId", n.VSwitch}, []actiontest.Refusal{
		{"no vSwitch", []string{"VSwitchId", ""}, 400, "MissingParameter", ""},
		{"no such vSwitch", []string{"VSwitchId", "vsw-x"}, 404, "InvalidVSwitchId.NotFound", ""},
		{"no such VPC", []string{"VpcId", "vpc-x"}, 404, "InvalidVpcId.NotFound", ""},
		{"another VPC", []string{"VpcId", other}, 400, "OperationFailed.VswNotBelongToVpc", ""},
		{"name", []string{"Name", "http://x"}, 400, "InvalidNatGatewayName.MalFormed", ""},
		{"spec", []string{"Spec", "x"}, 400, "InvalidParameter.Spec.ValueNotSupported", ""},
		{"type", []string{"NatType", "x"}, 400, "InvalidParameter", ""},
		{"paid in advance", []string{"InstanceChargeType", "PrePaid"}, 400, "UnsupportedOperation.NotImplemented", ""},
		{"address outside", []string{"NatIp", "10.0.0.1"}, 400, "InvalidPrivateIpAddress", ""},
	})
	made := actiontest.Call[api.CreateNatGatewayResponse](s, "CreateNatGateway", "RegionId", region, "VpcId", n.VPC, "VSwitchId", n.VSwitch)
	gw, stb, ftb := made.NatGatewayID, made.SnatTableIDs.SnatTableID[0], made.ForwardTableIDs.ForwardTableID[0]
	s.Settle()
	_, ip := eip(s, gw)
	s.Refusals(t, "CreateSnatEntry", []string{"RegionId", region, "SnatTableId", stb, "SourceCIDR", "192.168.0.0/25", "SnatIp", ip}, []actiontest.Refusal{
		{"table", []string{"SnatTableId", "stb-x"}, 404, "InvalidSnatTableId.NotFound", ""},
		{"both sources", []string{"SourceVSwitchId", n.VSwitch}, 400, "INVALID_PARAMETER", ""},
		{"address", []string{"SnatIp", "x"}, 400, "InvalidSnatIp.Malformed", ""},
		{"foreign address", []string{"SnatIp", "198.18.9.9"}, 404, "InvalidSnatIp.NotFound", ""},
		{"source", []string{"SourceCIDR", "192.168.0.1/24"}, 400, "INVALID_PARAMETER", ""},
		{"dry run", []string{"DryRun", "true"}, 400, "DryRunOperation", ""},
	})
	good := []string{"RegionId", region, "ForwardTableId", ftb, "ExternalIp", ip, "ExternalPort", "80", "InternalIp", "192.168.0.9", "InternalPort", "80", "IpProtocol", "TCP"}
	s.Refusals(t, "CreateForwardEntry", good, []actiontest.Refusal{
		{"table", []string{"ForwardTableId", "ftb-x"}, 404, "InvalidForwardTableId.NotFound", ""},
		{"protocol", []string{"IpProtocol", "sctp"}, 400, "InvalidProtocal.ValueNotSupported", ""},
		{"outer port", []string{"ExternalPort", "0"}, 400, "InvalidExternalPort.Malformed", ""},
		{"reversed ports", []string{"ExternalPort", "20/10"}, 400, "InvalidExternalPort.Malformed", ""},
		{"inner port", []string{"InternalPort", "65536"}, 400, "InvalidInternalPort.Malformed", ""},
		{"inner address", []string{"InternalIp", "x"}, 400, "InvalidInternalIp.Malformed", ""},
		{"inner address outside", []string{"InternalIp", "10.0.0.1"}, 400, "Forbidden.InternalIpOutOfVpcCIDR", ""},
		{"foreign address", []string{"ExternalIp", "198.18.9.9"}, 400, "InvalidIp.NotInNatgw", ""},
	})
	s.Do("CreateForwardEntry", good...)
	s.Refuse(400, "InvalidParameter", "", "CreateForwardEntry", good...)
	s.Settle()
	s.Do("DeletionProtection", "RegionId", region, "Type", "NATGW", "InstanceId", gw, "ProtectionEnable", "true")
	s.Refuse(400, "InvalidOperation.DeletionProtection", "", "DeleteNatGateway", "RegionId", region, "NatGatewayId", gw, "Force", "true")
	s.As(s.Other).Refuse(404, "InvalidNatGatewayId.NotFound", "", "DeleteNatGateway", "RegionId", region, "NatGatewayId", gw)
	zones := actiontest.Call[api.ListEnhanhcedNatGatewayAvailableZonesResponse](s, "ListEnhanhcedNatGatewayAvailableZones", "RegionId", region)
	if len(zones.Zones) == 0 {
		t.Error("no zones")
	}
}
