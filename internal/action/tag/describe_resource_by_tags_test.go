package tag_test

import (
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

func TestDescribeResourceByTags(t *testing.T) {
	s := actiontest.Start(t)
	vpc := s.Network().VPC
	a, b := s.Group("VpcId", vpc), s.Group("VpcId", vpc)
	i := s.Stopped()
	set(s, "securitygroup", "env", "test", a, b)
	set(s, "instance", "env", "test", i)
	set(s, "instance", "one", "more", i)
	for _, q := range []struct {
		name   string
		params []string
		want   []string
	}{
		{"any tag", nil, []string{i, b, a}},
		{"type", []string{"ResourceType", "securitygroup"}, []string{b, a}},
		{"tag", []string{"Tag.1.Key", "one", "Tag.1.Value", "more"}, []string{i}},
		{"tags", []string{"Tag.1.Key", "env", "Tag.2.Key", "one"}, []string{i}},
		{"tag and type", []string{"Tag.1.Key", "one", "ResourceType", "disk"}, nil},
		{"type of which there is none", []string{"ResourceType", "volume"}, nil},
		{"pages cross kinds", []string{"PageSize", "1", "PageNumber", "2"}, []string{b}},
		{"beyond the end", []string{"PageNumber", "2"}, nil},
	} {
		t.Run(q.name, func(t *testing.T) {
			var got []string
			for _, r := range actiontest.Call[api.DescribeResourceByTagsResponse](s.With(t), "DescribeResourceByTags", q.params...).Resources.Resource {
				if got = append(got, r.ResourceID); r.RegionID != "cn-hangzhou" || (r.ResourceType == "instance") != (r.ResourceID == i) {
					t.Errorf("%+v", r)
				}
			}
			same(t, got, q.want...)
		})
	}
	if p := actiontest.Call[api.DescribeResourceByTagsResponse](s, "DescribeResourceByTags", "PageSize", "2"); p.TotalCount != 3 {
		t.Errorf("counts %+v", p)
	}
	s.Refusals(t, "DescribeResourceByTags", nil, []actiontest.Refusal{
		{"type unknown", []string{"ResourceType", "x"}, 404, "InvalidResourceType.NotFound", ""},
		{"tags over 20", actiontest.Tags(21), 400, "InvalidTagCount", ""},
		{"value without a key", []string{"Tag.1.Value", "v"}, 400, "InvalidTag.Mismatch", ""},
		{"page size", []string{"PageSize", "0"}, 400, "InvalidParameter", ""},
	})
}
