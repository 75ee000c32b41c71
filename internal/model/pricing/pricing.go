// Package pricing tells what of an instance is priced: it reads the records and
// leaves the amounts to package price.
package pricing

import (
	"time"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/price"
	"github.com/openecs/openecs/internal/state"
)

// Instance is what is paid with an instance of a region: its type, its bandwidth,
// and those of its disks that are paid as it is paid. Other disks are paid on
// their own.
func Instance(v state.View, region string, k ecs.Key, r *ecs.Instance) price.Want {
	w := Type(v, region, r)
	w.Internet, w.Mbits = r.InternetCharge, int(r.BandwidthOut)
	for dk, d := range state.DisksByInstance.Ascend(v, uint64(k), 0) {
		switch {
		case d.ChargeType != r.ChargeType:
		case d.System && dk == r.SystemDisk:
			w.System = Disk(v, d)
		case !d.System:
			w.Data = append(w.Data, Disk(v, d))
		}
	}
	return w
}

// Type is what is paid for the type of an instance alone.
func Type(v state.View, region string, r *ecs.Instance) price.Want {
	return price.Want{Region: region, Type: v.Str(r.Type)}
}

// Bandwidth is what is paid for the bandwidth of an instance alone.
func Bandwidth(region string, r *ecs.Instance) price.Want {
	return price.Want{Region: region, Internet: r.InternetCharge, Mbits: int(r.BandwidthOut)}
}

// Disk is what is paid for a disk.
func Disk(v state.View, d *ecs.Disk) price.Disk {
	return price.Disk{Category: v.Str(d.Category), Level: v.Str(d.Performance), GiB: int(d.Size), IOPS: int(d.ProvisionedIOPS)}
}

// Term is the term that an instance was bought for.
func Term(r *ecs.Instance) price.Term {
	return price.Term{N: max(1, int(r.Period)), Unit: r.PeriodUnit}
}

// Rest is the term that is left at an instant of what an instance was paid for: an
// hour at least.
func Rest(r *ecs.Instance, now time.Time) price.Term {
	return price.Term{Rest: max(time.Hour, time.Unix(r.Expires, 0).Sub(now))}
}
