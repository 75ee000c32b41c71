package tag_test

import (
	"testing"

	"github.com/openecs/openecs/internal/actiontest"
)

func TestAddTags(t *testing.T) {
	s := actiontest.Start(t)
	g := s.Network().Group
	good := []string{"ResourceType", "securitygroup", "ResourceId", g, "Tag.1.Key", "k", "Tag.1.Value", "v"}
	s.Do("AddTags", good...)
	s.Do("AddTags", append(good, "Tag.1.Value", "w", "Tag.2.Key", "l")...)
	same(t, tagsOf(s, one{"Ecs", "securitygroup", g}), "k=w", "l=")
	s.Refusals(t, "AddTags", good, []actiontest.Refusal{
		{"type unknown", []string{"ResourceType", "group"}, 404, "InvalidResourceType.NotFound", ""},
		{"id unknown", []string{"ResourceId", "sg-x"}, 404, "InvalidResourceId.NotFound", ""},
		{"id absent", []string{"ResourceId", ""}, 400, "MissingParameter", ""},
		{"region unknown", []string{"RegionId", "x"}, 404, "InvalidRegionId.NotFound", ""},
		{"tags over 20", actiontest.Tags(21), 400, "InvalidTagCount", ""},
		{"no room", actiontest.Tags(20), 400, "OperationDenied.QuotaExceed", ""},
		{"value without a key", []string{"Tag.1.Key", ""}, 400, "InvalidTag.Mismatch", ""},
		{"key", []string{"Tag.1.Key", "aliyun"}, 400, "InvalidTagKey.Malformed", ""},
		{"value", []string{"Tag.1.Value", "http://"}, 400, "InvalidTagValue.Malformed", ""},
		{"key twice", []string{"Tag.2.Key", "k"}, 400, "Duplicate.TagKey", ""},
	})
	s.As(s.Other).Refuse(404, "InvalidResourceId.NotFound", "", "AddTags", good...)
}
