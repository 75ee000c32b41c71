package securitygroup_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

func attribute(s *actiontest.Service, id string, params ...string) *api.DescribeSecurityGroupAttributeResponse {
	s.T.Helper()
	return actiontest.Call[api.DescribeSecurityGroupAttributeResponse](s, "DescribeSecurityGroupAttribute", append([]string{"SecurityGroupId", id}, params...)...)
}

func ruleList(s *actiontest.Service, id string, params ...string) []api.DescribeSecurityGroupAttributePermission {
	s.T.Helper()
	return attribute(s, id, params...).Permissions.Permission
}

func authorize(s *actiontest.Service, id string, params ...string) {
	s.T.Helper()
	s.Do("AuthorizeSecurityGroup", append([]string{"SecurityGroupId", id}, params...)...)
}

func TestAuthorizeSecurityGroup(t *testing.T) {
	s := actiontest.Start(t)
	vpc := s.VPC()
	peer := s.Group("VpcId", vpc, "SecurityGroupName", "peer")
	for _, c := range []struct {
		name   string
		params []string
		want   api.DescribeSecurityGroupAttributePermission
	}{
		{"one port", []string{"IpProtocol", "tcp", "PortRange", "22/22", "SourceCidrIp", "0.0.0.0/0"},
			api.DescribeSecurityGroupAttributePermission{IPProtocol: "TCP", PortRange: "22/22", SourceCidrIP: "0.0.0.0/0", Policy: "Accept", Priority: "1"}},
		{"all of it", []string{"IpProtocol", "UDP", "PortRange", "1/65535", "SourceCidrIp", "10.1.2.3", "DestCidrIp", "10.2.0.0/16", "SourcePortRange", "53/53",
			"Policy", "Drop", "Priority", "100", "NicType", "intranet", "Description", "no names"},
			api.DescribeSecurityGroupAttributePermission{IPProtocol: "UDP", PortRange: "1/65535", SourceCidrIP: "10.1.2.3/32", DestCidrIP: "10.2.0.0/16",
				SourcePortRange: "53/53", Policy: "Drop", Priority: "100", Description: "no names"}},
		{"everything", []string{"IpProtocol", "all", "PortRange", "-1/-1", "SourceCidrIp", "10.0.0.0/8"},
			api.DescribeSecurityGroupAttributePermission{IPProtocol: "ALL", PortRange: "-1/-1", SourceCidrIP: "10.0.0.0/8", Policy: "Accept", Priority: "1"}},
		{"without ports", []string{"IpProtocol", "icmp", "SourceCidrIp", "10.0.0.0/8"},
			api.DescribeSecurityGroupAttributePermission{IPProtocol: "ICMP", PortRange: "-1/-1", SourceCidrIP: "10.0.0.0/8", Policy: "Accept", Priority: "1"}},
		{"GRE", []string{"IpProtocol", "gre", "PortRange", "-1/-1", "SourceCidrIp", "10.0.0.0/8"},
			api.DescribeSecurityGroupAttributePermission{IPProtocol: "GRE", PortRange: "-1/-1", SourceCidrIP: "10.0.0.0/8", Policy: "Accept", Priority: "1"}},
		{"IPv6", []string{"IpProtocol", "tcp", "PortRange", "80/81", "Ipv6SourceCidrIp", "2001:DB8::/32", "Ipv6DestCidrIp", "2001:db8:1::1"},
			api.DescribeSecurityGroupAttributePermission{IPProtocol: "TCP", PortRange: "80/81", IPv6SourceCidrIP: "2001:db8::/32", IPv6DestCidrIP: "2001:db8:1::1/128", Policy: "Accept", Priority: "1"}},
		{"a group", []string{"IpProtocol", "tcp", "PortRange", "3306/3306", "SourceGroupId", peer, "SourceGroupOwnerId", "1234567890123456"},
			api.DescribeSecurityGroupAttributePermission{IPProtocol: "TCP", PortRange: "3306/3306", SourceGroupID: peer, SourceGroupName: "peer", Policy: "Accept", Priority: "1"}},
		{"a group and a network: the network", []string{"IpProtocol", "tcp", "PortRange", "80/80", "SourceGroupId", peer, "SourceCidrIp", "10.0.0.0/8"},
			api.DescribeSecurityGroupAttributePermission{IPProtocol: "TCP", PortRange: "80/80", SourceCidrIP: "10.0.0.0/8", Policy: "Accept", Priority: "1"}},
		{"host bits", []string{"IpProtocol", "tcp", "PortRange", "80/80", "SourceCidrIp", "10.1.2.3/8"},
			api.DescribeSecurityGroupAttributePermission{IPProtocol: "TCP", PortRange: "80/80", SourceCidrIP: "10.0.0.0/8", Policy: "Accept", Priority: "1"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := s.With(t)
			id := s.Group("VpcId", vpc)
			authorize(s, id, c.params...)
			authorize(s, id, append(c.params, "Description", "again")...) // nothing new
			rules := ruleList(s, id)
			if len(rules) != 1 {
				t.Fatalf("%d rules, want 1", len(rules))
			}
			got := rules[0]
			if !strings.HasPrefix(got.SecurityGroupRuleID, "sgr-bp1") || len(got.CreateTime) != len("2026-01-02T03:04:05Z") {
				t.Errorf("rule %q of %q", got.SecurityGroupRuleID, got.CreateTime)
			}
			got.SecurityGroupRuleID, got.CreateTime = "", ""
			c.want.Direction, c.want.NicType = "ingress", "intranet"
			if got != c.want {
				t.Errorf("\n got %+v\nwant %+v", got, c.want)
			}
		})
	}
}

