package ipv4gateway_test

import (
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/model/network"
)

func pass(s *actiontest.Service) { s.Advance(network.PhaseTime) }

func create(s *actiontest.Service, vpc string, params ...string) string {
	s.T.Helper()
	return actiontest.Call[api.CreateIpv4GatewayResponse](s, "CreateIpv4Gateway", append([]string{"VpcId", vpc}, params...)...).IPv4GatewayID
}

func get(s *actiontest.Service, id string) *api.GetIpv4GatewayAttributeResponse {
	s.T.Helper()
	return actiontest.Call[api.GetIpv4GatewayAttributeResponse](s, "GetIpv4GatewayAttribute", "Ipv4GatewayId", id)
}

func list(s *actiontest.Service, params ...string) *api.ListIpv4GatewaysResponse {
	s.T.Helper()
	return actiontest.Call[api.ListIpv4GatewaysResponse](s, "ListIpv4Gateways", params...)
}

func system(s *actiontest.Service, vpc string) string {
	s.T.Helper()
	return actiontest.Call[api.DescribeRouteTableListResponse](s, "DescribeRouteTableList", "VpcId", vpc, "RouteTableType", "System").RouterTableList.RouterTableListType[0].RouteTableID
}

func gatewayTable(s *actiontest.Service, vpc string) string {
	s.T.Helper()
	id := actiontest.Call[api.CreateRouteTableResponse](s, "CreateRouteTable", "VpcId", vpc, "AssociateType", "Gateway").RouteTableID
	pass(s)
	return id
}

