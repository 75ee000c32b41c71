package sim

import (
	"context"

	"github.com/openecs/openecs/internal/engine"
)

var _ engine.Edge = (*Host)(nil)

// Address implements engine.Edge.
func (h *Host) Address(ctx context.Context, g *engine.AddressGoal) (engine.Progress, error) {
	return h.task(ctx, AddressWork, engine.ID(g.ID), g.Gen, g.Zone)
}

// Gateway implements engine.Edge.
func (h *Host) Gateway(ctx context.Context, g *engine.GatewayGoal) (engine.Progress, error) {
	return h.task(ctx, GatewayWork, engine.ID(g.ID), g.Gen, g.Zone)
}

// Translation implements engine.Edge.
func (h *Host) Translation(ctx context.Context, g *engine.TranslationGoal) (engine.Progress, error) {
	return h.task(ctx, GatewayWork, engine.ID(g.ID), g.Gen, g.Zone)
}

func (h *Host) task(ctx context.Context, op Op, id engine.ID, gen engine.Gen, zone string) (p engine.Progress, err error) {
	err = h.call(ctx, op, id, zone, "", func() error {
		p, err = h.w.advance(id, op, gen, zone, "")
		return err
	})
	return p, err
}
