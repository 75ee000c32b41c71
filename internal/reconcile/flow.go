package reconcile

import (
	"context"
	"errors"
	"iter"
	"slices"
	"time"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/engine"
	"github.com/openecs/openecs/internal/state"
)

// flow carries out the work (ecs.Work) of the rows of one table: the engine is
// told the goal until it says that it is reached, then that becomes a fact.
type flow interface {
	kind() byte
	// open yields the rows with work under way.
	open(v state.View) iter.Seq[ecs.Key]
	// look takes a step for a row; ok is false if the table has no such row.
	look(ctx context.Context, r *Reconciler, snap *state.Snapshot, k ecs.Key) (o outcome, ok bool)
	// zoneOf is whose host a row is for, 0 if that of the whole region.
	zoneOf(v state.View, k ecs.Key) (zone ecs.Sym, ok bool)
	// expire ends what is past its deadline though the host cannot be asked; nil: nothing is.
	expire(r *Reconciler, snap *state.Snapshot, k ecs.Key, why error) func(*state.Tx, ecs.Key)
}

// flows are all of them. A key belongs to one table, so that the queue needs no
// kind.
var flows = []flow{diskFlow, snapshotFlow, imageFlow, taskFlow, interfaceFlow, addressFlow, gatewayFlow, snatFlow, forwardFlow, provisioningFlow{}}

func isFlow(kind byte) bool {
	return slices.ContainsFunc(flows, func(f flow) bool { return f.kind() == kind })
}

// tableFlow is the flow of a table with records R, by engines that implement E.
type tableFlow[R, E any] struct {
	of        ecs.Kind
	table     *state.Table[R]
	unsettled *state.Index[R]
	work      func(*R) *ecs.Work
	zone      func(*R) ecs.Sym
	// advance tells the engine the goal.
	advance func(ctx context.Context, r *Reconciler, e E, snap *state.Snapshot, k ecs.Key, rec *R) (engine.Progress, error)
	// finish writes the end of the generation; failure says why it failed, 0: it did not.
	finish func(tx *state.Tx, k ecs.Key, rec *R, failure ecs.Sym)
	// without is what comes of work that the engine does not implement; nil: it fails.
	without func(rec *R) error
}

func (f *tableFlow[R, E]) kind() byte { return byte(f.of) }

func (f *tableFlow[R, E]) open(v state.View) iter.Seq[ecs.Key] { return f.unsettled.Keys(v, 0, 0) }

func (f *tableFlow[R, E]) zoneOf(v state.View, k ecs.Key) (ecs.Sym, bool) {
	rec, ok := f.table.Get(v, k)
	if !ok {
		return 0, false
	}
	return f.zone(rec), true
}

func (f *tableFlow[R, E]) late(r *Reconciler, w *ecs.Work) bool {
	return w.Deadline != 0 && r.Clock.Now().UnixMilli() >= w.Deadline
}

func (f *tableFlow[R, E]) expire(r *Reconciler, snap *state.Snapshot, k ecs.Key, why error) func(*state.Tx, ecs.Key) {
	rec, ok := f.table.Get(snap, k)
	if !ok {
		return nil
	}
	if w := f.work(rec); !w.Settled() && f.late(r, w) {
		return f.end(w.Gen, why).write
	}
	return nil
}

func (f *tableFlow[R, E]) look(ctx context.Context, r *Reconciler, snap *state.Snapshot, k ecs.Key) (outcome, bool) {
	rec, ok := f.table.Get(snap, k)
	if !ok {
		return outcome{}, false
	}
	w := f.work(rec)
	if w.Settled() {
		return outcome{blind: true}, true
	}
	e, ok := r.Engine(snap.Str(f.zone(rec))).(E)
	if !ok {
		why := errors.New("the engine does not do that")
		if f.without != nil {
			why = f.without(rec)
		}
		return f.end(w.Gen, why), true
	}
	late := f.late(r, w)
	p, err := f.advance(ctx, r, e, snap, k, rec)
	switch {
	case err == nil && p.Done:
		return f.end(w.Gen, nil), true
	case late:
		o := f.end(w.Gen, errors.New("it was not done in time"))
		o.blind = err != nil
		return o, true
	case errors.Is(err, engine.ErrNoStock), errors.Is(err, engine.ErrPermanent):
		return f.end(w.Gen, err), true
	case err != nil:
		return failed(err), true
	}
	at := p.ReadyAt
	if at.IsZero() {
		at = r.Clock.Now().Add(pollEvery)
	}
	if w.Deadline != 0 {
		if end := time.UnixMilli(w.Deadline); end.Before(at) {
			at = end
		}
	}
	o := after(at)
	if pc := uint8(min(max(p.Percent, 0), 99)); pc > w.Percent {
		o.write = f.writer(w.Gen, func(tx *state.Tx, k ecs.Key, rec *R) {
			next := *rec
			f.work(&next).Percent = pc
			f.table.Put(tx, k, &next)
		})
	}
	return o, true
}

// end finishes the generation.
func (f *tableFlow[R, E]) end(gen uint32, why error) outcome {
	return outcome{write: f.writer(gen, func(tx *state.Tx, k ecs.Key, rec *R) {
		var failure ecs.Sym
		if why != nil {
			failure = tx.Sym(why.Error())
		}
		f.finish(tx, k, rec, failure)
	})}
}

// writer changes the row, unless another generation came meanwhile: then the
// row is looked at again instead.
func (f *tableFlow[R, E]) writer(gen uint32, change func(tx *state.Tx, k ecs.Key, rec *R)) func(*state.Tx, ecs.Key) {
	return func(tx *state.Tx, k ecs.Key) {
		rec, ok := f.table.Get(tx, k)
		if !ok {
			return
		}
		if w := f.work(rec); w.Gen != gen {
			tx.Wake(f.kind(), k)
			return
		}
		change(tx, k, rec)
	}
}

// lookFlow takes a step for whatever the key names beside an instance.
func (r *Reconciler) lookFlow(ctx context.Context, snap *state.Snapshot, k ecs.Key) outcome {
	for _, f := range flows {
		if o, ok := f.look(ctx, r, snap, k); ok {
			return o
		}
	}
	return outcome{blind: true}
}

// expireFlow ends what is past its deadline, beside instances.
func (r *Reconciler) expireFlow(snap *state.Snapshot, k ecs.Key, why error) func(*state.Tx, ecs.Key) {
	for _, f := range flows {
		if do := f.expire(r, snap, k, why); do != nil {
			return do
		}
	}
	return nil
}
