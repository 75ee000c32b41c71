package havip

import (
	"slices"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "UnassociateHaVip", (*Service).UnassociateHaVip)

// UnassociateHaVip takes a member out. Force would be needed for the master,
// which no member is here.
func (s *Service) UnassociateHaVip(c *action.Call, in *api.UnassociateHaVipRequest) (*api.UnassociateHaVipResponse, error) {
	interfaces, err := memberType(in.InstanceType)
	if err != nil {
		return nil, err
	}
	switch in.Force {
	case "", "True", "False", "true", "false":
	default:
		return nil, action.Invalid("Force")
	}
	return &api.UnassociateHaVipResponse{}, s.change(c, in.HaVipID, in.ClientToken, func(tx *state.Tx, k ecs.Key, next *ecs.HaVip) error {
		if err := steady(next); err != nil {
			return err
		}
		m, ok := ecs.ParseID(next.MemberKind(), in.InstanceID)
		if !ok || !slices.Contains(next.Members, m) || in.InstanceType != "" && interfaces != next.Interfaces {
			return api.Errorf(api.CodeResourceNotAssociated, "The HaVip and %s are not associated.", in.InstanceID)
		}
		if r, ok := state.Instances.Get(tx, m); ok && !next.Interfaces && !r.Want.Deleted {
			if err := at(r); err != nil {
				return err
			}
		}
		next.Phase, next.Leaving = ecs.PhaseModifying, m
		network.Pass(tx, k)
		return nil
	})
}
