package havip

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DeleteHaVip", (*Service).DeleteHaVip)

// DeleteHaVip deletes a HaVip without members and elastic IP that no route leads to;
// its address is free when it is gone.
func (s *Service) DeleteHaVip(c *action.Call, in *api.DeleteHaVipRequest) (*api.DeleteHaVipResponse, error) {
	return &api.DeleteHaVipResponse{}, s.change(c, in.HaVipID, in.ClientToken, func(tx *state.Tx, k ecs.Key, next *ecs.HaVip) error {
		if err := steady(next); err != nil {
			return err
		}
		if len(next.Members) > 0 {
			return api.Errorf(api.CodeIncorrectHaVipStatus, "The HaVip is associated with %s.", ecs.ID(next.MemberKind(), next.Members[0])).WithStatus(400)
		}
		for e := range state.EIPsByTarget.Keys(tx, uint64(k), 0) {
			return api.Errorf(api.CodeDependencyViolation, "Specified object has dependent resources: %s.", ecs.ID(ecs.KindEIP, e)).WithStatus(400)
		}
		for e := range state.RouteEntriesByHop.Keys(tx, uint64(k), 0) {
			return api.Errorf(api.CodeDependencyViolationRouteEntry, "Specified object has dependent resources: %s.", ecs.ID(ecs.KindRouteEntry, e)).WithStatus(400)
		}
		next.Phase = ecs.PhaseDeleting
		network.Pass(tx, k)
		return nil
	})
}
