package vpc_test

import (
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

func TestDescribeVpcAttribute(t *testing.T) {
	s := actiontest.Start(t)
	made := create(s, "VpcName", "main", "CidrBlock", "10.0.0.0/8", "UserCidr", "172.20.0.0/16", "Tag.1.Key", "env")
	vsw := actiontest.Call[api.CreateVSwitchResponse](s, "CreateVSwitch", "VpcId", made.VPCID, "ZoneId", "cn-hangzhou-h", "CidrBlock", "10.0.0.0/24").VSwitchID
	o := actiontest.Call[api.DescribeVpcAttributeResponse](s, "DescribeVpcAttribute", "VpcId", made.VPCID)
	if o.VPCID != made.VPCID || o.Status != "Available" || o.CidrBlock != "10.0.0.0/8" || o.VRouterID != made.VRouterID ||
		o.VPCName != "main" || o.RegionID != "cn-hangzhou" || len(o.Tags.Tag) != 1 || len(o.UserCidrs.UserCidr) != 1 {
		t.Errorf("%+v", o)
	}
	if got := o.VSwitchIDs.VSwitchID; len(got) != 1 || got[0] != vsw {
		t.Errorf("vSwitches %v, want %s", got, vsw)
	}
	counts := map[string]int{}
	for _, r := range o.CloudResources.CloudResourceSetType {
		counts[r.ResourceType] = r.ResourceCount
	}
	if counts["VSwitch"] != 1 || counts["VRouter"] != 1 || counts["RouteTable"] != 1 {
		t.Errorf("resources %v", counts)
	}

	const gone = "Specified VPC does not exist."
	s.Refusals(t, "DescribeVpcAttribute", []string{"RegionId", "cn-hangzhou", "VpcId", made.VPCID}, []actiontest.Refusal{
		{"no id", []string{"VpcId", ""}, 400, "MissingParameter", ""},
		{"unknown", []string{"VpcId", "vpc-x"}, 404, "InvalidVpcId.NotFound", gone},
		{"other region", []string{"RegionId", "cn-beijing"}, 404, "InvalidVpcId.NotFound", gone},
		{"not default", []string{"IsDefault", "true"}, 404, "InvalidVpcId.NotFound", gone},
		{"dry run", []string{"DryRun", "true"}, 400, "DryRunOperation", ""},
	})
	params := []string{"VpcId", made.VPCID}
	s.As(s.Other).Refuse(404, "InvalidVpcId.NotFound", gone, "DescribeVpcAttribute", params...)
}
