package securitygroup

import (
	"slices"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "ModifySecurityGroupRule", (*Service).ModifySecurityGroupRule)

// ModifySecurityGroupRule changes the inbound rule of SecurityGroupRuleId: what
// is absent or empty stays, and its peer stays of its kind. Without an
// identifier the other parameters say which rule it is, and its description is
// what changes.
func (s *Service) ModifySecurityGroupRule(c *action.Call, in *api.ModifySecurityGroupRuleRequest) (*api.ModifySecurityGroupRuleResponse, error) {
	p := fromIngress("", &ingressPermission{
		Description: in.Description, DestCidrIP: in.DestCidrIP, IPProtocol: in.IPProtocol, IPv6DestCidrIP: in.IPv6DestCidrIP,
		IPv6SourceCidrIP: in.IPv6SourceCidrIP, NicType: in.NicType, Policy: in.Policy, PortRange: in.PortRange, PortRangeListID: in.PortRangeListID,
		Priority: in.Priority, SourceCidrIP: in.SourceCidrIP, SourceGroupID: in.SourceGroupID, SourceGroupOwnerAccount: in.SourceGroupOwnerAccount,
		SourceGroupOwnerID: in.SourceGroupOwnerID, SourcePortRange: in.SourcePortRange, SourcePrefixListID: in.SourcePrefixListID,
	})
	return &api.ModifySecurityGroupRuleResponse{}, s.modifyRule(c, ingress, in.SecurityGroupID, in.ClientToken, in.SecurityGroupRuleID, p)
}

// modifyRule changes a rule of either direction.
func (s *Service) modifyRule(c *action.Call, d *direction, group, token, id string, p permission) error {
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
	if _, _, err := r.modified(r.group.Rules, id, p); err != nil {
		return err
	}
	return s.DB.Update(c.Context, func(tx *state.Tx) error {
		_, err := once.Do(tx, func() ([]ecs.Key, error) {
			return nil, edit(tx, r.key, func(old []ecs.Rule) ([]ecs.Rule, error) {
				r := *r
				r.v = tx
				i, rule, err := r.modified(old, id, p)
				if err != nil || rule == old[i] {
					return nil, err
				}
				next := slices.Clone(old)
				next[i] = rule
				return next, checkLimits(tx, next)
			})
		})
		return err
	})
}

// modified finds the rule that is meant and is that rule as it will be.
func (r *reader) modified(rules []ecs.Rule, id string, p permission) (i int, rule ecs.Rule, err error) {
	if id == "" {
		if rule, err = r.rule(&p); err != nil {
			return 0, rule, err
		}
		if i = slices.IndexFunc(rules, rule.Same); i < 0 {
			return 0, rule, noRule()
		}
		described := rules[i]
		if rule.Description != "" {
			described.Description = rule.Description
		}
		return i, described, nil
	}
	k, ok := ecs.ParseID(ecs.KindRule, id)
	i = slices.IndexFunc(rules, func(o ecs.Rule) bool { return o.ID == k && o.Egress == r.egress })
	if !ok || i < 0 {
		return 0, rule, noRule()
	}
	old := &rules[i]
	p = describe(r.v, old).overlay(p, r.egress)
	if rule, err = r.rule(&p); err != nil {
		return 0, rule, err
	}
	if r.peerKind(old) != r.peerKind(&rule) {
		return 0, rule, api.Errorf(api.CodeOperationDenied, "The type of the authorization object of a security group rule cannot be changed.")
	}
	rule.ID, rule.Created = old.ID, old.Created
	for j := range rules {
		if j != i && rules[j].Same(rule) {
			return 0, rule, duplicate()
		}
	}
	return i, rule, nil
}

// peerKind tells the kinds of peers apart that a rule does not change between.
func (r *reader) peerKind(rule *ecs.Rule) string {
	switch {
	case rule.PeerGroup != 0:
		return "group"
	case rule.PrefixList != 0:
		return "prefix list " + r.listFamily(rule.PrefixList)
	}
	if v4, _ := byFamily(rule.Peer); v4 != "" {
		return "IPv4"
	}
	return "IPv6"
}

func noRule() error {
	return api.Errorf(api.CodeSecurityGroupRuleNotFound, "The specified security group rule does not exist.").WithStatus(404)
}
