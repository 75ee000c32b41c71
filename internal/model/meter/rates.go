package meter

import (
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/billing"
	"github.com/openecs/openecs/internal/model/pricing"
	"github.com/openecs/openecs/internal/price"
	"github.com/openecs/openecs/internal/state"
)

// The billing items, but for those of disks, which have the category in them.
const (
	ItemInstance  = "instance"
	ItemBandwidth = "bandwidth"
	ItemEIP       = "eip"
	ItemSnapshot  = "snapshot"
	ItemHost      = "dedicated host"

	systemDisk = "system disk "
	dataDisk   = "data disk "
)

// priced is what a rate depends on, by the strings themselves: a symbol may be
// taken back with the transaction that made it.
type priced struct {
	item        string
	region      uint8
	name, level string
	size, iops  int32
}

// rate is a price of the list, kept since it never changes.
type rate struct {
	money ecs.Money
	err   error
	item  string // of a disk
}

// maxRates bounds what is kept.
const maxRates = 1 << 12

// look is the rate of p, and asks for it when it is not kept.
func (m *Meter) look(p priced, ask func() (ecs.Money, error)) rate {
	r, ok := m.rates[p]
	if !ok {
		r.money, r.err = ask()
		if r.item = p.item; p.item == systemDisk || p.item == dataDisk {
			r.item += p.name
		}
		if len(m.rates) >= maxRates {
			clear(m.rates)
		}
		m.rates[p] = r
	}
	return r
}

// suspended reports whether what an account pays as it is used is stopped, but
// for what belongs to an instance that was paid for in advance, which goes on.
func suspended(v state.View, account uint64, instance ecs.Key) bool {
	if a, _ := billing.Find(v, account); a.Suspended == 0 {
		return false
	}
	if instance == 0 {
		return true
	}
	i, ok := state.Instances.Get(v, instance)
	return !ok || i.ChargeType != ecs.PrePaid
}

// basis is what the rates of an instance depend on.
type basis struct {
	charge                 ecs.ChargeType
	zone, typ              ecs.Sym
	off, locked, held, out bool
	internet               ecs.InternetCharge
	bandwidth              int32
}

// basisOf tells that an instance costs nothing for its type while it is stopped in
// economical mode, is locked because it is not paid for, or is on a dedicated
// host, which is paid instead; and for its bandwidth while it has no address.
func basisOf(r *ecs.Instance) basis {
	return basis{
		charge: r.ChargeType, zone: r.Zone, typ: r.Type,
		off:    r.Flags.Has(ecs.StopCharging) && r.Status() == ecs.Stopped,
		locked: r.Locks&ecs.LockFinancial != 0, held: r.Placement.Host != 0, out: r.PublicIP != 0,
		internet: r.InternetCharge, bandwidth: r.BandwidthOut,
	}
}

// instance meters an instance from its creation until its row goes.
func (m *Meter) instance(tx *state.Tx, k ecs.Key, old, next *ecs.Instance) {
	strict := true
	if old != nil {
		if next != nil {
			asked := next.Meter != old.Meter || next.Net != old.Net
			was, is := basisOf(old), basisOf(next)
			if next.Meter, next.Net = old.Meter, old.Net; was == is && !asked {
				return
			}
			strict = !asked && (was.charge != is.charge || was.typ != is.typ || was.bandwidth != is.bandwidth || was.internet != is.internet)
		}
	}
	var typeRate, netRate ecs.Money
	if next != nil && next.ChargeType == ecs.PostPaid && next.Locks&ecs.LockFinancial == 0 {
		b := basisOf(next)
		if !b.off && !b.held {
			typeRate = m.typeRate(tx, k, next, strict)
		}
		if b.out && b.bandwidth > 0 && b.internet == ecs.PayByBandwidth {
			netRate = m.bandwidth(b.bandwidth, strict)
		}
	}
	var of, forNet subject // what the rates were of
	var was, net ecs.Metering
	if old != nil {
		of, forNet, was, net = instanceSubject(k, old, ItemInstance), instanceSubject(k, old, ItemBandwidth), old.Meter, old.Net
	}
	if next == nil {
		m.ended(tx, was, of)
		m.ended(tx, net, forNet)
		return
	}
	next.Meter = m.turned(tx, was, of, typeRate, instanceSubject(k, next, ItemInstance))
	next.Net = m.turned(tx, net, forNet, netRate, instanceSubject(k, next, ItemBandwidth))
}

