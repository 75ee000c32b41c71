package securitygroup_test

import (
	"testing"

	"github.com/openecs/openecs/internal/actiontest"
)

func TestModifySecurityGroupRule(t *testing.T) {
	s := actiontest.Start(t)
	vpc := s.VPC()
	id, peer, other := s.Group("VpcId", vpc), s.Group("VpcId", vpc), s.Group("VpcId", vpc)
	for _, d := range []struct{ add, modify, near, peer, direction string }{
		{"AuthorizeSecurityGroup", "ModifySecurityGroupRule", "Dest", "Source", "ingress"},
		{"AuthorizeSecurityGroupEgress", "ModifySecurityGroupEgressRule", "Source", "Dest", "egress"},
	} {
		add := func(params ...string) (rule string) {
			t.Helper()
			s.Do(d.add, append([]string{"SecurityGroupId", id}, params...)...)
			return ruleList(s, id, "Direction", d.direction)[0].SecurityGroupRuleID
		}
		rule := add("IpProtocol", "tcp", "PortRange", "22/22", d.peer+"CidrIp", "10.0.0.0/8", "Description", "old")
		before := ruleList(s, id, "Direction", d.direction)[0]
		modify := func(params ...string) {
			t.Helper()
			s.Do(d.modify, append([]string{"SecurityGroupId", id, "SecurityGroupRuleId", rule}, params...)...)
		}
		modify() // nothing
		if got := ruleList(s, id, "Direction", d.direction)[0]; got != before {
			t.Errorf("%s: %+v, want %+v", d.modify, got, before)
		}
		modify("Policy", "drop", "Priority", "5", "PortRange", "80/90", d.peer+"CidrIp", "192.0.2.1", d.near+"CidrIp", "172.16.0.0/12", "SourcePortRange", "1/2", "Description", "new")
		want := before
		want.Policy, want.Priority, want.PortRange, want.SourcePortRange, want.Description = "Drop", "5", "80/90", "1/2", "new"
		want.SourceCidrIP, want.DestCidrIP = "192.0.2.1/32", "172.16.0.0/12"
		if d.peer == "Dest" {
			want.SourceCidrIP, want.DestCidrIP = want.DestCidrIP, want.SourceCidrIP
		}
		if got := ruleList(s, id, "Direction", d.direction)[0]; got != want {
			t.Errorf("%s:\n got %+v\nwant %+v", d.modify, got, want)
		}
		modify("IpProtocol", "icmp", "PortRange", "-1/-1", "SourcePortRange", "-1/-1")
		if got := ruleList(s, id, "Direction", d.direction)[0]; got.IPProtocol != "ICMP" || got.PortRange != "-1/-1" || got.SourcePortRange != "" || got.Priority != "5" {
			t.Errorf("%s: %+v", d.modify, got)
		}

		// Without an identifier the description of the rule that fits changes.
		s.Do(d.modify, "SecurityGroupId", id, "IpProtocol", "icmp", "Policy", "drop", "Priority", "5", d.peer+"CidrIp", "192.0.2.1/32", d.near+"CidrIp", "172.16.0.0/12", "Description", "newer")
		if got := ruleList(s, id, "Direction", d.direction)[0]; got.Description != "newer" || got.SecurityGroupRuleID != rule {
			t.Errorf("%s: %+v", d.modify, got)
		}

		// A group stays a group, another one.
		rule = add("IpProtocol", "all", d.peer+"GroupId", peer)
		modify(d.peer+"GroupId", other)
		if got := ruleList(s, id, "Direction", d.direction)[0]; got.SourceGroupID+got.DestGroupID != other {
			t.Errorf("%s: %+v", d.modify, got)
		}

		all := rulesOf(s, id)
		second := add("IpProtocol", "all", d.peer+"CidrIp", "10.0.0.0/8")
		add("IpProtocol", "all", d.peer+"CidrIp", "10.0.0.0/9")
		s.Refusals(t, d.modify, []string{"RegionId", "cn-hangzhou", "SecurityGroupId", id, "SecurityGroupRuleId", second}, []actiontest.Refusal{
			{"group unknown", []string{"SecurityGroupId", "sg-x"}, 404, "InvalidSecurityGroupId.NotFound", ""},
			{"rule unknown", []string{"SecurityGroupRuleId", "sgr-x"}, 404, "SecurityGroupRule.NotFound", ""},
			{"rule of another group", []string{"SecurityGroupId", other}, 404, "SecurityGroupRule.NotFound", ""},
			{"no such rule", []string{"SecurityGroupRuleId", "", "IpProtocol", "gre", d.peer + "CidrIp", "10.0.0.0/8"}, 404, "SecurityGroupRule.NotFound", ""},
			{"no rule at all", []string{"SecurityGroupRuleId", ""}, 400, "InvalidIpProtocol.ValueNotSupported", ""},
			{"like another rule", []string{d.peer + "CidrIp", "10.0.0.0/9"}, 400, "InvalidParam.DuplicatePermissions", ""},
			{"a group for a network", []string{d.peer + "GroupId", peer}, 400, "OperationDenied", ""},
			{"the other family", []string{"Ipv6" + d.peer + "CidrIp", "::/0"}, 400, "OperationDenied", ""},
			{"ports without protocol", []string{"PortRange", "80/80"}, 400, "OperationDenied", ""},
			{"ports reversed", []string{"IpProtocol", "tcp", "PortRange", "81/80"}, 400, "InvalidIpProtocol.Malformed", ""},
			{"protocol without ports", []string{"IpProtocol", "tcp"}, 400, "OperationDenied", ""},
			{"priority", []string{"Priority", "0"}, 400, "InvalidPriority.ValueNotSupported", ""},
			{"policy", []string{"Policy", "x"}, 400, "InvalidPolicy.Malformed", ""},
			{"description", []string{"Description", "https://x"}, 400, "InvalidSecurityGroupDiscription.Malformed", ""},
			{"port list", []string{"IpProtocol", "tcp", "PortRangeListId", "prl-x"}, 400, "InvalidPortRangeListId.NotFound", ""},
			{"prefix list", []string{d.peer + "PrefixListId", "pl-x"}, 404, "InvalidPrefixListId.NotFound", ""},
			{"token", []string{"ClientToken", "é"}, 400, "InvalidClientToken.ValueNotSupported", ""},
		})
		s.As(s.Other).Refuse(404, "InvalidSecurityGroupId.NotFound", "", d.modify, "SecurityGroupId", id, "SecurityGroupRuleId", second)
		if got, want := rulesOf(s, id), d.direction+" -1/-1 1, "+d.direction+" -1/-1 1, "+all; got != want {
			t.Errorf("refused requests left %q, want %q", got, want)
		}
	}
}