func TestAuthorizeSecurityGroupPermissions(t *testing.T) {
	s := actiontest.Start(t)
	id := s.Group("VpcId", s.VPC())
	two := []string{
		"Permissions.1.IpProtocol", "tcp", "Permissions.1.PortRange", "22/22", "Permissions.1.SourceCidrIp", "10.0.0.0/8",
		"Permissions.2.IpProtocol", "tcp", "Permissions.2.PortRange", "80/80", "Permissions.2.SourceCidrIp", "0.0.0.0/0", "Permissions.2.Policy", "drop",
	}
	authorize(s, id, two...)
	authorize(s, id, append(two, "Permissions.2.PortRange", "81/81")...) // the first is there already
	rules := ruleList(s, id)
	var got []string
	for _, r := range rules {
		got = append(got, r.PortRange+" "+r.Policy)
	}
	if s := strings.Join(got, ", "); s != "81/81 Drop, 80/80 Drop, 22/22 Accept" {
		t.Errorf("rules %s", s)
	}
	// One bad permission, and none is added.
	s.Refuse(400, "InvalidSourceCidrIp.Malformed", "", "AuthorizeSecurityGroup", "SecurityGroupId", id,
		"Permissions.1.IpProtocol", "tcp", "Permissions.1.PortRange", "443/443", "Permissions.1.SourceCidrIp", "10.0.0.0/8",
		"Permissions.2.IpProtocol", "tcp", "Permissions.2.PortRange", "443/443", "Permissions.2.SourceCidrIp", "x")
	if n := len(ruleList(s, id)); n != 3 {
		t.Errorf("%d rules, want 3", n)
	}
}

func TestAuthorizeSecurityGroupToken(t *testing.T) {
	s := actiontest.Start(t)
	id := s.Group("VpcId", s.VPC())
	rule := []string{"ClientToken", "t", "IpProtocol", "tcp", "PortRange", "22/22", "SourceCidrIp", "10.0.0.0/8"}
	authorize(s, id, rule...)
	authorize(s, id, rule...)
	s.Refuse(403, "IdempotentParameterMismatch", "", "AuthorizeSecurityGroup", append(rule, "SecurityGroupId", id, "PortRange", "23/23")...)
	if n := len(ruleList(s, id)); n != 1 {
		t.Errorf("%d rules, want 1", n)
	}
}

