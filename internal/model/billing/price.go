// Package billing is what things cost. Until there is a price list of the
// operator's, prices come from one formula of OpenECS's own: they are
// illustrative, and nobody's real prices.
package billing

import "github.com/openecs/openecs/internal/ecs"

// Unit is the money that prices are counted in: hundred-thousandths of a yuan.
const Unit = 100_000

// Monthly prices of the formula, in Unit.
const (
	perVCPU = 50 * Unit
	perGiB  = 20 * Unit // of memory
	perMbit = 23 * Unit // of bandwidth paid by bandwidth
)

// perGB is the monthly price of a GiB of disk.
var perGB = map[string]int64{
	"cloud": 30_000, "cloud_efficiency": 35_000, "cloud_ssd": 100_000, "cloud_auto": 105_000, "cloud_essd_entry": 75_000,
	"cloud_essd": 105_000,
}

// Subscription is what an instance costs for n units of time, paid in advance.
// Disks gives the GiB of each category.
func Subscription(vcpu int, memoryGiB float64, mbits int, charge ecs.InternetCharge, disks map[string]int, n int, unit ecs.PeriodUnit) int64 {
	month := int64(vcpu)*perVCPU + int64(memoryGiB*perGiB)
	for category, size := range disks {
		month += int64(size) * perGB[category]
	}
	if charge == ecs.PayByBandwidth {
		month += int64(mbits) * perMbit
	}
	switch unit {
	case ecs.Week:
		return month * int64(n) / 4
	case ecs.Year:
		return month * int64(n) * 12
	}
	return month * int64(n)
}

// Yuan is an amount of Unit as answers show it.
func Yuan(amount int64) float64 { return float64(amount) / Unit }
