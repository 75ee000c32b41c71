package routetable_test

import (
	"slices"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/model/network"
)

func tables(s *actiontest.Service, params ...string) []api.DescribeRouteTableListRouterTableListType {
	s.T.Helper()
	return actiontest.Call[api.DescribeRouteTableListResponse](s, "DescribeRouteTableList", params...).RouterTableList.RouterTableListType
}

func entries(s *actiontest.Service, table string, params ...string) []api.DescribeRouteEntryListRouteEntry {
	s.T.Helper()
	return actiontest.Call[api.DescribeRouteEntryListResponse](s, "DescribeRouteEntryList", append([]string{"RouteTableId", table}, params...)...).RouteEntrys.RouteEntry
}

func create(s *actiontest.Service, vpc string, params ...string) string {
	s.T.Helper()
	return actiontest.Call[api.CreateRouteTableResponse](s, "CreateRouteTable", append([]string{"VpcId", vpc}, params...)...).RouteTableID
}

func pass(s *actiontest.Service) { s.Advance(network.PhaseTime) }

// A custom table is made, bound, given an entry, and goes, with each state seen
// on the way.
func TestLifecycle(t *testing.T) {
	s := actiontest.Start(t)
	i := s.Running()
	n := s.Network()
	system := tables(s, "VpcId", n.VPC)
	if len(system) != 1 || system[0].RouteTableType != "System" || system[0].Status != "Available" || !slices.Equal(system[0].VSwitchIDs.VSwitchID, []string{n.VSwitch}) {
		t.Fatalf("system table %+v", system)
	}
	if e := entries(s, system[0].RouteTableID); len(e) != 2 || e[0].DestinationCidrBlock != "192.168.0.0/24" || e[1].DestinationCidrBlock != "100.64.0.0/10" ||
		e[0].Type != "System" || e[0].NextHops.NextHop[0].NextHopType != "local" || e[1].NextHops.NextHop[0].NextHopType != "service" {
		t.Fatalf("system entries %+v", e)
	}
	id := create(s, n.VPC, "RouteTableName", "mine", "ClientToken", "t", "Tag.1.Key", "k", "Tag.1.Value", "v")
	if again := create(s, n.VPC, "RouteTableName", "mine", "ClientToken", "t", "Tag.1.Key", "k", "Tag.1.Value", "v"); again != id {
		t.Errorf("the token made another: %s", again)
	}
	see := func(want string) {
		t.Helper()
		if got := tables(s, "RouteTableId", id); len(got) != 1 || got[0].Status != want || got[0].RouteTableName != "mine" || got[0].RouteTableType != "Custom" || len(got[0].Tags.Tag) != 1 {
			t.Fatalf("%+v, want %s", got, want)
		}
	}
	see("Pending")
	s.Restart()
	see("Pending")
	s.Refuse(404, "IncorrectRouteTableStatus", "", "DeleteRouteTable", "RouteTableId", id)
	pass(s)
	see("Available")

	s.Do("AssociateRouteTable", "RouteTableId", id, "VSwitchId", n.VSwitch)
	see("Modifying")
	pass(s)
	if got := tables(s, "RouteTableId", id)[0].VSwitchIDs.VSwitchID; !slices.Equal(got, []string{n.VSwitch}) {
		t.Errorf("bound to %v", got)
	}
	s.Refuse(404, "Forbidden.VSwitchAlreadyAssociatedRouteTable", "", "AssociateRouteTable", "RouteTableId", id, "VSwitchId", n.VSwitch)
	s.Refuse(400, "DependencyViolation.VSwitch", "", "DeleteRouteTable", "RouteTableId", id)

	e := actiontest.Call[api.CreateRouteEntryResponse](s, "CreateRouteEntry", "RouteTableId", id, "DestinationCidrBlock", "10.0.0.0/8", "NextHopType", "Instance", "NextHopId", i, "RouteEntryName", "out").RouteEntryID
	state := func(want string) {
		t.Helper()
		got := entries(s, id, "RouteEntryType", "Custom")
		if len(got) != 1 || got[0].Status != want || got[0].RouteEntryID != e || got[0].NextHops.NextHop[0].NextHopID != i || got[0].RouteEntryName != "out" {
			t.Fatalf("%+v, want %s", got, want)
		}
	}
	state("Pending")
	s.Refuse(400, "IncorrectRouteEntryStatus", "", "CreateRouteEntry", "RouteTableId", id, "DestinationCidrBlock", "11.0.0.0/8", "NextHopId", i)
	pass(s)
	state("Available")
	s.Refuse(400, "IncorrectRouteTableStatus.RouteEntryExist", "", "DeleteRouteTable", "RouteTableId", id)
	s.Do("DeleteRouteEntry", "RouteTableId", id, "DestinationCidrBlock", "10.0.0.0/8", "NextHopId", i)
	state("Deleting")
	pass(s)
	if got := entries(s, id, "RouteEntryType", "Custom"); len(got) != 0 {
		t.Errorf("left: %+v", got)
	}
	s.Refuse(400, "InvalidRouteEntry.NotFound", "", "DeleteRouteEntry", "RouteTableId", id, "DestinationCidrBlock", "10.0.0.0/8")
	s.Do("UnassociateRouteTable", "RouteTableId", id, "VSwitchId", n.VSwitch)
	pass(s)
	s.Do("DeleteRouteTable", "RouteTableId", id)
	see("Deleting")
	pass(s)
	if got := tables(s, "RouteTableId", id); len(got) != 0 {
		t.Errorf("left: %+v", got)
	}
}

