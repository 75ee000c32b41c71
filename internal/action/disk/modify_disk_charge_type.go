package disk

import (
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/billing"
	"github.com/openecs/openecs/internal/model/block"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "ModifyDiskChargeType", (*Service).ModifyDiskChargeType)

// maxChargeIDs is how many disks ModifyDiskChargeType takes.
const maxChargeIDs = 16

// chargeEvery is how long the charge type of a disk stays after a change.
const chargeEvery = 5 * time.Minute

// ModifyDiskChargeType changes how data disks of a subscription instance are paid:
// to the end of the instance's paid period, or as they are used.
func (s *Service) ModifyDiskChargeType(c *action.Call, in *api.ModifyDiskChargeTypeRequest) (*api.ModifyDiskChargeTypeResponse, error) {
	to := ecs.PrePaid
	ids, err := action.Strings("DiskIds", in.DiskIDs, maxChargeIDs)
	if err != nil {
		return nil, err
	}
	if in.DiskChargeType != "" {
		var ok bool
		if to, ok = ecs.ParseChargeType(in.DiskChargeType); !ok {
			return nil, action.Invalid("DiskChargeType")
		}
	}
	if len(ids) == 0 {
		return nil, action.Invalid("DiskIds")
	}
	once, err := c.Once(in.ClientToken, nil)
	if err != nil {
		return nil, err
	}
	var made []ecs.Key
	err = s.DB.Update(c.Context, func(tx *state.Tx) error {
		made, err = once.Do(tx, func() ([]ecs.Key, error) {
			k, i, err := action.Instance(c, tx, in.InstanceID)
			if err != nil {
				return nil, api.Errorf(api.CodeInvalidInstanceIdNotFound, "The specified InstanceId does not exist.") // 400 here
			}
			if err := chargeable(i); err != nil {
				return nil, err
			}
			r := recharge{s: s, c: c, instance: k, of: i, to: to, unpaid: to == ecs.PrePaid && in.AutoPay != nil && !*in.AutoPay}
			order, err := r.write(tx, ids)
			return []ecs.Key{order}, err
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	return &api.ModifyDiskChargeTypeResponse{OrderID: block.OrderID(made[0])}, nil
}

// chargeable checks whether the disks of an instance may be paid otherwise.
func chargeable(i *ecs.Instance) error {
	st := i.Status()
	return action.FirstOf([]action.Check{
		{i.ChargeType != ecs.PrePaid, api.CodeChargeTypeViolation, "The disks of a pay-as-you-go instance are pay-as-you-go."},
		{st != ecs.Running && st != ecs.Stopped || i.Want.Deleted || i.Locks&ecs.LockFinancial != 0, api.CodeInvalidInstanceStatusNotSupported,
			"The current status of the instance does not support this operation."},
	})
}

// recharge is how disks of an instance are to be paid.
type recharge struct {
	s        *Service
	c        *action.Call
	instance ecs.Key
	of       *ecs.Instance
	to       ecs.ChargeType
	unpaid   bool
}

// write changes the disks and books it in one order: to the end of the instance's
// subscription what they cost until then, the other way what is left of that.
// An order that waits to be paid changes nothing yet.
func (r *recharge) write(tx *state.Tx, ids []string) (ecs.Key, error) {
	p := &billing.Purchase{Account: r.of.Account, Kind: ecs.OrderConvert, Action: "disk", Zone: r.of.Zone, Key: billing.OrderKey(tx), Unpaid: r.unpaid}
	if r.to == ecs.PrePaid {
		p.From, p.Until = tx.Now(), r.of.End()
	}
	for _, id := range ids {
		k, d, err := r.find(tx, id)
		if err != nil {
			return 0, err
		}
		next := *d
		next.ChargeType, next.Expires, next.ChargeChanged, next.Order = r.to, 0, tx.Now().Unix(), 0
		if r.to == ecs.PrePaid {
			next.Expires, next.Order = r.of.Expires, p.Key
		}
		if err := r.price(tx, p, k, d, &next); err != nil {
			return 0, action.NoPrice(err)
		}
		if !r.unpaid {
			state.Disks.Put(tx, k, &next)
		}
	}
	if r.to == ecs.PrePaid {
		return billing.Buy(tx, p)
	}
	p.Kind = ecs.OrderRefund
	return billing.Refund(tx, p)
}

// price adds what a disk costs, or gives back: of what was paid for it, and then of
// what was paid for the instance that it was bought or renewed with.
func (r *recharge) price(tx *state.Tx, p *billing.Purchase, k ecs.Key, d, next *ecs.Disk) error {
	paid := next
	if r.to == ecs.PostPaid {
		paid = d
	}
	cost, err := block.RestPrice(tx, r.s.Prices, k, paid)
	if err != nil {
		return err
	}
	if r.to == ecs.PrePaid {
		p.Lines = append(p.Lines, billing.Line{Kind: ecs.KindDisk, Resource: k, Price: cost})
		return nil
	}
	own := min(cost, billing.Worth(tx, d.Account, k, tx.Now()))
	p.Lines = append(p.Lines, billing.Line{Kind: ecs.KindDisk, Resource: k, Price: own})
	left := billing.Worth(tx, d.Account, r.instance, tx.Now())
	for _, l := range p.Lines {
		if l.Resource == r.instance {
			left -= l.Price
		}
	}
	if shared := min(cost-own, left); shared > 0 {
		p.Lines = append(p.Lines, billing.Line{Kind: ecs.KindInstance, Resource: r.instance, Price: shared})
	}
	return nil
}

// find finds a disk that can be paid so.
func (r *recharge) find(tx *state.Tx, id string) (ecs.Key, *ecs.Disk, error) {
	k, d, err := find(r.c, tx, id)
	if err != nil || d.Instance != r.instance {
		return 0, nil, api.Errorf(api.CodeInvalidDiskIdsNotFound, "A specified disk does not exist or is not attached to the instance.")
	}
	err = action.FirstOf([]action.Check{
		{d.System, api.CodeInvalidDiskIdsNotPortable, "A specified disk is a system disk."},
		{d.ChargeType == r.to, api.CodeChargeTypeViolation, "A specified disk is paid so already."},
		{d.ChargeChanged != 0 && tx.Now().Unix() < d.ChargeChanged+int64(chargeEvery/time.Second), api.CodeThrottling, "The charge type of a disk can be changed every five minutes."},
		{billing.Unpaid(tx, k) != 0 || billing.Unpaid(tx, r.instance) != 0, api.CodeInvalidInstanceUnPaidOrder, "A specified disk or its instance has an unpaid order."},
	})
	if err == nil && calm(d) != nil {
		err = api.Errorf(api.CodeInvalidDiskIdsNotFound, "Something is under way with a specified disk.")
	}
	return k, d, err
}
