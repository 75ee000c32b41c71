package dedicatedhost

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/compute"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "ReleaseDedicatedHost", (*Service).ReleaseDedicatedHost)

// ReleaseDedicatedHost ends a pay-as-you-go host, or a subscription whose time is
// over or that is to be terminated.
func (s *Service) ReleaseDedicatedHost(c *action.Call, in *api.ReleaseDedicatedHostRequest) (*api.ReleaseDedicatedHostResponse, error) {
	err := s.DB.Update(c.Context, func(tx *state.Tx) error {
		k, r, err := find(c, tx, in.DedicatedHostID)
		switch {
		case err != nil:
			return err
		case state.InstancesByHost.Count(tx, uint64(k)) > 0:
			return api.Errorf(api.CodeInstanceExist, "Instance exists on the dedicated host.")
		case r.ChargeType == ecs.PrePaid && r.Expires > tx.Now().Unix() && !action.Flag(in.TerminateSubscription):
			return api.Errorf(api.CodeChargeTypeViolation, "The operation is not permitted due to charge type of the dedicated host.").WithStatus(400)
		}
		compute.HostReleaseAt(tx, k, 0)
		state.DedicatedHosts.Delete(tx, k)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &api.ReleaseDedicatedHostResponse{}, nil
}