// As Terraform's alicloud_vpc_ipv4_gateway and its route table attachment go: each state is seen on the way, and a
// restart in it changes nothing.
func TestLifecycle(t *testing.T) {
	s := actiontest.Start(t)
	vpc := s.VPC()
	id := create(s, vpc, "Ipv4GatewayName", "gw", "Ipv4GatewayDescription", "d", "ClientToken", "c", "Tag.1.Key", "k", "Tag.1.Value", "v")
	see := func(status string, enabled bool) *api.GetIpv4GatewayAttributeResponse {
		t.Helper()
		g := get(s, id)
		if g.Status != status || g.Enabled != enabled || g.VPCID != vpc {
			t.Fatalf("%+v, want %s, enabled %v", g, status, enabled)
		}
		return g
	}
	see("Creating", false)
	s.Refuse(400, "IncorrectStatus.Ipv4Gateway", "", "DeleteIpv4Gateway", "Ipv4GatewayId", id)
	s.Restart()
	if g := see("Creating", false); g.IPv4GatewayName != "gw" || g.IPv4GatewayDescription != "d" || g.ResourceGroupID == "" || len(g.Tags) != 1 || g.Tags[0].Key != "k" || g.Tags[0].TagValue != "v" {
		t.Errorf("%+v", g)
	}
	pass(s)
	see("Created", false)
	if again := create(s, vpc, "Ipv4GatewayName", "gw", "Ipv4GatewayDescription", "d", "ClientToken", "c", "Tag.1.Key", "k", "Tag.1.Value", "v"); again != id {
		t.Errorf("the token made another: %s", again)
	}

	rt := system(s, vpc)
	s.Refuse(400, "OperationDenied.Ipv4GatewayNotActive", "", "CreateRouteEntry", "RouteTableId", rt, "DestinationCidrBlock", "8.0.0.0/8", "NextHopType", "Ipv4Gateway", "NextHopId", id)
	s.Do("EnableVpcIpv4Gateway", "Ipv4GatewayId", id, "RouteTableList.1", rt)
	see("Activating", false)
	s.Restart()
	pass(s)
	see("Created", true)
	entries := actiontest.Call[api.DescribeRouteEntryListResponse](s, "DescribeRouteEntryList", "RouteTableId", rt, "RouteEntryType", "Custom").RouteEntrys.RouteEntry
	if len(entries) != 1 || entries[0].DestinationCidrBlock != "0.0.0.0/0" || entries[0].Status != "Available" || entries[0].NextHops.NextHop[0].NextHopID != id {
		t.Fatalf("default route %+v", entries)
	}

	table := gatewayTable(s, vpc)
	s.Do("AssociateRouteTableWithGateway", "RouteTableId", table, "GatewayId", id, "GatewayType", "IPv4Gateway")
	see("Modifying", true)
	pass(s)
	if g := see("Created", true); g.IPv4GatewayRouteTableID != table {
		t.Errorf("bound to %q", g.IPv4GatewayRouteTableID)
	}
	s.Refuse(400, "OperationDenied.GatewayAssociated", "", "DeleteRouteTable", "RouteTableId", table)
	s.Do("UpdateIpv4GatewayAttribute", "Ipv4GatewayId", id, "Ipv4GatewayName", "new", "Ipv4GatewayDescription", "")
	if g := see("Created", true); g.IPv4GatewayName != "new" || g.IPv4GatewayDescription != "" {
		t.Errorf("%+v", g)
	}
	s.Do("Vpc.TagResources", "ResourceType", "IPV4GATEWAY", "ResourceId.1", id, "Tag.1.Key", "k2", "Tag.1.Value", "v2")
	if g := get(s, id); len(g.Tags) != 2 {
		t.Errorf("tags %+v", g.Tags)
	}

	s.Refuse(400, "DependencyViolation.RouteEntry", "", "DeleteIpv4Gateway", "Ipv4GatewayId", id)
	s.Do("DeleteRouteEntry", "RouteEntryId", entries[0].RouteEntryID)
	pass(s)
	s.Refuse(400, "DependencyViolation.RouteTable", "", "DeleteIpv4Gateway", "Ipv4GatewayId", id)
	s.Do("DissociateRouteTableFromGateway", "RouteTableId", table, "GatewayId", id)
	pass(s)
	if g := see("Created", true); g.IPv4GatewayRouteTableID != "" {
		t.Errorf("still bound to %q", g.IPv4GatewayRouteTableID)
	}
	s.Do("DeleteIpv4Gateway", "Ipv4GatewayId", id, "InternetMode", "public")
	see("Deleting", true)
	s.Restart()
	pass(s)
	s.Refuse(400, "ResourceNotFound.Ipv4Gateway", "", "GetIpv4GatewayAttribute", "Ipv4GatewayId", id)
	s.Do("DeleteRouteTable", "RouteTableId", table)
	pass(s)
	s.Do("DeleteVpc", "VpcId", vpc)
}

func TestList(t *testing.T) {
	s := actiontest.Start(t)
	var ids []string
	for _, name := range []string{"a", "b", "c"} {
		ids = append(ids, create(s, s.VPC(), "Ipv4GatewayName", name, "Tag.1.Key", "name", "Tag.1.Value", name))
	}
	vpc := get(s, ids[1]).VPCID
	for _, of := range [][]string{{"Ipv4GatewayId", ids[1]}, {"Ipv4GatewayName", "b"}, {"VpcId", vpc}, {"Tags.1.Key", "name", "Tags.1.Value", "b"}} {
		if o := list(s, of...); len(o.IPv4GatewayModels) != 1 || o.IPv4GatewayModels[0].IPv4GatewayID != ids[1] || o.TotalCount != "1" {
			t.Errorf("%v: %+v", of, o)
		}
	}
	if o := list(s, "VpcId", "vpc-x"); len(o.IPv4GatewayModels) != 0 {
		t.Errorf("of no VPC: %+v", o)
	}
	o := list(s, "MaxResults", "2")
	if len(o.IPv4GatewayModels) != 2 || o.TotalCount != "3" || o.NextToken == "" {
		t.Fatalf("first page %+v", o)
	}
	if o := list(s, "MaxResults", "2", "NextToken", o.NextToken); len(o.IPv4GatewayModels) != 1 || o.IPv4GatewayModels[0].IPv4GatewayID != ids[0] || o.NextToken != "" {
		t.Errorf("second page %+v", o)
	}
	if o := list(s.As(s.Other)); len(o.IPv4GatewayModels) != 0 {
		t.Errorf("another account sees %+v", o)
	}
	s.Refuse(400, "IllegalParam.NextToken", "", "ListIpv4Gateways", "NextToken", "x")
	s.Refuse(400, "InvalidParameter", "", "ListIpv4Gateways", "MaxResults", "101")
	s.Refuse(400, "InvalidTagKey", "", "ListIpv4Gateways", "Tags.1.Value", "v")
}

