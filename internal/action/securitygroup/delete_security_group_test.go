package securitygroup_test

import (
	"testing"

	"github.com/openecs/openecs/api"
)

func TestDeleteSecurityGroup(t *testing.T) {
	h := start(t, withStranger())
	n := h.network()
	id, other := n.group, h.create("VpcId", n.vpc)
	good := []string{"RegionId", "cn-hangzhou", "SecurityGroupId", id}
	const gone = "The specified security group is not found."
	h.table("Ecs", "DeleteSecurityGroup", good, []refusal{
		{"group absent", []string{"SecurityGroupId", ""}, 400, "MissingParameter", ""},
		{"region absent", []string{"RegionId", ""}, 400, "MissingParameter.RegionId", ""},
		{"unknown", []string{"SecurityGroupId", "sg-x"}, 404, "InvalidSecurityGroup.NotFound", gone},
		{"other region", []string{"RegionId", "cn-beijing"}, 404, "InvalidSecurityGroup.NotFound", gone},
	})
	_, err := h.send(h.stranger(), "Ecs", "DeleteSecurityGroup", good)
	h.refused(err, "Ecs", "DeleteSecurityGroup", 404, "InvalidSecurityGroup.NotFound", gone, good)

	// In the way: a member, then a rule of another group.
	instance := h.instance(n)
	h.refuse("Ecs", "DeleteSecurityGroup", 403, "DependencyViolation", "There is still instance(s) in the specified security group.", good...)
	h.wait("the instance can be deleted", func() bool {
		_, err := h.send(h.s.Client, "Ecs", "DeleteInstance", []string{"InstanceId", instance, "Force", "true"})
		return err == nil
	})
	h.wait("the member is gone", func() bool { return h.list("SecurityGroupId", id)[0].EcsCount == 0 })
	h.authorize(other, "IpProtocol", "all", "SourceGroupId", id)
	h.refuse("Ecs", "DeleteSecurityGroup", 403, "DependencyViolation", "The specified security group has been authorized in another one.", good...)
	call[api.DeleteSecurityGroupResponse](h, "Ecs", "DeleteSecurityGroup", "SecurityGroupId", other)
	call[api.DeleteSecurityGroupResponse](h, "Ecs", "DeleteSecurityGroup", good...)
	h.refuse("Ecs", "DeleteSecurityGroup", 404, "InvalidSecurityGroup.NotFound", gone, good...)
	if n := len(h.list()); n != 0 {
		t.Errorf("%d groups left", n)
	}
}
