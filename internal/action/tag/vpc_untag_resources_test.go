package tag_test

import (
	"testing"

	"github.com/openecs/openecs/internal/actiontest"
)

func TestUnTagResources(t *testing.T) {
	s := actiontest.Start(t)
	vpc := s.VPC(actiontest.Tags(6)...)
	what := append(ids(vpc), "ResourceType", "VPC")
	s.Do("UnTagResources", append(what, "TagKey.1", "k1", "TagKey.2", "never", "All", "true")...)
	s.Do("UnTagResources", append(what, "Tag.1.Key", "k2", "Tag.2.Key", "k3", "Tag.2.Value", "v", "Tag.3.Key", "k4", "Tag.3.Value", "another")...)
	same(t, tagsOf(s, one{"Vpc", "VPC", vpc}), "k4=v", "k5=v", "k6=v")
	s.Refusals(t, "UnTagResources", append(what, "TagKey.1", "k4"), []actiontest.Refusal{
		{"no key", []string{"TagKey.1", ""}, 400, "InvalidTagKey", ""},
		{"type unknown", []string{"ResourceType", "x"}, 400, "InvalidInstanceType.NotFound", ""},
		{"id unknown", []string{"ResourceId.1", "vpc-x"}, 400, "InvalidInstanceIds.NotFound", ""},
		{"ids over 50", ids(times(51, vpc)...), 400, "SizeLimitExceeded.ResourceId", ""},
		{"keys over 20", numbered("TagKey", times(21, "k")), 400, "SizeLimitExceeded.TagNum", ""},
		{"key twice", []string{"TagKey.2", "k4"}, 400, "Forbidden.TagKey.Duplicated", ""},
		{"tag value", []string{"Tag.1.Key", "k", "Tag.1.Value", "http://"}, 400, "InvalidTagValue", ""},
	})
	s.Refuse(400, "InvalidTagKey", "", "UnTagResources", what...)
	s.As(s.Other).Refuse(400, "InvalidInstanceIds.NotFound", "", "UnTagResources", append(what, "TagKey.1", "k4")...)
	s.Do("UnTagResources", append(what, "All", "true")...)
	same(t, tagsOf(s, one{"Vpc", "VPC", vpc}))
}
