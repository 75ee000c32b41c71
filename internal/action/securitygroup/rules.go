package securitygroup

import (
	"slices"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// The limits of a group's rules.
const (
	maxRules      = 200 // inbound and outbound together
	maxPeerGroups = 20  // groups that a group's rules name
)

// edit changes a copy of a group's rules. change gives the rules as they are to
// be, or nil if nothing changes.
func edit(tx *state.Tx, k ecs.Key, change func(old []ecs.Rule) ([]ecs.Rule, error)) error {
	old, ok := state.Groups.Get(tx, k)
	if !ok {
		return groupNotFound()
	}
	if err := changeable(old); err != nil {
		return err
	}
	rules, err := change(old.Rules)
	if err != nil || rules == nil {
		return err
	}
	g := *old
	g.Rules = rules
	state.Groups.Put(tx, k, &g)
	return nil
}

// add adds the rules that the group does not have.
func (r *reader) add(tx *state.Tx, rules []ecs.Rule) error {
	return edit(tx, r.key, func(old []ecs.Rule) ([]ecs.Rule, error) {
		next := slices.Clone(old)
		for _, rule := range rules {
			if slices.ContainsFunc(next, rule.Same) {
				continue
			}
			if err := r.peerThere(tx, &rule); err != nil {
				return nil, err
			}
			rule.ID, rule.Created = tx.NewKey(r.key.Region()), tx.Now().Unix()
			next = append(next, rule)
		}
		if len(next) == len(old) {
			return nil, nil
		}
		return next, checkLimits(tx, next)
	})
}

// checkLimits refuses rules beyond the limits of a group.
func checkLimits(v state.View, rules []ecs.Rule) error {
	if countRules(v, rules) > maxRules || peerGroups(rules) > maxPeerGroups {
		return api.Errorf(api.CodeAuthorizationLimitExceed, "The limit of authorization records in the security group reaches.")
	}
	return nil
}

// peerThere asks again for what a rule names.
func (r *reader) peerThere(v state.View, rule *ecs.Rule) error {
	if _, ok := state.Groups.Get(v, rule.PeerGroup); !ok && rule.PeerGroup != 0 {
		return r.noPeer()
	}
	if _, ok := state.PrefixLists.Get(v, rule.PrefixList); !ok && rule.PrefixList != 0 {
		return noPrefixList()
	}
	if _, ok := state.PortRangeLists.Get(v, rule.PortList); !ok && rule.PortList != 0 {
		return noPortRangeList()
	}
	return nil
}

// peerGroups is how many groups the rules name.
func peerGroups(rules []ecs.Rule) int {
	var named []ecs.Key
	for i := range rules {
		if p := rules[i].PeerGroup; p != 0 && !slices.Contains(named, p) {
			named = append(named, p)
		}
	}
	return len(named)
}

// changeable refuses to change a group that a cloud product manages.
func changeable(g *ecs.SecurityGroup) error {
	if g.Managed {
		return api.Errorf(api.CodeInvalidOperationResourceManagedByCloudProduct, "The security group is managed by a cloud product and cannot be changed.")
	}
	return nil
}

func groupNotFound() error {
	return api.Errorf(api.CodeInvalidSecurityGroupIdNotFound, "The specified SecurityGroupId does not exist.").WithStatus(404)
}