func TestRefusals(t *testing.T) {
	s := actiontest.Start(t)
	vpc, other := s.VPC(), s.VPC()
	s.Refusals(t, "CreateIpv4Gateway", []string{"VpcId", vpc}, []actiontest.Refusal{
		{"VPC", []string{"VpcId", "vpc-x"}, 400, "OperationFailed.VpcNotExist", ""},
		{"name", []string{"Ipv4GatewayName", "http://x"}, 400, "IllegalParam.Ipv4GatewayName", ""},
		{"description", []string{"Ipv4GatewayDescription", "https://x"}, 400, "IllegalParam.Ipv4GatewayDescription", ""},
		{"group", []string{"ResourceGroupId", "rg-x"}, 400, "IllegalParam.ResourceGroupId", ""},
		{"tag", []string{"Tag.1.Key", "acs:x"}, 400, "IllegalParam.TagKey", ""},
		{"dry run", []string{"DryRun", "true"}, 400, "DryRunOperation", ""},
	})
	id, table := create(s, vpc), gatewayTable(s, vpc)
	rt, foreign := system(s, vpc), system(s, other)
	s.Refuse(400, "OperationDenied.VpcExistIpv4Gateway", "", "CreateIpv4Gateway", "VpcId", vpc)
	for _, action := range []string{"GetIpv4GatewayAttribute", "EnableVpcIpv4Gateway", "UpdateIpv4GatewayAttribute", "DeleteIpv4Gateway"} {
		s.Refuse(400, "ResourceNotFound.Ipv4Gateway", "", action, "Ipv4GatewayId", "ipv4gw-x")
		s.As(s.Other).Refuse(400, "ResourceNotFound.Ipv4Gateway", "", action, "Ipv4GatewayId", id)
	}
	s.Refusals(t, "UpdateIpv4GatewayAttribute", []string{"Ipv4GatewayId", id}, []actiontest.Refusal{
		{"name", []string{"Ipv4GatewayName", "http://x"}, 400, "IllegalParam.Ipv4GatewayName", ""},
		{"description", []string{"Ipv4GatewayDescription", "http://x"}, 400, "IllegalParam.Ipv4GatewayDescription", ""},
		{"dry run", []string{"DryRun", "true"}, 400, "DryRunOperation", ""},
	})
	s.Refusals(t, "DeleteIpv4Gateway", []string{"Ipv4GatewayId", id}, []actiontest.Refusal{
		{"mode", []string{"InternetMode", "x"}, 400, "IllegalParam.InternetMode", ""},
		{"dry run", []string{"DryRun", "true"}, 400, "DryRunOperation", ""},
	})
	bind := []string{"GatewayId", id, "RouteTableId", table}
	s.Refuse(400, "OperationDenied.Ipv4GatewayNotActive", "", "AssociateRouteTableWithGateway", bind...)
	s.Refusals(t, "EnableVpcIpv4Gateway", []string{"Ipv4GatewayId", id, "RouteTableList.1", rt}, []actiontest.Refusal{
		{"table", []string{"RouteTableList.1", "vtb-x"}, 404, "InvalidRouteTableId.NotFound", ""},
		{"twice", []string{"RouteTableList.2", rt}, 400, "VPC_ROUTE_ENTRY_CIDR_BLOCK_DUPLICATE", ""},
		{"of another VPC", []string{"RouteTableList.1", foreign}, 400, "InvalidParameter", ""},
		{"of gateways", []string{"RouteTableList.1", table}, 400, "InvalidParameter", ""},
		{"dry run", []string{"DryRun", "true"}, 400, "DryRunOperation", ""},
	})
	s.Do("EnableVpcIpv4Gateway", "Ipv4GatewayId", id, "RouteTableList.1", rt)
	pass(s)
	s.Refuse(400, "OperationDenied.VpcHasAlreadyActive", "", "EnableVpcIpv4Gateway", "Ipv4GatewayId", id)
	s.Refusals(t, "AssociateRouteTableWithGateway", bind, []actiontest.Refusal{
		{"gateway", []string{"GatewayId", "ipv4gw-x"}, 400, "ResourceNotFound.Ipv4Gateway", ""},
		{"table", []string{"RouteTableId", "vtb-x"}, 400, "ResourceNotFound.GatewayRouteTable", ""},
		{"type", []string{"GatewayType", "x"}, 400, "IllegalParam.GatewayType", ""},
		{"IPv6", []string{"GatewayType", "Ipv6Gateway"}, 400, "UnsupportedFeature.Ipv6GatewayRouteTable", ""},
		{"of vSwitches", []string{"RouteTableId", rt}, 400, "OperationDenied.RouteTableTypeIncorrect", ""},
		{"of another VPC", []string{"RouteTableId", gatewayTable(s, other)}, 400, "OperationDenied.GatewayAndTableNotInOneVpc", ""},
		{"dry run", []string{"DryRun", "true"}, 400, "DryRunOperation", ""},
	})
	s.Refuse(400, "OperationFailed.NotExistAssociateRelation", "", "DissociateRouteTableFromGateway", bind...)
	s.Do("AssociateRouteTableWithGateway", bind...)
	s.Refuse(400, "IncorrectStatus.Ipv4Gateway", "", "DissociateRouteTableFromGateway", bind...)
	pass(s)
	s.Refuse(400, "ResourceAlreadyAssociated.GatewayRouteTable", "", "AssociateRouteTableWithGateway", bind...)

	// A second gateway whose VPC has a default route already.
	late := create(s, other)
	pass(s)
	s.Do("EnableVpcIpv4Gateway", "Ipv4GatewayId", late)
	pass(s)
	s.Refuse(400, "Mismatch.Ipv4GatewayIdAndRouteTableId", "", "CreateRouteEntry", "RouteTableId", rt, "DestinationCidrBlock", "9.0.0.0/8", "NextHopType", "Ipv4Gateway", "NextHopId", late)
	third := s.VPC()
	w := s.VSwitch(third, "172.16.0.0/24")
	i := s.Running("VSwitchId", w, "SecurityGroupId", s.Group("VpcId", third))
	s.Do("CreateRouteEntry", "RouteTableId", system(s, third), "DestinationCidrBlock", "0.0.0.0/0", "NextHopId", i)
	g := create(s, third)
	s.Advance(network.PhaseTime)
	s.Refuse(400, "OperationDenied.ConflictOfAllZeroRouting", "", "EnableVpcIpv4Gateway", "Ipv4GatewayId", g, "RouteTableList.1", system(s, third))
}

// A VPC goes with its gateways and the routes to them only by force.
func TestForceDelete(t *testing.T) {
	s := actiontest.Start(t)
	vpc := s.VPC()
	id := create(s, vpc)
	pass(s)
	s.Refuse(400, "DependencyViolation", "", "DeleteVpc", "VpcId", vpc)
	s.Do("EnableVpcIpv4Gateway", "Ipv4GatewayId", id, "RouteTableList.1", system(s, vpc))
	s.Refuse(400, "DependencyViolation.RouteEntry", "", "DeleteVpc", "VpcId", vpc)
	s.Do("DeleteVpc", "VpcId", vpc, "ForceDelete", "true")
	if o := list(s); len(o.IPv4GatewayModels) != 0 {
		t.Errorf("orphaned: %+v", o)
	}
	pass(s) // a phase that was under way ends with nothing to change
}
