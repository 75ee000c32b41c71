package resourcegroup_test

import (
	"fmt"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

// Every account has the default group from the start; others follow, newest first.
func TestListResourceGroups(t *testing.T) {
	s := actiontest.Start(t)
	first := actiontest.Call[api.ListResourceGroupsResponse](s, "ListResourceGroups")
	if first.TotalCount != 1 || first.PageSize != 10 || first.PageNumber != 1 || first.ResourceGroups.ResourceGroup[0].Name != "default" ||
		first.ResourceGroups.ResourceGroup[0].Status != "OK" {
		t.Errorf("%+v", first)
	}
	d := first.ResourceGroups.ResourceGroup[0].ID
	if o := defaultGroup(s.As(s.Other)); o == d {
		t.Errorf("two accounts share %s", o)
	}
	a, b := group(s, "alpha"), group(s, "beta")
	c := actiontest.Call[api.CreateResourceGroupResponse](s, "CreateResourceGroup", "Name", "gamma", "DisplayName", "third", "Tag.1.Key", "k").ResourceGroup.ID
	for _, q := range []struct {
		name   string
		params []string
		want   []string
	}{
		{"all", nil, []string{d, c, b, a}},
		{"id", []string{"ResourceGroupId", a}, []string{a}},
		{"default id", []string{"ResourceGroupId", d}, []string{d}},
		{"ids before id", []string{"ResourceGroupIds.1", b, "ResourceGroupIds.2", c, "ResourceGroupId", a}, []string{c, b}},
		{"id unknown", []string{"ResourceGroupId", unknown}, nil},
		{"a part of the name", []string{"Name", "et"}, []string{b}},
		{"a part of the display name", []string{"DisplayName", "of "}, []string{b, a}},
		{"status", []string{"Status", "OK"}, []string{d, c, b, a}},
		{"another status", []string{"Status", "PendingDelete"}, nil},
		{"tag", []string{"Tag.1.Key", "k"}, []string{c}},
		{"tag unknown", []string{"Tag.1.Key", "k", "Tag.1.Value", "v"}, nil},
		{"page 2 of 2", []string{"PageSize", "2", "PageNumber", "2"}, []string{b, a}},
		{"beyond the end", []string{"PageSize", "100", "PageNumber", "2"}, nil},
	} {
		t.Run(q.name, func(t *testing.T) { same(t, groups(s.With(t), q.params...), q.want...) })
	}
	for _, tags := range []struct {
		n      int
		params []string
	}{{0, []string{"Name", "gamma"}}, {1, []string{"Name", "gamma", "IncludeTags", "true"}}, {1, []string{"Tag.1.Key", "k"}}} {
		if g := actiontest.Call[api.ListResourceGroupsResponse](s, "ListResourceGroups", tags.params...).ResourceGroups.ResourceGroup[0]; len(g.Tags.Tag) != tags.n {
			t.Errorf("%v: %+v", tags.params, g)
		}
	}
	var ids []string
	for i := range 101 {
		ids = append(ids, fmt.Sprint("ResourceGroupIds.", i+1), unknown)
	}
	s.Refusals(t, "ListResourceGroups", nil, []actiontest.Refusal{
		{"page", []string{"PageNumber", "0"}, 400, "InvalidParameter", ""},
		{"page size", []string{"PageSize", "101"}, 400, "InvalidParameter", ""},
		{"ids over 100", ids, 400, "InvalidParameter", ""},
		{"tag value without a key", []string{"Tag.1.Value", "v"}, 400, "InvalidTag.Mismatch", ""},
		{"tags over 20", actiontest.Tags(21), 400, "InvalidTagCount", ""},
	})
}
