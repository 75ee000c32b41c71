package tag_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

func TestListTagResourcesFilters(t *testing.T) {
	s := actiontest.Start(t)
	vpc := s.Network().VPC
	a, b, c := s.Group("VpcId", vpc), s.Group("VpcId", vpc), s.Group("VpcId", vpc)
	set(s, "securitygroup", "env", "test", a, b)
	set(s, "securitygroup", "env", "product", c)
	set(s, "securitygroup", "environment", "", b)
	for _, q := range []struct {
		name   string
		params []string
		want   []string
	}{
		{"id", ids(a), []string{a}},
		{"ids", ids(a, c, a), []string{c, a}},
		{"key", []string{"Tag.1.Key", "env"}, []string{c, b, a}},
		{"key and value", []string{"Tag.1.Key", "env", "Tag.1.Value", "test"}, []string{b, a}},
		{"all of them", []string{"Tag.1.Key", "env", "Tag.1.Value", "test", "Tag.2.Key", "environment"}, []string{b}},
		{"tag and id", append(ids(a, c), "Tag.1.Key", "env", "Tag.1.Value", "test"), []string{a}},
		{"value unknown", []string{"Tag.1.Key", "env", "Tag.1.Value", "none"}, nil},
		{"key unknown", []string{"Tag.1.Key", "none"}, nil},
		{"pattern itself", []string{"TagFilter.1.TagKey", "env"}, []string{c, b, a}},
		{"pattern prefix", []string{"TagFilter.1.TagKey", "envi*"}, []string{b}},
		{"pattern infix", []string{"TagFilter.1.TagKey", "*nvir*"}, []string{b}},
		{"pattern of a value", []string{"TagFilter.1.TagKey", "env", "TagFilter.1.TagValues.1", "pro*"}, []string{c}},
		{"patterns of values", []string{"TagFilter.1.TagKey", "env", "TagFilter.1.TagValues.1", "pro*", "TagFilter.1.TagValues.2", "*es*"}, []string{c, b, a}},
		{"patterns, all of them", []string{"TagFilter.1.TagKey", "env", "TagFilter.1.TagValues.1", "test", "TagFilter.2.TagKey", "environment"}, []string{b}},
		{"pattern and id", append(ids(a), "TagFilter.1.TagKey", "env*"), []string{a}},
		{"pattern unknown", []string{"TagFilter.1.TagKey", "vne*"}, nil},
		{"other kind", []string{"ResourceType", "instance", "Tag.1.Key", "env"}, nil},
		{"kind of which there is none", []string{"ResourceType", "ddh", "Tag.1.Key", "env"}, nil},
		{"other region", []string{"RegionId", "cn-beijing", "Tag.1.Key", "env"}, nil},
	} {
		t.Run(q.name, func(t *testing.T) {
			same(t, found(s.With(t), append([]string{"ResourceType", "securitygroup"}, q.params...)...), q.want...)
		})
	}
	same(t, found(s.As(s.Other), "ResourceType", "securitygroup", "Tag.1.Key", "env"))
}

