package vpc_test

import (
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

func TestDeleteVpc(t *testing.T) {
	for _, product := range []string{"Vpc", "Ecs"} {
		t.Run(product, func(t *testing.T) {
			s := actiontest.Start(t)
			id := create(s).VPCID
			good := []string{"RegionId", "cn-hangzhou", "VpcId", id}
			const gone = "Specified VPC does not exist."
			s.Refusals(t, product+".DeleteVpc", good, []actiontest.Refusal{
				{"no id", []string{"VpcId", ""}, 400, "MissingParameter", ""},
				{"unknown", []string{"VpcId", "vpc-x"}, 404, "InvalidVpcId.NotFound", gone},
				{"other region", []string{"RegionId", "cn-beijing"}, 404, "InvalidVpcId.NotFound", gone},
				{"dry run", []string{"DryRun", "true"}, 400, "DryRunOperation", ""},
				{"bad dry run", []string{"DryRun", "true", "VpcId", "vpc-x"}, 404, "InvalidVpcId.NotFound", gone},
				{"token", []string{"ClientToken", "é"}, 400, "InvalidClientToken.ValueNotSupported", ""},
			})
			s.As(s.Other).Refuse(404, "InvalidVpcId.NotFound", gone, product+".DeleteVpc", good...)

			vsw := actiontest.Call[api.CreateVSwitchResponse](s, "CreateVSwitch", "VpcId", id, "ZoneId", "cn-hangzhou-h", "CidrBlock", "172.16.0.0/24").VSwitchID
			s.Refuse(400, "DependencyViolation.VSwitch", "Specified object has dependent resources: "+vsw+".", product+".DeleteVpc", good...)
			s.Refuse(400, "DependencyViolation.VSwitch", "", product+".DeleteVpc", append(good, "ForceDelete", "true")...)
			s.Do("DeleteVSwitch", "VSwitchId", vsw)
			sg := actiontest.Call[api.CreateSecurityGroupResponse](s, "CreateSecurityGroup", "VpcId", id).SecurityGroupID
			s.Refuse(400, "DependencyViolation.SecurityGroup", "Specified object has dependent resources: "+sg+".", product+".DeleteVpc", good...)
			s.Do("DeleteSecurityGroup", "SecurityGroupId", sg)

			s.Do(product+".DeleteVpc", append(good, "ClientToken", "t")...)
			if n := len(list(s)); n != 0 {
				t.Errorf("%d VPCs left", n)
			}
			s.Do(product+".DeleteVpc", append(good, "ClientToken", "t")...) // the same request
			s.Refuse(404, "InvalidVpcId.NotFound", gone, product+".DeleteVpc", good...)
		})
	}
}