func TestAuthorizeSecurityGroupRefusals(t *testing.T) {
	s := actiontest.Start(t)
	vpc := s.VPC()
	id, other, classic := s.Group("VpcId", vpc), s.Group("VpcId", s.VPC()), s.Group()
	good := []string{"RegionId", "cn-hangzhou", "SecurityGroupId", id, "IpProtocol", "tcp", "PortRange", "22/22", "SourceCidrIp", "10.0.0.0/8"}
	group := func(id string) []string { return []string{"SourceCidrIp", "", "SourceGroupId", id} }
	const (
		protocol = "The parameter IpProtocol must be specified with case insensitive TCP, UDP, ICMP, GRE or All."
		ports    = `The specified parameter "PortRange" is not valid.`
		unfit    = "The specified IpProtocol does not exist or IpProtocol and PortRange do not match."
		source   = `The specified parameter "SourceCidrIp" is not valid.`
		unknown  = "The SourceGroupId provided does not exist in our records."
	)
	s.Refusals(t, "AuthorizeSecurityGroup", good, []actiontest.Refusal{
		{"group absent", []string{"SecurityGroupId", ""}, 400, "MissingParameter", ""},
		{"group unknown", []string{"SecurityGroupId", "sg-x"}, 404, "InvalidSecurityGroupId.NotFound", "The specified SecurityGroupId does not exist."},
		{"group of another region", []string{"RegionId", "cn-beijing"}, 404, "InvalidSecurityGroupId.NotFound", ""},
		{"protocol absent", []string{"IpProtocol", ""}, 400, "InvalidIpProtocol.ValueNotSupported", protocol},
		{"protocol unknown", []string{"IpProtocol", "sctp"}, 400, "InvalidIpProtocol.ValueNotSupported", protocol},
		{"ports no range", []string{"PortRange", "22"}, 400, "InvalidIpProtocol.Malformed", ports},
		{"ports reversed", []string{"PortRange", "23/22"}, 400, "InvalidIpProtocol.Malformed", ports},
		{"port 0", []string{"PortRange", "0/22"}, 400, "InvalidIpProtocol.Malformed", ports},
		{"port 65536", []string{"PortRange", "22/65536"}, 400, "InvalidIpProtocol.Malformed", ports},
		{"ports absent", []string{"PortRange", ""}, 400, "InvalidPortRange.Malformed", "The specified parameter PortRange must set."},
		{"tcp without ports", []string{"PortRange", "-1/-1"}, 400, "OperationDenied", unfit},
		{"icmp with ports", []string{"IpProtocol", "icmp", "PortRange", "80/80"}, 400, "OperationDenied", unfit},
		{"all with ports", []string{"IpProtocol", "all"}, 400, "OperationDenied", unfit},
		{"source ports", []string{"SourcePortRange", "x/y"}, 400, "InvalidSourcePortRange.Malformed", `The specified parameter "SourcePortRange" is not valid.`},
		{"no source", []string{"SourceCidrIp", ""}, 400, "MissingParameter.Source", "One of the parameters SourceCidrIp, SourceGroupId or SourcePrefixListId must be specified."},
		{"source malformed", []string{"SourceCidrIp", "10.0.0"}, 400, "InvalidSourceCidrIp.Malformed", source},
		{"source mask", []string{"SourceCidrIp", "10.0.0.0/33"}, 400, "InvalidSourceCidrIp.Malformed", source},
		{"source IPv6 in IPv4", []string{"SourceCidrIp", "2001:db8::/32"}, 400, "InvalidSourceCidrIp.Malformed", source},
		{"destination", []string{"DestCidrIp", "x"}, 400, "InvalidDestCidrIp.Malformed", `The specified parameter "DestCidrIp" is not valid.`},
		{"IPv6 source", []string{"SourceCidrIp", "", "Ipv6SourceCidrIp", "10.0.0.0/8"}, 400, "InvalidParam.Ipv6SourceCidrIp", "The specified parameter Ipv6SourceCidrIp is not valid."},
		{"IPv6 destination", []string{"Ipv6DestCidrIp", "10.0.0.0/8"}, 400, "InvalidParam.Ipv6DestCidrIp", "The specified parameter Ipv6DestCidrIp is not valid."},
		{"both sources", []string{"Ipv6SourceCidrIp", "2001:db8::/32"}, 400, "InvalidParam.SourceIp", ""},
		{"both destinations", []string{"DestCidrIp", "10.2.0.0/16", "Ipv6DestCidrIp", "2001:db8::/32"}, 400, "InvalidParam.DestIp", ""},
		{"icmp with IPv6", []string{"IpProtocol", "icmp", "PortRange", "", "SourceCidrIp", "", "Ipv6SourceCidrIp", "2001:db8::/32"},
			400, "InvalidParam.Ipv4ProtocolConflictWithIpv6Address", "IPv6 address cannot be specified for IPv4-specific protocol."},
		{"icmpv6 with IPv4", []string{"IpProtocol", "icmpv6", "PortRange", ""},
			400, "InvalidParam.Ipv6ProtocolConflictWithIpv4Address", "IPv4 address cannot be specified for IPv6-specific protocol."},
		{"source group unknown", group("sg-x"), 404, "InvalidSourceGroupId.NotFound", unknown},
		{"source group of another owner", append(group(other), "SourceGroupOwnerId", "7"), 404, "InvalidSourceGroupId.NotFound", unknown},
		{"source group of another account", append(group(other), "SourceGroupOwnerAccount", "someone@example.com"), 404, "InvalidSourceGroupId.NotFound", unknown},
		{"source group of another VPC", group(other), 400, "InvalidSourceGroupId.Mismatch", "Specified security group and source group are not in the same VPC."},
		{"source group classic", group(classic), 403, "InvalidNetworkType.Conflict", "The specified SecurityGroup network type should be same with SourceGroup network type (vpc or classic)."},
		{"source group itself", group(id), 403, "InvalidParamter.Conflict", "The specified SecurityGroupId should be different from the SourceGroupId."},
		{"source is destination", []string{"DestCidrIp", "10.0.0.0/8"}, 400, "InvalidParamter.Conflict", "The specified SourceCidrIp should be different from the DestCidrIp."},
		{"prefix list", []string{"SourceCidrIp", "", "SourcePrefixListId", "pl-x"}, 404, "InvalidPrefixListId.NotFound", "The specified prefix list was not found."},
		{"prefix list, classic", []string{"SecurityGroupId", classic, "SourceCidrIp", "", "SourcePrefixListId", "pl-x"}, 400, "NotSupported.ClassicNetworkPrefixList",
			"The prefix list is not supported when the network type of security group is classic."},
		{"policy", []string{"Policy", "deny"}, 400, "InvalidPolicy.Malformed", `The specified parameter "Policy" is not valid.`},
		{"priority 0", []string{"Priority", "0"}, 400, "InvalidPriority.ValueNotSupported", "The parameter Priority is invalid."},
		{"priority 101", []string{"Priority", "101"}, 400, "InvalidPriority.ValueNotSupported", "The parameter Priority is invalid."},
		{"priority no number", []string{"Priority", "high"}, 400, "InvalidPriority.Malformed", "The parameter Priority is invalid."},
		{"card", []string{"NicType", "wan"}, 400, "InvalidNicType.ValueNotSupported", "The specified NicType is not valid."},
		{"description", []string{"Description", strings.Repeat("x", 513)}, 400, "InvalidSecurityGroupDiscription.Malformed", "The specified security group rule description is not valid."},
		{"description a web address", []string{"Description", "http://x"}, 400, "InvalidSecurityGroupDiscription.Malformed", ""},
		{"permissions with flat", []string{"Permissions.1.IpProtocol", "tcp"}, 400, "InvalidParam.Permissions", "The specified parameter Permissions cannot coexist with other parameters."},
		{"token", []string{"ClientToken", "é"}, 400, "InvalidClientToken.ValueNotSupported", "The ClientToken provided is invalid."},
	})
	params := append(good[:len(good):len(good)], "Description", "")
	s.As(s.Other).Refuse(404, "InvalidSecurityGroupId.NotFound", "", "AuthorizeSecurityGroup", params...)
	if n := len(ruleList(s, id)); n != 0 {
		t.Errorf("refused requests made %d rules", n)
	}
}