func TestRefusals(t *testing.T) {
	s := actiontest.Start(t)
	i := s.Running()
	n := s.Network()
	system := tables(s, "VpcId", n.VPC)[0].RouteTableID
	other := s.VPC()
	id := create(s, n.VPC)
	pass(s)
	s.Refusals(t, "CreateRouteTable", []string{"VpcId", n.VPC}, []actiontest.Refusal{
		{"VPC", []string{"VpcId", "vpc-x"}, 404, "InvalidVpcId.NotFound", ""},
		{"type", []string{"AssociateType", "x"}, 400, "InvalidParameter", ""},
		{"name", []string{"RouteTableName", "http://x"}, 400, "InvalidParameter.RouteTableName.Malformed", ""},
		{"description", []string{"Description", "https://x"}, 400, "InvalidParameter.Description.Malformed", ""},
		{"tag", []string{"Tag.1.Key", "aliyun"}, 400, "IllegalParam.TagKey", ""},
	})
	s.Refuse(400, "IncorrectRouteTableType", "", "DeleteRouteTable", "RouteTableId", system)
	s.Refuse(404, "InvalidRouteTableId.NotFound", "", "DeleteRouteTable", "RouteTableId", "vtb-x")
	s.As(s.Other).Refuse(404, "InvalidRouteTableId.NotFound", "", "DeleteRouteTable", "RouteTableId", id)
	s.Refusals(t, "AssociateRouteTable", []string{"RouteTableId", id, "VSwitchId", n.VSwitch}, []actiontest.Refusal{
		{"table", []string{"RouteTableId", "vtb-x"}, 400, "InvalidRouteTableId.NotFound", ""},
		{"vSwitch", []string{"VSwitchId", "vsw-x"}, 404, "InvalidVSwitchId.NotFound", ""},
		{"system", []string{"RouteTableId", system}, 400, "OperationDenied.SwitchToSystemRouteTable", ""},
		{"another VPC", []string{"VSwitchId", s.VSwitch(other, "172.16.0.0/24")}, 404, "Forbidden.NotInSameVpc", ""},
	})
	s.Refusals(t, "UnassociateRouteTable", []string{"RouteTableId", id, "VSwitchId", n.VSwitch}, []actiontest.Refusal{
		{"system", []string{"RouteTableId", system}, 404, "OperationUnsupported.SystemRouteTable", ""},
		{"not bound", nil, 404, "InvalidBindingStatus.RouteTable", ""},
	})
	s.Refusals(t, "ModifyRouteTableAttributes", []string{"RouteTableId", id}, []actiontest.Refusal{
		{"table", []string{"RouteTableId", "vtb-x"}, 400, "Abs.InvalidRouteTableId.NotExist", ""},
		{"name", []string{"RouteTableName", "http://x"}, 400, "Abs.InvaliTableName.Malformed", ""},
		{"description", []string{"Description", "http://x"}, 400, "InvalidDescription.Malformed", ""},
	})
	s.Refusals(t, "CreateRouteEntry", []string{"RouteTableId", id, "DestinationCidrBlock", "10.0.0.0/8", "NextHopType", "Instance", "NextHopId", i}, []actiontest.Refusal{
		{"table", []string{"RouteTableId", "vtb-x"}, 404, "InvalidRouteTableId.NotFound", ""},
		{"CIDR malformed", []string{"DestinationCidrBlock", "10.0.0.1/8"}, 400, "InvalidCidrBlock.Malformed", ""},
		{"a vSwitch's network", []string{"DestinationCidrBlock", "192.168.0.0/24"}, 400, "InvalidCidrBlock", ""},
		{"in a vSwitch", []string{"DestinationCidrBlock", "192.168.0.7"}, 400, "InvalidCidrBlock", ""},
		{"the service's", []string{"DestinationCidrBlock", "100.64.0.0/10"}, 400, "InvalidCidrBlock", ""},
		{"IPv6", []string{"DestinationCidrBlock", "::/0"}, 400, "OperationDenied.VpcIpv6NotEnabled", ""},
		{"prefix list", []string{"DestinationCidrBlock", "pl-x"}, 400, "ResourceNotFound.PrefixList", ""},
		{"no hop", []string{"NextHopType", "", "NextHopId", ""}, 400, "InvalidNexthopTypeAndList.BothNull", ""},
		{"instance", []string{"NextHopId", "i-x"}, 400, "IllegalParam.NextHopId", ""},
		{"interface", []string{"NextHopType", "NetworkInterface", "NextHopId", "eni-x"}, 400, "ResourceNotFound.NetworkInterface", ""},
		{"HaVip", []string{"NextHopType", "HaVip"}, 400, "InvalidHaVip.NotFound", ""},
		{"NAT gateway", []string{"NextHopType", "NatGateway"}, 400, "InvalidNatGateway.NotFound", ""},
		{"IPv4 gateway", []string{"NextHopType", "Ipv4Gateway"}, 400, "ResourceNotFound.Ipv4Gateway", ""},
		{"IPv6 gateway", []string{"NextHopType", "IPv6Gateway"}, 400, "InvalidNextHop.NotFound", ""},
		{"unknown type", []string{"NextHopType", "x"}, 400, "InvalidNextHopType", ""},
		{"hop of another VPC", []string{"RouteTableId", tables(s, "VpcId", other)[0].RouteTableID}, 400, "InvalidNexthop", ""},
		{"name", []string{"RouteEntryName", "http://x"}, 400, "InvalidRouteEntryName.Malformed", ""},
		{"dry run", []string{"DryRun", "true"}, 400, "DryRunOperation", ""},
	})
	if got := entries(s, id, "RouteEntryType", "Custom"); len(got) != 0 {
		t.Errorf("refused requests made %+v", got)
	}
	s.Refuse(400, "OperationDenied", "", "DeleteRouteEntry", "RouteTableId", id, "DestinationCidrBlock", "192.168.0.0/24")
	s.Refuse(400, "MissingParameter", "", "DeleteRouteEntry", "RouteTableId", id)
	s.Refusals(t, "DescribeRouteEntryList", []string{"RouteTableId", id}, []actiontest.Refusal{
		{"table", []string{"RouteTableId", "vtb-x"}, 400, "InvalidRouteTable.NotFound", ""},
		{"type", []string{"RouteEntryType", "x"}, 400, "IllegalParam.RouteEntryType", ""},
		{"version", []string{"IpVersion", "x"}, 400, "IllegalParam.IpVersion", ""},
		{"token", []string{"NextToken", "x"}, 400, "IllegalParam.NextToken", ""},
		{"name of a system entry", []string{"RouteEntryType", "System", "RouteEntryName", "x"}, 400, "OperationFailed.FilterParamUnderWrongRouteType", ""},
	})

	// The VPC goes only when nothing depends on it.
	s.Do("CreateRouteEntry", "RouteTableId", system, "DestinationCidrBlock", "0.0.0.0/0", "NextHopId", i)
	pass(s)
	s.Refuse(400, "InvalidCIDRBlock.Duplicate", "", "CreateRouteEntry", "RouteTableId", system, "DestinationCidrBlock", "0.0.0.0/0", "NextHopId", i)
	s.Do("ModifyRouteTableAttributes", "RouteTableId", system, "RouteTableName", "main", "Description", "d", "RoutePropagationEnable", "false")
	if got := tables(s, "RouteTableId", system)[0]; got.RouteTableName != "main" || got.Description != "d" || got.RoutePropagationEnable {
		t.Errorf("%+v", got)
	}
	empty := s.VPC()
	custom := create(s, empty)
	pass(s)
	s.Refuse(400, "DependencyViolation.RouteTable", "", "DeleteVpc", "VpcId", empty)
	s.Do("DeleteRouteTable", "RouteTableId", custom)
	pass(s)
	s.Do("DeleteVpc", "VpcId", empty)
	if got := tables(s, "VpcId", empty); len(got) != 0 {
		t.Errorf("orphaned: %+v", got)
	}
}
