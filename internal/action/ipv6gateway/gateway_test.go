package ipv6gateway_test

import (
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/model/network"
)

func pass(s *actiontest.Service) { s.Advance(network.PhaseTime) }

func vpc6(s *actiontest.Service) string {
	s.T.Helper()
	return s.VPC("EnableIpv6", "true")
}

func create(s *actiontest.Service, vpc string, params ...string) string {
	s.T.Helper()
	return actiontest.Call[api.CreateIpv6GatewayResponse](s, "CreateIpv6Gateway", append([]string{"VpcId", vpc}, params...)...).IPv6GatewayID
}

func get(s *actiontest.Service, id string) *api.DescribeIpv6GatewayAttributeResponse {
	s.T.Helper()
	return actiontest.Call[api.DescribeIpv6GatewayAttributeResponse](s, "DescribeIpv6GatewayAttribute", "Ipv6GatewayId", id)
}

func list(s *actiontest.Service, params ...string) *api.DescribeIpv6GatewaysResponse {
	s.T.Helper()
	return actiontest.Call[api.DescribeIpv6GatewaysResponse](s, "DescribeIpv6Gateways", params...)
}

// As Terraform's alicloud_vpc_ipv6_gateway goes, with each state seen and a restart in it.
func TestLifecycle(t *testing.T) {
	s := actiontest.Start(t)
	vpc := vpc6(s)
	id := create(s, vpc, "Name", "gw", "Description", "d", "ClientToken", "c", "Spec", "Large", "Tag.1.Key", "k", "Tag.1.Value", "v")
	if again := create(s, vpc, "Name", "gw", "Description", "d", "ClientToken", "c", "Spec", "Large", "Tag.1.Key", "k", "Tag.1.Value", "v"); again != id {
		t.Errorf("the token made another: %s", again)
	}
	see := func(status, name string) {
		t.Helper()
		if g := get(s, id); g.Status != status || g.Name != name || g.VPCID != vpc || g.BusinessStatus != "Normal" || g.ResourceGroupID == "" || len(g.Tags.Tag) != 1 {
			t.Fatalf("%+v, want %s", g, status)
		}
	}
	see("Pending", "gw")
	s.Refuse(400, "IncorrectStatus.Ipv6Gateway", "", "DeleteIpv6Gateway", "Ipv6GatewayId", id)
	s.Restart()
	see("Pending", "gw")
	pass(s)
	see("Available", "gw")
	s.Do("ModifyIpv6GatewayAttribute", "Ipv6GatewayId", id, "Name", "new")
	see("Modifying", "new")
	s.Restart()
	pass(s)
	see("Available", "new")
	if g := get(s, id); g.Description != "d" {
		t.Errorf("the description went: %+v", g)
	}

	table := actiontest.Call[api.DescribeRouteTableListResponse](s, "DescribeRouteTableList", "VpcId", vpc).RouterTableList.RouterTableListType[0].RouteTableID
	e := actiontest.Call[api.CreateRouteEntryResponse](s, "CreateRouteEntry", "RouteTableId", table, "DestinationCidrBlock", "::/0", "NextHopType", "IPv6Gateway", "NextHopId", id).RouteEntryID
	pass(s)
	s.Refuse(400, "DependencyViolation.RouteEntry", "", "DeleteIpv6Gateway", "Ipv6GatewayId", id)
	s.Refuse(400, "DependencyViolation.RouteEntry", "", "DeleteVpc", "VpcId", vpc)
	s.Do("DeleteRouteEntry", "RouteEntryId", e)
	pass(s)
	s.Refuse(400, "DependencyViolation", "", "DeleteVpc", "VpcId", vpc)
	s.Do("DeleteIpv6Gateway", "Ipv6GatewayId", id)
	see("Deleting", "new")
	s.Restart()
	pass(s)
	s.Refuse(404, "ResourceNotFound.Ipv6Gateway", "", "DescribeIpv6GatewayAttribute", "Ipv6GatewayId", id)
	s.Do("DeleteVpc", "VpcId", vpc)
}

