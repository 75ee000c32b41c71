package vpc_test

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

func attribute(s *actiontest.Service, vpc string) *api.DescribeVpcAttributeResponse {
	s.T.Helper()
	return actiontest.Call[api.DescribeVpcAttributeResponse](s, "DescribeVpcAttribute", "VpcId", vpc)
}

func TestIPv6(t *testing.T) {
	s := actiontest.Start(t)
	a := create(s, "EnableIpv6", "true", "Ipv6CidrBlock", "2001:db8:1:100::/56").VPCID
	b := create(s, "EnableIpv6", "true").VPCID
	if got := attribute(s, a); got.IPv6CidrBlock != "2001:db8:1:100::/56" || !got.EnabledIPv6 {
		t.Errorf("%+v", got)
	}
	if got := attribute(s, b); !strings.HasSuffix(got.IPv6CidrBlock, "/56") || got.IPv6CidrBlock == attribute(s, a).IPv6CidrBlock {
		t.Errorf("%+v", got)
	}
	if got := list(s, "EnableIpv6", "false"); len(got) != 0 {
		t.Errorf("without IPv6: %+v", got)
	}
	s.Refuse(400, "OperationFailed.IPv6CidrNotReserved", "", "CreateVpc", "EnableIpv6", "true", "Ipv6CidrBlock", "2001:db8:1:100::/56")
	w := s.VSwitch(a, "172.16.0.0/24", "Ipv6CidrBlock", "7")
	got := actiontest.Call[api.DescribeVSwitchAttributesResponse](s, "DescribeVSwitchAttributes", "VSwitchId", w)
	if got.IPv6CidrBlock != "2001:db8:1:107::/64" || !got.EnabledIPv6 {
		t.Errorf("%+v", got)
	}
	in := []string{"VpcId", a, "ZoneId", actiontest.Zone, "CidrBlock", "172.16.1.0/24"}
	s.Refuse(400, "OperationFailed.Ipv6CidrBlockOverLapped", "", "CreateVSwitch", append(in, "Ipv6CidrBlock", "7")...)
	s.Refuse(400, "IllegalParam.Ipv6CidrBlock", "", "CreateVSwitch", append(in, "Ipv6CidrBlock", "256")...)
	s.Refuse(400, "DependencyViolation.VSwitch", "", "ModifyVpcAttribute", "VpcId", a, "EnableIPv6", "false")
	s.Do("ModifyVSwitchAttribute", "VSwitchId", w, "EnableIPv6", "false", "VSwitchName", "renamed")
	s.Do("ModifyVpcAttribute", "VpcId", a, "EnableIPv6", "false")
	if attribute(s, a).EnabledIPv6 {
		t.Error("IPv6 is still enabled")
	}
	s.Refuse(400, "OperationDenied.VpcIpv6NotEnabled", "", "ModifyVSwitchAttribute", "VSwitchId", w, "EnableIPv6", "true")
	s.Refuse(404, "InvalidVSwitchId.NotFound", "", "ModifyVSwitchAttribute", "VSwitchId", "vsw-x")
	s.Refuse(400, "InvalidVSwitchName.Malformed", "", "ModifyVSwitchAttribute", "VSwitchId", w, "VSwitchName", "http://x")
}

