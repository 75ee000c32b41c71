package securitygroup_test

import (
	"slices"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

func TestDescribeSecurityGroupsFilters(t *testing.T) {
	s := actiontest.Start(t)
	vpc := s.VPC()
	a := s.Group("VpcId", vpc, "SecurityGroupName", "web-a", "Tag.1.Key", "env", "Tag.1.Value", "test")
	b := s.Group("VpcId", vpc, "SecurityGroupName", "web-b", "SecurityGroupType", "enterprise")
	c := s.Group("SecurityGroupName", "old")
	beijing := s.Group("RegionId", "cn-beijing")
	for _, row := range []struct {
		name   string
		params []string
		want   []string
	}{
		{"all, newest first", nil, []string{c, b, a}},
		{"other region", []string{"RegionId", "cn-beijing"}, []string{beijing}},
		{"id", []string{"SecurityGroupId", a}, []string{a}},
		{"id unknown", []string{"SecurityGroupId", "sg-x"}, nil},
		{"id of another region", []string{"SecurityGroupId", beijing}, nil},
		{"ids", []string{"SecurityGroupIds", `["` + a + `","` + c + `","sg-x"]`}, []string{c, a}},
		{"no ids", []string{"SecurityGroupIds", `[]`}, nil},
		{"VPC", []string{"VpcId", vpc}, []string{b, a}},
		{"VPC unknown", []string{"VpcId", "vpc-x"}, nil},
		{"name", []string{"SecurityGroupName", "web-a"}, []string{a}},
		{"part of a name", []string{"SecurityGroupName", "web"}, nil},
		{"fuzzy name", []string{"SecurityGroupName", "web*", "FuzzyQuery", "true"}, []string{b, a}},
		{"type normal", []string{"SecurityGroupType", "normal"}, []string{c, a}},
		{"type enterprise", []string{"SecurityGroupType", "enterprise"}, []string{b}},
		{"network vpc", []string{"NetworkType", "vpc"}, []string{b, a}},
		{"network classic", []string{"NetworkType", "classic"}, []string{c}},
		{"managed", []string{"ServiceManaged", "true"}, nil},
		{"not managed", []string{"ServiceManaged", "false"}, []string{c, b, a}},
		{"resource group", []string{"ResourceGroupId", "rg-x"}, nil},
		{"tag", []string{"Tag.1.Key", "env", "Tag.1.Value", "test"}, []string{a}},
		{"tag unknown", []string{"Tag.1.Key", "nothing"}, nil},
		{"page 2 of 2", []string{"PageSize", "2", "PageNumber", "2"}, []string{a}},
		{"results", []string{"MaxResults", "100"}, []string{c, b, a}},
	} {
		t.Run(row.name, func(t *testing.T) {
			var got []string
			for _, g := range list(s.With(t), row.params...) {
				got = append(got, g.SecurityGroupID)
			}
			if !slices.Equal(got, row.want) {
				t.Errorf("got %v, want %v", got, row.want)
			}
		})
	}
}

func TestDescribeSecurityGroupsTokens(t *testing.T) {
	s := actiontest.Start(t)
	vpc := s.VPC()
	var made []string
	for range 25 {
		made = append(made, s.Group("VpcId", vpc))
	}
	slices.Reverse(made)
	var got []string
	var sizes []int
	token := ""
	for {
		out := actiontest.Call[api.DescribeSecurityGroupsResponse](s, "DescribeSecurityGroups", "VpcId", vpc, "MaxResults", "10", "NextToken", token)
		for _, g := range out.SecurityGroups.SecurityGroup {
			got = append(got, g.SecurityGroupID)
		}
		sizes = append(sizes, len(out.SecurityGroups.SecurityGroup))
		if out.NextToken == "" {
			break
		}
		token = out.NextToken
	}
	if !slices.Equal(got, made) || !slices.Equal(sizes, []int{10, 10, 5}) {
		t.Errorf("pages of %v; %d groups of %d", sizes, len(got), len(made))
	}
	const message = "The parameter NextToken is invalid."
	s.Refuse(400, "InValidParameter.NextToken", message, "DescribeSecurityGroups", "NextToken", token) // of another filter
	s.Refuse(400, "InValidParameter.NextToken", message, "DescribeSecurityGroups", "NextToken", "forged", "VpcId", vpc)
	params := []string{"NextToken", token, "VpcId", vpc}
	s.As(s.Other).Refuse(400, "InValidParameter.NextToken", message, "DescribeSecurityGroups", params...)
}

func TestDescribeSecurityGroupsRefusals(t *testing.T) {
	s := actiontest.Start(t)
	const id = "The specified parameter SecurityGroupId is not valid."
	s.Refusals(t, "DescribeSecurityGroups", []string{"RegionId", "cn-hangzhou"}, []actiontest.Refusal{
		{"region absent", []string{"RegionId", ""}, 400, "MissingParameter.RegionId", ""},
		{"page 0", []string{"PageNumber", "0"}, 400, "InvalidParameter", `The specified parameter "PageNumber" is not valid.`},
		{"page size 101", []string{"PageSize", "101"}, 400, "InvalidParameter", `The specified parameter "PageSize" is not valid.`},
		{"page size 0", []string{"PageSize", "0"}, 400, "InvalidParameter", `The specified parameter "PageSize" is not valid.`},
		{"type", []string{"SecurityGroupType", "basic"}, 400, "InvalidParameter.SecurityGroupType", "The specified SecurityGroupType is not valid."},
		{"name", []string{"SecurityGroupName", "http://x"}, 400, "InvalidSecurityGroupName.Malformed", "The specified parameter SecurityGroupName is not valid."},
		{"pattern", []string{"SecurityGroupName", "[", "FuzzyQuery", "true"}, 400, "InvalidSecurityGroupName.Malformed", ""},
		{"ids no array", []string{"SecurityGroupIds", "sg-1"}, 400, "InvalidSecurityGroupId.Malformed", id},
		{"network type", []string{"NetworkType", "intranet"}, 400, "InvalidParameter", `The specified parameter "NetworkType" is not valid.`},
		{"dry run", []string{"DryRun", "true"}, 400, "DryRunOperation", ""},
	})
}
