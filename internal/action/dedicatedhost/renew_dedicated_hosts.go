package dedicatedhost

import (
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/block"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "RenewDedicatedHosts", (*Service).RenewDedicatedHosts)

// RenewDedicatedHosts pays subscription hosts for another period, all or none.
func (s *Service) RenewDedicatedHosts(c *action.Call, in *api.RenewDedicatedHostsRequest) (*api.RenewDedicatedHostsResponse, error) {
	once, err := c.Once(in.ClientToken, nil)
	if err != nil {
		return nil, err
	}
	ids := list(in.DedicatedHostIDs)
	if len(ids) > maxIDs {
		return nil, action.Invalid("DedicatedHostIds")
	}
	var made []ecs.Key
	err = s.DB.Update(c.Context, func(tx *state.Tx) (err error) {
		made, err = once.Do(tx, func() ([]ecs.Key, error) {
			var keys []ecs.Key
			var hosts []ecs.DedicatedHost
			from := tx.Now()
			for _, id := range ids {
				k, r, err := find(c, tx, id)
				if err != nil {
					return nil, api.Errorf(api.CodeInvalidDedicatedHostIdNotFound, "The specified DedicatedHostId does not exist.")
				}
				if r.ChargeType != ecs.PrePaid {
					return nil, api.Errorf(api.CodeChargeTypeViolation, "The operation is not permitted due to charge type of the dedicated host.")
				}
				next := *r
				if err := pay(&next, tx.Now(), *in.Period, in.PeriodUnit, api.Errorf(api.CodeInvalidPeriod, "The specified period is not valid.")); err != nil {
					return nil, err
				}
				state.DedicatedHosts.Put(tx, k, &next)
				keys, hosts = append(keys, k), append(hosts, next)
				if end := time.Unix(r.Expires, 0); end.After(from) {
					from = end
				}
			}
			k, err := s.order(tx, ecs.OrderRenew, "renew", *in.Period, keys, hosts, from)
			return []ecs.Key{k}, err
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	return &api.RenewDedicatedHostsResponse{OrderID: block.OrderID(made[0])}, nil
}
