package dhcpoptions_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/model/network"
)

func pass(s *actiontest.Service) { s.Advance(network.PhaseTime) }

func create(s *actiontest.Service, params ...string) string {
	s.T.Helper()
	id := actiontest.Call[api.CreateDhcpOptionsSetResponse](s, "CreateDhcpOptionsSet", params...).DhcpOptionsSetID
	pass(s)
	return id
}

func get(s *actiontest.Service, id string) *api.GetDhcpOptionsSetResponse {
	s.T.Helper()
	return actiontest.Call[api.GetDhcpOptionsSetResponse](s, "GetDhcpOptionsSet", "DhcpOptionsSetId", id)
}

func vpc(s *actiontest.Service, id string) *api.DescribeVpcAttributeResponse {
	s.T.Helper()
	return actiontest.Call[api.DescribeVpcAttributeResponse](s, "DescribeVpcAttribute", "VpcId", id)
}

// TestLifecycle goes as Terraform's alicloud_vpc_dhcp_options_set and its attachment
// do, with each state seen and a restart in it.
func TestLifecycle(t *testing.T) {
	s := actiontest.Start(t)
	v, other := s.VPC(), s.VPC()
	made, err := s.Client.CreateDhcpOptionsSet(context.Background(), &api.CreateDhcpOptionsSetRequest{
		RegionID: "cn-hangzhou", DhcpOptionsSetName: "one", DomainName: "example.com", DomainNameServers: "10.0.0.53,2001:db8::53", LeaseTime: "48", ClientToken: "t",
		Tag: []api.Tag{{Key: "k", Value: "v"}},
	})
	if err != nil || made.ResourceGroupID == "" {
		t.Fatalf("%+v %v", made, err)
	}
	id := made.DhcpOptionsSetID
	if o := get(s, id); o.Status != "Pending" || o.DhcpOptionsSetName != "one" || o.DhcpOptions != (api.GetDhcpOptionsSetDhcpOptions{
		DomainName: "example.com", DomainNameServers: "10.0.0.53,2001:db8::53", LeaseTime: "48", IPv6LeaseTime: "24"}) || len(o.Tags) != 1 || o.Tags[0].Key != "k" {
		t.Errorf("%+v", o)
	}
	on := func(id, v string) []string { return []string{"DhcpOptionsSetId", id, "VpcId", v} }
	s.Refuse(400, "IncorrectStatus.DhcpOptionsSet", "", "AttachDhcpOptionsSetToVpc", on(id, v)...)
	pass(s)
	s.Refuse(400, "DryRunOperation", "", "AttachDhcpOptionsSetToVpc", append(on(id, v), "DryRun", "true")...)
	s.Refuse(400, "OperationFailed.AttachmentNotExist", "", "ReplaceVpcDhcpOptionsSet", on(id, v)...)
	s.Refuse(400, "OperationFailed.AttachmentNotExist", "", "DetachDhcpOptionsSetFromVpc", on(id, v)...)
	s.Do("AttachDhcpOptionsSetToVpc", on(id, v)...)
	if o := get(s, id); len(o.AssociateVPCs) != 1 || o.AssociateVPCs[0] != (api.GetDhcpOptionsSetAssociateVPCs{AssociateStatus: "Pending", VPCID: v}) || o.Status != "InUse" {
		t.Errorf("%+v", o)
	}
	s.Refuse(400, "IncorrectStatus.VpcDhcpOptionsSet", "", "DetachDhcpOptionsSetFromVpc", on(id, v)...)
	s.Restart()
	pass(s)
	if o := vpc(s, v); o.DhcpOptionsSetID != id || o.DhcpOptionsSetStatus != "InUse" {
		t.Errorf("%+v", o)
	}
	s.Refuse(400, "OperationFailed.AttachmentExist", "", "AttachDhcpOptionsSetToVpc", on(id, v)...)
	s.Refuse(400, "DependencyViolation.VpcAttachment", "", "DeleteDhcpOptionsSet", "DhcpOptionsSetId", id)

	next := create(s, "DhcpOptionsSetName", "next")
	s.Refuse(400, "AttrMismatching.VpcDhcpOptionsSetId", "", "DetachDhcpOptionsSetFromVpc", on(next, v)...)
	s.Do("ReplaceVpcDhcpOptionsSet", on(next, v)...)
	pass(s)
	s.Do("AttachDhcpOptionsSetToVpc", on(next, other)...)
	pass(s)
	l := actiontest.Call[api.ListDhcpOptionsSetsResponse](s, "ListDhcpOptionsSets")
	if l.TotalCount != "2" || l.DhcpOptionsSets[0].DhcpOptionsSetID != next || l.DhcpOptionsSets[0].AssociateVPCCount != 2 || l.DhcpOptionsSets[1].Status != "Available" {
		t.Errorf("%+v", l)
	}
	if got := actiontest.Call[api.DescribeVpcsResponse](s, "DescribeVpcs", "DhcpOptionsSetId", next); got.TotalCount != 2 || got.VPCs.VPC[0].DhcpOptionsSetID != next {
		t.Errorf("%+v", got)
	}

	s.Do("UpdateDhcpOptionsSetAttribute", "DhcpOptionsSetId", id, "DhcpOptionsSetName", "changed", "Ipv6LeaseTime", "1176")
	if o := get(s, id); o.Status != "Pending" || o.DhcpOptionsSetName != "changed" || o.DhcpOptions.IPv6LeaseTime != "1176" || o.DhcpOptions.LeaseTime != "48" {
		t.Errorf("%+v", o)
	}
	pass(s)
	s.Do("DeleteDhcpOptionsSet", "DhcpOptionsSetId", id)
	if o := get(s, id); o.Status != "Deleted" {
		t.Errorf("%+v", o)
	}
	s.Refuse(400, "IncorrectStatus.DhcpOptionsSet", "", "UpdateDhcpOptionsSetAttribute", "DhcpOptionsSetId", id)
	pass(s)
	s.Refuse(404, "InvalidDhcpOptionsSetId.NotFound", "", "GetDhcpOptionsSet", "DhcpOptionsSetId", id)
	for _, v := range []string{v, other} {
		s.Do("DetachDhcpOptionsSetFromVpc", on(next, v)...)
		if o := vpc(s, v); o.DhcpOptionsSetStatus != "Pending" {
			t.Errorf("%+v", o)
		}
		pass(s)
		if o := vpc(s, v); o.DhcpOptionsSetID != "" {
			t.Errorf("%+v", o)
		}
	}
	s.Do("DeleteDhcpOptionsSet", "DhcpOptionsSetId", next)
	pass(s)
	if l := actiontest.Call[api.ListDhcpOptionsSetsResponse](s, "ListDhcpOptionsSets"); l.TotalCount != "0" {
		t.Errorf("%+v", l)
	}
}

