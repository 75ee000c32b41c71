package resourcegroup_test

import (
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

// The Describe actions show a resource's group and find resources by it. ECS shows
// nothing for what was never put into a group and cannot filter by the default one.
func TestDescribeByResourceGroup(t *testing.T) {
	s := actiontest.Start(t)
	id, d := group(s, "mine"), defaultGroup(s)
	n, i, j := s.Network(), s.Stopped(), s.Stopped("ResourceGroupId", id)
	g, vpc := s.Group("VpcId", n.VPC, "ResourceGroupId", id), s.VPC("ResourceGroupId", id)
	if a, b := s.See(i).ResourceGroupID, s.See(j).ResourceGroupID; a != "" || b != id {
		t.Errorf("instances show %q and %q", a, b)
	}
	instances := func(params ...string) (out []string) {
		for _, r := range actiontest.Call[api.DescribeInstancesResponse](s, "DescribeInstances", params...).Instances.Instance {
			out = append(out, r.InstanceID)
		}
		return out
	}
	same(t, instances("ResourceGroupId", id), j)
	same(t, instances("ResourceGroupId", id, "RegionId", "cn-beijing"))
	same(t, instances("ResourceGroupId", d))
	same(t, instances("ResourceGroupId", unknown))
	securityGroups := func(params ...string) (out []string) {
		for _, r := range actiontest.Call[api.DescribeSecurityGroupsResponse](s, "DescribeSecurityGroups", params...).SecurityGroups.SecurityGroup {
			out = append(out, r.SecurityGroupID+r.ResourceGroupID)
		}
		return out
	}
	same(t, securityGroups(), g+id, n.Group)
	same(t, securityGroups("ResourceGroupId", id), g+id)
	same(t, securityGroups("ResourceGroupId", d))
	vpcs := func(params ...string) (out []string) {
		for _, r := range actiontest.Call[api.DescribeVpcsResponse](s, "DescribeVpcs", params...).VPCs.VPC {
			out = append(out, r.VPCID+r.ResourceGroupID)
		}
		return out
	}
	same(t, vpcs(), vpc+id, n.VPC+d)
	same(t, vpcs("ResourceGroupId", id), vpc+id)
	same(t, vpcs("ResourceGroupId", d), n.VPC+d)
	s.Refuse(400, "InvalidResourceGroupId", "", "DescribeVpcs", "ResourceGroupId", unknown)
	if a := actiontest.Call[api.DescribeVpcAttributeResponse](s, "DescribeVpcAttribute", "VpcId", vpc); a.ResourceGroupID != id {
		t.Errorf("%+v", a)
	}
	s.Refuse(404, "InvalidResourceGroup.NotFound", "", "CreateSecurityGroup", "VpcId", n.VPC, "ResourceGroupId", unknown)
	s.Refuse(400, "InvalidResourceGroupId", "", "CreateVpc", "ResourceGroupId", unknown)
}

// ECS's ListTagResources finds a group's resources too.
func TestListTagResourcesByGroup(t *testing.T) {
	s := actiontest.Start(t)
	id := group(s, "mine")
	n := s.Network()
	g := s.Group("VpcId", n.VPC, "ResourceGroupId", id)
	find := func(params ...string) (out []string) {
		for _, r := range actiontest.Call[api.ListTagResourcesResponse](s, "Ecs.ListTagResources", append(params, "ResourceType", "securitygroup", "Tag.1.Key", "acs:rm:rgId")...).TagResources.TagResource {
			out = append(out, r.ResourceID+" "+r.TagKey+"="+r.TagValue)
		}
		return out
	}
	same(t, find("Tag.1.Value", id), g+" acs:rm:rgId="+id)
	same(t, find("Tag.1.Value", id, "ResourceId.1", n.Group))
	same(t, find("Tag.1.Value", id, "ResourceId.1", n.Group, "ResourceId.2", g), g+" acs:rm:rgId="+id)
	same(t, find("Tag.1.Value", unknown))
	s.Refuse(400, "InvalidDefaultResourceGroup.NotSupported", "", "Ecs.ListTagResources", "ResourceType", "securitygroup", "Tag.1.Key", "acs:rm:rgId", "Tag.1.Value", defaultGroup(s))
}
