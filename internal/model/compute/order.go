package compute

import (
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/billing"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

// PayOrder pays an order that was left unpaid and does what it was for. It refuses
// as billing.Pay does.
func PayOrder(tx *state.Tx, account uint64, k ecs.Key) error {
	o, err := billing.Pay(tx, account, k)
	if err != nil {
		return err
	}
	next := *o
	for i := range next.Items {
		switch next.Lines[i].Kind {
		case ecs.KindInstance:
			if r, ok := state.Instances.Get(tx, next.Items[i]); ok && !r.Want.Deleted {
				r = fulfil(tx, next.Items[i], r, k, &next)
				next.From, next.Until = tx.Now().Unix(), r.Expires
			}
		case ecs.KindDisk:
			d, ok := state.Disks.Get(tx, next.Items[i])
			if !ok {
				continue
			}
			if r, ok := state.Instances.Get(tx, d.Instance); ok && r.ChargeType == ecs.PrePaid {
				PayDisk(tx, next.Items[i], d, ecs.PrePaid, r.Expires, k)
				next.From, next.Until = tx.Now().Unix(), r.Expires
			}
		}
	}
	state.Orders.Put(tx, k, &next)
	return nil
}

// fulfil does what an order for an instance was for.
func fulfil(tx *state.Tx, k ecs.Key, r *ecs.Instance, order ecs.Key, o *ecs.Order) *ecs.Instance {
	if o.Kind == ecs.OrderConvert {
		return ToSubscription(tx, k, r, int(o.Period), o.Unit, o.Effect.Disks, order)
	}
	next, e := *r, &o.Effect
	if e.Network && r.BandwidthOut == 0 && e.Out > 0 && r.PublicIP == 0 && !r.Flags.Has(ecs.PublicReleased) {
		next.PublicIP, _ = network.TakePublic(tx) // without one AllocatePublicIpAddress is still there
	}
	if e.Network {
		next.InternetCharge, next.BandwidthOut, next.BandwidthIn = e.Internet, e.Out, e.In
	}
	if e.Type != 0 {
		next.Type, next.Credit = e.Type, e.Credit
		next.Want.SpecGen++
	}
	if e.Reboot && r.Status() == ecs.Running {
		return Power(tx, k, &next, ecs.OpReboot, false, StartTime)
	}
	state.Instances.Put(tx, k, &next)
	return &next
}
