package vpc

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DeletionProtection", (*Service).DeletionProtection)

// DeletionProtection keeps an elastic IP, a shared bandwidth or a NAT gateway
// from being deleted. Package network has the list of kinds that exist here.
func (s *Service) DeletionProtection(c *action.Call, in *api.DeletionProtectionRequest) (*api.DeletionProtectionResponse, error) {
	once, err := c.Once(in.ClientToken, nil)
	if err != nil {
		return nil, err
	}
	gone := api.Errorf(api.CodeDeletionProtectionResourceNotExist, "The resource is not exist.")
	switch in.Type {
	case "EIP":
		gone = api.Errorf(api.CodeInvalidAllocationIdNotFound, "Specified allocation ID is not found").WithStatus(404)
	case "CBWP", "NATGW":
	default:
		return nil, api.Errorf(api.CodeDeletionProtectionTypeNotSupport, "The resource is not support.")
	}
	kind, ok := network.Protectable[in.Type]
	if !ok {
		return nil, gone
	}
	k, ok := ecs.ParseID(kind.Kind, in.InstanceID)
	if !ok || k.Region() != c.RegionCode() {
		return nil, gone
	}
	return &api.DeletionProtectionResponse{}, s.DB.Update(c.Context, func(tx *state.Tx) error {
		_, err := once.Do(tx, func() ([]ecs.Key, error) {
			if !kind.Protect(tx, c.Caller.Account, k, flag(in.ProtectionEnable)) {
				return nil, gone
			}
			return nil, nil
		})
		return err
	})
}
