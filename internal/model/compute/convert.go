package compute

import (
	"time"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/pricing"
	"github.com/openecs/openecs/internal/price"
	"github.com/openecs/openecs/internal/state"
)

// AsSubscription is what is priced when a pay-as-you-go instance becomes a
// subscription: its type, its bandwidth, its system disk, and with disks its data
// disks.
func AsSubscription(v state.View, prices *price.List, k ecs.Key, r *ecs.Instance, disks bool) price.Want {
	w := pricing.Type(v, prices.Region(k.Region()), r)
	w.Internet, w.Mbits = r.InternetCharge, int(r.BandwidthOut)
	for _, d := range disksOf(v, k) {
		switch {
		case d.k == r.SystemDisk:
			w.System = pricing.Disk(v, d.rec)
		case disks && !d.rec.System:
			w.Data = append(w.Data, pricing.Disk(v, d.rec))
		}
	}
	return w
}

// ToSubscription makes a subscription of a pay-as-you-go instance, from now on for
// a period, with its system disk and perhaps its data disks. Deletion protection,
// which is of pay-as-you-go instances only, goes, and so does a stop that is not
// charged.
func ToSubscription(tx *state.Tx, k ecs.Key, r *ecs.Instance, n int, unit ecs.PeriodUnit, disks bool, order ecs.Key) *ecs.Instance {
	next := *r
	next.ChargeType, next.Period, next.PeriodUnit, next.Order = ecs.PrePaid, uint8(n), unit, order
	next.Expires = ecs.PeriodEnd(tx.Now(), n, unit).Unix()
	next.AutoRenew = 0
	next.Flags &^= ecs.DeletionProtected | ecs.StopCharging | ecs.NotRenewed
	for _, d := range disksOf(tx, k) {
		if d.k == r.SystemDisk || disks && !d.rec.System {
			PayDisk(tx, d.k, d.rec, ecs.PrePaid, next.Expires, order)
		}
	}
	state.Instances.Put(tx, k, &next)
	Subscribe(tx, k, &next)
	return &next
}

// ToPayAsYouGo has an instance and all of its disks paid as they are used: a
// pay-as-you-go instance has no others.
func ToPayAsYouGo(tx *state.Tx, k ecs.Key, r *ecs.Instance) *ecs.Instance {
	next := *r
	next.ChargeType, next.Period, next.PeriodUnit, next.Order, next.Expires = ecs.PostPaid, 0, 0, 0, 0
	next.AutoRenew, next.RenewUnit = 0, 0
	next.Flags &^= ecs.NotRenewed
	for _, d := range disksOf(tx, k) {
		PayDisk(tx, d.k, d.rec, ecs.PostPaid, 0, 0)
	}
	state.Instances.Put(tx, k, &next)
	Subscribe(tx, k, &next)
	return &next
}

// PayDisk has a disk paid in advance until an instant, or as it is used.
func PayDisk(tx *state.Tx, k ecs.Key, d *ecs.Disk, as ecs.ChargeType, expires int64, order ecs.Key) {
	next := *d
	next.ChargeType, next.Expires, next.Order = as, expires, order
	state.Disks.Put(tx, k, &next)
}

// RefundHours are the vCPUs times hours that a subscription of an instance with n
// vCPUs gives back when it ends now.
func RefundHours(r *ecs.Instance, n int, now time.Time) int64 {
	return int64(n) * int64((r.End().Sub(now)+time.Hour-1)/time.Hour)
}
