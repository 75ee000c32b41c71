package tag_test

import (
	"testing"

	"github.com/openecs/openecs/internal/actiontest"
)

func TestRemoveTags(t *testing.T) {
	s := actiontest.Start(t)
	g := s.Network().Group
	s.Do("Ecs.TagResources", append(actiontest.Tags(4), append(ids(g), "ResourceType", "securitygroup")...)...)
	good := []string{"ResourceType", "securitygroup", "ResourceId", g, "Tag.1.Key", "k1"}
	s.Do("RemoveTags", append(good, "Tag.2.Key", "k2", "Tag.2.Value", "v", "Tag.3.Key", "k3", "Tag.3.Value", "another", "Tag.4.Key", "never")...)
	same(t, tagsOf(s, one{"Ecs", "securitygroup", g}), "k3=v", "k4=v")
	s.Refusals(t, "RemoveTags", good, []actiontest.Refusal{
		{"type unknown", []string{"ResourceType", "group"}, 404, "InvalidResourceType.NotFound", ""},
		{"id unknown", []string{"ResourceId", "sg-x"}, 404, "InvalidResourceId.NotFound", ""},
		{"region unknown", []string{"RegionId", "x"}, 404, "InvalidRegionId.NotFound", ""},
		{"tags over 20", actiontest.Tags(21), 400, "InvalidTagCount", ""},
		{"key", []string{"Tag.1.Key", "acs:"}, 400, "InvalidTagKey.Malformed", ""},
	})
	s.Refuse(400, "MissingParameter", "", "RemoveTags", good[:4]...)
	s.As(s.Other).Refuse(404, "InvalidResourceId.NotFound", "", "RemoveTags", good...)
}
