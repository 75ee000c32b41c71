package pricing

import (
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/price"
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
