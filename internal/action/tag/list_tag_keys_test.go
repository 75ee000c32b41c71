package tag_test

import (
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

// tagged is a service with the keys a, ab and b, the key a having four values.
func tagged(t *testing.T) *actiontest.Service {
	s := actiontest.Start(t)
	s.VPC("Tag.1.Key", "a", "Tag.1.Value", "1")
	s.VPC("Tag.1.Key", "ab", "Tag.2.Key", "a", "Tag.2.Value", "12")
	v := s.VPC("Tag.1.Key", "a")
	s.Group("VpcId", v, "Tag.1.Key", "b", "Tag.2.Key", "a", "Tag.2.Value", "2")
	s.As(s.Other).VPC("Tag.1.Key", "theirs")
	return s
}

func keys(s *actiontest.Service, params ...string) (out []string) {
	s.T.Helper()
	for _, k := range actiontest.Call[api.ListTagKeysResponse](s, "ListTagKeys", params...).Keys.Key {
		if out = append(out, k.Key); k.Category != "custom" {
			s.T.Errorf("%+v", k)
		}
	}
	return out
}

func TestListTagKeys(t *testing.T) {
	s := tagged(t)
	same(t, keys(s), "b", "ab", "a")
	same(t, keys(s, "ResourceType", "ALIYUN::ECS::SECURITYGROUP"), "b", "a")
	same(t, keys(s, "ResourceType", "ALIYUN::ECS::DDH"))
	same(t, keys(s, "TagFilter.Key", "a"), "a")
	same(t, keys(s, "TagFilter.Key", "a", "FuzzyType", "PREFIX"), "ab", "a")
	same(t, keys(s, "Category", "Custom", "QueryType", "resourcetag"), "b", "ab", "a")
	same(t, keys(s, "Category", "system"))
	same(t, keys(s, "QueryType", "MetaTag"))
	same(t, keys(s, "RegionId", "cn-beijing"))
	var got []string
	for token := ""; ; {
		p := actiontest.Call[api.ListTagKeysResponse](s, "ListTagKeys", "PageSize", "1", "NextToken", token)
		got = append(got, p.Keys.Key[0].Key)
		if token = p.NextToken; token == "" {
			break
		}
	}
	same(t, got, "b", "ab", "a")
	s.Refusals(t, "ListTagKeys", nil, append(distinctRefusals, actiontest.Refusal{"category", []string{"Category", "x"}, 403, "InvalidParameter.Category", ""}))
}

var distinctRefusals = []actiontest.Refusal{
	{"owner", []string{"OwnerId", "7"}, 403, "NoPermission.Operator", ""},
	{"fuzzy type", []string{"FuzzyType", "SUFFIX"}, 400, "FuzzyQuery.NotSupport", ""},
	{"query type", []string{"QueryType", "x"}, 400, "InvalidParameter", ""},
	{"type", []string{"ResourceType", "instance"}, 403, "InvalidParameter.ResourceType", ""},
	{"type in lower case", []string{"ResourceType", "ALIYUN::ECS::instance"}, 403, "InvalidParameter.ResourceType", ""},
	{"type unknown", []string{"ResourceType", "ALIYUN::ECS::VPC"}, 403, "InvalidParameter.ResourceType", ""},
	{"page size", []string{"PageSize", "0"}, 400, "InvalidParameter", ""},
	{"token", []string{"NextToken", "x"}, 403, "Invalid.NextToken", ""},
	{"tag product", []string{"TagProduct", "x"}, 400, "UnsupportedOperation.NotImplemented", ""},
}
