package dedicatedhost

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/billing"
	"github.com/openecs/openecs/internal/model/block"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "ModifyDedicatedHostsChargeType", (*Service).ModifyDedicatedHostsChargeType)

// maxCharge is how many hosts may change their charge type at once.
const maxCharge = 20

// ModifyDedicatedHostsChargeType makes subscriptions of pay-as-you-go hosts, or
// the other way, all or none. What is left of a
// subscription is given back.
func (s *Service) ModifyDedicatedHostsChargeType(c *action.Call, in *api.ModifyDedicatedHostsChargeTypeRequest) (*api.ModifyDedicatedHostsChargeTypeResponse, error) {
	once, err := c.Once(in.ClientToken, in.DryRun)
	if err != nil {
		return nil, err
	}
	ids, err := action.Strings("DedicatedHostIds", in.DedicatedHostIDs, 1<<20)
	if err != nil || len(ids) == 0 {
		return nil, action.Invalid("DedicatedHostIds")
	}
	if len(ids) > maxCharge {
		return nil, api.Errorf(api.CodeInstancesIdQuotaExceed, "At most %d DedicatedHostIds can be specified.", maxCharge)
	}
	to := ecs.PrePaid // the default
	if in.DedicatedHostChargeType != "" {
		var ok bool
		if to, ok = ecs.ParseChargeType(in.DedicatedHostChargeType); !ok {
			return nil, api.Errorf(api.CodeInvalidInstanceChargeTypeValueNotSupported, "The specified DedicatedHostChargeType is not valid.")
		}
	}
	if in.AutoPay != nil && !*in.AutoPay {
		return nil, api.Errorf(api.CodeUnsupportedOperationNotImplemented, "OpenECS does not support unpaid orders (AutoPay=false) yet.")
	}
	n := 0
	if in.Period != nil {
		n = *in.Period
	}
	var made []ecs.Key
	err = s.DB.Update(c.Context, func(tx *state.Tx) (err error) {
		made, err = once.Do(tx, func() ([]ecs.Key, error) {
			var keys []ecs.Key
			var hosts []ecs.DedicatedHost
			back := &billing.Purchase{Account: c.Caller.Account, Kind: ecs.OrderRefund, Action: "modify"}
			for _, id := range ids {
				k, r, err := find(c, tx, id)
				if err != nil {
					return nil, api.Errorf(api.CodeInvalidParameterInstanceIds, "The DedicatedHostId %s does not exist.", id)
				}
				next := *r
				switch {
				case r.ChargeType == to:
					return nil, api.Errorf(api.CodeInvalidInstanceChargeTypeValueNotSupported, "The dedicated host has that charge type already.")
				case r.AutoRelease != 0:
					return nil, api.Errorf(api.CodeReleaseTimeHaveBeenSet, "The dedicated host has a release time.")
				case to == ecs.PostPaid:
					back.Lines = append(back.Lines, billing.Line{Kind: ecs.KindDedicatedHost, Resource: k, Price: billing.Worth(tx, r.Account, k, tx.Now())})
					next.ChargeType, next.Expires, next.AutoRenew = ecs.PostPaid, 0, 0
				default:
					if err := pay(&next, tx.Now(), n, in.PeriodUnit, action.Invalid("Period")); err != nil {
						return nil, err
					}
				}
				state.DedicatedHosts.Put(tx, k, &next)
				keys, hosts = append(keys, k), append(hosts, next)
			}
			var k ecs.Key
			var err error
			if to == ecs.PostPaid {
				k, err = billing.Refund(tx, back)
			} else {
				k, err = s.order(tx, ecs.OrderConvert, "modify", n, keys, hosts, tx.Now())
			}
			if err != nil {
				return nil, err
			}
			if action.Flag(in.DryRun) {
				return nil, action.DryRun() // which takes back what was done
			}
			return append([]ecs.Key{k}, keys...), nil
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	out := &api.ModifyDedicatedHostsChargeTypeResponse{OrderID: block.OrderID(made[0])}
	o, ok := state.Orders.Get(s.DB.Snapshot(), made[0])
	for i, k := range made[1:] {
		if ok && i < len(o.Lines) && action.Flag(in.DetailFee) {
			fee := o.Lines[i].Trade()
			out.FeeOfInstances.FeeOfInstance = append(out.FeeOfInstances.FeeOfInstance, api.ModifyDedicatedHostsChargeTypeFeeOfInstance{
				InstanceID: ecs.ID(ecs.KindDedicatedHost, k), Fee: max(fee, -fee).String(), Currency: s.Prices.Currency(),
			})
		}
	}
	return out, nil
}
