package vswitch_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

func list(s *actiontest.Service, params ...string) []api.DescribeVSwitchesVSwitch {
	s.T.Helper()
	return actiontest.Call[api.DescribeVSwitchesResponse](s, "DescribeVSwitches", params...).VSwitches.VSwitch
}

// TestCreateVSwitch also holds under ECS's own version, and without a region:
// the VPC says it.
func TestCreateVSwitch(t *testing.T) {
	for _, product := range []string{"Vpc", "Ecs"} {
		t.Run(product, func(t *testing.T) {
			s := actiontest.Start(t)
			made := actiontest.Call[api.CreateVpcResponse](s, "CreateVpc")
			id := actiontest.Call[api.CreateVSwitchResponse](s, product+".CreateVSwitch", "RegionId", "", "VpcId", made.VPCID, "ZoneId", "cn-hangzhou-h",
				"CidrBlock", "172.16.0.0/24", "VSwitchName", "front", "Description", "web", "Tag.1.Key", "env", "Tag.1.Value", "test").VSwitchID
			if !strings.HasPrefix(id, "vsw-bp1") {
				t.Errorf("identifier %q", id)
			}
			list := actiontest.Call[api.DescribeVSwitchesResponse](s, product+".DescribeVSwitches", "VSwitchId", id)
			if list.TotalCount != 1 || len(list.VSwitches.VSwitch) != 1 {
				t.Fatalf("listing %+v", list)
			}
			w := list.VSwitches.VSwitch[0]
			if w.VSwitchID != id || w.Status != "Available" || w.VPCID != made.VPCID || w.ZoneID != "cn-hangzhou-h" || w.CidrBlock != "172.16.0.0/24" ||
				w.VSwitchName != "front" || w.Description != "web" || w.AvailableIPAddressCount != 252 || w.OwnerID != 1234567890123456 ||
				w.RouteTable.RouteTableID != made.RouteTableID || w.RouteTable.RouteTableType != "System" {
				t.Errorf("vSwitch %+v", w)
			}
			if len(w.Tags.Tag) != 1 || w.Tags.Tag[0] != (api.Tag{Key: "env", Value: "test"}) {
				t.Errorf("tags %v", w.Tags.Tag)
			}
			vpcs := actiontest.Call[api.DescribeVpcsResponse](s, product+".DescribeVpcs").VPCs.VPC
			if got := vpcs[0].VSwitchIDs.VSwitchID; len(got) != 1 || got[0] != id {
				t.Errorf("the VPC has %v, want %s", got, id)
			}
		})
	}
}

func TestCreateVSwitchToken(t *testing.T) {
	s := actiontest.Start(t)
	vpc := s.VPC()
	first := s.VSwitch(vpc, "172.16.0.0/24", "ClientToken", "t1")
	if again := s.VSwitch(vpc, "172.16.0.0/24", "ClientToken", "t1"); again != first {
		t.Errorf("the token made another: %s, %s", first, again)
	}
	s.Refuse(403, "IdempotentParameterMismatch", "", "CreateVSwitch", "ClientToken", "t1", "VpcId", vpc, "ZoneId", "cn-hangzhou-h", "CidrBlock", "172.16.1.0/24")
}

// TestCreateVSwitchRace asks for one network many times at once: one gets it.
func TestCreateVSwitchRace(t *testing.T) {
	s := actiontest.Start(t)
	vpc := s.VPC()
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			s.Send("CreateVSwitch", "VpcId", vpc, "ZoneId", "cn-hangzhou-h", "CidrBlock", "172.16.0.0/24")
		})
	}
	wg.Wait()
	if n := len(list(s)); n != 1 {
		t.Errorf("%d vSwitches, want 1", n)
	}
}

