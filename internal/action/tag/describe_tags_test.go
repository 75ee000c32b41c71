package tag_test

import (
	"fmt"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

func TestDescribeTags(t *testing.T) {
	s := actiontest.Start(t)
	vpc := s.Network().VPC
	a, b := s.Group("VpcId", vpc), s.Group("VpcId", vpc)
	i := s.Stopped("Tag.1.Key", "env", "Tag.1.Value", "test") // its disk and interface too
	set(s, "securitygroup", "env", "test", a)
	set(s, "securitygroup", "env", "prod", b)
	set(s, "securitygroup", "team", "x", a)
	set(s.As(s.Other), "securitygroup", "theirs", "x", s.As(s.Other).Group("VpcId", s.As(s.Other).VPC()))
	for _, q := range []struct {
		name   string
		params []string
		want   []string // key=value instances, disks, interfaces, groups
	}{
		{"all", nil, []string{"env=prod 0 0 0 1", "env=test 1 1 1 1", "team=x 0 0 0 1"}},
		{"type", []string{"ResourceType", "disk"}, []string{"env=test 0 1 0 0"}},
		{"resource", []string{"ResourceType", "securitygroup", "ResourceId", a}, []string{"env=test 0 0 0 1", "team=x 0 0 0 1"}},
		{"resource of any type", []string{"ResourceId", i}, []string{"env=test 1 0 0 0"}},
		{"resource of another type", []string{"ResourceType", "disk", "ResourceId", i}, nil},
		{"key", []string{"Tag.1.Key", "env"}, []string{"env=prod 0 0 0 1", "env=test 1 1 1 1"}},
		{"tag", []string{"Tag.1.Key", "env", "Tag.1.Value", "prod"}, []string{"env=prod 0 0 0 1"}},
		{"tag unknown", []string{"Tag.1.Key", "none"}, nil},
		{"custom", []string{"Category", "custom", "ResourceType", "disk"}, []string{"env=test 0 1 0 0"}},
		{"system", []string{"Category", "system"}, nil},
		{"type of which there is none", []string{"ResourceType", "ddh"}, nil},
		{"other region", []string{"RegionId", "cn-beijing"}, nil},
		{"second page", []string{"PageSize", "2", "PageNumber", "2"}, []string{"team=x 0 0 0 1"}},
		{"beyond the end", []string{"PageSize", "100", "PageNumber", "2147483647"}, nil},
	} {
		t.Run(q.name, func(t *testing.T) {
			var got []string
			for _, o := range actiontest.Call[api.DescribeTagsResponse](s.With(t), "Ecs.DescribeTags", q.params...).Tags.Tag {
				n := o.ResourceTypeCount
				got = append(got, fmt.Sprintf("%s=%s %d %d %d %d", o.TagKey, o.TagValue, n.Instance, n.Disk, n.ENI, n.Securitygroup))
			}
			same(t, got, q.want...)
		})
	}
	if p := actiontest.Call[api.DescribeTagsResponse](s, "Ecs.DescribeTags", "PageSize", "1"); p.TotalCount != 3 || p.PageNumber != 1 || p.PageSize != 1 {
		t.Errorf("counts %+v", p)
	}
	s.Refusals(t, "Ecs.DescribeTags", nil, []actiontest.Refusal{
		{"type unknown", []string{"ResourceType", "x"}, 404, "InvalidResourceType.NotFound", ""},
		{"region unknown", []string{"RegionId", "x"}, 404, "InvalidRegionId.NotFound", ""},
		{"tags over 20", actiontest.Tags(21), 400, "InvalidTagCount", ""},
		{"key", []string{"Tag.1.Key", "acs:x"}, 400, "InvalidTagKey.Malformed", ""},
		{"value", []string{"Tag.1.Key", "k", "Tag.1.Value", "http://"}, 400, "InvalidTagValue.Malformed", ""},
		{"value without a key", []string{"Tag.1.Value", "v"}, 400, "InvalidTag.Mismatch", ""},
		{"key twice", []string{"Tag.1.Key", "k", "Tag.2.Key", "k"}, 400, "Duplicate.TagKey", ""},
		{"page", []string{"PageNumber", "0"}, 400, "InvalidParameter", ""},
		{"page size", []string{"PageSize", "101"}, 400, "InvalidParameter", ""},
	})
}
