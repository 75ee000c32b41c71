package vswitch_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

func TestDescribeVSwitchesFilters(t *testing.T) {
	s := actiontest.Start(t)
	made := actiontest.Call[api.CreateVpcResponse](s, "CreateVpc")
	vpc, other := made.VPCID, s.VPC()
	a := s.VSwitch(vpc, "172.16.0.0/24", "VSwitchName", "alpha", "Tag.1.Key", "env", "Tag.1.Value", "test")
	b := s.VSwitch(vpc, "172.16.1.0/24", "VSwitchName", "beta", "ZoneId", "cn-hangzhou-i")
	c := s.VSwitch(other, "172.16.0.0/24")
	for _, row := range []struct {
		name   string
		params []string
		want   []string
	}{
		{"all, newest first", nil, []string{c, b, a}},
		{"other region", []string{"RegionId", "cn-beijing"}, nil},
		{"VPC", []string{"VpcId", vpc}, []string{b, a}},
		{"VPC without a region", []string{"VpcId", vpc, "RegionId", ""}, []string{b, a}},
		{"VPC unknown", []string{"VpcId", "vpc-x"}, nil},
		{"VPC in another region", []string{"VpcId", vpc, "RegionId", "cn-beijing"}, nil},
		{"id", []string{"VSwitchId", a}, []string{a}},
		{"ids", []string{"VSwitchId", a + "," + c}, []string{c, a}},
		{"id unknown", []string{"VSwitchId", "vsw-x"}, nil},
		{"id in another VPC", []string{"VSwitchId", a, "VpcId", other}, nil},
		{"name", []string{"VSwitchName", "beta"}, []string{b}},
		{"zone", []string{"ZoneId", "cn-hangzhou-i"}, []string{b}},
		{"zone unknown", []string{"ZoneId", "nowhere"}, nil},
		{"route table", []string{"RouteTableId", made.RouteTableID}, []string{b, a}},
		{"route table unknown", []string{"RouteTableId", "vtb-x"}, nil},
		{"tag", []string{"Tag.1.Key", "env", "Tag.1.Value", "test"}, []string{a}},
		{"default", []string{"IsDefault", "true"}, nil},
		{"not default", []string{"IsDefault", "false"}, []string{c, b, a}},
		{"owner", []string{"VSwitchOwnerId", "1234567890123456"}, []string{c, b, a}},
		{"another owner", []string{"VSwitchOwnerId", "7"}, nil},
		{"IPv6", []string{"EnableIpv6", "true"}, nil},
		{"resource group", []string{"ResourceGroupId", "rg-x"}, nil},
		{"page 2 of 2", []string{"PageSize", "2", "PageNumber", "2"}, []string{a}},
	} {
		t.Run(row.name, func(t *testing.T) {
			var got []string
			for _, w := range list(s.With(t), row.params...) {
				got = append(got, w.VSwitchID)
			}
			if !slices.Equal(got, row.want) {
				t.Errorf("got %v, want %v", got, row.want)
			}
		})
	}
	body, err := s.As(s.Other).Send("DescribeVSwitches", "VpcId", vpc)
	if err != nil || strings.Contains(string(body), "vsw-") {
		t.Errorf("another account sees %s, %v", body, err)
	}
}

func TestDescribeVSwitchesRefusals(t *testing.T) {
	s := actiontest.Start(t)
	s.Refusals(t, "DescribeVSwitches", []string{"RegionId", "cn-hangzhou"}, []actiontest.Refusal{
		{"neither region nor VPC", []string{"RegionId", ""}, 400, "MissingParameter", ""},
		{"page 0", []string{"PageNumber", "0"}, 400, "InvalidParameter", `The specified parameter "PageNumber" is not valid.`},
		{"page size 0", []string{"PageSize", "0"}, 400, "InvalidParameter", `The specified parameter "PageSize" is not valid.`},
		{"page size 51", []string{"PageSize", "51"}, 400, "InvalidParameter", `The specified parameter "PageSize" is not valid.`},
		{"ids over 20", []string{"VSwitchId", strings.Repeat("vsw-x,", 20) + "vsw-x"}, 404, "InvalidVSwitchIdNumber.NotSupported", ""},
		{"tag key", []string{"Tag.1.Key", "", "Tag.1.Value", "x"}, 400, "InvalidTagKey", "The tag keys are not valid."},
		{"tag value", []string{"Tag.1.Key", "k", "Tag.1.Value", "http://x"}, 400, "InvalidTagValue", "The tag values are not valid."},
		{"dry run", []string{"DryRun", "true"}, 400, "DryRunOperation", ""},
	})
}

func TestDescribeVSwitchAttributes(t *testing.T) {
	s := actiontest.Start(t)
	vpc := s.VPC()
	id := s.VSwitch(vpc, "172.16.0.0/29", "VSwitchName", "small", "Tag.1.Key", "env")
	o := actiontest.Call[api.DescribeVSwitchAttributesResponse](s, "DescribeVSwitchAttributes", "VSwitchId", id)
	if o.VSwitchID != id || o.VPCID != vpc || o.Status != "Available" || o.CidrBlock != "172.16.0.0/29" || o.AvailableIPAddressCount != 4 ||
		o.ZoneID != "cn-hangzhou-h" || o.VSwitchName != "small" || len(o.Tags.Tag) != 1 || o.RouteTable.RouteTableType != "System" {
		t.Errorf("%+v", o)
	}
	s.Refusals(t, "DescribeVSwitchAttributes", []string{"VSwitchId", id}, []actiontest.Refusal{
		{"absent", []string{"VSwitchId", ""}, 400, "MissingParameter", ""},
		{"unknown", []string{"VSwitchId", "vsw-x"}, 404, "InvalidVSwitchId.NotFound", "VSwitch not exist."},
		{"other region", []string{"RegionId", "cn-beijing"}, 404, "InvalidVSwitchId.NotFound", "VSwitch not exist."},
		{"dry run", []string{"DryRun", "true"}, 400, "DryRunOperation", ""},
	})
	params := []string{"VSwitchId", id}
	s.As(s.Other).Refuse(404, "InvalidVSwitchId.NotFound", "", "DescribeVSwitchAttributes", params...)
}
