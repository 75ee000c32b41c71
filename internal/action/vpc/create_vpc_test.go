package vpc_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

var hangzhou = []string{"RegionId", "cn-hangzhou"}

func create(s *actiontest.Service, params ...string) *api.CreateVpcResponse {
	s.T.Helper()
	return actiontest.Call[api.CreateVpcResponse](s, "CreateVpc", params...)
}

func list(s *actiontest.Service, params ...string) []api.DescribeVpcsVPC {
	s.T.Helper()
	return actiontest.Call[api.DescribeVpcsResponse](s, "DescribeVpcs", params...).VPCs.VPC
}

// TestCreateVpc also holds under ECS's own version.
func TestCreateVpc(t *testing.T) {
	for _, product := range []string{"Vpc", "Ecs"} {
		t.Run(product, func(t *testing.T) {
			s := actiontest.Start(t)
			made := actiontest.Call[api.CreateVpcResponse](s, product+".CreateVpc", "RegionId", "cn-hangzhou", "VpcName", "main", "Description", "the one",
				"CidrBlock", "192.168.0.0/16", "UserCidr", "10.1.0.0/16,172.20.0.0/16", "Tag.1.Key", "env", "Tag.1.Value", "test")
			for id, prefix := range map[string]string{made.VPCID: "vpc-bp1", made.VRouterID: "vrt-bp1", made.RouteTableID: "vtb-bp1"} {
				if !strings.HasPrefix(id, prefix) {
					t.Errorf("identifier %q, want %s…", id, prefix)
				}
			}
			list := actiontest.Call[api.DescribeVpcsResponse](s, product+".DescribeVpcs", "RegionId", "cn-hangzhou", "VpcId", made.VPCID)
			if list.TotalCount != 1 || list.PageNumber != 1 || list.PageSize != 10 || len(list.VPCs.VPC) != 1 {
				t.Fatalf("listing %+v", list)
			}
			v := list.VPCs.VPC[0]
			if v.VPCID != made.VPCID || v.Status != "Available" || v.VPCName != "main" || v.Description != "the one" ||
				v.CidrBlock != "192.168.0.0/16" || v.VRouterID != made.VRouterID || v.RegionID != "cn-hangzhou" || v.OwnerID != 1234567890123456 {
				t.Errorf("VPC %+v", v)
			}
			if got := v.RouterTableIDs.RouterTableIDs; len(got) != 1 || got[0] != made.RouteTableID {
				t.Errorf("route tables %v", got)
			}
			if got := strings.Join(v.UserCidrs.UserCidr, " "); got != "10.1.0.0/16 172.20.0.0/16" {
				t.Errorf("user networks %q", got)
			}
			if len(v.Tags.Tag) != 1 || v.Tags.Tag[0] != (api.Tag{Key: "env", Value: "test"}) {
				t.Errorf("tags %v", v.Tags.Tag)
			}
		})
	}
}

func TestCreateVpcDefaults(t *testing.T) {
	s := actiontest.Start(t)
	create(s, hangzhou...)
	v := list(s)[0]
	if v.CidrBlock != "172.16.0.0/12" || v.VPCName != "" || v.IsDefault || len(v.CreationTime) != len("2026-01-02T03:04:05Z") {
		t.Errorf("%+v", v)
	}
}

func TestCreateVpcToken(t *testing.T) {
	s := actiontest.Start(t)
	first := create(s, "ClientToken", "t1", "VpcName", "one")
	if again := create(s, "ClientToken", "t1", "VpcName", "one"); again.VPCID != first.VPCID || again.VRouterID != first.VRouterID {
		t.Errorf("the token made another: %+v, %+v", first, again)
	}
	s.Refuse(403, "IdempotentParameterMismatch", "", "CreateVpc", "ClientToken", "t1", "VpcName", "two")
	if other := create(s, "ClientToken", "t2", "VpcName", "one"); other.VPCID == first.VPCID {
		t.Error("another token made nothing")
	}
	if n := len(list(s)); n != 2 {
		t.Errorf("%d VPCs, want 2", n)
	}
}

// TestCreateVpcTokenRace sends one request many times at once.
func TestCreateVpcTokenRace(t *testing.T) {
	s := actiontest.Start(t)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if _, err := s.Send("CreateVpc", "ClientToken", "same"); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := len(list(s)); n != 1 {
		t.Errorf("%d VPCs, want 1", n)
	}
}

func TestCreateVpcDryRun(t *testing.T) {
	s := actiontest.Start(t)
	s.Refuse(400, "DryRunOperation", "Request validation has been passed with DryRun flag set.", "CreateVpc", "DryRun", "true", "ClientToken", "t")
	s.Refuse(400, "InvalidParameter", "Specified CIDR block is not valid", "CreateVpc", "DryRun", "true", "CidrBlock", "x")
	if n := len(list(s)); n != 0 {
		t.Errorf("a dry run made %d VPCs", n)
	}
	create(s, "ClientToken", "t") // the dry run did not use the token up
}