func instanceSubject(k ecs.Key, r *ecs.Instance, item string) subject {
	return subject{account: r.Account, kind: ecs.KindInstance, k: k, zone: r.Zone, spec: r.Type, item: item}
}

// typeRate is the rate of an instance's type.
func (m *Meter) typeRate(tx *state.Tx, k ecs.Key, r *ecs.Instance, strict bool) ecs.Money {
	typ := tx.Str(r.Type)
	found := m.look(priced{item: ItemInstance, region: k.Region(), name: typ}, func() (ecs.Money, error) {
		return pricing.TypeRate(m.prices, m.region(k), typ)
	})
	return m.known(found.money, found.err, strict)
}

func (m *Meter) bandwidth(mbits int32, strict bool) ecs.Money {
	found := m.look(priced{item: ItemBandwidth, size: mbits}, func() (ecs.Money, error) { return pricing.BandwidthRate(m.prices, int(mbits)) })
	return m.known(found.money, found.err, strict)
}

func (m *Meter) region(k ecs.Key) string {
	if r, ok := m.catalog.RegionByCode(k.Region()); ok {
		return r.ID
	}
	return ""
}

// diskBasis is what the rate of a disk depends on.
type diskBasis struct {
	charge   ecs.ChargeType
	spec     ecs.DiskSpec
	system   bool
	instance ecs.Key // only where it decides whether the disk is suspended
}

func diskBasisOf(d *ecs.Disk) diskBasis {
	return diskBasis{charge: d.ChargeType, spec: d.Spec(), system: d.System, instance: d.Instance}
}

func diskItem(r *ecs.Disk) string {
	if r.System {
		return systemDisk
	}
	return dataDisk
}

// disk meters a disk, which costs the same whether its instance runs or not.
func (m *Meter) disk(tx *state.Tx, k ecs.Key, old, next *ecs.Disk) {
	strict := true
	if old != nil && next != nil {
		asked := next.Meter != old.Meter
		was, is := diskBasisOf(old), diskBasisOf(next)
		if next.Meter = old.Meter; was == is && !asked {
			return
		}
		was.instance, is.instance = 0, 0
		strict = !asked && was != is
	}
	var was ecs.Metering
	var of subject
	if old != nil {
		was, of = old.Meter, m.diskSubject(tx, k, old)
	}
	if next == nil {
		m.ended(tx, was, of)
		return
	}
	var r ecs.Money
	if next.ChargeType == ecs.PostPaid && !suspended(tx, next.Account, next.Instance) {
		found := m.diskRate(tx, next)
		r = m.known(found.money, found.err, strict)
	}
	next.Meter = m.turned(tx, was, of, r, m.diskSubject(tx, k, next))
}

func (m *Meter) diskRate(v state.View, d *ecs.Disk) rate {
	p := priced{item: diskItem(d), name: v.Str(d.Category), level: v.Str(d.Performance), size: d.Size, iops: d.ProvisionedIOPS}
	return m.look(p, func() (ecs.Money, error) {
		return pricing.DiskRate(m.prices, price.Disk{Category: p.name, Level: p.level, GiB: int(p.size), IOPS: int(p.iops)})
	})
}

func (m *Meter) diskSubject(v state.View, k ecs.Key, d *ecs.Disk) subject {
	return subject{account: d.Account, kind: ecs.KindDisk, k: k, zone: d.Zone, spec: d.Category, item: m.diskRate(v, d).item}
}