func TestListTagResourcesRefusals(t *testing.T) {
	s := actiontest.Start(t)
	g := s.Network().Group
	good := append(ids(g), "ResourceType", "securitygroup")
	s.Refusals(t, "Ecs.ListTagResources", good, []actiontest.Refusal{
		{"type unknown", []string{"ResourceType", "x"}, 404, "InvalidResourceType.NotFound", ""},
		{"type of which there is none", []string{"ResourceType", "ddh"}, 404, "InvalidResourceId.NotFound", ""},
		{"id unknown", []string{"ResourceId.2", "sg-x"}, 404, "InvalidResourceId.NotFound", ""},
		{"region unknown", []string{"RegionId", "x"}, 404, "InvalidRegionId.NotFound", ""},
		{"ids over 50", ids(times(51, g)...), 400, "NumberExceed.ResourceIds", ""},
		{"tags over 20", actiontest.Tags(21), 400, "NumberExceed.Tags", ""},
		{"value without a key", []string{"Tag.1.Value", "v"}, 400, "InvalidTag.Mismatch", ""},
		{"key", []string{"Tag.1.Key", "acs:x"}, 400, "InvalidTagKey.Malformed", ""},
		{"value", []string{"Tag.1.Key", "k", "Tag.1.Value", "http://"}, 400, "InvalidTagValue.Malformed", ""},
		{"key twice", []string{"Tag.1.Key", "k", "Tag.2.Key", "k"}, 400, "Duplicate.TagKey", ""},
		{"tags and patterns", []string{"Tag.1.Key", "k", "TagFilter.1.TagKey", "k"}, 400, "InvalidTags.MalFormed", ""},
		{"pattern of nothing", []string{"TagFilter.1.TagKey", "*"}, 403, "InvalidTagFilter.Malformed", ""},
		{"pattern of key and value", []string{"TagFilter.1.TagKey", "k*", "TagFilter.1.TagValues.1", "v"}, 403, "InvalidTagFilter.Malformed", ""},
		{"pattern key too long", []string{"TagFilter.1.TagKey", strings.Repeat("k", 129)}, 403, "InvalidTagFilter.Malformed", ""},
		{"pattern value too long", []string{"TagFilter.1.TagKey", "k", "TagFilter.1.TagValues.1", strings.Repeat("v", 129)}, 403, "InvalidTagFilter.Malformed", ""},
		{"patterns over 5", numberedKeys(6), 403, "InvalidTagFilter.Malformed", ""},
		{"pattern values over 5", append([]string{"TagFilter.1.TagKey", "k"}, numbered("TagFilter.1.TagValues", times(6, "v"))...), 403, "NumberExceed.TagValues", ""},
		{"token", []string{"NextToken", "x"}, 403, "Invalid.NextToken", ""},
		{"tag owner", []string{"TagOwnerUid", "7"}, 403, "PermissionDenied.TagOwnerUid", ""},
		{"scope", []string{"Scope", "public"}, 403, "PermissionDenied.Scope", ""},
		{"group and tag", []string{"Tag.1.Key", "acs:rm:rgId", "Tag.1.Value", "rg-x", "Tag.2.Key", "k"}, 400, "InvalidTag.NotSupported", ""},
		{"group of no name", []string{"Tag.1.Key", "acs:rm:rgId"}, 400, "InvalidTagValue.Malformed", ""},
	})
	s.Refuse(403, "BothEmpty.TagsAndResources", "", "Ecs.ListTagResources", "ResourceType", "securitygroup")
	s.As(s.Other).Refuse(404, "InvalidResourceId.NotFound", "", "Ecs.ListTagResources", good...)
}

func numberedKeys(n int) (out []string) {
	for i := range n {
		out = append(out, fmt.Sprintf("TagFilter.%d.TagKey", i+1), fmt.Sprint("k", i))
	}
	return out
}

// A page has 50 resources with all of their tags.
func TestListTagResourcesPages(t *testing.T) {
	s := actiontest.Start(t)
	var want []string
	for range 30 {
		i := s.Instance("Tag.1.Key", "a", "Tag.2.Key", "b")
		j := s.Instance("Tag.1.Key", "a", "Tag.2.Key", "b")
		want = append([]string{j, i}, want...)
	}
	var got []string
	for token := ""; ; {
		p := actiontest.Call[api.ListTagResourcesResponse](s, "Ecs.ListTagResources", "ResourceType", "instance", "Tag.1.Key", "b", "NextToken", token)
		for i, r := range p.TagResources.TagResource {
			if i%2 == 0 {
				got = append(got, r.ResourceID)
			} else if r.ResourceID != got[len(got)-1] {
				t.Fatalf("the tags of %s are told apart", r.ResourceID)
			}
		}
		if token = p.NextToken; token == "" {
			break
		}
		if len(got) != 50 {
			t.Errorf("%d resources on a page", len(got))
		}
		s.Refuse(403, "Invalid.NextToken", "", "Ecs.ListTagResources", "ResourceType", "disk", "Tag.1.Key", "b", "NextToken", token)
	}
	same(t, got, want...)
}
