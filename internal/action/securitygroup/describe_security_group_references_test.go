package securitygroup_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

func TestDescribeSecurityGroupReferences(t *testing.T) {
	s := actiontest.Start(t)
	other := s.As(s.Other)
	mine, second, alone, theirs := s.Group(), s.Group(), s.Group(), other.Group()
	account := fmt.Sprint(actiontest.Account)
	authorize(s, second, "IpProtocol", "all", "NicType", "intranet", "SourceGroupId", mine)
	s.Do("AuthorizeSecurityGroupEgress", "SecurityGroupId", second, "IpProtocol", "all", "NicType", "intranet", "DestGroupId", mine)
	for _, owner := range []string{"SourceGroupOwnerId", "SourceGroupOwnerAccount"} { // the same rule twice
		authorize(other, theirs, "IpProtocol", "all", "NicType", "intranet", "SourceGroupId", mine, owner, account)
	}
	rules := ruleList(other, theirs, "NicType", "intranet")
	if len(rules) != 1 || rules[0].SourceGroupID != mine || rules[0].SourceGroupOwnerAccount != account || rules[0].SourceGroupName != "" {
		t.Errorf("a rule across accounts: %+v", rules)
	}
	other.Refuse(404, "InvalidSourceGroupId.NotFound", "", "AuthorizeSecurityGroup", "SecurityGroupId", theirs, "IpProtocol", "all", "NicType", "intranet", "SourceGroupId", mine)

	out := actiontest.Call[api.DescribeSecurityGroupReferencesResponse](s, "DescribeSecurityGroupReferences", "SecurityGroupId.1", mine, "SecurityGroupId.2", alone)
	refs := out.SecurityGroupReferences.SecurityGroupReference
	if len(refs) != 1 || refs[0].SecurityGroupID != mine {
		t.Fatalf("%+v", refs)
	}
	var got []string
	for _, r := range refs[0].ReferencingSecurityGroups.ReferencingSecurityGroup {
		got = append(got, r.SecurityGroupID+" "+r.AliUid)
	}
	if len(got) != 2 || got[0] != second+" "+account || !strings.HasPrefix(got[1], theirs+" ") || strings.HasSuffix(got[1], account) {
		t.Errorf("references %v", got)
	}
	s.Refuse(403, "DependencyViolation", "", "DeleteSecurityGroup", "SecurityGroupId", mine)
	other.Do("RevokeSecurityGroup", "SecurityGroupId", theirs, "SecurityGroupRuleId.1", rules[0].SecurityGroupRuleID)
	s.Do("DeleteSecurityGroup", "SecurityGroupId", second)
	s.Do("DeleteSecurityGroup", "SecurityGroupId", mine)

	var many []string
	for i := 1; i <= 11; i++ {
		many = append(many, fmt.Sprintf("SecurityGroupId.%d", i), alone)
	}
	s.Refusals(t, "DescribeSecurityGroupReferences", []string{"RegionId", "cn-hangzhou", "SecurityGroupId.1", alone}, []actiontest.Refusal{
		{"none", []string{"SecurityGroupId.1", ""}, 404, "InvalidSecurityGroupId.NotFound", ""},
		{"unknown", []string{"SecurityGroupId.1", mine}, 404, "InvalidSecurityGroupId.NotFound", ""},
		{"of another account", []string{"SecurityGroupId.1", theirs}, 404, "InvalidSecurityGroupId.NotFound", ""},
		{"eleven", many, 400, "Abs.GroupNos.Malformed", ""},
		{"region absent", []string{"RegionId", ""}, 400, "MissingParameter", ""},
	})
}
