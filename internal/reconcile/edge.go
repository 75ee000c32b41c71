package reconcile

import (
	"context"
	"net/netip"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/engine"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

var addressFlow = &tableFlow[ecs.EIP, engine.Edge]{
	of: ecs.KindEIP, table: state.EIPs, unsettled: state.EIPsOpen, without: noEdge[ecs.EIP],
	work:   func(e *ecs.EIP) *ecs.Work { return &e.Work },
	zone:   func(e *ecs.EIP) ecs.Sym { return e.Zone },
	finish: network.EIPDone,
	advance: func(ctx context.Context, r *Reconciler, edge engine.Edge, snap *state.Snapshot, k ecs.Key, e *ecs.EIP) (engine.Progress, error) {
		g := &engine.AddressGoal{
			ID: uint64(k), Name: ecs.ID(ecs.KindEIP, k), Cell: r.Cell, Zone: snap.Str(e.Zone), Gen: engine.Gen(e.Work.Gen),
			Address: e.Address.Addr(), Bandwidth: int(e.Bandwidth),
		}
		if e.Work.Op == ecs.WorkAttach {
			switch e.TargetKind {
			case ecs.EIPInstance:
				g.Machine = engine.ID(e.Target)
			case ecs.EIPInterface:
				g.Interface, g.Private = uint64(e.Target), e.Private.Addr()
			case ecs.EIPGateway:
				g.Gateway = uint64(e.Target)
			case ecs.EIPHaVip:
				g.HaVip, g.Private = uint64(e.Target), e.Private.Addr()
			}
		}
		return edge.Address(ctx, g)
	},
}

var gatewayFlow = &tableFlow[ecs.NATGateway, engine.Edge]{
	of: ecs.KindNATGateway, table: state.NATGateways, unsettled: state.NATGatewaysOpen, without: noEdge[ecs.NATGateway],
	work:   func(g *ecs.NATGateway) *ecs.Work { return &g.Work },
	zone:   func(g *ecs.NATGateway) ecs.Sym { return g.Zone },
	finish: network.GatewayDone,
	advance: func(ctx context.Context, r *Reconciler, edge engine.Edge, snap *state.Snapshot, k ecs.Key, rec *ecs.NATGateway) (engine.Progress, error) {
		g := &engine.GatewayGoal{
			ID: uint64(k), Name: ecs.ID(ecs.KindNATGateway, k), Cell: r.Cell, Zone: snap.Str(rec.Zone), Gen: engine.Gen(rec.Work.Gen),
			VPC: uint64(rec.VPC), VSwitch: uint64(rec.VSwitch), Private: rec.IP.Addr(), Gone: rec.Work.Op == ecs.WorkDelete,
		}
		return edge.Gateway(ctx, g)
	},
}

var snatFlow = &tableFlow[ecs.SNATEntry, engine.Edge]{
	of: ecs.KindSNATEntry, table: state.SNATEntries, unsettled: state.SNATEntriesOpen, without: noEdge[ecs.SNATEntry],
	work:   func(e *ecs.SNATEntry) *ecs.Work { return &e.Work },
	zone:   func(e *ecs.SNATEntry) ecs.Sym { return e.Zone },
	finish: network.SNATDone,
	advance: func(ctx context.Context, r *Reconciler, edge engine.Edge, snap *state.Snapshot, k ecs.Key, e *ecs.SNATEntry) (engine.Progress, error) {
		g := &engine.TranslationGoal{
			ID: uint64(k), Name: ecs.ID(ecs.KindSNATEntry, k), Cell: r.Cell, Zone: snap.Str(e.Zone), Gen: engine.Gen(e.Work.Gen),
			Gateway: uint64(e.Gateway), Source: netip.PrefixFrom(e.Source.Addr.Addr(), int(e.Source.Bits)), Gone: e.Work.Op == ecs.WorkDelete,
		}
		for _, ip := range e.IPs {
			g.Outer = append(g.Outer, ip.Addr())
		}
		return edge.Translation(ctx, g)
	},
}

var forwardFlow = &tableFlow[ecs.ForwardEntry, engine.Edge]{
	of: ecs.KindForwardEntry, table: state.ForwardEntries, unsettled: state.ForwardEntriesOpen, without: noEdge[ecs.ForwardEntry],
	work:   func(e *ecs.ForwardEntry) *ecs.Work { return &e.Work },
	zone:   func(e *ecs.ForwardEntry) ecs.Sym { return e.Zone },
	finish: network.ForwardDone,
	advance: func(ctx context.Context, r *Reconciler, edge engine.Edge, snap *state.Snapshot, k ecs.Key, e *ecs.ForwardEntry) (engine.Progress, error) {
		g := &engine.TranslationGoal{
			ID: uint64(k), Name: ecs.ID(ecs.KindForwardEntry, k), Cell: r.Cell, Zone: snap.Str(e.Zone), Gen: engine.Gen(e.Work.Gen),
			Gateway: uint64(e.Gateway), Outer: []netip.Addr{e.Outer.Addr()}, Inner: e.Inner.Addr(),
			OuterPort: [2]uint16{e.OuterPort.From, e.OuterPort.To}, InnerPort: [2]uint16{e.InnerPort.From, e.InnerPort.To},
			Gone: e.Work.Op == ecs.WorkDelete,
		}
		switch e.Protocol {
		case ecs.ForwardTCP:
			g.Protocol = "tcp"
		case ecs.ForwardUDP:
			g.Protocol = "udp"
		}
		return edge.Translation(ctx, g)
	},
}

// noEdge is what comes of work on an edge that the engine does not have: it is in the records alone, and done.
func noEdge[R any](*R) error { return nil }
