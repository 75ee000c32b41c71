package resourcegroup_test

import (
	"slices"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// What is made in a group is in it, with what belongs to it, and is found by it.
func TestListResources(t *testing.T) {
	s := actiontest.Start(t)
	id, d := group(s, "mine"), defaultGroup(s)
	n := s.Network()
	i := s.Stopped("ResourceGroupId", id)
	r := actiontest.Record(s, state.Instances, i)
	disk, nic := ecs.ID(ecs.KindDisk, r.SystemDisk), ecs.ID(ecs.KindNetworkInterface, r.Interface)
	g := s.Group("VpcId", n.VPC, "ResourceGroupId", id)
	beijing := s.VPC("RegionId", "cn-beijing", "ResourceGroupId", id)
	chosen := s.VPC("ResourceGroupId", d)
	s.As(s.Other).VPC()
	list := func(s *actiontest.Service, params ...string) (out []string) {
		s.T.Helper()
		for _, r := range actiontest.Call[api.ListResourcesResponse](s, "ListResources", params...).Resources.Resource {
			out = append(out, r.ResourceID)
		}
		return out
	}
	all := list(s)
	for _, want := range []string{i, disk, nic, g, n.Group, n.VPC, chosen, beijing} {
		if !slices.Contains(all, want) {
			t.Errorf("%v is without %s", all, want)
		}
	}
	if len(all) != 8 {
		t.Errorf("%v", all)
	}
	for _, q := range []struct {
		name   string
		params []string
		want   []string
	}{
		{"group", []string{"ResourceGroupId", id}, []string{i, disk, nic, g, beijing}},
		{"default group", []string{"ResourceGroupId", d}, []string{n.Group, chosen, n.VPC}},
		{"group unknown", []string{"ResourceGroupId", unknown}, nil},
		{"group and region", []string{"ResourceGroupId", id, "Region", "cn-beijing"}, []string{beijing}},
		{"region", []string{"Region", "cn-beijing"}, []string{beijing}},
		{"region unknown", []string{"Region", "x"}, nil},
		{"service", []string{"Service", "vpc", "Region", "cn-hangzhou"}, []string{chosen, n.VPC}},
		{"service and type", []string{"Service", "ecs", "ResourceType", "securitygroup"}, []string{g, n.Group}},
		{"service unknown", []string{"Service", "nas"}, nil},
		{"type", []string{"ResourceType", "disk"}, []string{disk}},
		{"types", []string{"ResourceTypes.1.Service", "ecs", "ResourceTypes.1.ResourceType", "disk", "ResourceTypes.2.Service", "ecs", "ResourceTypes.2.ResourceType", "eni"}, []string{disk, nic}},
		{"half a type", []string{"ResourceTypes.1.Service", "vpc", "ResourceType", "disk"}, []string{disk}},
		{"id", []string{"ResourceId", beijing}, []string{beijing}},
		{"ids", []string{"ResourceIds", i + "," + beijing + ",x"}, []string{i, beijing}},
		{"id and group", []string{"ResourceId", beijing, "ResourceGroupId", d}, nil},
		{"id unknown", []string{"ResourceId", "i-x"}, nil},
		{"page", []string{"ResourceGroupId", id, "PageSize", "2", "PageNumber", "2"}, []string{nic, g}},
		{"page of all", []string{"PageSize", "3", "PageNumber", "1"}, all[:3]},
	} {
		t.Run(q.name, func(t *testing.T) { same(t, list(s.With(t), q.params...), q.want...) })
	}
	for _, q := range [][]string{nil, {"ResourceGroupId", id}} {
		want := map[int]int{0: 8, 2: 5}[len(q)]
		if p := actiontest.Call[api.ListResourcesResponse](s, "ListResources", append(q, "PageSize", "1")...); p.TotalCount != want || len(p.Resources.Resource) != 1 {
			t.Errorf("%+v, want %d", p, want)
		}
	}
	s.Refuse(400, "InvalidParameter", "", "ListResources", "PageSize", "101")
	s.Refuse(400, "InvalidParameter", "", "ListResources", "PageNumber", "0")
}
