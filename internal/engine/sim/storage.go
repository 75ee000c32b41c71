package sim

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/openecs/openecs/internal/engine"
)

var _ engine.Storage = (*Host)(nil)

// task is work under way on a disk, a snapshot or an image. A simulated one has
// no content, so nothing of it is kept once its goal is reached.
type task struct {
	op         Op
	gen        engine.Gen
	begun, end int64 // Unix nanoseconds
	order      uint64
	stuck      *fault // never ends, because of this one
	fail       error  // how it ends
}

// What work on storage and on addresses takes in mode Scaled at scale 1.
const (
	DiskDelay     = 2 * time.Second
	SnapshotDelay = 10 * time.Second
	ImageDelay    = 60 * time.Second
	AddressDelay  = 3 * time.Second
	GatewayDelay  = 5 * time.Second
)

// Disk implements engine.Storage.
func (h *Host) Disk(ctx context.Context, g *engine.DiskGoal) (p engine.Progress, err error) {
	err = h.call(ctx, DiskWork, engine.ID(g.ID), g.Zone, g.Category, func() error {
		if g.Machine != 0 && !g.Gone {
			if _, ok := h.w.machines[g.Machine]; !ok {
				return fmt.Errorf("%w: %d", engine.ErrNotFound, g.Machine)
			}
			if err := h.w.busyIf(g.Machine, Provision, Remove); err != nil {
				return err
			}
		}
		p, err = h.w.advance(engine.ID(g.ID), DiskWork, g.Gen, g.Zone, g.Category)
		return err
	})
	return p, err
}

// Snapshot implements engine.Storage.
func (h *Host) Snapshot(ctx context.Context, g *engine.SnapshotGoal) (p engine.Progress, err error) {
	err = h.call(ctx, SnapshotWork, engine.ID(g.ID), g.Zone, "", func() error {
		p, err = h.w.advance(engine.ID(g.ID), SnapshotWork, g.Gen, g.Zone, "")
		return err
	})
	return p, err
}

// Image implements engine.Storage.
func (h *Host) Image(ctx context.Context, g *engine.ImageGoal) (p engine.Progress, err error) {
	err = h.call(ctx, ImageWork, engine.ID(g.ID), "", "", func() error {
		p, err = h.w.advance(engine.ID(g.ID), ImageWork, g.Gen, "", "")
		return err
	})
	return p, err
}

// advance begins the task, or tells how far it has come; once it has ended it
// is answered and forgotten.
func (w *World) advance(id engine.ID, op Op, gen engine.Gen, zone, typ string) (engine.Progress, error) {
	now := w.clock.Now().UnixNano()
	t, ok := w.tasks[id]
	switch {
	case ok && gen < t.gen:
		return engine.Progress{Done: true, Percent: 100}, nil
	case ok && gen == t.gen && t.stuck == nil && t.end <= now:
		delete(w.tasks, id)
		if t.fail != nil {
			return engine.Progress{}, t.fail
		}
		return engine.Progress{Done: true, Percent: 100}, nil
	case !ok || gen > t.gen:
		w.order++
		t = task{op: op, gen: gen, begun: now, order: w.order}
		if f := w.strike(true, op, id, zone, typ); f != nil && f.When == Never {
			t.stuck = f
		} else if f != nil {
			t.fail = f.Err
		}
		t.end = w.endOf(op, engine.Stopped)
		w.tasks[id] = t
	}
	var p engine.Progress
	if t.stuck == nil && t.end != math.MaxInt64 {
		p.ReadyAt = time.Unix(0, t.end).UTC()
		if t.end > t.begun {
			p.Percent = min(99, int(100*(now-t.begun)/(t.end-t.begun)))
		}
		if next := w.nextLook(t, now); next < t.end {
			p.ReadyAt = time.Unix(0, next).UTC() // progress can be watched
		}
	}
	return p, nil
}

// nextLook is when a task has visibly come further: at its half, and a long one
// at every tenth.
func (w *World) nextLook(t task, now int64) int64 {
	parts := int64(2)
	if t.end-t.begun >= int64(time.Second) {
		parts = 10
	}
	part := max(1, (t.end-t.begun)/parts)
	return t.begun + ((now-t.begun)/part+1)*part
}

// stepTask ends the task of id now.
func (w *World) stepTask(id engine.ID) bool {
	t, ok := w.tasks[id]
	if !ok || t.stuck != nil {
		return false
	}
	t.end = w.clock.Now().UnixNano()
	w.tasks[id] = t
	w.changed(id)
	return true
}