func TestDescribe(t *testing.T) {
	s := actiontest.Start(t)
	var ids []string
	for _, name := range []string{"a", "b", "c"} {
		ids = append(ids, create(s, vpc6(s), "Name", name, "Tag.1.Key", "name", "Tag.1.Value", name))
	}
	vpc := get(s, ids[1]).VPCID
	for _, of := range [][]string{{"Ipv6GatewayId", ids[1]}, {"Name", "b"}, {"VpcId", vpc}, {"Tags.1.Key", "name", "Tags.1.Value", "b"}} {
		if o := list(s, of...); o.TotalCount != 1 || len(o.IPv6Gateways.IPv6Gateway) != 1 || o.IPv6Gateways.IPv6Gateway[0].IPv6GatewayID != ids[1] {
			t.Errorf("%v: %+v", of, o)
		}
	}
	if o := list(s, "PageSize", "2", "PageNumber", "2"); o.TotalCount != 3 || len(o.IPv6Gateways.IPv6Gateway) != 1 || o.IPv6Gateways.IPv6Gateway[0].IPv6GatewayID != ids[0] {
		t.Errorf("second page %+v", o)
	}
	if o := list(s.As(s.Other)); o.TotalCount != 0 {
		t.Errorf("another account sees %+v", o)
	}
	s.Refuse(400, "InvalidParameter", "", "DescribeIpv6Gateways", "PageSize", "51")
	s.Refuse(400, "InvalidTagKey", "", "DescribeIpv6Gateways", "Tags.1.Value", "v")
	// By force a VPC takes its gateway with it.
	s.Do("DeleteVpc", "VpcId", vpc, "ForceDelete", "true")
	if o := list(s, "VpcId", vpc); o.TotalCount != 0 {
		t.Errorf("orphaned: %+v", o)
	}
}

func TestRefusals(t *testing.T) {
	s := actiontest.Start(t)
	vpc := vpc6(s)
	s.Refusals(t, "CreateIpv6Gateway", []string{"VpcId", vpc}, []actiontest.Refusal{
		{"VPC", []string{"VpcId", "vpc-x"}, 404, "InvalidVpcId.NotFound", ""},
		{"VPC without IPv6", []string{"VpcId", s.VPC()}, 400, "OperationDenied.VpcIpv6NotEnabled", ""},
		{"name", []string{"Name", "http://x"}, 400, "IllegalParam.Name", ""},
		{"description", []string{"Description", "https://x"}, 400, "IllegalParam.Description", ""},
		{"spec", []string{"Spec", "x"}, 400, "IllegalParam.Spec", ""},
		{"group", []string{"ResourceGroupId", "rg-x"}, 400, "IllegalParam.ResourceGroupId", ""},
		{"tag", []string{"Tag.1.Key", "acs:x"}, 400, "IllegalParam.TagKey", ""},
		{"dry run", []string{"DryRun", "true"}, 400, "DryRunOperation", ""},
	})
	id := create(s, vpc)
	pass(s)
	s.Refuse(400, "OperationDenied.VpcExistIpv6Gateway", "", "CreateIpv6Gateway", "VpcId", vpc)
	for _, action := range []string{"DescribeIpv6GatewayAttribute", "ModifyIpv6GatewayAttribute", "DeleteIpv6Gateway"} {
		s.Refuse(404, "ResourceNotFound.Ipv6Gateway", "", action, "Ipv6GatewayId", "ipv6gw-x")
		s.As(s.Other).Refuse(404, "ResourceNotFound.Ipv6Gateway", "", action, "Ipv6GatewayId", id)
	}
	s.Refusals(t, "ModifyIpv6GatewayAttribute", []string{"Ipv6GatewayId", id}, []actiontest.Refusal{
		{"name", []string{"Name", "http://x"}, 400, "IllegalParam.Name", ""},
		{"description", []string{"Description", "http://x"}, 400, "IllegalParam.Description", ""},
		{"dry run", []string{"DryRun", "true"}, 400, "DryRunOperation", ""},
	})
	s.Refuse(400, "DryRunOperation", "", "DeleteIpv6Gateway", "Ipv6GatewayId", id, "DryRun", "true")
}
