package securitygroup_test

import (
	"context"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

// TestLifecycle makes a group, opens it in both directions, changes and takes
// away rules, and deletes it, all by the generated client and with a restart
// between.
func TestLifecycle(t *testing.T) {
	ctx := context.Background()
	s := actiontest.Start(t)
	vpc := s.VPC()
	made, err := s.Client.CreateSecurityGroup(ctx, &api.CreateSecurityGroupRequest{RegionID: "cn-hangzhou", VPCID: vpc, SecurityGroupName: "web"})
	if err != nil {
		t.Fatal(err)
	}
	id := made.SecurityGroupID
	must := func(_ any, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(s.Client.AuthorizeSecurityGroup(ctx, &api.AuthorizeSecurityGroupRequest{RegionID: "cn-hangzhou", SecurityGroupID: id, Permissions: []api.AuthorizeSecurityGroupRequestPermissions{
		{IPProtocol: "tcp", PortRange: "443/443", SourceCidrIP: "0.0.0.0/0"}, {IPProtocol: "icmpv6", IPv6SourceCidrIP: "::/0"},
	}}))
	must(s.Client.AuthorizeSecurityGroupEgress(ctx, &api.AuthorizeSecurityGroupEgressRequest{RegionID: "cn-hangzhou", SecurityGroupID: id, Permissions: []api.AuthorizeSecurityGroupEgressRequestPermissions{
		{IPProtocol: "tcp", PortRange: "25/25", DestCidrIP: "0.0.0.0/0", Policy: "drop"},
	}}))
	must(s.Client.ModifySecurityGroupPolicy(ctx, &api.ModifySecurityGroupPolicyRequest{RegionID: "cn-hangzhou", SecurityGroupID: id, InnerAccessPolicy: "Drop"}))
	s.Restart()
	shown, err := s.Client.DescribeSecurityGroupAttribute(ctx, &api.DescribeSecurityGroupAttributeRequest{RegionID: "cn-hangzhou", SecurityGroupID: id})
	if err != nil {
		t.Fatal(err)
	}
	rules := shown.Permissions.Permission
	if len(rules) != 3 || shown.InnerAccessPolicy != "Drop" || rules[0].Direction != "egress" || rules[0].Policy != "Drop" || rules[1].IPv6SourceCidrIP != "::/0" {
		t.Fatalf("%+v", shown)
	}
	must(s.Client.ModifySecurityGroupEgressRule(ctx, &api.ModifySecurityGroupEgressRuleRequest{RegionID: "cn-hangzhou", SecurityGroupID: id, SecurityGroupRuleID: rules[0].SecurityGroupRuleID, Priority: "9"}))
	must(s.Client.ModifySecurityGroupRule(ctx, &api.ModifySecurityGroupRuleRequest{RegionID: "cn-hangzhou", SecurityGroupID: id, SecurityGroupRuleID: rules[2].SecurityGroupRuleID, Description: "https"}))
	if r := ruleList(s, id); r[0].Priority != "9" || r[0].Policy != "Drop" || r[2].Description != "https" || r[2].PortRange != "443/443" {
		t.Errorf("%+v", r)
	}
	must(s.Client.RevokeSecurityGroup(ctx, &api.RevokeSecurityGroupRequest{RegionID: "cn-hangzhou", SecurityGroupID: id, SecurityGroupRuleID: []string{rules[1].SecurityGroupRuleID, rules[2].SecurityGroupRuleID}}))
	must(s.Client.RevokeSecurityGroupEgress(ctx, &api.RevokeSecurityGroupEgressRequest{RegionID: "cn-hangzhou", SecurityGroupID: id, IPProtocol: "tcp", PortRange: "25/25", DestCidrIP: "0.0.0.0/0", Policy: "drop", Priority: "9"}))
	if r := ruleList(s, id); len(r) != 0 {
		t.Errorf("%+v", r)
	}
	must(s.Client.DeleteSecurityGroup(ctx, &api.DeleteSecurityGroupRequest{RegionID: "cn-hangzhou", SecurityGroupID: id}))
}
