package securitygroup_test

import (
	"testing"

	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

func TestModifySecurityGroupPolicy(t *testing.T) {
	s := actiontest.Start(t)
	vpc := s.VPC()
	id, enterprise := s.Group("VpcId", vpc), s.Group("VpcId", vpc, "SecurityGroupType", "enterprise")
	for _, policy := range []string{"Drop", "drop", "accept", "Accept"} {
		s.Do("ModifySecurityGroupPolicy", "SecurityGroupId", id, "InnerAccessPolicy", policy)
		if got := attribute(s, id).InnerAccessPolicy; got[1:] != policy[1:] {
			t.Errorf("set to %s, shown as %s", policy, got)
		}
	}
	s.Refusals(t, "ModifySecurityGroupPolicy", []string{"RegionId", "cn-hangzhou", "SecurityGroupId", id, "InnerAccessPolicy", "Drop"}, []actiontest.Refusal{
		{"policy", []string{"InnerAccessPolicy", "deny"}, 400, "InvalidPolicy.Malformed", "The InnerAccessPolicy is invalid. Only Accept and Drop are supported."},
		{"policy empty", []string{"InnerAccessPolicy", ""}, 400, "MissingParameter", ""},
		{"group unknown", []string{"SecurityGroupId", "sg-x"}, 404, "InvalidSecurityGroupId.NotFound", ""},
		{"enterprise", []string{"SecurityGroupId", enterprise}, 400, "InvalidGroupParameter.OperationDenied", ""},
		{"token", []string{"ClientToken", "é"}, 400, "InvalidClientToken.ValueNotSupported", ""},
	})
	if got := attribute(s, id).InnerAccessPolicy; got != "Accept" {
		t.Errorf("refused requests set %s", got)
	}
	if got := attribute(s, enterprise).InnerAccessPolicy; got != "Drop" {
		t.Errorf("an enterprise group shows %s", got)
	}
}

// TestManagedGroups leaves the groups of cloud products alone.
func TestManagedGroups(t *testing.T) {
	s := actiontest.Start(t)
	n := s.Network()
	instance := s.Stopped()
	id, second := s.Group("VpcId", n.VPC), s.Group("VpcId", n.VPC)
	authorize(s, id, "IpProtocol", "all", "SourceCidrIp", "10.0.0.0/8")
	rule := ruleList(s, id)[0].SecurityGroupRuleID
	join(s, instance, second)
	actiontest.Edit(s, state.Groups, id, func(g *ecs.SecurityGroup) { g.Managed = true })
	actiontest.Edit(s, state.Groups, second, func(g *ecs.SecurityGroup) { g.Managed = true })
	for action, params := range map[string][]string{
		"AuthorizeSecurityGroup":        {"IpProtocol", "all", "SourceCidrIp", "10.0.0.0/9"},
		"AuthorizeSecurityGroupEgress":  {"IpProtocol", "all", "DestCidrIp", "10.0.0.0/9"},
		"RevokeSecurityGroup":           {"SecurityGroupRuleId.1", rule},
		"RevokeSecurityGroupEgress":     {"SecurityGroupRuleId.1", rule},
		"ModifySecurityGroupRule":       {"SecurityGroupRuleId", rule, "Priority", "2"},
		"ModifySecurityGroupEgressRule": {"SecurityGroupRuleId", rule, "Priority", "2"},
		"ModifySecurityGroupPolicy":     {"InnerAccessPolicy", "Drop"},
		"ModifySecurityGroupAttribute":  {"SecurityGroupName", "renamed"},
		"DeleteSecurityGroup":           nil,
		"JoinSecurityGroup":             {"InstanceId", instance},
	} {
		s.Refuse(403, "InvalidOperation.ResourceManagedByCloudProduct", "", action, append(params, "SecurityGroupId", id)...)
	}
	s.Refuse(403, "InvalidOperation.ResourceManagedByCloudProduct", "", "LeaveSecurityGroup", "InstanceId", instance, "SecurityGroupId", second)
	if g := list(s, "SecurityGroupId", id)[0]; !g.ServiceManaged || g.RuleCount != 1 || g.SecurityGroupName != "" {
		t.Errorf("%+v", g)
	}
	if n := len(list(s, "ServiceManaged", "true")); n != 2 {
		t.Errorf("%d managed groups", n)
	}
}
