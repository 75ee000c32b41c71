package agent

import (
	"context"
	"errors"
	"time"

	"github.com/openecs/openecs/internal/agent/plan"
	"github.com/openecs/openecs/internal/clock"
	"github.com/openecs/openecs/internal/state"
)

// Plans is where Follow gets plans from. The records in the same process are
// one, package feed's client is another.
type Plans interface {
	// Next waits for a plan of a later revision than have, or any if that is nil.
	Next(ctx context.Context, have *plan.Host) (*plan.Host, error)

	// Ended reports whether an error of Next is for good.
	Ended(error) bool
}

// Reporter is implemented by Plans that want to know what is in force.
type Reporter interface {
	Report(ctx context.Context, applied state.Rev) error
}

// Records makes plans of the records, for one caller at a time.
func Records(from Source, p *plan.Planner, c clock.Clock) Plans {
	return &records{from: from, planner: p, clock: c}
}

type records struct {
	from    Source
	planner *plan.Planner
	clock   clock.Clock
	rest    time.Time
}

// Next makes a plan. Most revisions are not about networks: they are looked at a
// quarter of the time at most.
func (r *records) Next(ctx context.Context, have *plan.Host) (*plan.Host, error) {
	if have != nil {
		if err := later(ctx, r.from, have.Rev); err != nil {
			return nil, err
		}
	}
	if r.clock.Now().Before(r.rest) {
		timer := r.clock.NewTimer()
		defer timer.Stop()
		timer.Set(r.rest)
		select {
		case <-timer.C():
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
	began := r.clock.Now()
	h := r.planner.Host(r.from.Snapshot())
	now := r.clock.Now()
	r.rest = now.Add(3 * now.Sub(began))
	return h, nil
}

func (r *records) Ended(err error) bool { return errors.Is(err, state.ErrClosed) }

// later waits for a revision after one.
func later(ctx context.Context, from Source, rev state.Rev) error {
	if from.Snapshot().Rev() > rev {
		return nil
	}
	for _, err := range from.Watch(ctx, rev) {
		if err != nil && (ctx.Err() != nil || errors.Is(err, state.ErrClosed)) {
			return err
		}
		break // there is one, or rev is too long ago to be told what followed
	}
	return nil
}

var _ Source = (*state.DB)(nil)
