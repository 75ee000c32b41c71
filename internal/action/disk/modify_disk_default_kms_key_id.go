package disk

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/block"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "ModifyDiskDefaultKMSKeyId", (*Service).ModifyDiskDefaultKMSKeyId)

// ModifyDiskDefaultKMSKeyId chooses the key of disks that are encrypted by default. There
// is no key management here, so the service's own key is the only one there is.
func (s *Service) ModifyDiskDefaultKMSKeyId(c *action.Call, in *api.ModifyDiskDefaultKMSKeyIdRequest) (*api.ModifyDiskDefaultKMSKeyIdResponse, error) {
	return &api.ModifyDiskDefaultKMSKeyIdResponse{}, s.settle(c, func(_ *state.Tx, n *ecs.Settings) error {
		if err := encrypting(n); err != nil {
			return err
		}
		if in.KMSKeyID != block.ServiceKey(c.Caller.Account, c.RegionCode()) {
			return api.Errorf(api.CodeInvalidParameterKMSKeyIdNotFound, "The specified KMSKeyId does not exist.")
		}
		n.DiskKey = 0
		return nil
	})
}

// encrypting refuses what needs encryption by default to be on.
func encrypting(n *ecs.Settings) error {
	if !n.EncryptDisks {
		return api.Errorf(api.CodeOperationDenied, "Encryption by default is not enabled in the region.")
	}
	return nil
}
