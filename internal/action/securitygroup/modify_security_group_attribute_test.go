package securitygroup_test

import (
	"strings"
	"testing"

	"github.com/openecs/openecs/internal/actiontest"
)

func TestModifySecurityGroupAttribute(t *testing.T) {
	s := actiontest.Start(t)
	id := s.Group("VpcId", s.Network().VPC, "SecurityGroupName", "first", "Description", "of all")
	good := []string{"RegionId", "cn-hangzhou", "SecurityGroupId", id}
	const action, unknown = "ModifySecurityGroupAttribute", "The specified SecurityGroupId does not exist."
	s.Refusals(t, action, good, []actiontest.Refusal{
		{"group absent", []string{"SecurityGroupId", ""}, 400, "MissingParameter", ""},
		{"region absent", []string{"RegionId", ""}, 400, "MissingParameter", ""},
		{"unknown", []string{"SecurityGroupId", "sg-x"}, 404, "InvalidSecurityGroupId.NotFound", unknown},
		{"other region", []string{"RegionId", "cn-beijing"}, 404, "InvalidSecurityGroupId.NotFound", unknown},
		{"name", []string{"SecurityGroupName", "http://x"}, 400, "InvalidSecurityGroupName.Malformed", ""},
		{"description", []string{"Description", strings.Repeat("x", 257)}, 400, "InvalidSecurityGroupDiscription.Malformed", ""},
	})
	s.As(s.Other).Refuse(404, "InvalidSecurityGroupId.NotFound", unknown, action, good...)

	want := func(name, description string) {
		t.Helper()
		for _, g := range list(s) {
			if g.SecurityGroupID == id && (g.SecurityGroupName != name || g.Description != description) {
				t.Errorf("%q, %q, want %q, %q", g.SecurityGroupName, g.Description, name, description)
			}
		}
	}
	want("first", "of all")
	s.Do(action, append(good, "SecurityGroupName", "second")...)
	want("second", "of all")
	s.Do(action, append(good, "Description", "changed")...)
	want("second", "changed")
	s.Do(action, good...)
	want("second", "changed")
	s.Do(action, append(good, "Description", "")...)
	want("second", "")
}
