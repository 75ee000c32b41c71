package incus

import (
	"context"
	"errors"
	"fmt"

	"github.com/openecs/openecs/internal/engine"
)

// task is work under way on a disk, a snapshot or an image, or how it ended as
// long as nobody has been told.
type task struct {
	gen   engine.Gen
	goal  func(context.Context) error // of gen
	ended bool
	err   error
}

// pursue starts or continues towards a goal; see engine.Storage.
func (h *Host) pursue(id uint64, gen engine.Gen, goal func(context.Context) error) (p engine.Progress, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	done := engine.Progress{Done: true, Percent: 100}
	t := h.tasks[id]
	switch {
	case h.closed:
		return p, fmt.Errorf("%w: the engine is closed", engine.ErrUnreachable)
	case t != nil && gen < t.gen:
		return done, nil
	case t != nil && t.ended && gen == t.gen:
		delete(h.tasks, id)
		if t.err != nil {
			return p, t.err
		}
		return done, nil
	case t != nil && !t.ended:
		if gen > t.gen { // it follows when the older one has ended
			t.gen, t.goal = gen, goal
		}
		return p, nil
	}
	t = &task{gen: gen, goal: goal}
	h.tasks[id] = t
	h.work.Go(func() { h.perform(id, t) })
	return p, nil
}

func (h *Host) perform(id uint64, t *task) {
	for {
		h.mu.Lock()
		gen, goal := t.gen, t.goal
		h.mu.Unlock()
		err := h.permanent(h.patiently(h.live, func() error { return goal(h.live) }))
		h.mu.Lock()
		if t.gen > gen && h.live.Err() == nil {
			h.mu.Unlock()
			continue
		}
		t.ended, t.err = true, err
		if errors.Is(err, context.Canceled) {
			delete(h.tasks, id)
		}
		h.mu.Unlock()
		h.changed(engine.ID(id))
		return
	}
}