func TestList(t *testing.T) {
	s := actiontest.Start(t)
	var ids []string
	for i := range 10 {
		ids = append(ids, create(s, "DhcpOptionsSetName", fmt.Sprint("set-", i), "DomainName", "d.example", "Tag.1.Key", "n", "Tag.1.Value", fmt.Sprint(i%2)))
	}
	s.Refuse(400, "QuotaExceeded.RegionDhcpOptionsSet", "", "CreateDhcpOptionsSet")
	list := func(params ...string) *api.ListDhcpOptionsSetsResponse {
		t.Helper()
		return actiontest.Call[api.ListDhcpOptionsSetsResponse](s, "ListDhcpOptionsSets", params...)
	}
	for _, c := range []struct {
		params []string
		want   string
	}{
		{nil, "10"}, {[]string{"DhcpOptionsSetName", "set-3"}, "1"}, {[]string{"DomainName", "x"}, "0"}, {[]string{"Tags.1.Key", "n", "Tags.1.Value", "1"}, "5"},
		{[]string{"DhcpOptionsSetId.1", ids[4], "DhcpOptionsSetId.2", "dopt-x"}, "1"}, {[]string{"ResourceGroupId", "rg-none"}, "0"},
	} {
		if got := list(c.params...); got.TotalCount != c.want || fmt.Sprint(len(got.DhcpOptionsSets)) != c.want {
			t.Errorf("%v: %s, %d, want %s", c.params, got.TotalCount, len(got.DhcpOptionsSets), c.want)
		}
	}
	seen, token := 0, ""
	for {
		got := list("MaxResults", "4", "NextToken", token)
		seen += len(got.DhcpOptionsSets)
		if token = got.NextToken; token == "" {
			break
		}
	}
	if seen != 10 {
		t.Errorf("%d sets in pages", seen)
	}
	s.Refuse(400, "IllegalParam.NextToken", "", "ListDhcpOptionsSets", "NextToken", "x")
	s.Do("Vpc.TagResources", "RegionId", "cn-hangzhou", "ResourceType", "DHCPOPTIONSSET", "ResourceId.1", ids[0], "Tag.1.Key", "more", "Tag.1.Value", "x")
	if got := list("Tags.1.Key", "more"); got.TotalCount != "1" {
		t.Errorf("%+v", got)
	}
}

