package securitygroup

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "AuthorizeSecurityGroup", (*Service).AuthorizeSecurityGroup)

// AuthorizeSecurityGroup adds inbound rules: the one that the parameters
// themselves describe, or those of Permissions.N, all or none. A rule that is
// there already is left as it is.
func (s *Service) AuthorizeSecurityGroup(c *action.Call, in *api.AuthorizeSecurityGroupRequest) (*api.AuthorizeSecurityGroupResponse, error) {
	flat := fromIngress("", &ingressPermission{
		Description: in.Description, DestCidrIP: in.DestCidrIP, IPProtocol: in.IPProtocol, IPv6DestCidrIP: in.IPv6DestCidrIP,
		IPv6SourceCidrIP: in.IPv6SourceCidrIP, NicType: in.NicType, Policy: in.Policy, PortRange: in.PortRange, Priority: in.Priority,
		SourceCidrIP: in.SourceCidrIP, SourceGroupID: in.SourceGroupID, SourceGroupOwnerAccount: in.SourceGroupOwnerAccount,
		SourceGroupOwnerID: in.SourceGroupOwnerID, SourcePortRange: in.SourcePortRange, SourcePrefixListID: in.SourcePrefixListID,
	})
	list := make([]permission, len(in.Permissions))
	for i := range in.Permissions {
		list[i] = fromIngress(at(i), &in.Permissions[i])
	}
	return &api.AuthorizeSecurityGroupResponse{}, s.authorize(c, ingress, in.SecurityGroupID, in.ClientToken, flat, list)
}

// authorize adds rules in either direction.
func (s *Service) authorize(c *action.Call, d *direction, group, token string, flat permission, list []permission) error {
	once, err := c.Once(token, nil)
	if err != nil {
		return err
	}
	snap := s.DB.Snapshot()
	if _, found, err := once.Earlier(snap, c.Now); err != nil || found {
		return err
	}
	r, err := newReader(c, snap, d, group)
	if err != nil {
		return err
	}
	rules, err := r.rules(flat, list)
	if err != nil {
		return err
	}
	return s.DB.Update(c.Context, func(tx *state.Tx) error {
		_, err := once.Do(tx, func() ([]ecs.Key, error) { return nil, r.add(tx, rules) })
		return err
	})
}
