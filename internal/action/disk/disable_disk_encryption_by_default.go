package disk

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DisableDiskEncryptionByDefault", (*Service).DisableDiskEncryptionByDefault)

// DisableDiskEncryptionByDefault ends what EnableDiskEncryptionByDefault began. Disks that
// are encrypted stay so; the default key is kept.
func (s *Service) DisableDiskEncryptionByDefault(c *action.Call, _ *api.DisableDiskEncryptionByDefaultRequest) (*api.DisableDiskEncryptionByDefaultResponse, error) {
	return &api.DisableDiskEncryptionByDefaultResponse{}, s.settle(c, func(_ *state.Tx, n *ecs.Settings) error {
		n.EncryptDisks = false
		return nil
	})
}
