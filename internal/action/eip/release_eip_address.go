package eip

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "ReleaseEipAddress", (*Service).ReleaseEIPAddress)

// ReleaseEIPAddress deletes an elastic IP that is bound to nothing.
func (s *Service) ReleaseEIPAddress(c *action.Call, in *api.ReleaseEipAddressRequest) (*api.ReleaseEipAddressResponse, error) {
	err := s.DB.Update(c.Context, func(tx *state.Tx) error {
		k, e, err := action.EIP(c, tx, in.AllocationID)
		if err != nil {
			return err
		}
		if e.Status() != ecs.EIPAvailable {
			return wrongStatus()
		}
		if e.Flags.Has(ecs.EIPProtected) {
			return api.Errorf(api.CodeInvalidOperationDeletionProtection, "The elastic IP is protected against deletion.").WithStatus(400)
		}
		network.ReleaseEIP(tx, k, e)
		return nil
	})
	return &api.ReleaseEipAddressResponse{}, err
}
