package vswitch

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DeleteVSwitch", (*Service).DeleteVSwitch)

// DeleteVSwitch deletes a vSwitch whose addresses nothing has.
func (s *Service) DeleteVSwitch(c *action.Call, in *api.DeleteVSwitchRequest) (*api.DeleteVSwitchResponse, error) {
	snap := s.DB.Snapshot()
	k, _, err := action.VSwitch(c, snap, in.VSwitchID)
	if err != nil {
		return nil, notFound()
	}
	if err := deletable(snap, k); err != nil {
		return nil, err
	}
	if action.Flag(in.DryRun) {
		return nil, action.DryRun()
	}
	err = s.DB.Update(c.Context, func(tx *state.Tx) error {
		if err := deletable(tx, k); err != nil {
			return err
		}
		state.VSwitches.Delete(tx, k)
		tx.DropBitmap(k)
		return nil
	})
	return &api.DeleteVSwitchResponse{}, err
}

// deletable refuses to delete a vSwitch that is gone or in use.
func deletable(v state.View, k ecs.Key) error {
	r, ok := state.VSwitches.Get(v, k)
	if !ok {
		return notFound()
	}
	if r.RouteTable != 0 {
		return api.Errorf(api.CodeDependencyViolationRouteTable, "Specified object has dependent resources: %s.", ecs.ID(ecs.KindRouteTable, r.RouteTable))
	}
	if state.SNATEntriesByVSwitch.Count(v, uint64(k)) > 0 {
		return api.Errorf(api.CodeDependencyViolationSnat, "The vSwitch is the source of an SNAT entry.")
	}
	if r.ACL != 0 {
		return api.Errorf(api.CodeDependencyViolationNetworkAcl, "Specified object has dependent resources: %s.", ecs.ID(ecs.KindNetworkACL, r.ACL))
	}
	for h := range state.HaVipsByVSwitch.Keys(v, uint64(k), 0) {
		return api.Errorf(api.CodeDependencyViolationHaVip, "Specified object has dependent resources: %s.", ecs.ID(ecs.KindHaVip, h))
	}
	for n := range state.InterfacesByVSwitch.Keys(v, uint64(k), 0) {
		return depends(ecs.KindNetworkInterface, n)
	}
	for g := range state.NATGatewaysByVSwitch.Keys(v, uint64(k), 0) {
		return depends(ecs.KindNATGateway, g)
	}
	return nil
}

func depends(kind ecs.Kind, k ecs.Key) error {
	return api.Errorf(api.CodeDependencyViolation, "Specified object has dependent resources: %s.", ecs.ID(kind, k))
}
