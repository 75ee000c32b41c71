package instance

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/billing"
	"github.com/openecs/openecs/internal/model/block"
	"github.com/openecs/openecs/internal/model/compute"
	"github.com/openecs/openecs/internal/price"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "ModifyInstanceChargeType", (*Service).ModifyInstanceChargeType)

// maxChargeIDs is how many instances ModifyInstanceChargeType takes.
const maxChargeIDs = 20

// conversion is a ModifyInstanceChargeType request that has been read.
type conversion struct {
	s      *Service
	c      *action.Call
	ids    []string
	to     ecs.ChargeType
	n      int
	unit   ecs.PeriodUnit
	disks  bool
	unpaid bool
}

// ModifyInstanceChargeType makes subscriptions of pay-as-you-go instances, or the
// other way round, all or none. What is left of a subscription is given back at
// once; of each kind there is one order for all.
func (s *Service) ModifyInstanceChargeType(c *action.Call, in *api.ModifyInstanceChargeTypeRequest) (*api.ModifyInstanceChargeTypeResponse, error) {
	v, err := s.newConversion(c, in)
	if err != nil {
		return nil, err
	}
	once, err := c.Once(in.ClientToken, in.DryRun)
	if err != nil {
		return nil, err
	}
	var order ecs.Key
	err = s.DB.Update(c.Context, func(tx *state.Tx) (err error) {
		order, err = once.DoOne(tx, func() (ecs.Key, error) {
			order, err := v.write(tx)
			if err == nil && action.Flag(in.DryRun) {
				err = action.DryRun() // which takes back what was done
			}
			return order, err
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	out := &api.ModifyInstanceChargeTypeResponse{OrderID: block.OrderID(order)}
	if o, ok := state.Orders.Get(s.DB.Snapshot(), order); ok && action.Flag(in.IsDetailFee) {
		for i, k := range o.Items {
			if o.Lines[i].Kind != ecs.KindInstance {
				continue // a data disk's refund is not of the instance
			}
			fee := o.Lines[i].Trade()
			out.FeeOfInstances.FeeOfInstance = append(out.FeeOfInstances.FeeOfInstance, api.ModifyInstanceChargeTypeFeeOfInstance{
				InstanceID: ecs.ID(ecs.KindInstance, k), Fee: max(fee, -fee).String(), Currency: s.Prices.Currency(),
			})
		}
	}
	return out, nil
}

func (s *Service) newConversion(c *action.Call, in *api.ModifyInstanceChargeTypeRequest) (*conversion, error) {
	v := &conversion{s: s, c: c, to: ecs.PrePaid, disks: action.Flag(in.IncludeDataDisks), unpaid: in.AutoPay != nil && !*in.AutoPay}
	ids, err := action.Strings("InstanceIds", in.InstanceIDs, 1<<16)
	v.ids = distinct(ids)
	if err != nil || len(ids) == 0 {
		return nil, api.Errorf(api.CodeInvalidParameterInstanceIds, "The specified InstanceIds are invalid.")
	}
	if len(ids) > maxChargeIDs {
		return nil, api.Errorf(api.CodeInstancesIdQuotaExceed, "The maximum number of InstanceIds is exceeded.")
	}
	if in.InstanceChargeType != "" {
		var ok bool
		if v.to, ok = ecs.ParseChargeType(in.InstanceChargeType); !ok {
			return nil, badChargeType()
		}
	}
	if v.to == ecs.PostPaid {
		return v, nil
	}
	var ok bool
	if v.unit, ok = periodUnit(in.PeriodUnit); !ok {
		return nil, api.Errorf(api.CodeInvalidPeriodUnitMismatch, "The specified Period and PeriodUnit do not match.")
	}
	if in.Period == nil || !validPeriod(*in.Period, v.unit) {
		return nil, api.Errorf(api.CodeInvalidPeriod, "The specified period is not valid.")
	}
	v.n = *in.Period
	return v, nil
}

func badChargeType() error {
	return api.Errorf(api.CodeInvalidInstanceChargeTypeValueNotSupported, "The specified InstanceChargeType is not valid.")
}

// write changes all instances and books it. An order that waits to be paid changes
// nothing yet.
func (v *conversion) write(tx *state.Tx) (ecs.Key, error) {
	p := &billing.Purchase{Account: v.c.Caller.Account, Kind: ecs.OrderConvert, Action: "convert", Period: uint8(v.n), Unit: v.unit, Key: billing.OrderKey(tx), From: tx.Now()}
	if v.to == ecs.PostPaid {
		p.Kind, p.Unit = ecs.OrderRefund, 0
	} else {
		p.Until, p.Unpaid, p.Effect.Disks = ecs.PeriodEnd(tx.Now(), v.n, v.unit), v.unpaid, v.disks
	}
	for _, id := range v.ids {
		k, r, err := action.Instance(v.c, tx, id)
		if err == nil {
			err = v.check(tx, k, r)
		}
		if err != nil {
			return 0, err
		}
		p.Zone = r.Zone
		if v.to == ecs.PrePaid {
			err = v.subscribe(tx, p, k, r)
		} else {
			v.end(tx, p, k, r)
		}
		if err != nil {
			return 0, err
		}
	}
	if v.to == ecs.PrePaid {
		return billing.Buy(tx, p)
	}
	if err := billing.Affordable(tx, p.Account, 0); err != nil {
		return 0, err
	}
	if billing.RefundedVCPUHours(tx, p.Account, tx.Now())+p.VCPUHours > billing.MaxRefundVCPUHours {
		return 0, api.Errorf(api.CodeQuotaExceedRufundVcpu, "The refund quota of vCPU hours of this month is exceeded: %d", billing.MaxRefundVCPUHours)
	}
	return billing.Refund(tx, p)
}

// check checks what depends on the instance.
func (v *conversion) check(tx *state.Tx, k ecs.Key, r *ecs.Instance) error {
	h, hosted := state.DedicatedHosts.Get(tx, r.Placement.Host)
	until := ecs.PeriodEnd(tx.Now(), max(v.n, 1), v.unit).Unix()
	err := action.FirstOf([]action.Check{
		{r.ChargeType == ecs.PrePaid && (r.Expires <= tx.Now().Unix() || r.Locks&ecs.LockFinancial != 0), api.CodeExpiredInstance, "The specified instance has expired."},
		{r.ChargeType == v.to, api.CodeInvalidInstanceChargeTypeValueNotSupported, "The instance is paid so already."},
		{r.Spot != ecs.NoSpot, api.CodeInvalidInstanceChargeTypeValueNotSupported, "A spot instance stays pay-as-you-go."},
		{in(r, ecs.Running, ecs.Stopped) != nil || r.Locks != 0, api.CodeInvalidStatusValueNotSupported, "The current status of the instance does not support this operation."},
		{v.to == ecs.PrePaid && r.AutoRelease != 0, api.CodeReleaseTimeHaveBeenSet, "The specified instance has a release time."},
		{v.to == ecs.PrePaid && hosted && (h.ChargeType != ecs.PrePaid || until > h.Expires), api.CodeInvalidPeriodExceededDedicatedHost, "Instance expired date can't exceed dedicated host expired date."},
	})
	if err != nil {
		return err
	}
	return compute.NothingUnpaid(tx, k, api.CodeInvalidInstanceUnpaidOrder)
}

func (v *conversion) subscribe(tx *state.Tx, p *billing.Purchase, k ecs.Key, r *ecs.Instance) error {
	cost, err := v.s.Prices.Trade(compute.AsSubscription(tx, v.s.Prices, k, r, v.disks), price.Term{N: v.n, Unit: v.unit})
	if err != nil {
		return action.NoPrice(err)
	}
	p.Lines = append(p.Lines, billing.Line{Kind: ecs.KindInstance, Resource: k, Price: cost})
	if !v.unpaid {
		compute.ToSubscription(tx, k, r, v.n, v.unit, v.disks, p.Key)
	}
	return nil
}

// end ends a subscription, and adds what is left of it to the refund.
func (v *conversion) end(tx *state.Tx, p *billing.Purchase, k ecs.Key, r *ecs.Instance) {
	now := tx.Now()
	p.Lines = append(p.Lines, billing.Line{Kind: ecs.KindInstance, Resource: k, Price: billing.Worth(tx, r.Account, k, now)})
	for dk := range state.DisksByInstance.Ascend(tx, uint64(k), 0) {
		if left := billing.Worth(tx, r.Account, dk, now); left > 0 {
			p.Lines = append(p.Lines, billing.Line{Kind: ecs.KindDisk, Resource: dk, Price: left})
		}
	}
	if t, ok := v.s.Catalog.Type(tx.Str(r.Type)); ok {
		p.VCPUHours += compute.RefundHours(r, t.VCPU, now)
	}
	compute.ToPayAsYouGo(tx, k, r)
}
