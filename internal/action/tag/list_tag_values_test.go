package tag_test

import (
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

func values(s *actiontest.Service, params ...string) []string {
	s.T.Helper()
	return actiontest.Call[api.ListTagValuesResponse](s, "ListTagValues", params...).Values.Value
}

func TestListTagValues(t *testing.T) {
	s := tagged(t)
	same(t, values(s, "Key", "a"), "2", "12", "1", "")
	same(t, values(s, "Key", "a", "ResourceType", "ALIYUN::ECS::SECURITYGROUP"), "2")
	same(t, values(s, "Key", "a", "TagFilter.Value", "1"), "1")
	same(t, values(s, "Key", "a", "TagFilter.Value", "1", "FuzzyType", "PREFIX"), "12", "1")
	same(t, values(s, "Key", "a", "QueryType", "MetaTag"))
	same(t, values(s, "Key", "never"))
	same(t, values(s, "Key", "theirs"))
	var got []string
	for token := ""; ; {
		p := actiontest.Call[api.ListTagValuesResponse](s, "ListTagValues", "Key", "a", "PageSize", "2", "NextToken", token)
		got = append(got, p.Values.Value...)
		if token = p.NextToken; token == "" {
			break
		}
	}
	same(t, got, "2", "12", "1", "")
	s.Refusals(t, "ListTagValues", []string{"Key", "a"}, append(distinctRefusals,
		actiontest.Refusal{"key", []string{"Key", "acs:x"}, 403, "InvalidParameter.TagKey", ""},
		actiontest.Refusal{"key empty", []string{"Key", ""}, 400, api.CodeMissingParameter, ""}))
	s.Refuse(400, "MissingParameter", "", "ListTagValues")
}
