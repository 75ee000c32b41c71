package routetable_test

import (
	"slices"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

func TestBatch(t *testing.T) {
	s := actiontest.Start(t)
	i := s.Running()
	n := s.Network()
	table := tables(s, "VpcId", n.VPC)[0].RouteTableID
	one := func(i, cidr, hop string) []string {
		p := "RouteEntries." + i + "."
		return []string{p + "RouteTableId", table, p + "DstCidrBlock", cidr, p + "NextHopType", "Instance", p + "NextHop", hop, p + "Name", "n" + i}
	}
	batch := slices.Concat(one("1", "10.0.0.0/8", i), one("2", "11.0.0.0/8", i), one("3", "10.0.0.0/8", i), one("4", "12.0.0.0/8", "i-x"))
	s.Refuse(400, "DryRunOperation", "", "CreateRouteEntries", append(one("1", "10.0.0.0/8", i), "DryRun", "true")...)
	s.Refuse(400, "IllegalParam.NextHopId", "", "CreateRouteEntries", append(one("1", "10.0.0.0/8", "i-x"), "DryRun", "true")...)
	o := actiontest.Call[api.CreateRouteEntriesResponse](s, "CreateRouteEntries", batch...)
	if o.SuccessCount != 2 || len(o.RouteEntryIDs) != 2 || o.FailedCount != 2 || o.FailedRouteEntries[0].FailedCode != "VPC_ROUTE_ENTRY_CIDR_BLOCK_DUPLICATE" ||
		o.FailedRouteEntries[1].FailedCode != "IllegalParam.NextHopId" || o.FailedRouteEntries[1].NextHop != "i-x" {
		t.Fatalf("%+v", o)
	}
	if got := entries(s, table, "RouteEntryType", "Custom"); len(got) != 2 || got[0].Status != "Pending" || got[0].RouteEntryName != "n2" {
		t.Fatalf("made %+v", got)
	}
	// While they are being made, no other entry of the table changes.
	if o := actiontest.Call[api.CreateRouteEntriesResponse](s, "CreateRouteEntries", one("1", "13.0.0.0/8", i)...); o.FailedCount != 1 || o.FailedRouteEntries[0].FailedCode != "IncorrectRouteEntryStatus" {
		t.Errorf("%+v", o)
	}
	s.Restart()
	pass(s)
	gone := []string{
		"RouteEntries.1.RouteTableId", table, "RouteEntries.1.RouteEntryId", o.RouteEntryIDs[0],
		"RouteEntries.2.RouteTableId", table, "RouteEntries.2.DstCidrBlock", "11.0.0.0/8", "RouteEntries.2.NextHop", i,
		"RouteEntries.3.RouteTableId", table, "RouteEntries.3.DstCidrBlock", "14.0.0.0/8", "RouteEntries.3.NextHop", i,
		"RouteEntries.4.RouteTableId", table, "RouteEntries.4.DstCidrBlock", "11.0.0.0/8",
	}
	s.Refuse(400, "MissingParameter", "", "DeleteRouteEntries")
	s.Refuse(400, "DryRunOperation", "", "DeleteRouteEntries", append(slices.Clone(gone[:4]), "DryRun", "true")...)
	d := actiontest.Call[api.DeleteRouteEntriesResponse](s, "DeleteRouteEntries", gone...)
	if d.SuccessCount != 2 || d.FailedCount != 2 || d.FailedRouteEntries[0].FailedCode != "VPC_ROUTER_ENTRY_NOT_EXIST" || d.FailedRouteEntries[1].FailedCode != "MissingParameter" {
		t.Fatalf("%+v", d)
	}
	pass(s)
	if got := entries(s, table, "RouteEntryType", "Custom"); len(got) != 0 {
		t.Errorf("left %+v", got)
	}
}

func TestModifyRouteEntry(t *testing.T) {
	s := actiontest.Start(t)
	i, j := s.Running(), s.Running()
	table := tables(s, "VpcId", s.Network().VPC)[0].RouteTableID
	e := actiontest.Call[api.CreateRouteEntryResponse](s, "CreateRouteEntry", "RouteTableId", table, "DestinationCidrBlock", "10.0.0.0/8", "NextHopId", i).RouteEntryID
	s.Refuse(400, "IncorrectRouteEntryStatus", "", "ModifyRouteEntry", "RouteEntryId", e, "RouteEntryName", "x")
	pass(s)
	s.Refusals(t, "ModifyRouteEntry", []string{"RouteEntryId", e, "NewNextHopType", "Instance", "NewNextHopId", j}, []actiontest.Refusal{
		{"entry", []string{"RouteEntryId", "rte-x"}, 400, "InvalidRouteEntryId.NotFound", ""},
		{"both", []string{"RouteTableId", table, "DestinationCidrBlock", "10.0.0.0/8"}, 400, "ParamExclusive.RouteEntryIdAndRouteTableIdOrDestCidrBlock", ""},
		{"name", []string{"RouteEntryName", "http://x"}, 400, "InvalidRouteEntryName.Malformed", ""},
		{"description", []string{"Description", "http://x"}, 400, "InvalidDescription.Malformed", ""},
		{"the same hop", []string{"NewNextHopId", i}, 400, "OperationDenied.NextHopNotChanged", ""},
		{"no hop", []string{"NewNextHopId", ""}, 400, "MissingParameter", ""},
		{"hop", []string{"NewNextHopId", "i-x"}, 400, "IllegalParam.NextHopId", ""},
		{"hop type", []string{"NewNextHopType", "x"}, 400, "InvalidNextHopType", ""},
		{"dry run", []string{"DryRun", "true"}, 400, "DryRunOperation", ""},
	})
	s.Do("ModifyRouteEntry", "RouteTableId", table, "DestinationCidrBlock", "10.0.0.0/8", "RouteEntryName", "n", "Description", "d")
	s.Do("ModifyRouteEntry", "RouteEntryId", e, "NewNextHopType", "Instance", "NewNextHopId", j)
	if got := entries(s, table, "RouteEntryId", e); len(got) != 1 || got[0].Status != "Modifying" || got[0].NextHops.NextHop[0].NextHopID != j || got[0].RouteEntryName != "n" || got[0].Description != "d" {
		t.Fatalf("%+v", got)
	}
	s.Restart()
	pass(s)
	if got := entries(s, table, "RouteEntryId", e); got[0].Status != "Available" {
		t.Errorf("%+v", got)
	}
}

// What a route leads to is not deleted before the route.
func TestHopsStay(t *testing.T) {
	s := actiontest.Start(t)
	i := s.Stopped()
	n := s.Network()
	table := tables(s, "VpcId", n.VPC)[0].RouteTableID
	eni := actiontest.Call[api.CreateNetworkInterfaceResponse](s, "CreateNetworkInterface", "VSwitchId", n.VSwitch, "SecurityGroupId", n.Group).NetworkInterfaceID
	gw := actiontest.Call[api.CreateNatGatewayResponse](s, "CreateNatGateway", "VpcId", n.VPC, "VSwitchId", n.VSwitch, "NatType", "Enhanced").NatGatewayID
	s.Settle()
	for _, hop := range []struct{ typ, id, remove, param string }{
		{"Instance", i, "DeleteInstance", "InstanceId"},
		{"NetworkInterface", eni, "DeleteNetworkInterface", "NetworkInterfaceId"},
		{"NatGateway", gw, "DeleteNatGateway", "NatGatewayId"},
	} {
		e := actiontest.Call[api.CreateRouteEntryResponse](s, "CreateRouteEntry", "RouteTableId", table, "DestinationCidrBlock", "0.0.0.0/0", "NextHopType", hop.typ, "NextHopId", hop.id).RouteEntryID
		pass(s)
		if got := entries(s, table, "RouteEntryId", e); len(got) != 1 || got[0].NextHops.NextHop[0].NextHopType != hop.typ || got[0].NextHops.NextHop[0].NextHopID != hop.id {
			t.Errorf("%s: %+v", hop.typ, got)
		}
		s.Refuse(400, "DependencyViolation.RouteEntry", "", hop.remove, hop.param, hop.id)
		s.Do("DeleteRouteEntry", "RouteEntryId", e)
		pass(s)
		s.Do(hop.remove, hop.param, hop.id)
		s.Settle()
	}
	s.NothingLeft()
}

// The listings of before, under both versions.
func TestLegacy(t *testing.T) {
	s := actiontest.Start(t)
	i := s.Running()
	n := s.Network()
	table := tables(s, "VpcId", n.VPC)[0]
	s.Do("CreateRouteEntry", "RouteTableId", table.RouteTableID, "DestinationCidrBlock", "10.0.0.0/8", "NextHopId", i)
	pass(s)
	o := actiontest.Call[api.DescribeRouteTablesResponse](s, "DescribeRouteTables", "VRouterId", table.RouterID)
	if o.TotalCount != 1 || o.RouteTables.RouteTable[0].RouteTableID != table.RouteTableID || o.RouteTables.RouteTable[0].VRouterID != table.RouterID || o.RouteTables.RouteTable[0].Status != "Available" {
		t.Fatalf("%+v", o)
	}
	e := o.RouteTables.RouteTable[0].RouteEntrys.RouteEntry
	if len(e) != 3 || e[0].DestinationCidrBlock != "10.0.0.0/8" || e[0].Type != "Custom" || e[0].InstanceID != i || e[0].NextHopType != "Instance" || e[1].Type != "System" {
		t.Errorf("entries %+v", e)
	}
	if o := actiontest.Call[api.DescribeRouteTablesResponse](s, "DescribeRouteTables", "Type", "Custom"); o.TotalCount != 0 {
		t.Errorf("custom ones: %+v", o)
	}
	s.Refuse(404, "InvalidRouteTableId.NotFound", "", "DescribeRouteTables", "RouteTableId", "vtb-x")
	s.Refuse(400, "InvalidParameter", "", "DescribeRouteTables", "PageSize", "51")

	s.Do("ModifyVRouterAttribute", "VRouterId", table.RouterID, "VRouterName", "router", "Description", "of mine")
	s.Restart()
	r := actiontest.Call[api.DescribeVRoutersResponse](s, "DescribeVRouters", "VRouterId", table.RouterID)
	if r.TotalCount != 1 || r.VRouters.VRouter[0].VRouterName != "router" || r.VRouters.VRouter[0].Description != "of mine" || r.VRouters.VRouter[0].VPCID != n.VPC ||
		!slices.Equal(r.VRouters.VRouter[0].RouteTableIDs.RouteTableID, []string{table.RouteTableID}) {
		t.Errorf("%+v", r)
	}
	s.Refusals(t, "ModifyVRouterAttribute", []string{"VRouterId", table.RouterID}, []actiontest.Refusal{
		{"router", []string{"VRouterId", "vrt-x"}, 404, "InvalidVRouter.NotFound", ""},
		{"name", []string{"VRouterName", "http://x"}, 400, "InvalidVRouterName.Malformed", ""},
		{"description", []string{"Description", "http://x"}, 400, "InvalidDescription.Malformed", ""},
	})
	s.Refuse(400, "InvalidParameter", "", "DescribeVRouters", "PageNumber", "0")
}
