package meter

import (
	"time"

	"github.com/openecs/openecs/internal/catalog"
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
			strict = !asked && (was.charge != is.charge || was.off && !is.off || was.typ != is.typ || was.bandwidth != is.bandwidth || was.internet != is.internet)
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
	typeRate, until, err := m.typeRate(tx, k, next, tx.Now())
	if !until.IsZero() {
		tx.Reschedule(until, DueMarket, k)
		tx.Wake(wakeDue, 0)
	}
	netRate, netErr := m.netRate(next)
	next.Meter = m.turned(tx, was, of, m.known(typeRate, err, strict, was), instanceSubject(k, next, ItemInstance))
	next.Net = m.turned(tx, net, forNet, m.known(netRate, netErr, strict, net), instanceSubject(k, next, ItemBandwidth))
}

func instanceSubject(k ecs.Key, r *ecs.Instance, item string) subject {
	return subject{account: r.Account, kind: ecs.KindInstance, k: k, zone: r.Zone, spec: r.Type, item: item}
}

// typeRate is what an instance costs now for its type: the list price, or that of
// the market of a spot instance, until it moves; the zero time is for good.
func (m *Meter) typeRate(v state.View, k ecs.Key, r *ecs.Instance, at time.Time) (rate ecs.Money, until time.Time, err error) {
	if b := basisOf(r); b.charge != ecs.PostPaid || b.locked || b.off || b.held {
		return 0, time.Time{}, nil
	}
	if r.Spot != ecs.NoSpot {
		return pricing.Rate(v, m.prices, m.region(k), r, at)
	}
	typ := v.Str(r.Type)
	found := m.look(priced{item: ItemInstance, region: k.Region(), name: typ}, func() (ecs.Money, error) {
		return pricing.TypeRate(m.prices, m.region(k), typ)
	})
	return found.money, time.Time{}, found.err
}

// netRate is what an instance costs now for its bandwidth.
func (m *Meter) netRate(r *ecs.Instance) (ecs.Money, error) {
	if b := basisOf(r); b.charge != ecs.PostPaid || b.locked || !b.out || b.bandwidth <= 0 || b.internet != ecs.PayByBandwidth {
		return 0, nil
	}
	return m.bandwidth(r.BandwidthOut)
}

func (m *Meter) bandwidth(mbits int32) (ecs.Money, error) {
	found := m.look(priced{item: ItemBandwidth, size: mbits}, func() (ecs.Money, error) { return pricing.BandwidthRate(m.prices, int(mbits)) })
	return found.money, found.err
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
	r, err := m.diskCost(tx, next)
	next.Meter = m.turned(tx, was, of, m.known(r, err, strict, was), m.diskSubject(tx, k, next))
}

// diskCost is what a disk costs now, diskRate what one like it does.
func (m *Meter) diskCost(v state.View, d *ecs.Disk) (ecs.Money, error) {
	if d.ChargeType != ecs.PostPaid || suspended(v, d.Account, d.Instance) || catalog.LocalDisk(v.Str(d.Category)) {
		return 0, nil
	}
	r := m.diskRate(v, d)
	return r.money, r.err
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
	keep, keepErr := m.eipCost(tx, next)
	use, useErr := m.eipNet(tx, next)
	next.Meter = m.turned(tx, was, kept, m.known(keep, keepErr, strict, was), s(next, ItemEIP))
	next.Net = m.turned(tx, net, used, m.known(use, useErr, strict, net), s(next, ItemBandwidth))
}

func (m *Meter) eipCost(v state.View, e *ecs.EIP) (ecs.Money, error) {
	if e.Target != 0 || suspended(v, e.Account, e.Instance) {
		return 0, nil
	}
	return m.prices.EIP()
}

func (m *Meter) eipNet(v state.View, e *ecs.EIP) (ecs.Money, error) {
	if e.Charge != ecs.PayByBandwidth || suspended(v, e.Account, e.Instance) {
		return 0, nil
	}
	return m.bandwidth(e.Bandwidth)
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
	r, err := m.snapshotCost(tx, next)
	next.Meter = m.turned(tx, was, of, m.known(r, err, false, was), s(next))
}

func (m *Meter) snapshotCost(v state.View, s *ecs.Snapshot) (ecs.Money, error) {
	if s.Status() != ecs.SnapshotAccomplished || suspended(v, s.Account, 0) {
		return 0, nil
	}
	return pricing.SnapshotRate(m.prices, int(s.Size))
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
	r, err := m.hostCost(tx, next)
	next.Meter = m.turned(tx, was, of, m.known(r, err, strict, was), s(next))
}

func (m *Meter) hostCost(v state.View, r *ecs.DedicatedHost) (ecs.Money, error) {
	if r.ChargeType != ecs.PostPaid {
		return 0, nil
	}
	return pricing.HostRate(m.prices, v.Str(r.Type))
}
