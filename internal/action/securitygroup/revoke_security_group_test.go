package securitygroup_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/openecs/openecs/internal/actiontest"
)

// rulesOf shows a group's rules, newest first, as direction, ports and priority.
func rulesOf(s *actiontest.Service, id string) string {
	s.T.Helper()
	var out []string
	for _, r := range ruleList(s, id) {
		out = append(out, r.Direction+" "+r.PortRange+" "+r.Priority)
	}
	return strings.Join(out, ", ")
}

func TestRevokeSecurityGroup(t *testing.T) {
	s := actiontest.Start(t)
	id := s.Group("VpcId", s.VPC())
	rule := []string{"IpProtocol", "tcp", "PortRange", "22/22", "SourceCidrIp", "10.0.0.0/8", "DestCidrIp", "172.16.0.0/12"}
	fill := func() {
		authorize(s, id, rule...)
		authorize(s, id, append(rule, "Priority", "2", "Description", "kept")...)
		s.Do("AuthorizeSecurityGroupEgress", append([]string{"SecurityGroupId", id}, rule...)...)
	}
	fill()
	const all = "egress 22/22 1, ingress 22/22 2, ingress 22/22 1"
	want := func(rules string) {
		t.Helper()
		if got := rulesOf(s, id); got != rules {
			t.Errorf("rules %q, want %q", got, rules)
		}
	}
	want(all)
	revoke := func(action string, params ...string) {
		t.Helper()
		s.Do(action, append([]string{"SecurityGroupId", id}, params...)...)
	}
	// What differs in anything but the description stays, and is no error.
	for _, other := range [][]string{
		{"Priority", "3"}, {"Policy", "drop"}, {"PortRange", "22/23"}, {"SourceCidrIp", "10.0.0.0/9"}, {"DestCidrIp", "172.16.0.0/13"}, {"SourcePortRange", "1/2"}, {"IpProtocol", "udp"},
	} {
		revoke("RevokeSecurityGroup", append(rule, other...)...)
		revoke("RevokeSecurityGroupEgress", append(rule, other...)...)
	}
	want(all)
	revoke("RevokeSecurityGroup", append(rule, "Description", "whatever")...)
	want("egress 22/22 1, ingress 22/22 2")
	revoke("RevokeSecurityGroup", rule...)
	revoke("RevokeSecurityGroupEgress", rule...)
	want("ingress 22/22 2")
	revoke("RevokeSecurityGroup", "Permissions.1.IpProtocol", "tcp", "Permissions.1.PortRange", "22/22", "Permissions.1.SourceCidrIp", "10.0.0.0/8",
		"Permissions.1.DestCidrIp", "172.16.0.0/12", "Permissions.1.Priority", "2")
	want("")

	// By identifier, of the right direction only; unknown ones are no error.
	fill()
	rules := ruleList(s, id)
	out, second, firstRule := rules[0].SecurityGroupRuleID, rules[1].SecurityGroupRuleID, rules[2].SecurityGroupRuleID
	revoke("RevokeSecurityGroup", "SecurityGroupRuleId.1", out, "SecurityGroupRuleId.2", "sgr-x")
	want(all)
	revoke("RevokeSecurityGroup", append(rule, "SecurityGroupRuleId.1", second)...) // answers to the identifier, not to the rest
	want(all)
	revoke("RevokeSecurityGroup", "SecurityGroupRuleId.1", second, "SecurityGroupRuleId.2", firstRule, "Description", "x")
	want("egress 22/22 1")
	revoke("RevokeSecurityGroupEgress", "SecurityGroupRuleId.1", out)
	want("")
}

func TestRevokeToken(t *testing.T) {
	s := actiontest.Start(t)
	id := s.Group("VpcId", s.VPC())
	rule := []string{"SecurityGroupId", id, "IpProtocol", "all", "SourceCidrIp", "10.0.0.0/8"}
	s.Do("AuthorizeSecurityGroup", rule...)
	s.Do("RevokeSecurityGroup", append(rule, "ClientToken", "t")...)
	s.Do("AuthorizeSecurityGroup", rule...)
	s.Do("RevokeSecurityGroup", append(rule, "ClientToken", "t")...) // done already
	if got := rulesOf(s, id); got != "ingress -1/-1 1" {
		t.Errorf("rules %q", got)
	}
	s.Refuse(403, "IdempotentParameterMismatch", "", "RevokeSecurityGroup", append(rule, "ClientToken", "t", "Priority", "2")...)
}

