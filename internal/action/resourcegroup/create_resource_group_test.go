package resourcegroup_test

import (
	"fmt"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

func TestCreateResourceGroup(t *testing.T) {
	s := actiontest.Start(t)
	g := actiontest.Call[api.CreateResourceGroupResponse](s, "CreateResourceGroup", "Name", "my-project", "DisplayName", "我的项目", "Tag.1.Key", "k", "Tag.1.Value", "v").ResourceGroup
	if g.Status != "Creating" || g.Name != "my-project" || g.DisplayName != "我的项目" || g.AccountID != "1234567890123456" || g.CreateDate != "2026-08-09T05:00:00Z" ||
		len(g.RegionStatuses.RegionStatus) != len(s.Catalog.Regions()) || len(g.Tags.Tag) != 1 || len(g.ID) != 18 || g.ID[:7] != "rg-acfm" {
		t.Errorf("%+v", g)
	}
	s.Restart()
	same(t, groups(s, "Name", "my-"), g.ID)
	same(t, groups(s.As(s.Other), "Name", "my-"))
	group(s.As(s.Other), "my-project") // names are told apart within an account
	group(s, "a1")
	s.Do("CreateResourceGroup", "Name", long(50), "DisplayName", long(50))
	good := []string{"Name", "another", "DisplayName", "x"}
	s.Refusals(t, "CreateResourceGroup", good, []actiontest.Refusal{
		{"name of another", []string{"Name", "my-project"}, 409, "EntityAlreadyExists.ResourceGroup", ""},
		{"name of the default group", []string{"Name", "default"}, 409, "EntityAlreadyExists.ResourceGroup", ""},
		{"name too short", []string{"Name", "a"}, 400, "InvalidParameter.Name.Length", ""},
		{"name too long", []string{"Name", long(51)}, 400, "InvalidParameter.Name.Length", ""},
		{"name begins with a digit", []string{"Name", "1a"}, 400, "InvalidParameter.Name.InvalidChars", ""},
		{"name with an underscore", []string{"Name", "a_b"}, 400, "InvalidParameter.Name.InvalidChars", ""},
		{"display name too long", []string{"DisplayName", long(51)}, 400, "InvalidParameter.DisplayName.Length", ""},
		{"tag key", []string{"Tag.1.Key", "acs:x"}, 400, "InvalidTagKey.Malformed", ""},
		{"tag value", []string{"Tag.1.Key", "k", "Tag.1.Value", "http://"}, 400, "InvalidTagValue.Malformed", ""},
		{"tag twice", []string{"Tag.1.Key", "k", "Tag.2.Key", "k"}, 400, "Duplicate.TagKey", ""},
		{"tags over 20", actiontest.Tags(21), 400, "InvalidTagCount", ""},
	})
	s.Refuse(400, "MissingParameter.DisplayName", "", "CreateResourceGroup", "Name", "another")
	s.Refuse(400, "MissingParameter", "", "CreateResourceGroup", "DisplayName", "x")
	for i := range 27 {
		group(s, fmt.Sprint("more-", i))
	}
	s.Refuse(409, "LimitExceeded.ResourceGroup", "", "CreateResourceGroup", good...)
}
