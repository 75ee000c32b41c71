package securitygroup

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
)

var _ = action.Handle(&actions, "AuthorizeSecurityGroupEgress", (*Service).AuthorizeSecurityGroupEgress)

// AuthorizeSecurityGroupEgress adds outbound rules as AuthorizeSecurityGroup
// adds inbound ones.
func (s *Service) AuthorizeSecurityGroupEgress(c *action.Call, in *api.AuthorizeSecurityGroupEgressRequest) (*api.AuthorizeSecurityGroupEgressResponse, error) {
	flat := fromEgress("", &egressPermission{
		Description: in.Description, DestCidrIP: in.DestCidrIP, DestGroupID: in.DestGroupID, DestGroupOwnerAccount: in.DestGroupOwnerAccount,
		DestGroupOwnerID: in.DestGroupOwnerID, DestPrefixListID: in.DestPrefixListID, IPProtocol: in.IPProtocol, IPv6DestCidrIP: in.IPv6DestCidrIP,
		IPv6SourceCidrIP: in.IPv6SourceCidrIP, NicType: in.NicType, Policy: in.Policy, PortRange: in.PortRange, Priority: in.Priority,
		SourceCidrIP: in.SourceCidrIP, SourcePortRange: in.SourcePortRange,
	})
	list := make([]permission, len(in.Permissions))
	for i := range in.Permissions {
		list[i] = fromEgress(at(i), &in.Permissions[i])
	}
	return &api.AuthorizeSecurityGroupEgressResponse{}, s.authorize(c, egress, in.SecurityGroupID, in.ClientToken, flat, list)
}
