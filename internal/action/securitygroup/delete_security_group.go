package securitygroup

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DeleteSecurityGroup", (*Service).DeleteSecurityGroup)

// DeleteSecurityGroup deletes a group that has no members and that no other
// group's rules name. An instance is a member until it is gone for good.
func (s *Service) DeleteSecurityGroup(c *action.Call, in *api.DeleteSecurityGroupRequest) (*api.DeleteSecurityGroupResponse, error) {
	snap := s.DB.Snapshot()
	k, _, err := action.SecurityGroup(c, snap, in.SecurityGroupID)
	if err != nil {
		return nil, notThere()
	}
	if err := deletable(snap, k); err != nil {
		return nil, err
	}
	return &api.DeleteSecurityGroupResponse{}, s.DB.Update(c.Context, func(tx *state.Tx) error {
		if err := deletable(tx, k); err != nil {
			return err
		}
		state.Groups.Delete(tx, k)
		return nil
	})
}

// deletable refuses to delete a group that is gone or needed.
func deletable(v state.View, k ecs.Key) error {
	g, ok := state.Groups.Get(v, k)
	if !ok {
		return notThere()
	}
	if err := changeable(g); err != nil {
		return err
	}
	for n := range state.InterfacesByGroup.Keys(v, uint64(k), 0) {
		return api.Errorf(api.CodeDependencyViolation, "There is still instance(s) in the specified security group: %s.", ecs.ID(ecs.KindNetworkInterface, n))
	}
	for g := range state.GroupsByPeer.Keys(v, uint64(k), 0) {
		return api.Errorf(api.CodeDependencyViolation, "The specified security group has been authorized in another one: %s.", ecs.ID(ecs.KindSecurityGroup, g))
	}
	return nil
}

// notThere is this action's code for a group that is not there.
func notThere() error {
	return api.Errorf(api.CodeInvalidSecurityGroupNotFound, "The specified security group is not found.").WithStatus(404)
}
