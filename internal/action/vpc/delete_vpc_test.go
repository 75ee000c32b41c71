package vpc_test

import (
	"testing"

	"github.com/openecs/openecs/api"
)

func TestDeleteVpc(t *testing.T) {
	for _, product := range []string{"Vpc", "Ecs"} {
		t.Run(product, func(t *testing.T) {
			h := start(t, withStranger())
			id := h.create().VPCID
			good := []string{"RegionId", "cn-hangzhou", "VpcId", id}
			const gone = "Specified VPC does not exist."
			h.table(product, "DeleteVpc", good, []refusal{
				{"no id", []string{"VpcId", ""}, 400, "MissingParameter", ""},
				{"unknown", []string{"VpcId", "vpc-x"}, 404, "InvalidVpcId.NotFound", gone},
				{"other region", []string{"RegionId", "cn-beijing"}, 404, "InvalidVpcId.NotFound", gone},
				{"dry run", []string{"DryRun", "true"}, 400, "DryRunOperation", ""},
				{"bad dry run", []string{"DryRun", "true", "VpcId", "vpc-x"}, 404, "InvalidVpcId.NotFound", gone},
				{"token", []string{"ClientToken", "é"}, 400, "InvalidClientToken.ValueNotSupported", ""},
			})
			_, err := h.send(h.stranger(), product, "DeleteVpc", good)
			h.refused(err, product, "DeleteVpc", 404, "InvalidVpcId.NotFound", gone, good)

			vsw := call[api.CreateVSwitchResponse](h, "Vpc", "CreateVSwitch", "VpcId", id, "ZoneId", "cn-hangzhou-h", "CidrBlock", "172.16.0.0/24").VSwitchID
			h.refuse(product, "DeleteVpc", 400, "DependencyViolation.VSwitch", "Specified object has dependent resources", good...)
			h.refuse(product, "DeleteVpc", 400, "DependencyViolation.VSwitch", "", append(good, "ForceDelete", "true")...)
			call[api.DeleteVSwitchResponse](h, "Vpc", "DeleteVSwitch", "VSwitchId", vsw)
			sg := call[api.CreateSecurityGroupResponse](h, "Ecs", "CreateSecurityGroup", "VpcId", id).SecurityGroupID
			h.refuse(product, "DeleteVpc", 400, "DependencyViolation.SecurityGroup", "Specified object has dependent resources SecurityGroup.", good...)
			call[api.DeleteSecurityGroupResponse](h, "Ecs", "DeleteSecurityGroup", "SecurityGroupId", sg)

			call[api.DeleteVpcResponse](h, product, "DeleteVpc", append(good, "ClientToken", "t")...)
			if n := len(h.list()); n != 0 {
				t.Errorf("%d VPCs left", n)
			}
			call[api.DeleteVpcResponse](h, product, "DeleteVpc", append(good, "ClientToken", "t")...) // the same request
			h.refuse(product, "DeleteVpc", 404, "InvalidVpcId.NotFound", gone, good...)
		})
	}
}