func TestAuthorizeSecurityGroupPermissionsRefusals(t *testing.T) {
	s := actiontest.Start(t)
	id := s.Group("VpcId", s.VPC())
	good := []string{"SecurityGroupId", id, "Permissions.1.IpProtocol", "tcp", "Permissions.1.PortRange", "22/22", "Permissions.1.SourceCidrIp", "10.0.0.0/8"}
	many := []string{}
	for i := 2; i <= 101; i++ {
		p := "Permissions." + strconv.Itoa(i)
		many = append(many, p+".IpProtocol", "tcp", p+".SourceCidrIp", "10.0.0.0/8", p+".PortRange", fmt.Sprintf("%d/%d", i, i))
	}
	s.Refusals(t, "AuthorizeSecurityGroup", good, []actiontest.Refusal{
		{"ports", []string{"Permissions.1.PortRange", "22"}, 400, "InvalidParam.PortRange",
			"The specified parameter Permissions.1.PortRange is not valid. It should be two integers less than 65535 in ?/? format."},
		{"port list", []string{"Permissions.1.PortRange", "", "Permissions.1.PortRangeListId", "prl-x"}, 400, "InvalidPortRangeListId.NotFound", "The specified port range list was not found."},
		{"both sources", []string{"Permissions.1.Ipv6SourceCidrIp", "2001:db8::/32"}, 400, "InvalidParam.SourceIp",
			"The Parameters SourceCidrIp and Ipv6SourceCidrIp in Permissions.1 cannot be set at the same time."},
		{"twice the same", []string{"Permissions.2.IpProtocol", "TCP", "Permissions.2.PortRange", "22/22", "Permissions.2.SourceCidrIp", "10.0.0.0/8", "Permissions.2.Policy", "accept"},
			400, "InvalidParam.DuplicatePermissions", "There are duplicate permissions in the specified parameter Permissions."},
		{"over 100", many, 400, "InvalidParam.Permissions", ""},
	})
	if n := len(ruleList(s, id)); n != 0 {
		t.Errorf("refused requests made %d rules", n)
	}
}