func TestRefusals(t *testing.T) {
	s := actiontest.Start(t)
	v := s.VPC()
	id := create(s)
	long := strings.Repeat("a.", 128)
	for _, c := range []struct {
		name, value, code string
	}{
		{"DhcpOptionsSetName", "http://x", "IllegalParam.DhcpOptionsSetName"}, {"DhcpOptionsSetDescription", strings.Repeat("x", 257), "IllegalParam.DhcpOptionsSetDescription"},
		{"DomainName", "a_b", "IllegalParam.DomainName"}, {"DomainName", ".x", "IllegalParam.DomainName"}, {"DomainName", long, "IllegalParam.DomainName"},
		{"LeaseTime", "23", "IllegalParam.LeaseTime"}, {"LeaseTime", "1176", "IllegalParam.LeaseTime"}, {"Ipv6LeaseTime", "x", "IllegalParam.LeaseTime"},
		{"DomainNameServers", "10.0.0.1,", "InvalidDomainNameServers.Malformed"}, {"DomainNameServers", "1.1.1.1,1.1.1.2,1.1.1.3,1.1.1.4,1.1.1.5", "QuotaExceeded.DomainNameServers"},
		{"TFTPServerName", "x", "UnsupportedOperation.NotImplemented"},
	} {
		s.Refuse(400, c.code, "", "CreateDhcpOptionsSet", c.name, c.value)
		s.Refuse(400, c.code, "", "UpdateDhcpOptionsSetAttribute", "DhcpOptionsSetId", id, c.name, c.value)
	}
	s.Refuse(400, "InvalidResourceGroupId", "", "CreateDhcpOptionsSet", "ResourceGroupId", "rg-none")
	s.Refuse(400, "InvalidDhcpOptionsSetId.NotFound", "", "AttachDhcpOptionsSetToVpc", "DhcpOptionsSetId", "dopt-x", "VpcId", v)
	s.Refuse(400, "InvalidVpcId.NotFound", "", "AttachDhcpOptionsSetToVpc", "DhcpOptionsSetId", id, "VpcId", "vpc-x")
	for _, action := range []string{"AttachDhcpOptionsSetToVpc", "ReplaceVpcDhcpOptionsSet", "DetachDhcpOptionsSetFromVpc"} {
		s.As(s.Other).Refuse(400, "InvalidDhcpOptionsSetId.NotFound", "", action, "DhcpOptionsSetId", id, "VpcId", v)
	}
}
