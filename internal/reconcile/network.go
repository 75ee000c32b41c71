package reconcile

import (
	"context"
	"errors"
	"net/netip"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/engine"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

var interfaceFlow = &tableFlow[ecs.NetworkInterface, engine.Network]{
	of: ecs.KindNetworkInterface, table: state.Interfaces, unsettled: state.InterfacesOpen,
	work:   func(n *ecs.NetworkInterface) *ecs.Work { return &n.Rest().Work },
	zone:   func(n *ecs.NetworkInterface) ecs.Sym { return n.Zone },
	finish: network.InterfaceDone,
	without: func(n *ecs.NetworkInterface) error {
		if n.Instance == 0 {
			return nil // such an engine never had it
		}
		return errors.New("the engine changes no network interfaces of machines that exist")
	},
	advance: func(ctx context.Context, r *Reconciler, e engine.Network, snap *state.Snapshot, k ecs.Key, n *ecs.NetworkInterface) (engine.Progress, error) {
		p, err := e.NIC(ctx, nicGoal(r.Cell, snap, k, n))
		if errors.Is(err, engine.ErrNotFound) && n.Instance != 0 {
			// Its machine, of the same zone, ended with the engine's process: it is adopted, then this is tried again.
			if h := r.host(n.Zone); h != nil {
				h.queue.add(n.Instance)
			}
		}
		p.Percent = 0 // no action shows it, so it is not worth a write
		return p, err
	},
}

func nicGoal(cell string, snap *state.Snapshot, k ecs.Key, n *ecs.NetworkInterface) *engine.NICGoal {
	w := &n.Rest().Work
	g := &engine.NICGoal{NIC: nic(snap, k, n), Cell: cell, Zone: snap.Str(n.Zone), Gen: engine.Gen(w.Gen), Machine: engine.ID(n.Instance)}
	if g.Gone = w.Op == ecs.WorkDelete; g.Gone || w.Op == ecs.WorkDetach {
		g.Machine = 0
	}
	return g
}

// nic is an interface as its engine needs to know it.
func nic(snap *state.Snapshot, k ecs.Key, n *ecs.NetworkInterface) engine.NIC {
	out := engine.NIC{
		ID: uint64(k), Name: ecs.ID(ecs.KindNetworkInterface, k), VPC: uint64(n.VPC), VSwitch: uint64(n.VSwitch), MAC: ecs.MAC(k),
	}
	bits := 16
	if w, ok := state.VSwitches.Get(snap, n.VSwitch); ok {
		bits = int(w.Prefix.Bits)
		out.Gateway = (w.Prefix.Addr + ecs.IPv4(w.Prefix.Size()) - 3).Addr()
	}
	out.Address = netip.PrefixFrom(n.IP.Addr(), bits)
	for _, g := range n.Groups {
		out.Groups = append(out.Groups, uint64(g))
	}
	m := n.Rest()
	for _, ip := range m.Secondary {
		out.Secondary = append(out.Secondary, ip.Addr())
	}
	for _, p := range m.Prefixes {
		out.Prefixes = append(out.Prefixes, netip.PrefixFrom(p.Addr.Addr(), int(p.Bits)))
	}
	for _, ip := range m.IPv6 {
		out.Secondary = append(out.Secondary, ip.Addr())
	}
	for _, p := range m.Prefixes6 {
		out.Prefixes = append(out.Prefixes, netip.PrefixFrom(p.Addr.Addr(), int(p.Bits)))
	}
	out.SourceDestCheck = m.Flags.Has(ecs.SourceDestCheck)
	if q := m.QoS; m.Flags.Has(ecs.QoSOn) {
		out.Limits = engine.NICLimits{KbpsTx: q.BandwidthTx, KbpsRx: q.BandwidthRx, PPSTx: q.PPSTx, PPSRx: q.PPSRx, Connections: q.Connections}
	}
	if i, ok := state.Instances.Get(snap, n.Instance); ok && n.Primary {
		out.Public = i.PublicIP.Addr()
		out.BandwidthOut, out.BandwidthIn = int(i.BandwidthOut), int(max(0, i.BandwidthIn))
	}
	return out
}
