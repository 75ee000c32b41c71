package bss

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/block"
	"github.com/openecs/openecs/internal/model/compute"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "RenewInstance", (*Service).RenewInstance)

// RenewInstance pays a subscription instance of ECS for RenewPeriod months more,
// in whatever region it is.
func (s *Service) RenewInstance(c *action.Call, in *api.BSSRenewInstanceRequest) (*api.BSSRenewInstanceResponse, error) {
	if err := ownOnly(c, in.OwnerID); err != nil {
		return nil, err
	}
	if in.ProductCode != product {
		return nil, action.Invalid("ProductCode")
	}
	if !action.OneOf(in.ProductType, product) {
		return nil, action.Invalid("ProductType")
	}
	if n := *in.RenewPeriod; n < 1 || n > 9 && n != 12 && n != 24 && n != 36 {
		return nil, action.Invalid("RenewPeriod")
	}
	once, err := c.Once(in.ClientToken, nil)
	if err != nil {
		return nil, err
	}
	var order ecs.Key
	err = s.DB.Update(c.Context, func(tx *state.Tx) (err error) {
		order, err = once.DoOne(tx, func() (ecs.Key, error) {
			k, r, ok := action.Find(c, tx, state.Instances, ecs.KindInstance, func(r *ecs.Instance) uint64 { return r.Account }, in.InstanceID)
			if !ok {
				return 0, action.Invalid("InstanceId")
			}
			if err := compute.Renewable(tx, k, r); err != nil {
				return 0, err
			}
			_, order, err := compute.Renew(tx, s.Prices, k, r, compute.Renewal{N: *in.RenewPeriod, Unit: ecs.Month})
			return order, action.NoPrice(err)
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	return &api.BSSRenewInstanceResponse{Code: "Success", Message: "Successful!", Success: true, Data: api.BSSRenewInstanceData{OrderID: block.OrderID(order)}}, nil
}
