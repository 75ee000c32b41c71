package securitygroup

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
)

var _ = action.Handle(&actions, "ModifySecurityGroupEgressRule", (*Service).ModifySecurityGroupEgressRule)

// ModifySecurityGroupEgressRule changes an outbound rule as
// ModifySecurityGroupRule changes an inbound one.
func (s *Service) ModifySecurityGroupEgressRule(c *action.Call, in *api.ModifySecurityGroupEgressRuleRequest) (*api.ModifySecurityGroupEgressRuleResponse, error) {
	p := fromEgress("", &egressPermission{
		Description: in.Description, DestCidrIP: in.DestCidrIP, DestGroupID: in.DestGroupID, DestGroupOwnerAccount: in.DestGroupOwnerAccount,
		DestGroupOwnerID: in.DestGroupOwnerID, DestPrefixListID: in.DestPrefixListID, IPProtocol: in.IPProtocol, IPv6DestCidrIP: in.IPv6DestCidrIP,
		IPv6SourceCidrIP: in.IPv6SourceCidrIP, NicType: in.NicType, Policy: in.Policy, PortRange: in.PortRange, PortRangeListID: in.PortRangeListID,
		Priority: in.Priority, SourceCidrIP: in.SourceCidrIP, SourcePortRange: in.SourcePortRange,
	})
	return &api.ModifySecurityGroupEgressRuleResponse{}, s.modifyRule(c, egress, in.SecurityGroupID, in.ClientToken, in.SecurityGroupRuleID, p)
}
