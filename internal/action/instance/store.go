package instance

import (
	"strings"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/billing"
	"github.com/openecs/openecs/internal/model/block"
	"github.com/openecs/openecs/internal/model/compute"
	"github.com/openecs/openecs/internal/model/image"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/model/resource"
	"github.com/openecs/openecs/internal/model/tag"
	"github.com/openecs/openecs/internal/state"
)

// write makes all instances of the plan in one transaction. What can race is
// checked here again: that the vSwitch and the groups still exist, and that
// there are addresses.
func (p *plan) write(tx *state.Tx, region uint8) (keys []ecs.Key, order ecs.Key, err error) {
	if err := p.recheck(tx); err != nil {
		return nil, 0, err
	}
	if err := p.recheckKeyPair(tx, region); err != nil {
		return nil, 0, err
	}
	common := p.record
	common.KeyPair = tx.Sym(p.key)
	common.Zone = tx.Sym(p.zone.ID)
	common.Type = tx.Sym(p.typ.ID)
	common.Image = tx.Sym(p.image.ID)
	common.VCPUs = uint16(p.typ.VCPU)
	common.Tags = tag.Store(tx, p.tags)
	var ok bool
	if common.ResourceGroup, ok = resource.Group(tx, common.Account, p.resourceGroup); !ok {
		return nil, 0, api.Errorf(api.CodeInvalidResourceGroupNotFound, "The ResourceGroup provided does not exist in our records.")
	}
	if p.start {
		common.Want = ecs.Want{Op: ecs.OpStart, Gen: 1}
	}
	common.Want.Deadline = tx.Now().Add(compute.StartTime).UnixMilli()
	if p.hosting != nil {
		if err := p.hosting.look(tx, region, &common, p.typ, tx.Now().Unix()); err != nil {
			return nil, 0, err
		}
	}
	keys = make([]ecs.Key, p.amount)
	if common.ChargeType == ecs.PrePaid {
		order = billing.OrderKey(tx)
		common.Order = order
	} else if err := billing.Solvent(tx, common.Account); err != nil {
		return nil, 0, err
	}
	n, err := p.supplied(tx)
	if err != nil {
		return nil, 0, err
	}
	keys = keys[:n]
	for i := range keys {
		k, err := p.writeOne(tx, region, common, i)
		if err != nil && i >= p.min {
			keys = keys[:i] // as many as there are addresses for: MinAmount allows it
			break
		}
		if err != nil {
			return nil, 0, err
		}
		keys[i] = k
	}
	if order != 0 {
		order, err = billing.Buy(tx, &billing.Purchase{
			Account: common.Account, Key: order, Kind: ecs.OrderNew, Action: "create", Period: common.Period, Unit: common.PeriodUnit, Zone: common.Zone,
			Lines: billing.Lines(ecs.KindInstance, p.price, keys...), From: tx.Now(), Until: time.Unix(common.Expires, 0),
		})
	}
	return keys, order, err
}

func (p *plan) recheck(tx *state.Tx) error {
	if p.image.Record != nil {
		r, ok := state.Images.Get(tx, p.image.Key)
		if !ok || !image.Visible(r, p.record.Account) {
			return noImage()
		}
		if !r.Usable() {
			return imageNotReady()
		}
	}
	if err := p.groupRoom(tx); err != nil {
		return err
	}
	for _, d := range p.data {
		if src, ok := state.Snapshots.Get(tx, d.Snapshot); d.Snapshot != 0 && (!ok || src.Work.Doing(ecs.WorkDelete)) {
			return api.Errorf(api.CodeInvalidDataDiskSnapshotIdNotFound, `The specified parameter "DataDisk.n.SnapshotId" is not valid.`)
		}
	}
	if p.vswitch != 0 {
		w, ok := state.VSwitches.Get(tx, p.vswitch)
		switch {
		case !ok:
			return gone("VSwitchId")
		case p.six.Len() > 0 && w.Prefix6 != p.prefix6:
			return api.Errorf(api.CodeInvalidVSwitchIpv6NotTurnOn, "IPv6 is not turned on for the specified vSwitch.")
		}
	}
	for i := range p.cards {
		c := &p.cards[i]
		if w, ok := state.VSwitches.Get(tx, c.vswitch); !ok || c.six.Len() > 0 && w.Prefix6 != c.prefix6 {
			return gone("VSwitchId")
		}
	}
	return p.recheckDeployment(tx)
}

func (p *plan) writeOne(tx *state.Tx, region uint8, r ecs.Instance, i int) (ecs.Key, error) {
	k := tx.NewKey(region)
	err := p.deploy(&r)
	if err == nil && p.hosting != nil {
		r.Placement.Host, err = p.hosting.take()
	}
	if err != nil {
		return 0, err
	}
	if p.public {
		if r.PublicIP, err = network.TakePublic(tx); err != nil {
			return 0, err
		}
	}
	if err = p.writeInterfaces(tx, region, k, &r, i); err != nil {
		if r.PublicIP != 0 { // nothing of an instance that is not made may stay
			network.FreePublic(tx, r.PublicIP)
		}
		return 0, err
	}
	r.Name, r.HostName = p.names.of(i, p.amount)
	r.HostName = strings.ReplaceAll(r.HostName, "${instance_id}", ecs.ID(ecs.KindInstance, k))
	r.SystemDisk = p.writeDisk(tx, region, k, &r, p.system, true)
	for _, d := range p.data {
		p.writeDisk(tx, region, k, &r, d, false)
	}
	state.Instances.Put(tx, k, &r)
	if r.Spot != ecs.NoSpot {
		p.market.Bid(tx, k, &r, p.spot)
	}
	if p.secret != nil {
		state.Secrets.Put(tx, k, p.secret)
	}
	if p.role != "" {
		setRole(tx, k, &r, p.role)
	}
	if r.AutoRelease != 0 {
		compute.ReleaseAt(tx, time.Unix(r.AutoRelease, 0), k)
	}
	if r.ChargeType == ecs.PrePaid {
		compute.Subscribe(tx, k, &r)
	}
	tx.Wake(byte(ecs.KindInstance), k)
	return k, nil
}

func (p *plan) writeDisk(tx *state.Tx, region uint8, instance ecs.Key, r *ecs.Instance, d disk, system bool) ecs.Key {
	k := tx.NewKey(region)
	rec := &ecs.Disk{
		Account: r.Account, Instance: instance, Zone: r.Zone, Category: tx.Sym(d.Category), Performance: tx.Sym(d.Level),
		Size: int32(d.SizeGiB), ProvisionedIOPS: int32(d.IOPS), System: system, Device: tx.Sym(d.device), Name: d.name, Description: d.description,
		DeleteWithInstance: !d.keep, Encrypted: d.encrypted, ChargeType: r.ChargeType, Expires: r.Expires, Order: r.Order,
		Created: r.Created, Attached: r.Created, Tags: r.Tags, ResourceGroup: r.ResourceGroup,
	}
	if system {
		rec.Image = r.Image
	}
	if d.Snapshot != 0 {
		rec.Snapshot = tx.Sym(ecs.ID(ecs.KindSnapshot, d.Snapshot))
	}
	if d.Bursting {
		rec.Flags |= ecs.Bursting
	}
	block.Encrypt(tx, region, rec)
	if _, ok := state.SnapshotPolicies.Get(tx, d.policy); ok {
		rec.Policy = d.policy
	}
	state.Disks.Put(tx, k, rec)
	return k
}
