package region

import (
	"slices"

	"github.com/openecs/openecs/internal/catalog"
)

// find is the resources of the wanted kind in the zone.
func (q *availability) find(z *catalog.Zone) []supported {
	switch q.destination {
	case destZone:
		return []supported{plain(z.ID, q.any(z, q.io, q.network))}
	case destIOOptimized:
		return q.kinds([]string{optimized, notOptimized}, q.io, func(io string) bool { return q.any(z, io, q.network) })
	case destNetwork:
		return q.kinds([]string{vpc, classicNetwork}, q.network, func(network string) bool { return q.any(z, q.io, network) })
	case destInstanceType:
		return q.types(z)
	case destSystemDisk:
		return q.disks(z, q.system, true)
	default:
		return q.disks(z, q.data, false)
	}
}

// kinds is the values that can be had, or the one that was asked for.
func (q *availability) kinds(values []string, asked string, available func(string) bool) []supported {
	list := []supported{}
	for _, v := range values {
		if asked == v || asked == "" && available(v) {
			list = append(list, plain(v, available(v)))
		}
	}
	return list
}

// any reports whether the zone sells an instance type that fits, or for disks
// alone, that it sells the disks.
func (q *availability) any(z *catalog.Zone, io, network string) bool {
	if q.disksAlone && q.named == nil {
		return (q.system == "" || z.SellsDisk(q.system)) && (q.data == "" || z.SellsDisk(q.data))
	}
	if q.named != nil {
		return q.sells(z, q.named, io, network)
	}
	return slices.ContainsFunc(q.catalog.Types(), func(t *catalog.Type) bool { return q.sells(z, t, io, network) })
}

// types is the instance types some zone of the region sells, and the named one.
func (q *availability) types(z *catalog.Zone) []supported {
	if q.named != nil {
		return []supported{q.supply(z, q.named)}
	}
	list := []supported{}
	for _, t := range q.catalog.Types() {
		if q.fits(t, q.io, q.network) && sold(q.all, t.Family) {
			list = append(list, q.supply(z, t))
		}
	}
	return list
}

// disks is the disk categories that some zone of the region sells and that the
// instance type takes, with their sizes in the role, in GiB; or the one asked
// for. The sizes of ESSDs are those of PL1, the default performance level.
func (q *availability) disks(z *catalog.Zone, asked string, system bool) []supported {
	list := []supported{}
	base := q.any(z, q.io, q.network)
	for _, category := range q.catalog.DiskCategories() {
		low, high, ok := q.catalog.DiskLimits(category, "", system)
		takes := q.named == nil || q.named.Family.TakesDisk(category)
		here := ok && takes && slices.ContainsFunc(q.all, func(z *catalog.Zone) bool { return z.SellsDisk(category) })
		if asked != "" && asked != category || asked == "" && !here {
			continue
		}
		v := plain(category, here && base && z.SellsDisk(category))
		v.Min, v.Max, v.Unit = low, high, "GiB"
		list = append(list, v)
	}
	return list
}

// sells reports whether the zone sells the type and it fits.
func (q *availability) sells(z *catalog.Zone, t *catalog.Type, io, network string) bool {
	return q.fits(t, io, network) && z.SellsFamily(t.Family) && inStock(q.view, z, t) &&
		(q.system == "" || z.SellsDisk(q.system)) && (q.data == "" || z.SellsDisk(q.data))
}

// fits reports whether instances of the type are what the parameters describe,
// wherever they are sold.
func (q *availability) fits(t *catalog.Type, io, network string) bool {
	switch {
	case q.named != nil && t != q.named,
		q.cores != 0 && t.VCPU != q.cores,
		q.memory != 0 && t.MemoryGiB != q.memory,
		io != "" && !canBe(t, io == optimized),
		network == classicNetwork && !(q.region.Classic && t.Family.Classic),
		q.system != "" && !q.takes(t, q.system, true),
		q.data != "" && !q.takes(t, q.data, false):
		return false
	}
	return true
}

func (q *availability) takes(t *catalog.Type, category string, system bool) bool {
	_, _, ok := q.catalog.DiskLimits(category, "", system)
	return ok && t.Family.TakesDisk(category)
}
