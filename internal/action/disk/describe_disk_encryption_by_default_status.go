package disk

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/model/block"
)

var _ = action.Handle(&actions, "DescribeDiskEncryptionByDefaultStatus", (*Service).DescribeDiskEncryptionByDefaultStatus)

// DescribeDiskEncryptionByDefaultStatus tells whether new disks are encrypted.
func (s *Service) DescribeDiskEncryptionByDefaultStatus(c *action.Call, _ *api.DescribeDiskEncryptionByDefaultStatusRequest) (*api.DescribeDiskEncryptionByDefaultStatusResponse, error) {
	_, on := block.DefaultKey(s.DB.Snapshot(), c.Caller.Account, c.RegionCode())
	return &api.DescribeDiskEncryptionByDefaultStatusResponse{Encrypted: on}, nil
}