func TestRevokeRefusals(t *testing.T) {
	s := actiontest.Start(t)
	id := s.Group("VpcId", s.VPC())
	var ids []string
	for i := 1; i <= 101; i++ {
		ids = append(ids, fmt.Sprintf("SecurityGroupRuleId.%d", i), "sgr-x")
	}
	for _, d := range []struct{ action, add, peer, missing, notFound string }{
		{"RevokeSecurityGroup", "AuthorizeSecurityGroup", "Source", "MissingParameter.Source", "InvalidSourceGroupId.NotFound"},
		{"RevokeSecurityGroupEgress", "AuthorizeSecurityGroupEgress", "Dest", "MissingParameter.Dest", "InvalidDestGroupId.NotFound"},
	} {
		good := []string{"RegionId", "cn-hangzhou", "SecurityGroupId", id, "IpProtocol", "tcp", "PortRange", "22/22", d.peer + "CidrIp", "10.0.0.0/8"}
		s.Do(d.add, good...)
		before := rulesOf(s, id)
		s.Refusals(t, d.action, good, []actiontest.Refusal{
			{"group unknown", []string{"SecurityGroupId", "sg-x"}, 404, "InvalidSecurityGroupId.NotFound", ""},
			{"group absent", []string{"SecurityGroupId", ""}, 400, "MissingParameter", ""},
			{"protocol", []string{"IpProtocol", "sctp"}, 400, "InvalidIpProtocol.ValueNotSupported", ""},
			{"ports", []string{"PortRange", "23/22"}, 400, "InvalidIpPortRange.Malformed", ""},
			{"ports absent", []string{"PortRange", ""}, 400, "InvalidIpPortRange.Malformed", ""},
			{"source ports", []string{"SourcePortRange", "x"}, 400, "InvalidSourcePortRange.Malformed", ""},
			{"no peer", []string{d.peer + "CidrIp", ""}, 400, d.missing, ""},
			{"peer malformed", []string{d.peer + "CidrIp", "x"}, 400, "Invalid" + d.peer + "CidrIp.Malformed", ""},
			{"both families", []string{"Ipv6" + d.peer + "CidrIp", "::/0"}, 400, "InvalidParam." + d.peer + "Ip", ""},
			{"peer group unknown", []string{d.peer + "CidrIp", "", d.peer + "GroupId", "sg-x"}, 404, d.notFound, ""},
			{"prefix list unknown", []string{d.peer + "CidrIp", "", d.peer + "PrefixListId", "pl-x"}, 404, "InvalidPrefixListId.NotFound", ""},
			{"policy", []string{"Policy", "x"}, 400, "InvalidPolicy.Malformed", ""},
			{"priority", []string{"Priority", "101"}, 400, "InvalidPriority.ValueNotSupported", ""},
			{"card", []string{"NicType", "x"}, 400, "InvalidNicType.ValueNotSupported", ""},
			{"description", []string{"Description", "http://x"}, 400, "InvalidSecurityGroupDiscription.Malformed", ""},
			{"permissions with flat", []string{"Permissions.1.IpProtocol", "tcp"}, 400, "InvalidParam.Permissions", ""},
			{"too many identifiers", ids, 400, "InvalidParam.SecurityGroupRuleId", ""},
			{"token", []string{"ClientToken", "é"}, 400, "InvalidClientToken.ValueNotSupported", ""},
		})
		s.Refuse(400, "InvalidSecurityGroupDiscription.Malformed", "", d.action, "SecurityGroupId", id, "SecurityGroupRuleId.1", "sgr-x", "Description", "http://x")
		s.As(s.Other).Refuse(404, "InvalidSecurityGroupId.NotFound", "", d.action, good...)
		if after := rulesOf(s, id); after != before {
			t.Errorf("refused requests left %q of %q", after, before)
		}
	}
}
