package havip

import (
	"slices"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "AssociateHaVip", (*Service).AssociateHaVip)

// AssociateHaVip makes an instance or an interface of the HaVip's vSwitch a
// member. All members of a HaVip are of one type.
func (s *Service) AssociateHaVip(c *action.Call, in *api.AssociateHaVipRequest) (*api.AssociateHaVipResponse, error) {
	interfaces, err := memberType(in.InstanceType)
	if err != nil {
		return nil, err
	}
	return &api.AssociateHaVipResponse{}, s.change(c, in.HaVipID, in.ClientToken, func(tx *state.Tx, k ecs.Key, next *ecs.HaVip) error {
		if err := steady(next); err != nil {
			return err
		}
		m, vswitch, err := member(c, tx, interfaces, in.InstanceID)
		switch {
		case err != nil:
			return err
		case vswitch != next.VSwitch:
			return api.Errorf(api.CodeInvalidParameterMismatch, "The HaVip and %s are not in the same vSwitch.", in.InstanceID).WithStatus(400)
		case slices.Contains(next.Members, m):
			return api.Errorf(api.CodeInvalidAssociationDuplicated, "The HaVip is associated with %s already.", in.InstanceID).WithStatus(400)
		case len(next.Members) > 0 && next.Interfaces != interfaces:
			return api.Errorf(api.CodeInvalidParameterMismatch, "The HaVip has members of the other type.").WithStatus(400)
		case len(next.Members) >= ecs.MaxHaVipMembers:
			return api.Errorf(api.CodeCountLimitExceededHaVipOnECSInstance, "The HaVip has as many members as it can have.")
		case state.HaVipsByMember.Count(tx, uint64(m)) >= ecs.MaxMemberHaVips:
			return api.Errorf(api.CodeCountLimitExceedHaVipOnInstance, "%s has as many HaVips as it can have.", in.InstanceID)
		}
		next.Interfaces, next.Members, next.Phase = interfaces, append(slices.Clone(next.Members), m), ecs.PhaseModifying
		network.Pass(tx, k)
		return nil
	})
}

// memberType reads an InstanceType: whether it is NetworkInterface.
func memberType(s string) (interfaces bool, err error) {
	switch s {
	case "", "EcsInstance":
		return false, nil
	case "NetworkInterface":
		return true, nil
	}
	return false, api.Errorf(api.CodeInvalidInstanceTypeValueNotSupported, "The specified value of InstanceType is not supported.").WithStatus(400)
}

// member finds what is to be a member, and its vSwitch.
func member(c *action.Call, v state.View, interfaces bool, id string) (k, vswitch ecs.Key, err error) {
	if interfaces {
		k, n, ok := action.Find(c, v, state.Interfaces, ecs.KindNetworkInterface, func(r *ecs.NetworkInterface) uint64 { return r.Account }, id)
		if !ok {
			return 0, 0, noMember()
		}
		return k, n.VSwitch, nil
	}
	k, r, err := action.Instance(c, v, id)
	if err != nil || r.Want.Deleted {
		return 0, 0, noMember()
	}
	if err := at(r); err != nil {
		return 0, 0, err
	}
	if n, ok := state.Interfaces.Get(v, r.Interface); ok {
		vswitch = n.VSwitch
	}
	return k, vswitch, nil
}

func noMember() error {
	return api.Errorf(api.CodeInvalidInstanceIdNotFound, "The specified InstanceId does not exist.").WithStatus(404)
}

// at refuses an instance that is neither running nor stopped.
func at(r *ecs.Instance) error {
	if s := r.Status(); s != ecs.Running && s != ecs.Stopped {
		return api.Errorf(api.CodeIncorrectInstanceStatus, "The instance is neither Running nor Stopped.").WithStatus(400)
	}
	return nil
}
