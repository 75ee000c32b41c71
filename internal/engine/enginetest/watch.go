package enginetest

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/openecs/openecs/internal/engine"
)

// observeConcurrently: whoever looks at any time sees a machine that moves forward.
func observeConcurrently(ctx context.Context, s *Subject) error {
	if err := s.Engine.Provision(ctx, s.Machine(1)); err != nil {
		return err
	}
	looking, stop := context.WithCancelCause(ctx)
	var looks atomic.Int64
	var wg sync.WaitGroup
	for range watchers {
		wg.Go(func() {
			if err := s.watch(looking, &looks); err != nil {
				stop(err)
			}
		})
	}
	err := s.cycle(looking, &looks)
	stop(errWatched)
	wg.Wait()
	if cause := context.Cause(looking); cause != errWatched {
		return cause
	}
	return err
}

const watchers = 2

var errWatched = errors.New("enough was seen")

// cycle starts and stops a machine some times, and lets the watchers look at every stage.
func (s *Subject) cycle(ctx context.Context, looks *atomic.Int64) error {
	seen := func() {
		for enough := looks.Load() + 2*watchers; looks.Load() < enough && ctx.Err() == nil; {
			runtime.Gosched()
		}
	}
	seen()
	m, err := s.make(ctx, 1)
	for gen := engine.Gen(2); err == nil && gen < 10; gen += 2 {
		seen()
		if err = s.ask(ctx, func() error { return s.Engine.Start(ctx, 1, gen, &m.Boot) }); err != nil {
			break
		}
		seen()
		if _, err = s.run(ctx, m, gen); err != nil {
			break
		}
		seen()
		if err = s.ask(ctx, func() error { return s.Engine.Stop(ctx, 1, gen+1, false) }); err != nil {
			break
		}
		seen()
		_, err = s.reach(ctx, 1, gen+1, engine.Stopped)
	}
	return err
}

func (s *Subject) watch(ctx context.Context, looks *atomic.Int64) error {
	var last engine.Observation
	for ctx.Err() == nil {
		o, err := s.Engine.Observe(ctx, 1)
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil:
			return err
		case o.Gen < last.Gen, last.Provisioned && !o.Provisioned, o.Power > engine.Stopping,
			!o.Provisioned && o.Power != engine.Stopped, o.StartedAt.Before(last.StartedAt):
			return fmt.Errorf("observed %+v after %+v", o, last)
		}
		last = o
		looks.Add(1)
		runtime.Gosched()
	}
	return nil
}

func changesWake(ctx context.Context, s *Subject) error {
	m, err := s.make(ctx, 1)
	if err != nil {
		return err
	}
	return s.woken(ctx, 1, func() error { return s.Engine.Start(ctx, 1, 2, &m.Boot) }, func(o engine.Observation) bool {
		return o.Gen == 2
	})
}

// woken causes a change and waits for it to show, looking only when an event or ReadyAt says so.
func (s *Subject) woken(ctx context.Context, id engine.ID, cause func() error, seen func(engine.Observation) bool) error {
	listening, stop := context.WithCancel(ctx)
	events := s.Engine.Events(listening)
	woke, ended := make(chan struct{}, 1), make(chan struct{})
	go func() {
		defer close(ended)
		for got := range events {
			if got == id {
				select {
				case woke <- struct{}{}:
				default:
				}
			}
		}
	}()
	err := cause()
	for foretold := true; err == nil; { // the caller of cause looks once
		if !foretold {
			hint, cancel := context.WithTimeout(ctx, 100*time.Millisecond) // an event may be on its way
			select {
			case <-woke:
				foretold = true
			case <-hint.Done():
			}
			cancel()
		}
		if foretold {
			var o engine.Observation
			if o, err = s.Engine.Observe(ctx, id); err != nil || seen(o) {
				break
			}
			foretold = !o.ReadyAt.IsZero()
		}
		if err = ctx.Err(); err != nil {
			err = fmt.Errorf("no event and no ReadyAt announced the change: %w", err)
			break
		}
		err = s.Pass(ctx)
	}
	stop()
	<-ended // Events end with their context
	return err
}
