package instance

import (
	"slices"
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "ModifyInstanceAttribute", (*Service).ModifyInstanceAttribute)

// ModifyInstanceAttribute changes what an instance is called and carries, and
// the security groups of its primary interface. Password, host name and user
// data take effect at the next boot that the service does.
func (s *Service) ModifyInstanceAttribute(c *action.Call, req *api.ModifyInstanceAttributeRequest) (*api.ModifyInstanceAttributeResponse, error) {
	m, err := s.newModification(c, req)
	if err != nil {
		return nil, err
	}
	check := func(v state.View) (ecs.Key, *ecs.Instance, error) {
		k, r, err := action.Instance(c, v, req.InstanceID)
		if err == nil {
			err = m.check(v, k, r)
		}
		return k, r, err
	}
	if _, _, err := check(s.DB.Snapshot()); err != nil {
		return nil, err
	}
	err = s.DB.Update(c.Context, func(tx *state.Tx) error {
		k, r, err := check(tx)
		if err != nil {
			return err
		}
		groups, err := m.groups(tx, k, r)
		if err != nil {
			return err
		}
		m.write(tx, k, r)
		if n, ok := state.Interfaces.Get(tx, r.Interface); ok && groups != nil {
			nic := *n
			nic.Groups = groups
			state.Interfaces.Put(tx, r.Interface, &nic)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &api.ModifyInstanceAttributeResponse{}, nil
}

// write changes the instance and its secret.
func (m *modification) write(tx *state.Tx, k ecs.Key, r *ecs.Instance) {
	req, next := m.req, *r
	if req.InstanceName != "" {
		next.Name = strings.Clone(req.InstanceName)
	}
	if m.c.Has("Description") {
		next.Description = strings.Clone(req.Description)
	}
	if req.HostName != "" {
		next.HostName = m.hostName(k)
	}
	if d := req.DeletionProtection; d != nil {
		next.Flags &^= ecs.DeletionProtected
		if *d {
			next.Flags |= ecs.DeletionProtected
		}
	}
	switch req.CreditSpecification {
	case "Standard":
		next.Credit = ecs.CreditStandard
	case "Unlimited":
		next.Credit = ecs.CreditUnlimited
	}
	if req.Password != "" || m.c.Has("UserData") {
		m.writeSecret(tx, k)
	}
	if req.Password != "" {
		next.Flags |= ecs.HasPassword
		next.Flags &^= ecs.PasswordInherit
	}
	if req.HostName != "" || req.Password != "" || m.c.Has("UserData") {
		next.Want.SpecGen++
	}
	state.Instances.Put(tx, k, &next)
}

// writeSecret changes what of the secret was given. An empty UserData takes
// the user data away.
func (m *modification) writeSecret(tx *state.Tx, k ecs.Key) {
	var secret ecs.Secret
	if old, ok := state.Secrets.Get(tx, k); ok {
		secret = *old
	}
	if m.req.Password != "" {
		secret.Password = strings.Clone(m.req.Password)
	}
	if m.c.Has("UserData") {
		secret.UserData = m.userData
	}
	if secret.Password == "" && len(secret.UserData) == 0 {
		state.Secrets.Delete(tx, k)
		return
	}
	state.Secrets.Put(tx, k, &secret)
}

// groups are the security groups that take the place of the instance's; nil
// leaves them.
func (m *modification) groups(v state.View, k ecs.Key, r *ecs.Instance) ([]ecs.Key, error) {
	ids := m.req.SecurityGroupIDs
	if len(ids) == 0 {
		return nil, nil
	}
	n, ok := state.Interfaces.Get(v, r.Interface)
	if !ok || n.VPC == 0 {
		return nil, api.Errorf(api.CodeInvalidNetworkTypeNotSupported, "The classic networkType does not support to modify security group")
	}
	return groupsOf(m.c, v, k.Region(), n, n.VPC, ids)
}

// groupsOf are the security groups with these identifiers, for an interface to
// be in. An instance has at least one and at most maxGroups, all of one VPC and
// of one type.
func groupsOf(c *action.Call, v state.View, region uint8, n *ecs.NetworkInterface, vpc ecs.Key, ids []string) ([]ecs.Key, error) {
	if len(ids) > maxGroups {
		return nil, api.Errorf(api.CodeJoinedGroupLimitExceed, "An instance can be in at most %d security groups.", maxGroups)
	}
	keys := make([]ecs.Key, 0, len(ids))
	enterprise := false
	for i, id := range ids {
		g, group, err := action.SecurityGroup(c, v, id)
		switch {
		case err != nil:
			return nil, err
		case g.Region() != region:
			return nil, gone("SecurityGroupId")
		case slices.Contains(keys, g):
			return nil, api.Errorf(api.CodeInvalidParameterSecurityGroupIdRepeated, "The specified security group ids has repeated.")
		case group.VPC == 0:
			return nil, api.Errorf(api.CodeInvalidSecurityGroupTypeNotSupportClassic, "The specified SecurityGroupIds have classic group type.")
		case group.VPC != vpc:
			return nil, api.Errorf(api.CodeInvalidSecurityGroupVpcNotBelongToOneVpc, "The specified SecurityGroupIds are belong to different vpc.")
		case i > 0 && group.Enterprise != enterprise:
			return nil, api.Errorf(api.CodeEnterpriseGroupLimitedMutliGroupType, "The specified instance can not join multi SecurityGroup types.")
		case !slices.Contains(n.Groups, g) && state.InterfacesByGroup.Count(v, uint64(g)) >= group.Limit():
			return nil, api.Errorf(api.CodeSecurityGroupInstanceLimitExceed, "The maximum number of instances in a security group is exceeded.")
		}
		enterprise = group.Enterprise
		keys = append(keys, g)
	}
	return keys, nil
}
