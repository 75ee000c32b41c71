package reconcile

import (
	"fmt"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/engine"
	"github.com/openecs/openecs/internal/model/compute"
	"github.com/openecs/openecs/internal/state"
)

// machine is an instance as its engine needs to know it.
func (r *Reconciler) machine(v *view) (*engine.Machine, error) {
	boot, err := r.boot(v)
	if err != nil {
		return nil, err
	}
	region, ok := r.Catalog.RegionByCode(v.k.Region())
	if !ok {
		return nil, fmt.Errorf("region code %d: %w", v.k.Region(), engine.ErrPermanent)
	}
	m := &engine.Machine{
		ID: v.id(), Name: ecs.ID(ecs.KindInstance, v.k), Cell: r.Cell, Region: region.ID,
		Zone: v.snap.Str(v.rec.Zone), Image: v.snap.Str(v.rec.Image), Boot: *boot,
	}
	for k, d := range state.DisksByInstance.Ascend(v.snap, uint64(v.k), 0) {
		if d.Flags.Has(ecs.Replaced) {
			continue
		}
		m.Disks = append(m.Disks, engineDisk(v.snap, k, d))
		if last := len(m.Disks) - 1; d.System && last > 0 {
			m.Disks[0], m.Disks[last] = m.Disks[last], m.Disks[0]
		}
	}
	for k, n := range state.InterfacesByInstance.Ascend(v.snap, uint64(v.k), 0) {
		m.NICs = append(m.NICs, nic(v.snap, k, n))
		if last := len(m.NICs) - 1; n.Primary && last > 0 {
			m.NICs[0], m.NICs[last] = m.NICs[last], m.NICs[0]
		}
	}
	return m, nil
}

// boot is what of an instance takes effect when it is powered on.
func (r *Reconciler) boot(v *view) (*engine.Boot, error) {
	typ, ok := r.Catalog.Type(v.snap.Str(v.rec.Type))
	if !ok {
		return nil, fmt.Errorf("instance type %s: %w", v.snap.Str(v.rec.Type), engine.ErrPermanent)
	}
	b := &engine.Boot{
		SpecGen:  v.rec.Want.SpecGen,
		Size:     engine.Size{Type: typ.ID, VCPUs: typ.VCPU, MemoryMiB: typ.MemoryMiB()},
		Hostname: v.rec.HostName,
	}
	if b.Hostname == "" {
		b.Hostname = ecs.DefaultHostName(ecs.ID(ecs.KindInstance, v.k))
	}
	if s, ok := state.Secrets.Get(v.snap, v.k); ok {
		b.UserData, b.Password = s.UserData, engine.NewSecret(s.Password)
	}
	authorize(v, b)
	return b, nil
}

// authorize gives the guest the key of its key pair. It takes no password as
// long as it has one; a password that was set comes back when it is detached.
func authorize(v *view, b *engine.Boot) {
	if v.rec.KeyPair == 0 {
		return
	}
	_, pair, ok := compute.KeyPair(v.snap, v.rec.Account, v.k.Region(), v.snap.Str(v.rec.KeyPair))
	if ok {
		b.AuthorizedKeys, b.Password = []string{pair.PublicKey}, engine.Secret{}
	}
}
