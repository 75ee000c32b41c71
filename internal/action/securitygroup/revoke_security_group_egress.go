package securitygroup

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
)

var _ = action.Handle(&actions, "RevokeSecurityGroupEgress", (*Service).RevokeSecurityGroupEgress)

// RevokeSecurityGroupEgress deletes outbound rules as RevokeSecurityGroup
// deletes inbound ones.
func (s *Service) RevokeSecurityGroupEgress(c *action.Call, in *api.RevokeSecurityGroupEgressRequest) (*api.RevokeSecurityGroupEgressResponse, error) {
	flat := fromEgress("", &egressPermission{
		Description: in.Description, DestCidrIP: in.DestCidrIP, DestGroupID: in.DestGroupID, DestGroupOwnerAccount: in.DestGroupOwnerAccount,
		DestGroupOwnerID: in.DestGroupOwnerID, DestPrefixListID: in.DestPrefixListID, IPProtocol: in.IPProtocol, IPv6DestCidrIP: in.IPv6DestCidrIP,
		IPv6SourceCidrIP: in.IPv6SourceCidrIP, NicType: in.NicType, Policy: in.Policy, PortRange: in.PortRange, Priority: in.Priority,
		SourceCidrIP: in.SourceCidrIP, SourcePortRange: in.SourcePortRange,
	})
	list := make([]permission, len(in.Permissions))
	for i, p := range in.Permissions { // its owner is a string where all others have a number
		list[i] = fromEgress(at(i), &egressPermission{
			Description: p.Description, DestCidrIP: p.DestCidrIP, DestGroupID: p.DestGroupID, DestGroupOwnerAccount: p.DestGroupOwnerAccount,
			DestPrefixListID: p.DestPrefixListID, IPProtocol: p.IPProtocol, IPv6DestCidrIP: p.IPv6DestCidrIP, IPv6SourceCidrIP: p.IPv6SourceCidrIP,
			NicType: p.NicType, Policy: p.Policy, PortRange: p.PortRange, PortRangeListID: p.PortRangeListID, Priority: p.Priority,
			SourceCidrIP: p.SourceCidrIP, SourcePortRange: p.SourcePortRange,
		})
		list[i].groupOwner = p.DestGroupOwnerID
	}
	return &api.RevokeSecurityGroupEgressResponse{}, s.revoke(c, egress, in.SecurityGroupID, in.ClientToken, in.SecurityGroupRuleID, flat, list)
}
