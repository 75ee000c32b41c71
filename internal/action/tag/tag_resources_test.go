package tag_test

import (
	"strings"
	"testing"

	"github.com/openecs/openecs/internal/actiontest"
)

// Every kind can be tagged, shows its tags, and is found by them.
func TestTagResources(t *testing.T) {
	s := actiontest.Start(t)
	for _, o := range everything(s) {
		t.Run(o.typ, func(t *testing.T) {
			s := s.With(t)
			what := append(ids(o.id), "ResourceType", o.typ)
			s.Do(o.product+".TagResources", append(what, "Tag.1.Key", "env", "Tag.1.Value", "test", "Tag.2.Key", "empty")...)
			same(t, tagsOf(s, o), "env=test", "empty=")
			s.Do(o.product+".TagResources", append(what, "Tag.1.Key", "env", "Tag.1.Value", "prod", "Tag.2.Key", "team", "Tag.2.Value", "x")...)
			same(t, tagsOf(s, o), "env=prod", "empty=", "team=x")
			same(t, listed(s, o.product, "ResourceType", o.typ, "Tag.1.Key", "env", "Tag.1.Value", "prod", "Tag.2.Key", "team"), "env=prod", "empty=", "team=x")
			same(t, listed(s, o.product, "ResourceType", o.typ, "Tag.1.Key", "env", "Tag.1.Value", "test"))
			s.Restart()
			same(t, tagsOf(s, o), "env=prod", "empty=", "team=x")
		})
	}
}

// All resources of a request are tagged, or none.
func TestTagResourcesAllOrNone(t *testing.T) {
	s := actiontest.Start(t)
	vpc := s.Network().VPC
	a, b := s.Network().Group, s.Group("VpcId", vpc)
	set(s, "securitygroup", "k", "v", a, b, a)
	same(t, found(s, "ResourceType", "securitygroup", "Tag.1.Key", "k"), b, a)
	s.Do("Ecs.TagResources", append(actiontest.Tags(19), append(ids(b), "ResourceType", "securitygroup")...)...)
	s.Refuse(400, "OperationDenied.QuotaExceed", "", "Ecs.TagResources", append(ids(a, b), "ResourceType", "securitygroup", "Tag.1.Key", "one more")...)
	s.Refuse(404, "InvalidResourceId.NotFound", "", "Ecs.TagResources", append(ids(a, "sg-x"), "ResourceType", "securitygroup", "Tag.1.Key", "one more")...)
	same(t, tagsOf(s, one{"Ecs", "securitygroup", a}), "k=v")
	set(s, "securitygroup", "k", "w", b) // it has 20, and a key of them may change
}

func TestTagResourcesRefusals(t *testing.T) {
	s := actiontest.Start(t)
	g := s.Network().Group
	good := append(ids(g), "ResourceType", "securitygroup", "Tag.1.Key", "k", "Tag.1.Value", "v")
	refusals := []actiontest.Refusal{
		{"type unknown", []string{"ResourceType", "SecurityGroup"}, 404, "InvalidResourceType.NotFound", "The ResourceType provided does not exist in our records."},
		{"type of another product", []string{"ResourceType", "vpc"}, 404, "InvalidResourceType.NotFound", ""},
		{"id of another type", []string{"ResourceType", "instance"}, 404, "InvalidResourceId.NotFound", ""},
		{"type of which there is none", []string{"ResourceType", "reservedinstance"}, 404, "InvalidResourceId.NotFound", ""},
		{"id unknown", []string{"ResourceId.1", "sg-x"}, 404, "InvalidResourceId.NotFound", "The specified ResourceIds are not found in our records."},
		{"other region", []string{"RegionId", "cn-beijing"}, 404, "InvalidResourceId.NotFound", ""},
		{"region unknown", []string{"RegionId", "cn-nowhere"}, 404, "InvalidRegionId.NotFound", ""},
		{"region absent", []string{"RegionId", ""}, 404, "MissingParameter.RegionId", ""},
		{"ids over 50", ids(times(51, g)...), 400, "NumberExceed.ResourceIds", ""},
		{"tags over 20", actiontest.Tags(21), 400, "NumberExceed.Tags", ""},
		{"key empty", []string{"Tag.1.Key", ""}, 400, "InvalidTag.Mismatch", ""},
		{"key and value empty", []string{"Tag.1.Key", "", "Tag.1.Value", ""}, 400, "InvalidTagKey.Malformed", ""},
		{"key too long", []string{"Tag.1.Key", strings.Repeat("k", 129)}, 400, "InvalidTagKey.Malformed", "The specified Tag.n.Key is not valid."},
		{"key aliyun", []string{"Tag.1.Key", "aliyunx"}, 400, "InvalidTagKey.Malformed", ""},
		{"key acs:", []string{"Tag.1.Key", "acs:x"}, 400, "InvalidTagKey.Malformed", ""},
		{"key http", []string{"Tag.1.Key", "x http://y"}, 400, "InvalidTagKey.Malformed", ""},
		{"value too long", []string{"Tag.1.Value", strings.Repeat("v", 129)}, 400, "InvalidTagValue.Malformed", "The specified Tag.n.Value is not valid."},
		{"value https", []string{"Tag.1.Value", "https://y"}, 400, "InvalidTagValue.Malformed", ""},
		{"key twice", []string{"Tag.2.Key", "k"}, 400, "Duplicate.TagKey", "The Tag.N.Key contain duplicate key."},
		{"owner", []string{"OwnerId", "7"}, 403, "NoPermission.Tag", ""},
		{"tag owner", []string{"TagOwnerUid", "7"}, 403, "PermissionDenied.TagOwnerUid", ""},
		{"scope", []string{"Scope", "public"}, 403, "PermissionDenied.Scope", ""},
	}
	s.Refusals(t, "Ecs.TagResources", good, refusals)
	s.As(s.Other).Refuse(404, "InvalidResourceId.NotFound", "", "Ecs.TagResources", good...)
	same(t, tagsOf(s, one{"Ecs", "securitygroup", g}))
	s.Do("Ecs.TagResources", append(good, "Tag.1.Key", strings.Repeat("k", 128), "Tag.1.Value", strings.Repeat("v", 128), "OwnerId", "1234567890123456")...)
}
