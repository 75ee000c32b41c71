package state

import "github.com/openecs/openecs/internal/ecs"

// What there is of everything, how much of it an account may have, and how much is
// taken. What is taken is summed, not stored.
var (
	Spots  = Define[ecs.Spot](schema, ')', "spot") // under the instance's key
	Quotas = Define[ecs.Quotas](schema, '(', "quotas")
	Stocks = Define[ecs.Stock](schema, '=', "stock") // under ecs.StockKey

	// Held is how many instances of a type (StockUse) a zone runs, in all accounts.
	Held = Instances.Sum(func(_ ecs.Key, r *ecs.Instance, add func(uint64, int64)) {
		if r.HoldsCapacity() {
			add(StockUse(r.Zone, r.Type), 1)
		}
	})
	// Used is what accounts have of each quota of instances (QuotaUse), by region and by zone.
	Used = Instances.Sum(func(k ecs.Key, r *ecs.Instance, add func(uint64, int64)) {
		if r.ChargeType != ecs.PostPaid {
			return
		}
		of := ecs.QuotaVCPUs
		if r.Spot != ecs.NoSpot {
			of = ecs.QuotaSpotVCPUs
		}
		for _, zone := range [...]ecs.Sym{0, r.Zone} {
			add(QuotaUse(r.Account, k.Region(), zone, ecs.QuotaInstances), 1)
			if !r.Flags.Has(ecs.StopCharging) {
				add(QuotaUse(r.Account, k.Region(), zone, of), int64(r.VCPUs))
			}
		}
	})
	// UsedDisks is the same of disks: GiB.
	UsedDisks = Disks.Sum(func(k ecs.Key, r *ecs.Disk, add func(uint64, int64)) {
		if r.ChargeType == ecs.PostPaid {
			add(QuotaUse(r.Account, k.Region(), 0, ecs.QuotaDisks), int64(r.Size))
			add(QuotaUse(r.Account, k.Region(), r.Zone, ecs.QuotaDisks), int64(r.Size))
		}
	})
)

// StockUse is the key of Held.
func StockUse(zone, typ ecs.Sym) uint64 { return uint64(ecs.StockKey(zone, typ)) }

// QuotaUse is the key of Used and UsedDisks, for a zone or, with 0, for the region.
func QuotaUse(account uint64, region uint8, zone ecs.Sym, q ecs.Quota) uint64 {
	return Within(account, region, uint64(q)<<32|uint64(zone))
}
