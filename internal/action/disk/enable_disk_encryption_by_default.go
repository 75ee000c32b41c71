package disk

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "EnableDiskEncryptionByDefault", (*Service).EnableDiskEncryptionByDefault)

// EnableDiskEncryptionByDefault has all disks that the caller creates in the region from now
// on encrypted.
func (s *Service) EnableDiskEncryptionByDefault(c *action.Call, _ *api.EnableDiskEncryptionByDefaultRequest) (*api.EnableDiskEncryptionByDefaultResponse, error) {
	return &api.EnableDiskEncryptionByDefaultResponse{}, s.settle(c, func(_ *state.Tx, n *ecs.Settings) error {
		n.EncryptDisks = true
		return nil
	})
}
