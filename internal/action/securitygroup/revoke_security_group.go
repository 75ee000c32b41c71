package securitygroup

import (
	"slices"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "RevokeSecurityGroup", (*Service).RevokeSecurityGroup)

// RevokeSecurityGroup deletes inbound rules: those of SecurityGroupRuleId.N, or
// the ones that equal what Permissions.N or the parameters themselves describe,
// descriptions apart. Where both are given a rule must answer to both. A rule
// that is not there is no error.
func (s *Service) RevokeSecurityGroup(c *action.Call, in *api.RevokeSecurityGroupRequest) (*api.RevokeSecurityGroupResponse, error) {
	flat := fromIngress("", &ingressPermission{
		Description: in.Description, DestCidrIP: in.DestCidrIP, IPProtocol: in.IPProtocol, IPv6DestCidrIP: in.IPv6DestCidrIP,
		IPv6SourceCidrIP: in.IPv6SourceCidrIP, NicType: in.NicType, Policy: in.Policy, PortRange: in.PortRange, Priority: in.Priority,
		SourceCidrIP: in.SourceCidrIP, SourceGroupID: in.SourceGroupID, SourceGroupOwnerAccount: in.SourceGroupOwnerAccount,
		SourceGroupOwnerID: in.SourceGroupOwnerID, SourcePortRange: in.SourcePortRange, SourcePrefixListID: in.SourcePrefixListID,
	})
	list := make([]permission, len(in.Permissions))
	for i := range in.Permissions {
		list[i] = fromIngress(at(i), (*ingressPermission)(&in.Permissions[i]))
	}
	return &api.RevokeSecurityGroupResponse{}, s.revoke(c, ingress, in.SecurityGroupID, in.ClientToken, in.SecurityGroupRuleID, flat, list)
}

// revoke deletes rules of either direction.
func (s *Service) revoke(c *action.Call, d *direction, group, token string, ids []string, flat permission, list []permission) error {
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
	r.badPorts = api.CodeInvalidIpPortRangeMalformed
	goes, err := r.revocation(ids, flat, list)
	if err != nil {
		return err
	}
	return s.DB.Update(c.Context, func(tx *state.Tx) error {
		_, err := once.Do(tx, func() ([]ecs.Key, error) { return nil, remove(tx, r.key, goes) })
		return err
	})
}

// revocation decides which rules are to go.
func (r *reader) revocation(ids []string, flat permission, list []permission) (func(*ecs.Rule) bool, error) {
	if len(ids) > maxPermissions {
		return nil, api.Errorf(api.CodeInvalidParamSecurityGroupRuleId, "The specified parameter SecurityGroupRuleId can have at most %d items.", maxPermissions)
	}
	keys := make([]ecs.Key, 0, len(ids))
	for _, id := range ids {
		if k, ok := ecs.ParseID(ecs.KindRule, id); ok {
			keys = append(keys, k)
		}
	}
	bare := flat
	bare.description = "" // no rule is told by it
	if len(ids) > 0 && len(list) == 0 && bare.empty() {
		if err := r.description(&flat, new(ecs.Rule)); err != nil {
			return nil, err
		}
		return func(rule *ecs.Rule) bool { return rule.Egress == r.egress && slices.Contains(keys, rule.ID) }, nil
	}
	rules, err := r.rules(flat, list)
	if err != nil {
		return nil, err
	}
	return func(rule *ecs.Rule) bool {
		return (len(ids) == 0 || slices.Contains(keys, rule.ID)) && slices.ContainsFunc(rules, rule.Same)
	}, nil
}

// remove deletes rules of a group.
func remove(tx *state.Tx, k ecs.Key, goes func(*ecs.Rule) bool) error {
	return edit(tx, k, func(old []ecs.Rule) ([]ecs.Rule, error) {
		next := make([]ecs.Rule, 0, len(old))
		for i := range old {
			if !goes(&old[i]) {
				next = append(next, old[i])
			}
		}
		if len(next) == len(old) {
			return nil, nil
		}
		return next, nil
	})
}