func TestSecondaryNetworks(t *testing.T) {
	s := actiontest.Start(t)
	id := create(s, "CidrBlock", "192.168.0.0/16").VPCID
	s.Do("AssociateVpcCidrBlock", "VpcId", id, "SecondaryCidrBlock", "10.0.0.0/16", "IpVersion", "IPV4")
	s.Refusals(t, "AssociateVpcCidrBlock", []string{"RegionId", "cn-hangzhou", "VpcId", id, "SecondaryCidrBlock", "10.1.0.0/16"}, []actiontest.Refusal{
		{"VPC", []string{"VpcId", "vpc-x"}, 404, "InvalidVpcId.NotFound", ""},
		{"overlap", []string{"SecondaryCidrBlock", "10.0.1.0/24"}, 400, "Duplicated.SecondaryCidrBlock", ""},
		{"malformed", []string{"SecondaryCidrBlock", "10.0.0.1/16"}, 400, "InvalidCidrBlock.Malformed", ""},
		{"the service's", []string{"SecondaryCidrBlock", "100.64.0.0/16"}, 400, "IllegalParam.SecondaryCidrBlock", ""},
		{"mask", []string{"SecondaryCidrBlock", "10.1.0.0/29"}, 400, "IllegalParam.SecondaryCidrBlock", ""},
		{"both", []string{"IPv6CidrBlock", "2001:db8::/56"}, 400, "ParamExclusive.SecondaryCidrAndIpv6Cidr", ""},
		{"neither", []string{"SecondaryCidrBlock", ""}, 400, "MissingParam.SecondaryCidrOrIpv6Cidr", ""},
		{"version", []string{"IpVersion", "x"}, 400, "IllegalParam.IpVersion", ""},
		{"IPAM", []string{"IpamPoolId", "x"}, 400, "UnsupportedFeature.Ipam", ""},
	})
	w := s.VSwitch(id, "10.0.3.0/24")
	s.Refuse(400, "OperationFailed.CidrInUse", "", "UnassociateVpcCidrBlock", "VpcId", id, "SecondaryCidrBlock", "10.0.0.0/16")
	s.Do("DeleteVSwitch", "VSwitchId", w)
	s.Do("UnassociateVpcCidrBlock", "VpcId", id, "SecondaryCidrBlock", "10.0.0.0/16")
	s.Refuse(400, "IllegalParam.SecondaryCidrBlock", "", "UnassociateVpcCidrBlock", "VpcId", id, "SecondaryCidrBlock", "10.0.0.0/16")
	for i := range 5 {
		s.Do("AssociateVpcCidrBlock", "VpcId", id, "SecondaryCidrBlock", fmt.Sprintf("10.%d.0.0/16", i))
	}
	s.Refuse(400, "QuotaExceeded.VpcMultiCidr", "", "AssociateVpcCidrBlock", "VpcId", id, "SecondaryCidrBlock", "10.9.0.0/16")
	six := actiontest.Call[api.AssociateVpcCidrBlockResponse](s, "AssociateVpcCidrBlock", "VpcId", id, "IpVersion", "IPV6")
	if six.IPVersion != "IPV6" || attribute(s, id).IPv6CidrBlock != six.CidrBlock {
		t.Errorf("%+v", six)
	}
	s.Do("UnassociateVpcCidrBlock", "VpcId", id, "IPv6CidrBlock", six.CidrBlock)
	if got := attribute(s, id); got.EnabledIPv6 || len(got.SecondaryCidrBlocks.SecondaryCidrBlock) != 5 {
		t.Errorf("%+v", got)
	}
}

func TestModifyVpcAttribute(t *testing.T) {
	s := actiontest.Start(t)
	id := create(s, "CidrBlock", "192.168.0.0/16", "VpcName", "old", "Description", "stays").VPCID
	s.VSwitch(id, "192.168.8.0/24")
	s.Do("ModifyVpcAttribute", "VpcId", id, "VpcName", "new", "CidrBlock", "192.168.0.0/20")
	if got := attribute(s, id); got.VPCName != "new" || got.Description != "stays" || got.CidrBlock != "192.168.0.0/20" {
		t.Errorf("%+v", got)
	}
	s.Refusals(t, "ModifyVpcAttribute", []string{"VpcId", id}, []actiontest.Refusal{
		{"VPC", []string{"VpcId", "vpc-x"}, 404, "InvalidVpcId.NotFound", ""},
		{"name", []string{"VpcName", "http://x"}, 400, "InvalidVpcName.Malformed", ""},
		{"description", []string{"Description", "http://x"}, 400, "InvalidVpcDiscription.Malformed", ""},
		{"without its vSwitch", []string{"CidrBlock", "192.168.0.0/21"}, 400, "InvalidParameter", ""},
		{"DNS", []string{"EnableDnsHostname", "true"}, 400, "UnsupportedFeature.VpcDnsHostname", ""},
	})
	s.Do("EnableVpcClassicLink", "VpcId", id)
	if !attribute(s, id).ClassicLinkEnabled {
		t.Error("the link is not enabled")
	}
	s.Do("DisableVpcClassicLink", "VpcId", id)
	s.Refuse(404, "InvalidVpcId.NotFound", "", "EnableVpcClassicLink", "VpcId", "vpc-x")
	s.Refuse(400, "DeletionProtection.TypeNotSupport", "", "DeletionProtection", "InstanceId", id, "Type", "VPC", "ProtectionEnable", "true")
	s.Refuse(400, "DeletionProtection.ResourceNotExist", "", "DeletionProtection", "InstanceId", "ngw-x", "Type", "NATGW", "ProtectionEnable", "true")
}

