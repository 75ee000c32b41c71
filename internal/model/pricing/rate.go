package pricing

import (
	"time"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/price"
	"github.com/openecs/openecs/internal/state"
)

// What the parts of what is paid as it is used cost for an hour. The only error
// is *price.Missing.

// TypeRate is the rate of an instance type in a region.
func TypeRate(l *price.List, region, typ string) (ecs.Money, error) {
	return l.Trade(price.Want{Region: region, Type: typ}, price.Hour)
}

// DiskRate is the rate of a disk.
func DiskRate(l *price.List, d price.Disk) (ecs.Money, error) {
	return l.Trade(price.Want{System: d}, price.Hour)
}

// BandwidthRate is the rate of public bandwidth that is paid by bandwidth.
func BandwidthRate(l *price.List, mbits int) (ecs.Money, error) {
	return l.Trade(price.Want{Internet: ecs.PayByBandwidth, Mbits: mbits}, price.Hour)
}

// HostRate is the rate of a dedicated host.
func HostRate(l *price.List, typ string) (ecs.Money, error) {
	return l.Trade(price.Want{Host: typ}, price.Hour)
}

// SnapshotRate is the rate of a snapshot: the price of a GiB is that of a month,
// which has 720 hours.
func SnapshotRate(l *price.List, gib int) (ecs.Money, error) {
	month, err := l.Snapshots()
	return (month*ecs.Money(gib)*2 + 720) / 1440, err
}

// Rate is what an hour of the type of a pay-as-you-go instance costs at an instant,
// and until when: until is zero where the rate does not change by itself. It is the
// list price or, of a spot instance, the market price of its zone, which bids do not
// move. Bandwidth and disks are not part of it. The only error is *price.Missing.
func Rate(v state.View, l *price.List, region string, r *ecs.Instance, at time.Time) (rate ecs.Money, until time.Time, err error) {
	if r.Spot == ecs.NoSpot {
		rate, err = l.Trade(Type(v, region, r), price.Hour)
		return rate, time.Time{}, err
	}
	zone, typ := v.Str(r.Zone), v.Str(r.Type)
	rate, err = l.SpotAt(region, zone, typ, at)
	return rate, l.Market().NextChange(typ, zone, at), err
}
