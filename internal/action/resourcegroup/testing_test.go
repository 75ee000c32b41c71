package resourcegroup_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

// group makes a resource group.
func group(s *actiontest.Service, name string) string {
	s.T.Helper()
	return actiontest.Call[api.CreateResourceGroupResponse](s, "CreateResourceGroup", "Name", name, "DisplayName", "of "+name).ResourceGroup.ID
}

// groups is the identifiers of the groups that ListResourceGroups finds.
func groups(s *actiontest.Service, params ...string) (out []string) {
	s.T.Helper()
	for _, g := range actiontest.Call[api.ListResourceGroupsResponse](s, "ListResourceGroups", params...).ResourceGroups.ResourceGroup {
		out = append(out, g.ID)
	}
	return out
}

// defaultGroup is the group that the caller has from the start.
func defaultGroup(s *actiontest.Service) string {
	s.T.Helper()
	return groups(s, "Name", "default")[0]
}

// inGroup is what ListResources finds in a group, by its identifiers.
func inGroup(s *actiontest.Service, id string, params ...string) (out []string) {
	s.T.Helper()
	for _, r := range actiontest.Call[api.ListResourcesResponse](s, "ListResources", append([]string{"ResourceGroupId", id, "PageSize", "100"}, params...)...).Resources.Resource {
		if out = append(out, r.ResourceID); r.ResourceGroupID != id {
			s.T.Errorf("%+v", r)
		}
	}
	return out
}

func same(t testing.TB, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// unknown is an identifier of the right form that names no group.
const unknown = "rg-acfm00000000001"

func long(n int) string { return strings.Repeat("x", n) }
