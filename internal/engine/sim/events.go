package sim

import (
	"context"
	"iter"

	"github.com/openecs/openecs/internal/engine"
)

// sub is one subscriber: the machines that changed and that it has not seen, each once. Each
// counts as work on the clock until the subscriber has dealt with it, so a driven clock does not
// move past an event.
type sub struct {
	ids  []engine.ID
	in   map[engine.ID]struct{}
	wake chan struct{} // has room for one
}

// changed announces id; the world is locked.
func (w *World) changed(id engine.ID) {
	for s := range w.subs {
		if _, ok := s.in[id]; ok {
			continue
		}
		w.clock.Begin()
		s.in[id] = struct{}{}
		s.ids = append(s.ids, id)
		select {
		case s.wake <- struct{}{}:
		default:
		}
	}
}

// Events implements engine.Engine. It announces what ReadyAt does not foretell: steps, guests that
// power themselves off, faults that are lifted, zones that are mended.
func (h *Host) Events(ctx context.Context) iter.Seq[engine.ID] {
	w := h.w
	s := &sub{in: map[engine.ID]struct{}{}, wake: make(chan struct{}, 1)}
	w.mu.Lock()
	w.subs[s] = struct{}{}
	w.mu.Unlock()
	context.AfterFunc(ctx, func() { w.leave(s) })
	return func(yield func(engine.ID) bool) {
		defer w.leave(s)
		for {
			for id, ok := w.take(s); ok; id, ok = w.take(s) {
				more := yield(id)
				w.clock.End()
				if !more {
					return
				}
			}
			select {
			case <-s.wake:
			case <-ctx.Done():
				return
			case <-h.cut:
				return
			}
		}
	}
}

func (w *World) take(s *sub) (id engine.ID, ok bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(s.ids) == 0 {
		s.ids = nil
		return 0, false
	}
	id = s.ids[0]
	s.ids = s.ids[1:]
	delete(s.in, id)
	return id, true
}

// leave ends a subscription, what it has not seen included.
func (w *World) leave(s *sub) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.subs, s)
	for range s.ids {
		w.clock.End()
	}
	s.ids, s.in = nil, map[engine.ID]struct{}{}
}