func TestCreateVpcRefusals(t *testing.T) {
	const cidr = "Specified CIDR block is not valid"
	s := actiontest.Start(t)
	s.Refusals(t, "CreateVpc", hangzhou, []actiontest.Refusal{
		{"region absent", []string{"RegionId", ""}, 400, "MissingParameter", ""},
		{"region unknown", []string{"RegionId", "cn-nowhere"}, 404, "InvalidRegionId.NotFound", ""},
		{"CIDR malformed", []string{"CidrBlock", "10.0.0.0"}, 400, "InvalidParameter", cidr},
		{"CIDR with host bits", []string{"CidrBlock", "10.0.0.1/8"}, 400, "InvalidParameter", cidr},
		{"CIDR not private", []string{"CidrBlock", "8.8.0.0/16"}, 400, "InvalidParameter", cidr},
		{"CIDR beyond private", []string{"CidrBlock", "172.0.0.0/8"}, 400, "InvalidParameter", cidr},
		{"mask 7", []string{"CidrBlock", "10.0.0.0/7"}, 400, "IllegalParam.CidrBlockMask", "The param of CidrBlock Mask [7] is illegal."},
		{"mask 29", []string{"CidrBlock", "10.0.0.0/29"}, 400, "IllegalParam.CidrBlockMask", "The param of CidrBlock Mask [29] is illegal."},
		{"name", []string{"VpcName", "http://x"}, 400, "InvalidVpcName.Malformed", "Specified VPC name is not valid."},
		{"name too short", []string{"VpcName", "x"}, 400, "InvalidVpcName.Malformed", "Specified VPC name is not valid."},
		{"description", []string{"Description", "https://x"}, 400, "InvalidVpcDiscription.Malformed", "Specified VPC description is not valid."},
		{"user CIDR malformed", []string{"UserCidr", "1.2.3"}, 400, "InvalidParameter", "Specified UserCidr invalid format."},
		{"user CIDRs over 3", []string{"UserCidr", "10.1.0.0/16,10.2.0.0/16,10.3.0.0/16,10.4.0.0/16"}, 400, "InvalidUserCidr.Quota", "Specified UserCidr number is greater than 3."},
		{"user CIDR of the service", []string{"UserCidr", "100.100.0.0/16"}, 400, "InvalidUserCidr.Malformed", "Specified UserCidr overlapping in of 100.64.0.0/10."},
		{"IPv6 not enabled", []string{"Ipv6CidrBlock", "2001:db8::/56"}, 400, "MissingParam.EnableIpv6", ""},
		{"IPv6 network not ours", []string{"EnableIpv6", "true", "Ipv6CidrBlock", "2408::/56"}, 400, "OperationFailed.IPv6CidrNotReserved", ""},
		{"IPv6 network too small", []string{"EnableIpv6", "true", "Ipv6CidrBlock", "2001:db8::/64"}, 400, "OperationFailed.IPv6CidrNotReserved", ""},
		{"IPv6 network malformed", []string{"EnableIpv6", "true", "Ipv6CidrBlock", "2001:db8::1/56"}, 400, "InvalidIpv6CidrBlock.Malformed", ""},
		{"IPv6 line", []string{"EnableIpv6", "true", "Ipv6Isp", "x"}, 400, "IllegalParam.Ipv6Isp", ""},
		{"pool", []string{"Ipv4IpamPoolId", "p"}, 400, "UnsupportedFeature.Ipam", "IPAM is not supported in this region."},
		{"pool mask", []string{"Ipv4CidrMask", "16"}, 400, "UnsupportedFeature.Ipam", "IPAM is not supported in this region."},
		{"IPv6 pool", []string{"Ipv6IpamPoolId", "p"}, 400, "UnsupportedFeature.Ipam", "IPAM is not supported in this region."},
		{"DNS host names", []string{"EnableDnsHostname", "true"}, 400, "UnsupportedFeature.VpcDnsHostname", "The feature of vpc dns hostname is unsupported."},
		{"resource group", []string{"ResourceGroupId", "rg-x"}, 400, "InvalidResourceGroupId", "The specified ResourceGroupId does not exist."},
		{"tag key", []string{"Tag.1.Key", "acs:x"}, 400, "IllegalParam.TagKey", "The param of Tag.Key is illegal."},
		{"tag value", []string{"Tag.1.Key", "k", "Tag.1.Value", "http://x"}, 400, "IllegalParam.TagValue", "The param of Tag.Value is illegal."},
		{"tag twice", []string{"Tag.1.Key", "k", "Tag.2.Key", "k"}, 400, "IllegalParam.TagKey", "The param of Tag.Key is illegal."},
		{"tags over 20", actiontest.Tags(21), 400, "IllegalParam.TagKey", "The param of Tag.Key is illegal."},
		{"token too long", []string{"ClientToken", strings.Repeat("x", 65)}, 400, "InvalidClientToken.ValueNotSupported", "The ClientToken provided is invalid."},
		{"token not ASCII", []string{"ClientToken", "ключ"}, 400, "InvalidClientToken.ValueNotSupported", "The ClientToken provided is invalid."},
		{"not a boolean", []string{"DryRun", "maybe"}, 400, "InvalidParameter", ""},
	})
	if n := len(list(s)); n != 0 {
		t.Errorf("refused requests made %d VPCs", n)
	}
}

func TestCreateVpcQuota(t *testing.T) {
	s := actiontest.Start(t)
	for range 10 {
		create(s)
	}
	s.Refuse(400, "QuotaExceeded.Vpc", "VPC quota exceeded.", "CreateVpc")
	create(s, "RegionId", "cn-beijing") // the quota is a region's
}