func TestCreateVSwitchRefusals(t *testing.T) {
	s := actiontest.Start(t)
	vpc := s.VPC("CidrBlock", "172.16.0.0/16")
	s.VSwitch(vpc, "172.16.8.0/21")
	good := []string{"RegionId", "cn-hangzhou", "VpcId", vpc, "ZoneId", "cn-hangzhou-h", "CidrBlock", "172.16.0.0/24"}
	const cidr, overlap = "Specified CIDR block is not valid.", "Specified CIDR block overlapped with other subnets."
	for _, product := range []string{"Vpc", "Ecs"} {
		s.Refusals(t, product+".CreateVSwitch", good, []actiontest.Refusal{
			{"VPC absent", []string{"VpcId", ""}, 400, "MissingParameter", ""},
			{"zone absent", []string{"ZoneId", ""}, 400, "MissingParameter", ""},
			{"CIDR empty", []string{"CidrBlock", ""}, 400, api.CodeMissingParameter, ""},
			{"VPC unknown", []string{"VpcId", "vpc-x"}, 404, "InvalidVpcId.NotFound", "Specified VPC does not exist."},
			{"VPC of another region", []string{"RegionId", "cn-beijing"}, 404, "InvalidVpcId.NotFound", "Specified VPC does not exist."},
			{"zone unknown", []string{"ZoneId", "cn-hangzhou-zz"}, 404, "InvalidZoneId.NotFound", "Specified zone does not exist."},
			{"zone of another region", []string{"ZoneId", "cn-beijing-a"}, 404, "InvalidZoneId.NotFound", "Specified zone does not exist."},
			{"CIDR malformed", []string{"CidrBlock", "x"}, 400, "InvalidCidrBlock.Malformed", cidr},
			{"CIDR with host bits", []string{"CidrBlock", "172.16.0.1/24"}, 400, "InvalidCidrBlock.Malformed", cidr},
			{"mask 15", []string{"CidrBlock", "172.16.0.0/15"}, 400, "InvalidCirdrBlock.MaskLength", "Specified CIDR block is not valid ."},
			{"mask 30", []string{"CidrBlock", "172.16.0.0/30"}, 400, "InvalidCirdrBlock.MaskLength", "Specified CIDR block is not valid ."},
			{"CIDR outside the VPC", []string{"CidrBlock", "172.17.0.0/24"}, 400, "InvalidParameter", "Specified CIDR block is not valid in VPC."},
			{"the same network", []string{"CidrBlock", "172.16.8.0/21"}, 400, "InvalidCidrBlock.Overlapped", overlap},
			{"inside another", []string{"CidrBlock", "172.16.9.0/24"}, 400, "InvalidCidrBlock.Overlapped", overlap},
			{"around another", []string{"CidrBlock", "172.16.0.0/20"}, 400, "InvalidCidrBlock.Overlapped", overlap},
			{"name", []string{"VSwitchName", "http://x"}, 400, "InvalidVSwitchName.Malformed", "Specified virtual switch name is not valid."},
			{"description", []string{"Description", "http://x"}, 400, "InvalidVSwitchDiscription.Malformed", "Specified virtual switch description is not valid."},
			{"tag key", []string{"Tag.1.Key", "aliyun"}, 400, "IllegalParam.TagKey", "The param of Tag.Key is illegal."},
			{"tag value", []string{"Tag.1.Key", "k", "Tag.1.Value", "http://x"}, 400, "IllegalParam.TagValue", "The param of Tag.Value is illegal."},
			{"tags over 20", actiontest.Tags(21), 400, "IllegalParam.TagKey", ""},
			{"IPv6", []string{"Ipv6CidrBlock", "10"}, 400, "OperationDenied.VpcIpv6NotEnabled", ""},
			{"IPv6 of the VPC", []string{"VpcIpv6CidrBlock", "2408::/56"}, 400, "OperationDenied.VpcIpv6NotEnabled", ""},
			{"token", []string{"ClientToken", strings.Repeat("x", 65)}, 400, "InvalidClientToken.ValueNotSupported", "The ClientToken provided is invalid."},
		})
	}
	s.Refuse(400, "MissingParameter", "", "CreateVSwitch", "VpcId", vpc, "ZoneId", "cn-hangzhou-h") // no CIDR
	s.As(s.Other).Refuse(404, "InvalidVpcId.NotFound", "Specified VPC does not exist.", "CreateVSwitch", good...)
	s.VSwitch(s.VPC("CidrBlock", "172.16.0.0/16"), "172.16.8.0/21") // other VPCs do not count
	s.VSwitch(vpc, "172.16.255.248/29")
}

func TestCreateVSwitchQuota(t *testing.T) {
	s := actiontest.Start(t)
	vpc := s.VPC()
	for i := range 150 {
		s.VSwitch(vpc, fmt.Sprintf("172.16.%d.0/24", i))
	}
	s.Refuse(400, "QuotaExceeded.VSwitch", "Virtual switch quota exceeded.", "CreateVSwitch",
		"VpcId", vpc, "ZoneId", "cn-hangzhou-h", "CidrBlock", "172.17.0.0/24")
}
