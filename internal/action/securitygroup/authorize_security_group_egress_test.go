package securitygroup_test

import (
	"strings"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

func TestAuthorizeSecurityGroupEgress(t *testing.T) {
	s := actiontest.Start(t)
	vpc := s.VPC()
	peer := s.Group("VpcId", vpc, "SecurityGroupName", "peer")
	for _, c := range []struct {
		name   string
		params []string
		want   api.DescribeSecurityGroupAttributePermission
	}{
		{"one port", []string{"IpProtocol", "tcp", "PortRange", "25/25", "DestCidrIp", "0.0.0.0/0", "Policy", "drop"},
			api.DescribeSecurityGroupAttributePermission{IPProtocol: "TCP", PortRange: "25/25", DestCidrIP: "0.0.0.0/0", Policy: "Drop", Priority: "1"}},
		{"all of it", []string{"IpProtocol", "UDP", "PortRange", "1/65535", "DestCidrIp", "10.1.2.3", "SourceCidrIp", "10.2.0.0/16", "SourcePortRange", "53/53",
			"Policy", "Accept", "Priority", "100", "NicType", "intranet", "Description", "out"},
			api.DescribeSecurityGroupAttributePermission{IPProtocol: "UDP", PortRange: "1/65535", DestCidrIP: "10.1.2.3/32", SourceCidrIP: "10.2.0.0/16",
				SourcePortRange: "53/53", Policy: "Accept", Priority: "100", Description: "out"}},
		{"IPv6", []string{"IpProtocol", "icmpv6", "Ipv6DestCidrIp", "2001:DB8::/32", "Ipv6SourceCidrIp", "2001:db8:1::1"},
			api.DescribeSecurityGroupAttributePermission{IPProtocol: "ICMPV6", PortRange: "-1/-1", IPv6DestCidrIP: "2001:db8::/32", IPv6SourceCidrIP: "2001:db8:1::1/128", Policy: "Accept", Priority: "1"}},
		{"a group", []string{"IpProtocol", "tcp", "PortRange", "3306/3306", "DestGroupId", peer, "DestGroupOwnerId", "1234567890123456"},
			api.DescribeSecurityGroupAttributePermission{IPProtocol: "TCP", PortRange: "3306/3306", DestGroupID: peer, DestGroupName: "peer", Policy: "Accept", Priority: "1"}},
		{"permissions", []string{"Permissions.1.IpProtocol", "gre", "Permissions.1.DestCidrIp", "10.0.0.0/8", "Permissions.1.Priority", "7"},
			api.DescribeSecurityGroupAttributePermission{IPProtocol: "GRE", PortRange: "-1/-1", DestCidrIP: "10.0.0.0/8", Policy: "Accept", Priority: "7"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := s.With(t)
			id := s.Group("VpcId", vpc)
			params := append([]string{"SecurityGroupId", id}, c.params...)
			s.Do("AuthorizeSecurityGroupEgress", params...)
			s.Do("AuthorizeSecurityGroupEgress", params...) // nothing new
			rules := ruleList(s, id)
			if len(rules) != 1 || len(ruleList(s, id, "Direction", "egress")) != 1 || len(ruleList(s, id, "Direction", "ingress")) != 0 {
				t.Fatalf("%d rules, want 1, outbound", len(rules))
			}
			got := rules[0]
			got.SecurityGroupRuleID, got.CreateTime = "", ""
			c.want.Direction, c.want.NicType = "egress", "intranet"
			if got != c.want {
				t.Errorf("\n got %+v\nwant %+v", got, c.want)
			}
		})
	}
}

// TestDirectionsShareTheLimit fills a group from both sides.
func TestDirectionsShareTheLimit(t *testing.T) {
	s := actiontest.Start(t)
	id := s.Group("VpcId", s.VPC())
	s.Do("AuthorizeSecurityGroup", append([]string{"SecurityGroupId", id}, many("SourceCidrIp", 100)...)...)
	s.Do("AuthorizeSecurityGroupEgress", append([]string{"SecurityGroupId", id}, many("DestCidrIp", 100)...)...)
	for _, action := range []string{"AuthorizeSecurityGroup", "AuthorizeSecurityGroupEgress"} {
		s.Refuse(403, "AuthorizationLimitExceed", "The limit of authorization records in the security group reaches.", action,
			"SecurityGroupId", id, "IpProtocol", "tcp", "PortRange", "101/101", "SourceCidrIp", "10.0.0.0/8", "DestCidrIp", "10.1.0.0/16")
	}
	if g := list(s, "SecurityGroupId", id)[0]; g.RuleCount != 200 {
		t.Errorf("%d rules", g.RuleCount)
	}
}

func TestAuthorizeSecurityGroupEgressRefusals(t *testing.T) {
	s := actiontest.Start(t)
	vpc := s.VPC()
	id, other, classic := s.Group("VpcId", vpc), s.Group("VpcId", s.VPC()), s.Group()
	enterprise := s.Group("VpcId", vpc, "SecurityGroupType", "enterprise")
	good := []string{"RegionId", "cn-hangzhou", "SecurityGroupId", id, "IpProtocol", "tcp", "PortRange", "22/22", "DestCidrIp", "10.0.0.0/8"}
	group := func(id string) []string { return []string{"DestCidrIp", "", "DestGroupId", id} }
	const unknown = "The DestGroupId provided does not exist in our records."
	s.Refusals(t, "AuthorizeSecurityGroupEgress", good, []actiontest.Refusal{
		{"group absent", []string{"SecurityGroupId", ""}, 400, "MissingParameter", ""},
		{"group unknown", []string{"SecurityGroupId", "sg-x"}, 404, "InvalidSecurityGroupId.NotFound", ""},
		{"group of another region", []string{"RegionId", "cn-beijing"}, 404, "InvalidSecurityGroupId.NotFound", ""},
		{"protocol absent", []string{"IpProtocol", ""}, 400, "InvalidIpProtocol.ValueNotSupported", ""},
		{"ports reversed", []string{"PortRange", "23/22"}, 400, "InvalidIpProtocol.Malformed", ""},
		{"ports absent", []string{"PortRange", ""}, 400, "InvalidPortRange.Malformed", ""},
		{"tcp without ports", []string{"PortRange", "-1/-1"}, 400, "OperationDenied", ""},
		{"source ports", []string{"SourcePortRange", "x/y"}, 400, "InvalidSourcePortRange.Malformed", ""},
		{"no destination", []string{"DestCidrIp", ""}, 400, "MissingParameter.Dest", "One of the parameters DestCidrIp, DestGroupId or DestPrefixListId must be specified."},
		{"only a source", []string{"DestCidrIp", "", "SourceCidrIp", "10.0.0.0/8"}, 400, "MissingParameter.Dest", ""},
		{"destination malformed", []string{"DestCidrIp", "10.0.0"}, 400, "InvalidDestCidrIp.Malformed", `The specified parameter "DestCidrIp" is not valid.`},
		{"source malformed", []string{"SourceCidrIp", "x"}, 400, "InvalidSourceCidrIp.Malformed", ""},
		{"IPv6 destination", []string{"DestCidrIp", "", "Ipv6DestCidrIp", "10.0.0.0/8"}, 400, "InvalidParam.Ipv6DestCidrIp", ""},
		{"IPv6 source", []string{"Ipv6SourceCidrIp", "10.0.0.0/8"}, 400, "InvalidParam.Ipv6SourceCidrIp", ""},
		{"both destinations", []string{"Ipv6DestCidrIp", "2001:db8::/32"}, 400, "InvalidParam.DestIp", ""},
		{"both sources", []string{"SourceCidrIp", "10.2.0.0/16", "Ipv6SourceCidrIp", "2001:db8::/32"}, 400, "InvalidParam.SourceIp", ""},
		{"icmp with IPv6", []string{"IpProtocol", "icmp", "PortRange", "", "DestCidrIp", "", "Ipv6DestCidrIp", "2001:db8::/32"}, 400, "InvalidParam.Ipv4ProtocolConflictWithIpv6Address", ""},
		{"icmpv6 with IPv4", []string{"IpProtocol", "icmpv6", "PortRange", ""}, 400, "InvalidParam.Ipv6ProtocolConflictWithIpv4Address", ""},
		{"destination group unknown", group("sg-x"), 404, "InvalidDestGroupId.NotFound", unknown},
		{"destination group of another owner", append(group(other), "DestGroupOwnerId", "7"), 404, "InvalidDestGroupId.NotFound", unknown},
		{"two owners", append(group(other), "DestGroupOwnerId", "7", "DestGroupOwnerAccount", "8"), 404, "InvalidDestGroupId.NotFound", unknown},
		{"destination group of another VPC", group(other), 400, "InvalidDestGroupId.Mismatch", ""},
		{"destination group classic", group(classic), 403, "InvalidNetworkType.Conflict", ""},
		{"destination group itself", group(id), 403, "InvalidSecurityGroup.IsSame", ""},
		{"destination group enterprise", group(enterprise), 400, "InvalidGroupAuthParameter.OperationDenied", ""},
		{"source is destination", []string{"SourceCidrIp", "10.0.0.0/8"}, 400, "InvalidParamter.Conflict", ""},
		{"prefix list", []string{"DestCidrIp", "", "DestPrefixListId", "pl-x"}, 404, "InvalidPrefixListId.NotFound", ""},
		{"prefix list, classic", []string{"SecurityGroupId", classic, "DestCidrIp", "", "DestPrefixListId", "pl-x"}, 400, "NotSupported.ClassicNetworkPrefixList", ""},
		{"group and internet card", []string{"SecurityGroupId", classic, "DestCidrIp", "", "DestGroupId", s.Group()}, 403, "InvalidDestGroupId.Mismatch", ""},
		{"policy", []string{"Policy", "deny"}, 400, "InvalidPolicy.Malformed", ""},
		{"priority 0", []string{"Priority", "0"}, 400, "InvalidPriority.ValueNotSupported", ""},
		{"priority no number", []string{"Priority", "high"}, 400, "InvalidPriority.Malformed", ""},
		{"card", []string{"NicType", "wan"}, 400, "InvalidNicType.ValueNotSupported", ""},
		{"description", []string{"Description", strings.Repeat("x", 513)}, 400, "InvalidSecurityGroupDiscription.Malformed", ""},
		{"enterprise, drop", []string{"SecurityGroupId", enterprise, "Policy", "drop"}, 400, "InvalidGroupParameter.OperationDenied", ""},
		{"permissions with flat", []string{"Permissions.1.IpProtocol", "tcp"}, 400, "InvalidParam.Permissions", ""},
		{"token", []string{"ClientToken", "é"}, 400, "InvalidClientToken.ValueNotSupported", ""},
	})
	bare := []string{"SecurityGroupId", id, "Permissions.1.IpProtocol", "tcp", "Permissions.1.PortRange", "22/22", "Permissions.1.DestCidrIp", "10.0.0.0/8"}
	s.Refusals(t, "AuthorizeSecurityGroupEgress", bare, []actiontest.Refusal{
		{"ports of a permission", []string{"Permissions.1.PortRange", "22"}, 400, "InvalidParam.PortRange", ""},
		{"twice", []string{"Permissions.2.IpProtocol", "tcp", "Permissions.2.PortRange", "22/22", "Permissions.2.DestCidrIp", "10.0.0.0/8"}, 400, "InvalidParam.DuplicatePermissions", ""},
		{"over 100", many("DestCidrIp", 101), 400, "InvalidParam.Permissions", ""},
		{"port list", []string{"Permissions.1.PortRange", "", "Permissions.1.PortRangeListId", "prl-x"}, 400, "InvalidPortRangeListId.NotFound", ""},
		{"port list of icmp", []string{"Permissions.1.IpProtocol", "icmp", "Permissions.1.PortRange", "", "Permissions.1.PortRangeListId", "prl-x"}, 400, "InvalidParam.ProtocolNotSupportPortRangeList", ""},
	})
	s.As(s.Other).Refuse(404, "InvalidSecurityGroupId.NotFound", "", "AuthorizeSecurityGroupEgress", good...)
	if n := len(ruleList(s, id)); n != 0 {
		t.Errorf("refused requests made %d rules", n)
	}
}
