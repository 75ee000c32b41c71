package tag_test

import (
	"fmt"
	"slices"
	"strconv"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// one is a resource of each kind that can be tagged.
type one struct{ product, typ, id string }

// everything makes a resource of each kind.
func everything(s *actiontest.Service) []one {
	s.T.Helper()
	n, i := s.Network(), s.Stopped()
	r := actiontest.Record(s, state.Instances, i)
	return []one{
		{"Ecs", "instance", i}, {"Ecs", "disk", ecs.ID(ecs.KindDisk, r.SystemDisk)}, {"Ecs", "eni", ecs.ID(ecs.KindNetworkInterface, r.Interface)},
		{"Ecs", "securitygroup", n.Group}, {"Vpc", "VPC", n.VPC}, {"Vpc", "VSWITCH", n.VSwitch},
	}
}

// ids are the ResourceId.N parameters of some identifiers.
func ids(list ...string) []string { return numbered("ResourceId", list) }

func numbered(name string, list []string) []string {
	var out []string
	for i, v := range list {
		out = append(out, name+"."+strconv.Itoa(i+1), v)
	}
	return out
}

func times(n int, s string) []string { return slices.Repeat([]string{s}, n) }

// set sets a tag of resources of ECS.
func set(s *actiontest.Service, typ, key, value string, list ...string) {
	s.T.Helper()
	s.Do("Ecs.TagResources", append(ids(list...), "ResourceType", typ, "Tag.1.Key", key, "Tag.1.Value", value)...)
}

// tagsOf is the tags of one resource, as key=value.
func tagsOf(s *actiontest.Service, o one) (out []string) {
	s.T.Helper()
	return listed(s, o.product, "ResourceType", o.typ, "ResourceId.1", o.id)
}

// listed is what ListTagResources of ECS or VPC finds, as key=value.
func listed(s *actiontest.Service, product string, params ...string) (out []string) {
	s.T.Helper()
	for _, r := range actiontest.Call[api.ListTagResourcesResponse](s, product+".ListTagResources", params...).TagResources.TagResource {
		out = append(out, r.TagKey+"="+r.TagValue)
	}
	return out
}

// found is the resources that ListTagResources of ECS finds, each once.
func found(s *actiontest.Service, params ...string) (out []string) {
	s.T.Helper()
	for _, r := range actiontest.Call[api.ListTagResourcesResponse](s, "Ecs.ListTagResources", params...).TagResources.TagResource {
		if !slices.Contains(out, r.ResourceID) {
			out = append(out, r.ResourceID)
		}
	}
	return out
}

func same(t testing.TB, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func arn(o one) string {
	return fmt.Sprintf("arn:acs:%s:cn-hangzhou:%d:%s/%s", lower(o.product), actiontest.Account, lower(o.typ), o.id)
}

func lower(s string) string {
	b := []byte(s)
	for i := range b {
		b[i] |= 0x20
	}
	return string(b)
}
