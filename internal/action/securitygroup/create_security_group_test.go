package securitygroup_test

import (
	"strings"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

func list(s *actiontest.Service, params ...string) []api.DescribeSecurityGroupsSecurityGroup {
	s.T.Helper()
	return actiontest.Call[api.DescribeSecurityGroupsResponse](s, "DescribeSecurityGroups", params...).SecurityGroups.SecurityGroup
}

func TestCreateSecurityGroup(t *testing.T) {
	s := actiontest.Start(t)
	vpc := s.VPC()
	id := s.Group("VpcId", vpc, "SecurityGroupName", "web", "Description", "front", "Tag.1.Key", "env", "Tag.1.Value", "test")
	if !strings.HasPrefix(id, "sg-bp1") || len(id) != len("sg-")+20 {
		t.Errorf("identifier %q", id)
	}
	g := list(s)[0]
	if g.SecurityGroupID != id || g.VPCID != vpc || g.SecurityGroupName != "web" || g.Description != "front" || g.SecurityGroupType != "normal" ||
		g.AvailableInstanceAmount != 2000 || g.EcsCount != 0 || g.RuleCount != 0 || g.ServiceManaged || len(g.CreationTime) != len("2026-01-02T03:04:05Z") {
		t.Errorf("group %+v", g)
	}
	if len(g.Tags.Tag) != 1 || g.Tags.Tag[0] != (api.ResourceTag{TagKey: "env", TagValue: "test"}) {
		t.Errorf("tags %v", g.Tags.Tag)
	}
	if o := attribute(s, id); len(o.Permissions.Permission) != 0 || o.InnerAccessPolicy != "Accept" {
		t.Errorf("a new group has rules: %+v", o)
	}

	enterprise := s.Group("VpcId", vpc, "SecurityGroupType", "enterprise")
	if g := list(s, "SecurityGroupId", enterprise)[0]; g.SecurityGroupType != "enterprise" || g.AvailableInstanceAmount != 65536 {
		t.Errorf("enterprise group %+v", g)
	}
	if p := attribute(s, enterprise).InnerAccessPolicy; p != "Drop" {
		t.Errorf("enterprise group: inner access %s", p)
	}
}

// TestCreateSecurityGroupClassic makes groups without a VPC where there is a
// classic network, and only there.
func TestCreateSecurityGroupClassic(t *testing.T) {
	const message = "The VpcId must not empty when only support vpc vm."
	s := actiontest.Start(t)
	for _, region := range []string{"cn-beijing", "cn-hangzhou", "cn-qingdao", "cn-shanghai", "cn-shenzhen", "cn-hongkong"} {
		id := s.Group("RegionId", region)
		if g := list(s, "RegionId", region, "SecurityGroupId", id)[0]; g.VPCID != "" {
			t.Errorf("%s: %+v", region, g)
		}
	}
	for _, region := range []string{"cn-zhangjiakou", "ap-southeast-1", "us-west-1"} {
		s.Refuse(403, "InvalidVpcId.NotFound", message, "CreateSecurityGroup", "RegionId", region)
	}
	s.Refuse(403, "InvalidVpcId.NotFound", message, "CreateSecurityGroup", "VpcId", "")
}

func TestCreateSecurityGroupToken(t *testing.T) {
	s := actiontest.Start(t)
	vpc := s.VPC()
	first := s.Group("VpcId", vpc, "ClientToken", "t1")
	if again := s.Group("VpcId", vpc, "ClientToken", "t1"); again != first {
		t.Errorf("the token made another: %s, %s", first, again)
	}
	s.Refuse(403, "IdempotentParameterMismatch", "", "CreateSecurityGroup", "ClientToken", "t1", "VpcId", vpc, "SecurityGroupName", "other")
	if n := len(list(s)); n != 1 {
		t.Errorf("%d groups, want 1", n)
	}
}

func TestCreateSecurityGroupRefusals(t *testing.T) {
	s := actiontest.Start(t)
	good := []string{"RegionId", "cn-hangzhou", "VpcId", s.VPC()}
	s.Refusals(t, "CreateSecurityGroup", good, []actiontest.Refusal{
		{"region absent", []string{"RegionId", ""}, 400, "MissingParameter", ""},
		{"region unknown", []string{"RegionId", "cn-nowhere"}, 404, "InvalidRegionId.NotFound", ""},
		{"VPC unknown", []string{"VpcId", "vpc-x"}, 404, "InvalidVpcId.NotFound", "Specified VPC does not exist."},
		{"VPC of another region", []string{"RegionId", "cn-beijing"}, 404, "InvalidVpcId.NotFound", "Specified VPC does not exist."},
		{"name", []string{"SecurityGroupName", "1x"}, 400, "InvalidSecurityGroupName.Malformed", "The specified parameter SecurityGroupName is not valid."},
		{"description", []string{"Description", "http://x"}, 400, "InvalidSecurityGroupDiscription.Malformed", "Specified security group description is not valid."},
		{"type", []string{"SecurityGroupType", "basic"}, 400, "InvalidParams.GroupType", "The specified security group type is not valid."},
		{"enterprise without VPC", []string{"SecurityGroupType", "enterprise", "VpcId", ""}, 400, "InvalidParams.VpcIdGroupType", "Only VPC instance supports enterprise level security group."},
		{"managed", []string{"ServiceManaged", "true"}, 403, "InvalidOperation.ResourceManagedByCloudProduct", ""},
		{"tags over 20", actiontest.Tags(21), 403, "QuotaExceed.Tags", ""},
		{"tag key", []string{"Tag.1.Key", "acs:x"}, 400, "InvalidTagKey.Malformed", "Specified tag key is not valid."},
		{"tag value", []string{"Tag.1.Key", "k", "Tag.1.Value", "https://x"}, 400, "InvalidTagValue.Malformed", "Specified tag value is not valid."},
		{"tag twice", []string{"Tag.1.Key", "k", "Tag.2.Key", "k"}, 400, "Duplicate.TagKey", "The Tag.N.Key contain duplicate key."},
		{"resource group", []string{"ResourceGroupId", "rg-x"}, 404, "InvalidResourceGroup.NotFound", "The ResourceGroup provided does not exist in our records."},
		{"token", []string{"ClientToken", strings.Repeat("x", 65)}, 400, "InvalidClientToken.ValueNotSupported", "The ClientToken provided is invalid."},
	})
	s.As(s.Other).Refuse(404, "InvalidVpcId.NotFound", "", "CreateSecurityGroup", good...)
	if n := len(list(s)); n != 0 {
		t.Errorf("refused requests made %d groups", n)
	}
}

func TestCreateSecurityGroupQuota(t *testing.T) {
	s := actiontest.Start(t)
	vpc := s.VPC()
	for range 100 {
		s.Group("VpcId", vpc)
	}
	s.Refuse(403, "QuotaExceed.SecurityGroup", "The maximum number of security groups is reached.", "CreateSecurityGroup", "VpcId", vpc)
}
