package securitygroup_test

import (
	"testing"

	"github.com/openecs/openecs/internal/actiontest"
)

// In a VPC a rule for a network is always of the intranet card, whatever is said;
// one for a group of the other card is refused.
func TestNICTypeInVPC(t *testing.T) {
	s := actiontest.Start(t)
	n := s.Network()
	peer := s.Group("VpcId", n.VPC)
	s.Do("AuthorizeSecurityGroup", "SecurityGroupId", n.Group, "IpProtocol", "tcp", "PortRange", "22/22", "NicType", "internet", "SourceCidrIp", "0.0.0.0/0")
	s.Do("AuthorizeSecurityGroupEgress", "SecurityGroupId", n.Group, "IpProtocol", "all", "PortRange", "-1/-1", "NicType", "internet", "DestCidrIp", "0.0.0.0/0")
	rules := ruleList(s, n.Group)
	if len(rules) != 2 || rules[0].NicType != "intranet" || rules[1].NicType != "intranet" {
		t.Errorf("%+v", rules)
	}
	s.Refuse(400, "InvalidNicType.Mismatch", "", "AuthorizeSecurityGroup", "SecurityGroupId", n.Group, "IpProtocol", "tcp", "PortRange", "22/22", "NicType", "internet", "SourceGroupId", peer)
	s.Refuse(400, "InvalidNicType.Mismatch", "", "AuthorizeSecurityGroupEgress", "SecurityGroupId", n.Group, "IpProtocol", "all", "NicType", "internet", "DestGroupId", peer)
	s.Do("RevokeSecurityGroup", "SecurityGroupId", n.Group, "IpProtocol", "tcp", "PortRange", "22/22", "NicType", "internet", "SourceCidrIp", "0.0.0.0/0")
	if rules := ruleList(s, n.Group, "Direction", "ingress"); len(rules) != 0 {
		t.Errorf("%+v", rules)
	}
}
