package incus

import (
	"context"
	"fmt"

	"github.com/openecs/openecs/internal/engine"
)

// Observe implements engine.Engine.
func (h *Host) Observe(ctx context.Context, id engine.ID) (engine.Observation, error) {
	mv := h.moving(id) // before the look: a move that ends meanwhile announces itself afterwards
	i, m, err := h.instance(ctx, id)
	if isNotFound(err) && mv != nil && mv.op == provision {
		return engine.Observation{}, nil // the host has not begun yet, or has just failed, which the next call tells
	}
	if isNotFound(err) && mv != nil && mv.op == remove {
		return mv.last, nil // what it alone used is still being removed
	}
	if err != nil {
		return engine.Observation{}, err
	}
	power, known := powerOf(i)
	if !known {
		return engine.Observation{}, fmt.Errorf("%w: %s is %s there", engine.ErrUnreachable, i.Name, i.Status)
	}
	o := engine.Observation{Provisioned: m.made, Gen: m.gen, BootSpecGen: m.booted}
	if !m.made {
		return o, nil
	}
	o.StartedAt = started(i)
	o.Power = power
	if mv != nil && (mv.op == remove || mv.gen > m.gen) { // else the host says already that it has ended
		switch mv.op {
		case start, reboot:
			o.Power = engine.Starting
		case stop:
			o.Power = engine.Stopping
		case remove:
			if power != engine.Stopped || mv.up {
				o.Power = engine.Stopping
			}
		}
	}
	return o, nil
}
