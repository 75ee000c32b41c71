package reconcile

import (
	"context"
	"iter"
	"sync"

	"github.com/openecs/openecs/internal/clock"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/engine"
)

// stream is an engine's events and when to ask for them again.
type stream struct {
	index  int // in Config.Engines
	engine engine.Engine
	again  chan struct{} // has room for one

	mu   sync.Mutex
	owed int // works begun on the clock by resume and not ended
}

func newStream(i int, e engine.Engine) *stream {
	return &stream{index: i, engine: e, again: make(chan struct{}, 1)}
}

// resume lets follow go on. A driven clock waits until it has.
func (s *stream) resume(c clock.Clock) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.Begin()
	s.owed++
	select {
	case s.again <- struct{}{}:
	default:
	}
}

// close ends what resume began.
func (s *stream) close(c clock.Clock) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for ; s.owed > 0; s.owed-- {
		c.End()
	}
}

// follow queues what an engine says has changed. A sequence that ends lost its
// connection: after a pause, which grows while sequences end at once, the
// engine is asked anew and everything is looked at again.
func (r *Reconciler) follow(ctx context.Context, s *stream, events iter.Seq[engine.ID]) {
	pause := firstRetry
	for {
		begun := r.Clock.Now()
		err := r.drain(s, events)
		if ctx.Err() != nil {
			return
		}
		now := r.Clock.Now()
		if now.Sub(begun) > lastRetry {
			pause = firstRetry
		}
		r.Log.Debug("an engine's events ended", "engine", s.index, "again after", pause, "cause", err)
		r.schedule.Wake(now.Add(pause), clock.Key{Kind: wakeEvents, ID: uint64(s.index)})
		pause = min(2*pause, lastRetry)
		select {
		case <-s.again:
		case <-ctx.Done():
			return
		}
		r.stats.resumed.Add(1)
		events = r.subscribe(ctx, s)
		r.lookAtAll()
		s.close(r.Clock)
	}
}

// drain ranges over events until they end, or until the engine panics.
func (r *Reconciler) drain(s *stream, events iter.Seq[engine.ID]) (err error) {
	defer r.caught("an engine's events", &err)
	for id := range events {
		r.add(ecs.Key(id))
	}
	return nil
}

// subscribe asks for events; an engine that panics has none.
func (r *Reconciler) subscribe(ctx context.Context, s *stream) (events iter.Seq[engine.ID]) {
	var err error
	defer r.caught("an engine's events", &err)
	events = func(func(engine.ID) bool) {}
	return s.engine.Events(ctx)
}
