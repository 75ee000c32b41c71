package vpc

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DeleteVpc", (*Service).DeleteVpc)

// DeleteVpc deletes a VPC that holds nothing. ForceDelete gives up what only
// the VPC itself keeps alive, of which there is nothing here: vSwitches,
// instances and security groups are in its way all the same.
func (s *Service) DeleteVpc(c *action.Call, in *api.DeleteVpcRequest) (*api.DeleteVpcResponse, error) {
	once, err := c.Once(in.ClientToken, in.DryRun)
	if err != nil {
		return nil, err
	}
	snap := s.DB.Snapshot()
	if _, found, err := once.Earlier(snap, c.Now); err != nil || found {
		return &api.DeleteVpcResponse{}, err
	}
	k, _, err := find(c, snap, in.VPCID)
	if err == nil {
		err = deletable(snap, k)
	}
	if err != nil {
		return nil, err
	}
	if flag(in.DryRun) {
		return nil, action.DryRun()
	}
	err = s.DB.Update(c.Context, func(tx *state.Tx) error {
		_, err := once.Do(tx, func() ([]ecs.Key, error) {
			if err := deletable(tx, k); err != nil {
				return nil, err
			}
			state.VPCs.Delete(tx, k)
			return nil, nil
		})
		return err
	})
	return &api.DeleteVpcResponse{}, err
}

// deletable refuses to delete a VPC that is gone or holds something.
func deletable(v state.View, k ecs.Key) error {
	if _, ok := state.VPCs.Get(v, k); !ok {
		return notFound()
	}
	switch {
	case state.VSwitchesByVPC.Count(v, uint64(k)) > 0:
		return api.Errorf(api.CodeDependencyViolationVSwitch, "Specified object has dependent resources")
	case state.InterfacesByVPC.Count(v, uint64(k)) > 0:
		return api.Errorf(api.CodeDependencyViolationInstance, "Specified object has dependent resources")
	case state.GroupsByVPC.Count(v, uint64(k)) > 0:
		return api.Errorf(api.CodeDependencyViolationSecurityGroup, "Specified object has dependent resources SecurityGroup.")
	}
	return nil
}
