package disk

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "ResetDiskDefaultKMSKeyId", (*Service).ResetDiskDefaultKMSKeyId)

// ResetDiskDefaultKMSKeyId makes the default key the service's own again.
func (s *Service) ResetDiskDefaultKMSKeyId(c *action.Call, _ *api.ResetDiskDefaultKMSKeyIdRequest) (*api.ResetDiskDefaultKMSKeyIdResponse, error) {
	return &api.ResetDiskDefaultKMSKeyIdResponse{}, s.settle(c, func(_ *state.Tx, n *ecs.Settings) error {
		if err := encrypting(n); err != nil {
			return err
		}
		n.DiskKey = 0
		return nil
	})
}
