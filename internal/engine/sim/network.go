package sim

import (
	"context"
	"fmt"
	"time"

	"github.com/openecs/openecs/internal/engine"
)

var _ engine.Network = (*Host)(nil)

// InterfaceDelay is what work on an interface takes in mode Scaled at scale 1.
const InterfaceDelay = 2 * time.Second

// NIC implements engine.Network.
func (h *Host) NIC(ctx context.Context, g *engine.NICGoal) (p engine.Progress, err error) {
	err = h.call(ctx, InterfaceWork, engine.ID(g.ID), g.Zone, "", func() error {
		if g.Machine != 0 && !g.Gone {
			if _, ok := h.w.machines[g.Machine]; !ok {
				return fmt.Errorf("%w: %d", engine.ErrNotFound, g.Machine)
			}
			if err := h.w.busyIf(g.Machine, Provision, Remove); err != nil {
				return err
			}
		}
		p, err = h.w.advance(engine.ID(g.ID), InterfaceWork, g.Gen, g.Zone, "")
		return err
	})
	return p, err
}
