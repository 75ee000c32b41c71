package securitygroup_test

import (
	"testing"

	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

func TestDeleteSecurityGroup(t *testing.T) {
	s := actiontest.Start(t)
	n := s.Network()
	id, other := n.Group, s.Group("VpcId", n.VPC)
	good := []string{"RegionId", "cn-hangzhou", "SecurityGroupId", id}
	const gone = "The specified security group is not found."
	s.Refusals(t, "DeleteSecurityGroup", good, []actiontest.Refusal{
		{"group absent", []string{"SecurityGroupId", ""}, 400, "MissingParameter", ""},
		{"region absent", []string{"RegionId", ""}, 400, "MissingParameter.RegionId", ""},
		{"unknown", []string{"SecurityGroupId", "sg-x"}, 404, "InvalidSecurityGroup.NotFound", gone},
		{"other region", []string{"RegionId", "cn-beijing"}, 404, "InvalidSecurityGroup.NotFound", gone},
	})
	s.As(s.Other).Refuse(404, "InvalidSecurityGroup.NotFound", gone, "DeleteSecurityGroup", good...)

	// In the way: a member, then a rule of another group.
	instance := s.Stopped()
	s.Refuse(403, "DependencyViolation", "There is still instance(s) in the specified security group: "+ecs.ID(ecs.KindNetworkInterface, actiontest.Record(s, state.Instances, instance).Interface)+".", "DeleteSecurityGroup", good...)
	s.Do("DeleteInstance", "InstanceId", instance)
	s.Settle()
	authorize(s, other, "IpProtocol", "all", "SourceGroupId", id)
	s.Refuse(403, "DependencyViolation", "The specified security group has been authorized in another one: "+other+".", "DeleteSecurityGroup", good...)
	s.Do("DeleteSecurityGroup", "SecurityGroupId", other)
	s.Do("DeleteSecurityGroup", good...)
	s.Refuse(404, "InvalidSecurityGroup.NotFound", gone, "DeleteSecurityGroup", good...)
	if n := len(list(s)); n != 0 {
		t.Errorf("%d groups left", n)
	}
}
