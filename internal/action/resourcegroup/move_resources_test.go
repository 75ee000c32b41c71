package resourcegroup_test

import (
	"fmt"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

// one is the parameters of one resource.
func one(n int, region, service, typ, id string) []string {
	p := fmt.Sprintf("Resources.%d.", n)
	return []string{p + "RegionId", region, p + "Service", service, p + "ResourceType", typ, p + "ResourceId", id}
}

func TestMoveResources(t *testing.T) {
	s := actiontest.Start(t)
	id, n, beijing := group(s, "mine"), s.Network(), s.VPC("RegionId", "cn-beijing")
	params := []string{"ResourceGroupId", id}
	for i, r := range [][4]string{
		{"cn-hangzhou", "vpc", "vpc", n.VPC}, {"cn-beijing", "vpc", "vpc", beijing}, {"cn-hangzhou", "ecs", "securitygroup", n.Group},
		{"cn-hangzhou", "ecs", "instance", "i-x"}, {"cn-hangzhou", "ecs", "vpc", n.VPC}, {"cn-hangzhou", "vpc", "vpc", beijing}, {"cn-hangzhou", "ecs", "ddh", "dh-x"},
	} {
		params = append(params, one(i+1, r[0], r[1], r[2], r[3])...)
	}
	var got []string
	for _, r := range actiontest.Call[api.MoveResourcesResponse](s, "MoveResources", params...).Responses {
		if got = append(got, r.Status+" "+r.ErrorCode); (r.ErrorMsg == "") != (r.Status == "SUCCESS") || r.RequestID == "" || r.ResourceID == "" {
			t.Errorf("%+v", r)
		}
	}
	const none = "FAIL InvalidResourceId.NotFound"
	same(t, got, "SUCCESS ", "SUCCESS ", "SUCCESS ", none, "FAIL InvalidResourceType.NotFound", none, none)
	same(t, inGroup(s, id), n.Group, beijing, n.VPC)
	s.Refuse(400, "SERVICE_REGION_NO_ENDPOINT", "", "MoveResources", append(one(1, "cn-hangzhou", "nas", "vpc", n.VPC), "ResourceGroupId", id)...)
	s.Refuse(400, "SERVICE_REGION_NO_ENDPOINT", "", "MoveResources", append(one(1, "", "vpc", "vpc", n.VPC), "ResourceGroupId", id)...)
	s.Refuse(400, "MissingParameter", "", "MoveResources", "ResourceGroupId", id)
	many := []string{"ResourceGroupId", id}
	for i := range 11 {
		many = append(many, one(i+1, "cn-hangzhou", "vpc", "vpc", n.VPC)...)
	}
	s.Refuse(400, "InvalidParameter", "", "MoveResources", many...)
}
