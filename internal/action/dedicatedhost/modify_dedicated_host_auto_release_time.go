package dedicatedhost

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/compute"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "ModifyDedicatedHostAutoReleaseTime", (*Service).ModifyDedicatedHostAutoReleaseTime)

// ModifyDedicatedHostAutoReleaseTime sets when a pay-as-you-go host is released;
// without a time it stays.
func (s *Service) ModifyDedicatedHostAutoReleaseTime(c *action.Call, in *api.ModifyDedicatedHostAutoReleaseTimeRequest) (*api.ModifyDedicatedHostAutoReleaseTimeResponse, error) {
	err := s.DB.Update(c.Context, func(tx *state.Tx) error {
		k, r, err := find(c, tx, in.DedicatedHostID)
		if err != nil {
			return api.Errorf(api.CodeNoSuchResource, "The specified resource is not found.")
		}
		if r.ChargeType == ecs.PrePaid {
			return api.Errorf(api.CodeChargeTypeViolation, "The operation is not permitted due to charge type of the dedicated host.")
		}
		next := *r
		if err := setRelease(&next, tx.Now(), in.AutoReleaseTime); err != nil {
			return err
		}
		compute.HostReleaseAt(tx, k, next.AutoRelease)
		state.DedicatedHosts.Put(tx, k, &next)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &api.ModifyDedicatedHostAutoReleaseTimeResponse{}, nil
}