func TestDefaults(t *testing.T) {
	s := actiontest.Start(t)
	s.Refuse(404, "InvalidVpcId.NotFound", "", "CreateDefaultVSwitch", "ZoneId", actiontest.Zone)
	made := actiontest.Call[api.CreateDefaultVpcResponse](s, "CreateDefaultVpc", "ClientToken", "t", "EnableIpv6", "true")
	if again := actiontest.Call[api.CreateDefaultVpcResponse](s, "CreateDefaultVpc", "ClientToken", "t", "EnableIpv6", "true"); again.VPCID != made.VPCID {
		t.Errorf("the token made another: %+v", again)
	}
	s.Refuse(400, "OperationDenied", "", "CreateDefaultVpc")
	w := actiontest.Call[api.CreateDefaultVSwitchResponse](s, "CreateDefaultVSwitch", "ZoneId", actiontest.Zone, "Ipv6CidrBlock", "3").VSwitchID
	got := actiontest.Call[api.DescribeVSwitchAttributesResponse](s, "DescribeVSwitchAttributes", "VSwitchId", w)
	if !got.IsDefault || got.CidrBlock != "172.31.0.0/20" || !got.EnabledIPv6 || got.AvailableIPAddressCount != 4092 {
		t.Errorf("%+v", got)
	}
	s.Refuse(400, "OperationDenied", "", "CreateDefaultVSwitch", "ZoneId", actiontest.Zone)
	s.Refuse(404, "InvalidZoneId.NotFound", "", "CreateDefaultVSwitch", "ZoneId", "x")
}

// Whatever is asked for, vSwitches of a VPC share no address, and a delete either
// succeeds or names what depends.
func TestNetworksProperty(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := actiontest.Start(t)
		vpc := create(s, "CidrBlock", "10.0.0.0/16").VPCID
		for range rapid.IntRange(5, 25).Draw(rt, "operations") {
			cidr := netip.PrefixFrom(netip.AddrFrom4([4]byte{10, byte(rapid.IntRange(0, 1).Draw(rt, "net")), byte(rapid.IntRange(0, 7).Draw(rt, "subnet")), 0}),
				rapid.IntRange(20, 24).Draw(rt, "bits")).Masked().String()
			var err error
			switch rapid.IntRange(0, 4).Draw(rt, "operation") {
			case 0, 1:
				_, err = s.Send("CreateVSwitch", "VpcId", vpc, "ZoneId", actiontest.Zone, "CidrBlock", cidr)
			case 2:
				_, err = s.Send("AssociateVpcCidrBlock", "VpcId", vpc, "SecondaryCidrBlock", cidr)
			case 3:
				_, err = s.Send("UnassociateVpcCidrBlock", "VpcId", vpc, "SecondaryCidrBlock", cidr)
			case 4:
				if list := attribute(s, vpc).VSwitchIDs.VSwitchID; len(list) > 0 {
					s.Refuse(400, "DependencyViolation.VSwitch", "", "DeleteVpc", "VpcId", vpc)
					s.Do("DeleteVSwitch", "VSwitchId", list[0])
				}
			}
			if err != nil && !strings.Contains(err.Error(), "CidrBlock") && !strings.Contains(err.Error(), "CIDR") {
				rt.Fatalf("%v", err)
			}
			var seen []netip.Prefix
			for _, w := range actiontest.Call[api.DescribeVSwitchesResponse](s, "DescribeVSwitches", "VpcId", vpc, "PageSize", "50").VSwitches.VSwitch {
				p := netip.MustParsePrefix(w.CidrBlock)
				if slices.ContainsFunc(seen, p.Overlaps) {
					rt.Fatalf("%v overlaps one of %v", p, seen)
				}
				seen = append(seen, p)
			}
		}
		for _, w := range attribute(s, vpc).VSwitchIDs.VSwitchID {
			s.Do("DeleteVSwitch", "VSwitchId", w)
		}
		s.Do("DeleteVpc", "VpcId", vpc)
	})
}