// eip meters an elastic IP: keeping it while it is bound to nothing, and its
// bandwidth where that is paid by bandwidth, bound or not.
func (m *Meter) eip(tx *state.Tx, k ecs.Key, old, next *ecs.EIP) {
	type basis struct {
		target, instance ecs.Key
		charge           ecs.InternetCharge
		bandwidth        int32
	}
	of := func(e *ecs.EIP) basis { return basis{e.Target, e.Instance, e.Charge, e.Bandwidth} }
	strict := true
	if old != nil && next != nil {
		asked := next.Meter != old.Meter || next.Net != old.Net
		was, is := of(old), of(next)
		if next.Meter, next.Net = old.Meter, old.Net; was == is && !asked {
			return
		}
		strict = !asked && (was.charge != is.charge || was.bandwidth != is.bandwidth)
	}
	s := func(e *ecs.EIP, item string) subject {
		return subject{account: e.Account, kind: ecs.KindEIP, k: k, zone: e.Zone, item: item}
	}
	var was, net ecs.Metering
	var kept, used subject
	if old != nil {
		was, net, kept, used = old.Meter, old.Net, s(old, ItemEIP), s(old, ItemBandwidth)
	}
	if next == nil {
		m.ended(tx, was, kept)
		m.ended(tx, net, used)
		return
	}
	var keep, use ecs.Money
	if !suspended(tx, next.Account, next.Instance) {
		if next.Target == 0 {
			r, err := m.prices.EIP()
			keep = m.known(r, err, strict)
		}
		if next.Charge == ecs.PayByBandwidth {
			use = m.bandwidth(next.Bandwidth, strict)
		}
	}
	next.Meter = m.turned(tx, was, kept, keep, s(next, ItemEIP))
	next.Net = m.turned(tx, net, used, use, s(next, ItemBandwidth))
}

// snapshot meters a snapshot from when it is whole. One without a price is free:
// policies take them, whom nobody could tell.
func (m *Meter) snapshot(tx *state.Tx, k ecs.Key, old, next *ecs.Snapshot) {
	whole := func(s *ecs.Snapshot) bool { return s.Status() == ecs.SnapshotAccomplished }
	if old != nil && next != nil {
		asked := next.Meter != old.Meter
		if next.Meter = old.Meter; whole(old) == whole(next) && old.Size == next.Size && !asked {
			return
		}
	}
	s := func(r *ecs.Snapshot) subject {
		return subject{account: r.Account, kind: ecs.KindSnapshot, k: k, zone: r.Zone, item: ItemSnapshot}
	}
	var was ecs.Metering
	var of subject
	if old != nil {
		was, of = old.Meter, s(old)
	}
	if next == nil {
		m.ended(tx, was, of)
		return
	}
	var r ecs.Money
	if whole(next) && !suspended(tx, next.Account, 0) {
		found, err := pricing.SnapshotRate(m.prices, int(next.Size))
		r = m.known(found, err, false)
	}
	next.Meter = m.turned(tx, was, of, r, s(next))
}

// host meters a dedicated host, whatever it carries.
func (m *Meter) host(tx *state.Tx, k ecs.Key, old, next *ecs.DedicatedHost) {
	strict := true
	if old != nil && next != nil {
		asked := next.Meter != old.Meter
		if next.Meter = old.Meter; old.ChargeType == next.ChargeType && old.Type == next.Type && !asked {
			return
		}
		strict = !asked
	}
	s := func(r *ecs.DedicatedHost) subject {
		return subject{account: r.Account, kind: ecs.KindDedicatedHost, k: k, zone: r.Zone, spec: r.Type, item: ItemHost}
	}
	var was ecs.Metering
	var of subject
	if old != nil {
		was, of = old.Meter, s(old)
	}
	if next == nil {
		m.ended(tx, was, of)
		return
	}
	var r ecs.Money
	if next.ChargeType == ecs.PostPaid {
		found, err := pricing.HostRate(m.prices, tx.Str(next.Type))
		r = m.known(found, err, strict)
	}
	next.Meter = m.turned(tx, was, of, r, s(next))
}
