package securitygroup

import (
	"slices"
	"strconv"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "AuthorizeSecurityGroup", (*Service).AuthorizeSecurityGroup)

// The limits of a group's rules.
const (
	maxRules       = 200 // inbound and outbound together
	maxPermissions = 100 // in a request
	maxPeerGroups  = 20  // groups that a group's rules name
)

// AuthorizeSecurityGroup adds inbound rules: the one that the parameters
// themselves describe, or those of Permissions.N, all or none. A rule that is
// there already is left as it is.
func (s *Service) AuthorizeSecurityGroup(c *action.Call, in *api.AuthorizeSecurityGroupRequest) (*api.AuthorizeSecurityGroupResponse, error) {
	once, err := c.Once(in.ClientToken, nil)
	if err != nil {
		return nil, err
	}
	snap := s.DB.Snapshot()
	out := &api.AuthorizeSecurityGroupResponse{}
	if _, found, err := once.Earlier(snap, c.Now); err != nil || found {
		return out, err
	}
	k, group, err := action.SecurityGroup(c, snap, in.SecurityGroupID)
	if err != nil {
		return nil, err
	}
	rules, err := readRules(&reader{c: c, v: snap, key: k, group: group}, in)
	if err != nil {
		return nil, err
	}
	return out, s.DB.Update(c.Context, func(tx *state.Tx) error {
		_, err := once.Do(tx, func() ([]ecs.Key, error) { return nil, authorize(tx, k, rules) })
		return err
	})
}

// readRules reads both forms of the request.
func readRules(r *reader, in *api.AuthorizeSecurityGroupRequest) ([]ecs.Rule, error) {
	flat := permission{AuthorizeSecurityGroupRequestPermissions: api.AuthorizeSecurityGroupRequestPermissions{
		Description: in.Description, DestCidrIP: in.DestCidrIP, IPProtocol: in.IPProtocol, IPv6DestCidrIP: in.IPv6DestCidrIP,
		IPv6SourceCidrIP: in.IPv6SourceCidrIP, NicType: in.NicType, Policy: in.Policy, PortRange: in.PortRange, Priority: in.Priority,
		SourceCidrIP: in.SourceCidrIP, SourceGroupID: in.SourceGroupID, SourceGroupOwnerAccount: in.SourceGroupOwnerAccount,
		SourceGroupOwnerID: in.SourceGroupOwnerID, SourcePortRange: in.SourcePortRange, SourcePrefixListID: in.SourcePrefixListID,
	}}
	if len(in.Permissions) == 0 {
		rule, err := r.rule(&flat)
		if err != nil {
			return nil, err
		}
		return []ecs.Rule{rule}, nil
	}
	if flat != (permission{}) {
		return nil, api.Errorf(api.CodeInvalidParamPermissions, "The specified parameter Permissions cannot coexist with other parameters.")
	}
	if len(in.Permissions) > maxPermissions {
		return nil, api.Errorf(api.CodeInvalidParamPermissions, "The specified parameter Permissions can have at most %d items.", maxPermissions)
	}
	rules := make([]ecs.Rule, 0, len(in.Permissions))
	for i := range in.Permissions {
		rule, err := r.rule(&permission{in.Permissions[i], "Permissions." + strconv.Itoa(i+1)})
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(rules, rule.Same) {
			return nil, api.Errorf(api.CodeInvalidParamDuplicatePermissions, "There are duplicate permissions in the specified parameter Permissions.")
		}
		rules = append(rules, rule)
	}
	return rules, nil
}

// authorize adds the rules that the group does not have.
func authorize(tx *state.Tx, k ecs.Key, rules []ecs.Rule) error {
	old, ok := state.Groups.Get(tx, k)
	if !ok {
		return groupNotFound()
	}
	g := *old
	g.Rules = slices.Clone(old.Rules)
	for _, r := range rules {
		if slices.ContainsFunc(g.Rules, r.Same) {
			continue
		}
		if _, ok := state.Groups.Get(tx, r.PeerGroup); !ok && r.PeerGroup != 0 {
			return sourceGroupNotFound()
		}
		r.ID, r.Created = tx.NewKey(k.Region()), tx.Now().Unix()
		g.Rules = append(g.Rules, r)
	}
	switch {
	case len(g.Rules) == len(old.Rules):
		return nil
	case len(g.Rules) > maxRules || peerGroups(g.Rules) > maxPeerGroups:
		return api.Errorf(api.CodeAuthorizationLimitExceed, "The limit of authorization records in the security group reaches.")
	}
	state.Groups.Put(tx, k, &g)
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

func groupNotFound() error {
	return api.Errorf(api.CodeInvalidSecurityGroupIdNotFound, "The specified SecurityGroupId does not exist.").WithStatus(404)
}
