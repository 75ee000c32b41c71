package tag_test

import (
	"testing"

	"github.com/openecs/openecs/internal/actiontest"
)

func TestUntagResources(t *testing.T) {
	s := actiontest.Start(t)
	vpc := s.Network().VPC
	a, b := s.Group("VpcId", vpc), s.Group("VpcId", vpc)
	all := append(ids(a, b), "ResourceType", "securitygroup")
	s.Do("Ecs.TagResources", append(actiontest.Tags(4), all...)...)
	s.Do("Ecs.UntagResources", append(all, "TagKey.1", "k2", "TagKey.2", "never", "All", "true")...) // All counts without keys only
	for _, id := range []string{a, b} {
		same(t, tagsOf(s, one{"Ecs", "securitygroup", id}), "k1=v", "k3=v", "k4=v")
	}
	same(t, found(s, "ResourceType", "securitygroup", "Tag.1.Key", "k2"))
	s.Do("Ecs.UntagResources", append(ids(a), "ResourceType", "securitygroup", "All", "true")...)
	same(t, tagsOf(s, one{"Ecs", "securitygroup", a}))
	same(t, found(s, "ResourceType", "securitygroup", "Tag.1.Key", "k1"), b)
}

func TestUntagResourcesRefusals(t *testing.T) {
	s := actiontest.Start(t)
	g := s.Network().Group
	set(s, "securitygroup", "k", "v", g)
	good := append(ids(g), "ResourceType", "securitygroup", "TagKey.1", "k")
	s.Refusals(t, "Ecs.UntagResources", good, []actiontest.Refusal{
		{"type unknown", []string{"ResourceType", "x"}, 404, "InvalidResourceType.NotFound", ""},
		{"id unknown", []string{"ResourceId.2", "sg-x"}, 404, "InvalidResourceId.NotFound", ""},
		{"other region", []string{"RegionId", "cn-beijing"}, 404, "InvalidResourceId.NotFound", ""},
		{"ids over 50", ids(times(51, g)...), 400, "NumberExceed.ResourceIds", ""},
		{"keys over 20", numbered("TagKey", times(21, "x")), 400, "NumberExceed.Tags", ""},
		{"key reserved", []string{"TagKey.1", "acs:x"}, 400, "InvalidTagKey.Malformed", ""},
		{"key twice", []string{"TagKey.2", "k"}, 400, "Duplicate.TagKey", ""},
		{"tag owner", []string{"TagOwnerUid", "7"}, 403, "PermissionDenied.TagOwnerUid", ""},
		{"scope", []string{"Scope", "public"}, 403, "PermissionDenied.Scope", ""},
	})
	s.Refuse(404, "MissingParameter.Tags", "", "Ecs.UntagResources", append(ids(g), "ResourceType", "securitygroup", "All", "false")...)
	s.As(s.Other).Refuse(404, "InvalidResourceId.NotFound", "", "Ecs.UntagResources", good...)
	same(t, tagsOf(s, one{"Ecs", "securitygroup", g}), "k=v")
}
