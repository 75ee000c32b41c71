package routetable_test

import (
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

func old(s *actiontest.Service, params ...string) []api.DescribeRouteTablesRouteTable {
	s.T.Helper()
	return actiontest.Call[api.DescribeRouteTablesResponse](s, "DescribeRouteTables", params...).RouteTables.RouteTable
}

// Both forms of the listing show the same tables and entries, and a NAT gateway
// that an entry leads to stays.
func TestDescribeRouteTables(t *testing.T) {
	s := actiontest.Start(t)
	n := s.Network()
	system := tables(s, "VpcId", n.VPC)[0]
	id := create(s, n.VPC, "RouteTableName", "mine")
	pass(s)
	gateway := actiontest.Call[api.CreateNatGatewayResponse](s, "CreateNatGateway", "VpcId", n.VPC, "VSwitchId", n.VSwitch, "NatType", "Enhanced").NatGatewayID
	s.Settle()
	route := []string{"RouteTableId", id, "DestinationCidrBlock", "0.0.0.0/0", "NextHopType", "NatGateway", "NextHopId"}
	s.Refuse(400, api.CodeInvalidNatGatewayNotFound, "", "CreateRouteEntry", append(route, "ngw-bp1nothere")...)
	s.Do("CreateRouteEntry", append(route, gateway)...)
	pass(s)

	got := old(s, "RouteTableId", id)
	if len(got) != 1 || got[0].RouteTableType != "Custom" || got[0].Status != "Available" || got[0].VRouterID != system.RouterID {
		t.Fatalf("%+v", got)
	}
	found := false
	for i, e := range entries(s, id) {
		o := got[0].RouteEntrys.RouteEntry[i]
		hop := e.NextHops.NextHop[0]
		if o.RouteEntryID != e.RouteEntryID || o.DestinationCidrBlock != e.DestinationCidrBlock || o.NextHopType != hop.NextHopType || o.InstanceID != hop.NextHopID ||
			o.Status != e.Status || o.NextHops.NextHop[0].NextHopID != hop.NextHopID {
			t.Errorf("%+v, want %+v", o, e)
		}
		found = found || o.NextHopType == "NatGateway" && o.InstanceID == gateway && o.DestinationCidrBlock == "0.0.0.0/0"
	}
	if !found {
		t.Errorf("no entry leads to the gateway: %+v", got[0].RouteEntrys)
	}
	for _, c := range []struct {
		params []string
		want   int
	}{
		{nil, 2}, {[]string{"VRouterId", system.RouterID}, 2}, {[]string{"RouterId", system.RouterID, "RouterType", "VRouter"}, 2}, {[]string{"RouterType", "VBR"}, 0},
		{[]string{"Type", "System"}, 1}, {[]string{"RouteTableName", "mine"}, 1}, {[]string{"ResourceGroupId", "rg-none"}, 0},
		{[]string{"PageSize", "1"}, 1},
	} {
		if got := old(s, c.params...); len(got) != c.want {
			t.Errorf("%v: %d tables, want %d", c.params, len(got), c.want)
		}
	}
	s.Refuse(400, api.CodeInvalidParameter, "", "DescribeRouteTables", "PageSize", "51")

	s.Refuse(400, api.CodeDependencyViolationRouteEntry, "", "DeleteNatGateway", "NatGatewayId", gateway, "Force", "true")
	s.Do("DeleteRouteEntry", append(route, gateway)...)
	pass(s)
	s.Do("DeleteNatGateway", "NatGatewayId", gateway)
	s.Settle()
}
