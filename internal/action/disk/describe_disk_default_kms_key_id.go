package disk

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/model/block"
)

var _ = action.Handle(&actions, "DescribeDiskDefaultKMSKeyId", (*Service).DescribeDiskDefaultKMSKeyId)

// DescribeDiskDefaultKMSKeyId tells the key of disks that are encrypted by default: the
// service's own unless another was chosen.
func (s *Service) DescribeDiskDefaultKMSKeyId(c *action.Call, _ *api.DescribeDiskDefaultKMSKeyIdRequest) (*api.DescribeDiskDefaultKMSKeyIdResponse, error) {
	key, _ := block.DefaultKey(s.DB.Snapshot(), c.Caller.Account, c.RegionCode())
	return &api.DescribeDiskDefaultKMSKeyIdResponse{KMSKeyID: key}, nil
}
