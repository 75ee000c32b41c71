package reconcile

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync/atomic"
	"time"

	"github.com/openecs/openecs/internal/clock"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/compute"
	"github.com/openecs/openecs/internal/state"
)

// Stats counts since Start.
type Stats struct {
	Panics        uint64 // steps that panicked; each was logged and tried again
	HostsOpened   uint64 // times a host was left alone because it did not answer
	HostsOpen     int    // hosts that are left alone now
	EventsResumed uint64 // times an engine's events were asked for anew
}

type counters struct{ panics, opened, resumed atomic.Uint64 }

// Stats counts since Start.
func (r *Reconciler) Stats() Stats {
	s := Stats{Panics: r.stats.panics.Load(), HostsOpened: r.stats.opened.Load(), EventsResumed: r.stats.resumed.Load()}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, h := range r.hosts {
		if h.breaker.isOpen() {
			s.HostsOpen++
		}
	}
	return s
}

// errPanic is what a step that panicked failed with.
var errPanic = errors.New("a step panicked")

// caught is deferred. It turns a panic into an error, logged with its stack:
// one instance that cannot be handled is no reason to end the process.
func (r *Reconciler) caught(what string, err *error) {
	p := recover()
	if p == nil {
		return
	}
	r.stats.panics.Add(1)
	r.Log.Error("a step of the reconciler panicked", "of", what, "panic", p, "stack", string(debug.Stack()))
	*err = fmt.Errorf("%w: %v", errPanic, p)
}

// step is look, which may panic and may come too late: what fails when its
// time is over ends, though nothing could be seen or done.
func (r *Reconciler) step(ctx context.Context, k ecs.Key) (out outcome) {
	out, err := r.tryLook(ctx, k)
	if err != nil {
		out = outcome{failed: err, blind: true}
	}
	if out.failed == nil {
		return out
	}
	snap := r.DB.Snapshot()
	rec, ok := state.Instances.Get(snap, k)
	if !ok {
		out.write = r.expireFlow(snap, k, out.failed)
		return out
	}
	if !r.over(rec) {
		return out
	}
	if err != nil && !rec.Seen.Provisioned && !rec.Want.Deleted {
		return r.abandon(ctx, k, rec, out)
	}
	out.write = r.expire(k, rec, out.failed).write
	return out
}

func (r *Reconciler) tryLook(ctx context.Context, k ecs.Key) (out outcome, err error) {
	defer r.caught(ecs.ID(ecs.KindInstance, k), &err)
	return r.look(ctx, k), nil
}

// expire ends a power operation whose time is over as giveUp does, with the
// power that was seen last: what cannot be asked is not taken for stopped. An
// instance that is being made or released waits for its host instead, or its
// machine might outlive its record.
func (r *Reconciler) expire(k ecs.Key, rec *ecs.Instance, why error) outcome {
	if !rec.Seen.Provisioned || rec.Want.Deleted || rec.Seen.Gen >= rec.Want.Gen {
		return done()
	}
	r.Log.Warn("a power operation ended unseen", "instance", ecs.ID(ecs.KindInstance, k), "cause", why)
	gen := rec.Want.Gen
	return outcome{write: changing(func(tx *state.Tx, k ecs.Key, rec *ecs.Instance) {
		next := *rec
		next.Seen.Gen = max(next.Seen.Gen, gen)
		next.Seen.Failure = tx.Sym(why.Error())
		state.Instances.Put(tx, k, &next)
	})}
}

// abandon releases an instance whose every look panics and that is not made in
// time, if its machine can at least be told to go.
func (r *Reconciler) abandon(ctx context.Context, k ecs.Key, rec *ecs.Instance, out outcome) (end outcome) {
	err := func() (err error) {
		defer r.caught(ecs.ID(ecs.KindInstance, k), &err)
		return r.Engine(r.DB.Snapshot().Str(rec.Zone)).Remove(ctx, (&view{k: k}).id())
	}()
	if err != nil {
		return out
	}
	r.Log.Warn("an instance could not be made and is released", "instance", ecs.ID(ecs.KindInstance, k), "cause", out.failed)
	return outcome{blind: true, write: changing(func(tx *state.Tx, k ecs.Key, rec *ecs.Instance) {
		notMade(tx, k, rec)
		compute.Release(tx, k, rec)
	})}
}

// guard runs a chore, and again after a while if it panics.
func (r *Reconciler) guard(kind byte, chore func()) {
	err := func() (err error) {
		defer r.caught("what is due", &err)
		chore()
		return nil
	}()
	if err != nil {
		r.schedule.Wake(r.Clock.Now().Add(choreRetry), clock.Key{Kind: kind})
	}
}

// choreRetry is when a chore that could not be done is done again.
const choreRetry = time.Second
