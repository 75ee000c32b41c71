package securitygroup

import (
	"slices"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "JoinSecurityGroup", (*Service).JoinSecurityGroup)

// maxJoined is how many groups an interface is in.
const maxJoined = 5

// JoinSecurityGroup adds a Running or Stopped instance, or a secondary network
// interface, to a group of its VPC, or of the classic network if the instance is
// there. Of an instance the primary network interface becomes the member.
func (s *Service) JoinSecurityGroup(c *action.Call, in *api.JoinSecurityGroupRequest) (*api.JoinSecurityGroupResponse, error) {
	snap := s.DB.Snapshot()
	m, err := findMember(c, snap, in.SecurityGroupID, in.InstanceID, in.NetworkInterfaceID, in.RegionID)
	if err == nil {
		_, _, err = m.join(snap)
	}
	if err != nil {
		return nil, err
	}
	return &api.JoinSecurityGroupResponse{}, s.DB.Update(c.Context, func(tx *state.Tx) error {
		k, nic, err := m.join(tx)
		if err != nil {
			return err
		}
		state.Interfaces.Put(tx, k, nic)
		return nil
	})
}

// join is the interface as it will be, or why it cannot be.
func (m member) join(v state.View) (ecs.Key, *ecs.NetworkInterface, error) {
	k, nic, group, err := m.load(v)
	switch {
	case err != nil:
	case slices.Contains(nic.Groups, m.group):
		err = api.Errorf(api.CodeInvalidInstanceIdAlreadyExists, "The specified instance already exists in the specified security group.")
	case nic.VPC != group.VPC && m.nic != 0:
		err = api.Errorf(api.CodeInvalidOperationVpcMismatch, "The specified network interface and security group are not in the same VPC.")
	case nic.VPC != group.VPC:
		err = api.Errorf(api.CodeInvalidInstanceIdMismatch, "Specified instance and security group are not in the same VPC.")
	case m.otherType(v, nic, group):
		err = api.Errorf(api.CodeInvalidOperationMultiGroupType, "The specified instance can't join different types of security group.")
	case len(nic.Groups) >= maxJoined:
		err = api.Errorf(api.CodeInstanceSecurityGroupLimitExceeded, "Exceeding the allowed amount of security groups that an instance can be in.")
	case state.InterfacesByGroup.Count(v, uint64(m.group)) >= group.Limit():
		err = api.Errorf(api.CodeSecurityGroupInstanceLimitExceeded, "The maximum number of instances in a security group is exceeded.")
	}
	if err != nil {
		return 0, nil, err
	}
	joined := *nic
	joined.Groups = append(slices.Clone(nic.Groups), m.group)
	return k, &joined, nil
}

// otherType reports whether the interface is in groups of another type.
func (m member) otherType(v state.View, nic *ecs.NetworkInterface, group *ecs.SecurityGroup) bool {
	return slices.ContainsFunc(nic.Groups, func(k ecs.Key) bool {
		g, ok := state.Groups.Get(v, k)
		return ok && g.Enterprise != group.Enterprise
	})
}
