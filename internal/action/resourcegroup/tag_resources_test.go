package resourcegroup_test

import (
	"fmt"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

// tags is what ListTagResources of ResourceManager finds.
func tags(s *actiontest.Service, params ...string) (out []string) {
	s.T.Helper()
	for _, r := range actiontest.Call[api.ResourceManagerListTagResourcesResponse](s, "ResourceManager.ListTagResources", append([]string{"ResourceType", "ResourceGroup"}, params...)...).TagResources {
		out = append(out, r.ResourceID+" "+r.TagKey+"="+r.TagValue)
	}
	return out
}

// The default group can be tagged too, though nothing is stored of it at first.
func TestTagsOfResourceGroups(t *testing.T) {
	s := actiontest.Start(t)
	d, g := defaultGroup(s), group(s, "mine")
	both := []string{"ResourceType", "resourcegroup", "ResourceId.1", d, "ResourceId.2", g, "ResourceId.3", g}
	s.Do("ResourceManager.TagResources", append(both, "Tag.1.Key", "k", "Tag.1.Value", "v", "Tag.2.Key", "l")...)
	s.Do("ResourceManager.TagResources", append(both[:4:4], "Tag.1.Key", "k", "Tag.1.Value", "w")...)
	s.Restart()
	same(t, tags(s), d+" k=w", d+" l=", g+" k=v", g+" l=")
	same(t, tags(s, "ResourceId.1", g), g+" k=v", g+" l=")
	same(t, tags(s, "Tag.1.Key", "k", "Tag.1.Value", "w"), d+" k=w", d+" l=")
	same(t, groups(s, "Tag.1.Key", "k", "Tag.1.Value", "v"), g)
	first := actiontest.Call[api.ResourceManagerListTagResourcesResponse](s, "ResourceManager.ListTagResources", "ResourceType", "ResourceGroup", "MaxResults", "1")
	if len(first.TagResources) != 2 || first.NextToken == "" {
		t.Errorf("%+v", first)
	}
	same(t, tags(s, "MaxResults", "1", "NextToken", first.NextToken), g+" k=v", g+" l=")
	s.Do("ResourceManager.UntagResources", append(both, "TagKey.1", "k", "TagKey.2", "never")...)
	same(t, tags(s), d+" l=", g+" l=")
	s.Do("ResourceManager.UntagResources", append(both[:4:4], "All", "true")...)
	same(t, tags(s), g+" l=")
	same(t, groups(s), d, g)
}

func TestTagsOfResourceGroupsRefusals(t *testing.T) {
	s := actiontest.Start(t)
	g := actiontest.Call[api.CreateResourceGroupResponse](s, "CreateResourceGroup", append(actiontest.Tags(20), "Name", "mine", "DisplayName", "x")...).ResourceGroup.ID
	var many, keys []string
	for i := range 51 {
		many = append(many, fmt.Sprint("ResourceId.", i+1), g)
	}
	for i := range 21 {
		keys = append(keys, fmt.Sprint("TagKey.", i+1), fmt.Sprint("k", i))
	}
	good := []string{"ResourceType", "ResourceGroup", "ResourceId.1", g}
	common := []actiontest.Refusal{
		{"type", []string{"ResourceType", "account"}, 400, "InvalidParameter.ResourceType", ""},
		{"ids over 50", many, 400, "NumberExceed.ResourceIds", ""},
		{"id unknown", []string{"ResourceId.2", unknown}, 404, "EntityNotExists.ResourceGroup", ""},
		{"no id", []string{"ResourceId.2", "x"}, 404, "EntityNotExists.ResourceGroup", ""},
		{"of another account", []string{"ResourceId.2", defaultGroup(s.As(s.Other))}, 404, "EntityNotExists.ResourceGroup", ""},
	}
	s.Refusals(t, "ResourceManager.TagResources", append(good, "Tag.1.Key", "k1"), append(common, []actiontest.Refusal{
		{"no room", []string{"Tag.1.Key", "one more"}, 403, "QuotaExceed.Tags", ""},
		{"tags over 20", actiontest.Tags(21), 400, "InvalidTagCount", ""},
		{"tag key", []string{"Tag.1.Key", "acs:x"}, 400, "InvalidTagKey.Malformed", ""},
		{"tag value", []string{"Tag.1.Value", "http://"}, 400, "InvalidTagValue.Malformed", ""},
		{"tag twice", []string{"Tag.2.Key", "k1"}, 400, "Duplicate.TagKey", ""},
	}...))
	s.Refusals(t, "ResourceManager.UntagResources", append(good, "TagKey.1", "k1"), append(common,
		actiontest.Refusal{"keys over 20", keys, 400, "InvalidTagCount", ""}))
	s.Refuse(404, "MissingParameter.TagKey", "", "ResourceManager.UntagResources", good...)
	s.Refusals(t, "ResourceManager.ListTagResources", good, append(common, []actiontest.Refusal{
		{"results", []string{"MaxResults", "101"}, 400, "InvalidParameter", ""},
		{"token", []string{"NextToken", "x"}, 400, "InvalidParameter.NextToken", ""},
		{"tags over 20", actiontest.Tags(21), 400, "InvalidTagCount", ""},
		{"value without a key", []string{"Tag.1.Value", "v"}, 400, "InvalidTag.Mismatch", ""},
	}...))
}
