package reconcile

import (
	"fmt"
	"net/netip"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/engine"
	"github.com/openecs/openecs/internal/model/compute"
	"github.com/openecs/openecs/internal/state"
)

// machine is an instance as its engine needs to know it.
func (r *Reconciler) machine(v *view) (*engine.Machine, error) {
	rec, id := v.rec, ecs.ID(ecs.KindInstance, v.k)
	zone := v.snap.Str(rec.Zone)
	typ, ok := r.Catalog.Type(v.snap.Str(rec.Type))
	if !ok {
		return nil, fmt.Errorf("instance type %s: %w", v.snap.Str(rec.Type), engine.ErrPermanent)
	}
	region, ok := r.Catalog.RegionByCode(v.k.Region())
	if !ok {
		return nil, fmt.Errorf("region code %d: %w", v.k.Region(), engine.ErrPermanent)
	}
	m := &engine.Machine{
		ID: v.id(), Name: id, Cell: r.Cell, Region: region.ID, Zone: zone, Image: v.snap.Str(rec.Image),
		Boot: engine.Boot{
			SpecGen:  rec.Want.SpecGen,
			Size:     engine.Size{Type: typ.ID, VCPUs: typ.VCPU, MemoryMiB: typ.MemoryMiB()},
			Hostname: rec.HostName,
		},
	}
	if m.Boot.Hostname == "" {
		m.Boot.Hostname = ecs.DefaultHostName(id)
	}
	if s, ok := state.Secrets.Get(v.snap, v.k); ok {
		m.Boot.UserData, m.Boot.Password = s.UserData, engine.NewSecret(s.Password)
	}
	authorize(v, &m.Boot)
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
		m.NICs = append(m.NICs, nic(v, k, n))
	}
	return m, nil
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

func nic(v *view, k ecs.Key, n *ecs.NetworkInterface) engine.NIC {
	out := engine.NIC{
		ID: uint64(k), Name: ecs.ID(ecs.KindNetworkInterface, k), VPC: uint64(n.VPC), VSwitch: uint64(n.VSwitch), MAC: ecs.MAC(k),
	}
	bits := 16
	if w, ok := state.VSwitches.Get(v.snap, n.VSwitch); ok {
		bits = int(w.Prefix.Bits)
		out.Gateway = (w.Prefix.Addr + ecs.IPv4(w.Prefix.Size()) - 3).Addr()
	}
	out.Address = netip.PrefixFrom(n.IP.Addr(), bits)
	for _, g := range n.Groups {
		out.Groups = append(out.Groups, uint64(g))
	}
	if n.Primary {
		out.Public = v.rec.PublicIP.Addr()
		out.BandwidthOut, out.BandwidthIn = int(v.rec.BandwidthOut), int(max(0, v.rec.BandwidthIn))
	}
	return out
}