func TestAuthorizeClassic(t *testing.T) {
	s := actiontest.Start(t)
	id, peer := s.Group(), s.Group()
	flat := []string{"IpProtocol", "tcp", "PortRange", "22/22"}
	authorize(s, id, append(flat, "SourceCidrIp", "0.0.0.0/0")...)
	authorize(s, id, append(flat, "SourceGroupId", peer, "NicType", "intranet")...)
	if r := ruleList(s, id); len(r) != 1 || r[0].NicType != "internet" || r[0].SourceCidrIP != "0.0.0.0/0" {
		t.Errorf("rules of the default card %+v", r)
	}
	if r := ruleList(s, id, "NicType", "intranet"); len(r) != 1 || r[0].SourceGroupID != peer {
		t.Errorf("intranet rules %+v", r)
	}
	const message = "NicType is required or NicType expects intranet."
	for _, nic := range []string{"", "internet"} {
		s.Refuse(403, "InvalidSourceGroupId.Mismatch", message, "AuthorizeSecurityGroup",
			append(flat, "SecurityGroupId", id, "SourceGroupId", peer, "NicType", nic)...)
	}
}

func TestAuthorizeEnterprise(t *testing.T) {
	s := actiontest.Start(t)
	vpc := s.VPC()
	id, peer := s.Group("VpcId", vpc, "SecurityGroupType", "enterprise"), s.Group("VpcId", vpc)
	flat := []string{"SecurityGroupId", id, "IpProtocol", "tcp", "PortRange", "22/22"}
	const message = "The attributes Policy, SourceGroupId, DestGroupId of enterprise level security groups are not allowed to be set or modified."
	s.Refuse(400, "InvalidGroupParameter.OperationDenied", message, "AuthorizeSecurityGroup", append(flat, "SourceGroupId", peer)...)
	s.Refuse(400, "InvalidGroupParameter.OperationDenied", message, "AuthorizeSecurityGroup", append(flat, "SourceCidrIp", "10.0.0.0/8", "Policy", "drop")...)
	s.Refuse(400, "InvalidGroupAuthParameter.OperationDenied", "", "AuthorizeSecurityGroup", append(flat, "SecurityGroupId", peer, "SourceGroupId", id)...)
	authorize(s, id, append(flat[2:], "SourceCidrIp", "10.0.0.0/8")...)
}

func TestAuthorizeLimits(t *testing.T) {
	const message = "The limit of authorization records in the security group reaches."
	s := actiontest.Start(t)
	vpc := s.VPC()
	id := s.Group("VpcId", vpc)
	for batch := range 2 {
		var params []string
		for i := 1; i <= 100; i++ {
			p := "Permissions." + strconv.Itoa(i)
			params = append(params, p+".IpProtocol", "tcp", p+".SourceCidrIp", "10.0.0.0/8", p+".PortRange", fmt.Sprintf("%d/%[1]d", 100*batch+i))
		}
		authorize(s, id, params...)
	}
	last := []string{"SecurityGroupId", id, "IpProtocol", "tcp", "SourceCidrIp", "10.0.0.0/8", "PortRange", "200/200"}
	authorize(s, id, last[2:]...) // there already
	s.Refuse(403, "AuthorizationLimitExceed", message, "AuthorizeSecurityGroup", append(last, "PortRange", "201/201")...)
	if g := list(s, "SecurityGroupId", id)[0]; g.RuleCount != 200 || g.GroupToGroupRuleCount != 0 {
		t.Errorf("counts %+v", g)
	}

	peers := s.Group("VpcId", vpc)
	for range 20 {
		authorize(s, peers, "IpProtocol", "all", "SourceGroupId", s.Group("VpcId", vpc))
	}
	s.Refuse(403, "AuthorizationLimitExceed", message, "AuthorizeSecurityGroup",
		"SecurityGroupId", peers, "IpProtocol", "all", "SourceGroupId", s.Group("VpcId", vpc))
	if g := list(s, "SecurityGroupId", peers)[0]; g.RuleCount != 20 || g.GroupToGroupRuleCount != 20 {
		t.Errorf("counts %+v", g)
	}
}
