package securitygroup_test

import (
	"testing"

	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
)

func TestRulesNameLists(t *testing.T) {
	s := actiontest.Start(t)
	id := s.Group("VpcId", s.VPC())
	four := prefixList(s, ecs.PrefixList{Name: "offices", MaxEntries: 10, Entries: []ecs.PrefixEntry{{CIDR: "192.0.2.0/24"}}})
	six := prefixList(s, ecs.PrefixList{IPv6: true, MaxEntries: 10})
	foreign := prefixList(s, ecs.PrefixList{Account: 7, MaxEntries: 10})
	ports := portList(s, ecs.PortEntry{From: 80, To: 81})

	rule := []string{"Permissions.1.IpProtocol", "tcp", "Permissions.1.PortRangeListId", ports, "Permissions.1.SourcePrefixListId", four}
	authorize(s, id, rule...)
	authorize(s, id, rule...)
	s.Do("AuthorizeSecurityGroupEgress", "SecurityGroupId", id, "IpProtocol", "icmpv6", "DestPrefixListId", six)
	in, out := ruleList(s, id, "Direction", "ingress"), ruleList(s, id, "Direction", "egress")
	if len(in) != 1 || in[0].SourcePrefixListID != four || in[0].SourcePrefixListName != "offices" || in[0].PortRangeListID != ports || in[0].PortRangeListName != "ports" || in[0].PortRange != "" {
		t.Errorf("%+v", in)
	}
	if len(out) != 1 || out[0].DestPrefixListID != six || out[0].SourcePrefixListID != "" {
		t.Errorf("%+v", out)
	}

	good := []string{"SecurityGroupId", id, "IpProtocol", "all", "SourcePrefixListId", four}
	s.Refusals(t, "AuthorizeSecurityGroup", good, []actiontest.Refusal{
		{"another account's list", []string{"SourcePrefixListId", foreign}, 404, "InvalidPrefixListId.NotFound", ""},
		{"protocol of the other family", []string{"IpProtocol", "icmpv6"}, 400, "InvalidParam.PrefixListAddressFamilyMismatch", ""},
		{"destination of the other family", []string{"SourcePrefixListId", six, "DestCidrIp", "10.0.0.0/8"}, 400, "InvalidParam.PrefixListAddressFamilyMismatch", ""},
	})

	// A network takes precedence over a list, a range over a list of ranges.
	authorize(s, id, "Permissions.1.IpProtocol", "tcp", "Permissions.1.PortRange", "22/22", "Permissions.1.PortRangeListId", ports,
		"Permissions.1.SourcePrefixListId", four, "Permissions.1.SourceCidrIp", "10.0.0.0/8")
	if r := ruleList(s, id, "Direction", "ingress")[0]; r.PortRange != "22/22" || r.PortRangeListID != "" || r.SourcePrefixListID != "" || r.SourceCidrIP != "10.0.0.0/8" {
		t.Errorf("%+v", r)
	}

	// A list counts with all the entries it may have.
	wide := prefixList(s, ecs.PrefixList{MaxEntries: 179}) // 10, 10 and 1 are there
	wider := prefixList(s, ecs.PrefixList{MaxEntries: 180})
	s.Refuse(403, "AuthorizationLimitExceed", "", "AuthorizeSecurityGroup", "SecurityGroupId", id, "IpProtocol", "all", "SourcePrefixListId", wider)
	authorize(s, id, "IpProtocol", "all", "SourcePrefixListId", wide)

	// The kind of a list is part of the kind of a peer.
	r := ruleList(s, id, "Direction", "egress")[0].SecurityGroupRuleID
	s.Refuse(400, "InvalidParam.PrefixListAddressFamilyMismatch", "", "ModifySecurityGroupEgressRule", "SecurityGroupId", id, "SecurityGroupRuleId", r, "DestPrefixListId", four)
	s.Do("RevokeSecurityGroupEgress", "SecurityGroupId", id, "IpProtocol", "icmpv6", "DestPrefixListId", six)
	if n := len(ruleList(s, id, "Direction", "egress")); n != 0 {
		t.Errorf("%d outbound rules left", n)
	}
}
