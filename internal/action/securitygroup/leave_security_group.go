package securitygroup

import (
	"slices"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "LeaveSecurityGroup", (*Service).LeaveSecurityGroup)

// LeaveSecurityGroup takes a Running or Stopped instance, or a secondary network
// interface, out of a group, unless it is the last one that the member is in.
func (s *Service) LeaveSecurityGroup(c *action.Call, in *api.LeaveSecurityGroupRequest) (*api.LeaveSecurityGroupResponse, error) {
	snap := s.DB.Snapshot()
	m, err := findMember(c, snap, in.SecurityGroupID, in.InstanceID, in.NetworkInterfaceID, in.RegionID)
	if err == nil {
		_, _, err = m.leave(snap)
	}
	if err != nil {
		return nil, err
	}
	return &api.LeaveSecurityGroupResponse{}, s.DB.Update(c.Context, func(tx *state.Tx) error {
		k, nic, err := m.leave(tx)
		if err != nil {
			return err
		}
		state.Interfaces.Put(tx, k, nic)
		return nil
	})
}

// leave is the interface as it will be, or why it cannot be.
func (m member) leave(v state.View) (ecs.Key, *ecs.NetworkInterface, error) {
	k, nic, _, err := m.load(v)
	if err != nil {
		return 0, nil, err
	}
	at := slices.Index(nic.Groups, m.group)
	if at < 0 {
		return 0, nil, api.Errorf(api.CodeInvalidSecurityGroupAssociationNotFound, "The specified instance is not associated with the specified security group.").WithStatus(400)
	}
	if len(nic.Groups) == 1 {
		return 0, nil, api.Errorf(api.CodeInstanceLastSecurityGroup, "The specified security group is the last security group for the instance.")
	}
	left := *nic
	left.Groups = slices.Delete(slices.Clone(nic.Groups), at, at+1)
	return k, &left, nil
}
