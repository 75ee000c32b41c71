package reconcile

import (
	"context"
	"errors"
	"time"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/engine"
	"github.com/openecs/openecs/internal/model/command"
	"github.com/openecs/openecs/internal/model/compute"
	"github.com/openecs/openecs/internal/model/event"
	"github.com/openecs/openecs/internal/state"
)

// view is one look at an instance: its record and what its host says.
type view struct {
	k    ecs.Key
	snap *state.Snapshot
	rec  *ecs.Instance
	eng  engine.Engine
	obs  engine.Observation
}

func (v *view) id() engine.ID { return engine.ID(v.k) }

// look takes one step for an instance: remove, provision, power or settle,
// whichever comes first of what is not as it is wanted.
func (r *Reconciler) look(ctx context.Context, k ecs.Key) outcome {
	v := &view{k: k, snap: r.DB.Snapshot()}
	var ok bool
	if v.rec, ok = state.Instances.Get(v.snap, k); !ok {
		return r.lookFlow(ctx, v.snap, k)
	}
	v.eng = r.Engine(v.snap.Str(v.rec.Zone))
	var err error
	v.obs, err = v.eng.Observe(ctx, v.id())
	absent := errors.Is(err, engine.ErrNotFound)
	switch {
	case err != nil && !absent:
		return failed(err)
	case v.rec.Want.Deleted:
		return r.remove(ctx, v, absent)
	case absent && v.rec.Seen.Provisioned:
		return r.adopt(ctx, v)
	case !v.obs.Provisioned:
		return r.provision(ctx, v)
	case uint32(v.obs.Gen) < v.rec.Want.Gen:
		return r.power(ctx, v)
	}
	return r.settle(v)
}

// provision makes the machine. What can never work, and what is still not made
// when its deadline has passed, vanishes, as the real service lets it.
func (r *Reconciler) provision(ctx context.Context, v *view) outcome {
	if r.late(v) {
		return r.vanish(ctx, v, errors.New("it was not made in time"))
	}
	m, err := r.machine(v)
	if err == nil {
		err = v.eng.Provision(ctx, m)
	}
	switch {
	case errors.Is(err, engine.ErrNoStock), errors.Is(err, engine.ErrPermanent):
		return r.vanish(ctx, v, err)
	case err != nil:
		return failed(err)
	}
	return r.lookAgain(ctx, v)
}

// power starts the generation that is wanted. When its deadline has passed it
// ends as it is.
func (r *Reconciler) power(ctx context.Context, v *view) outcome {
	w := &v.rec.Want
	if r.over(v.rec) {
		return r.giveUp(v, errors.New("it was not done in time"))
	}
	gen := engine.Gen(w.Gen)
	var err error
	switch w.Op {
	case ecs.OpStop:
		err = v.eng.Stop(ctx, v.id(), gen, w.Force || r.late(v))
	default:
		var b *engine.Boot
		if b, err = r.boot(v); err != nil {
			break
		}
		if w.Op == ecs.OpReboot {
			err = v.eng.Reboot(ctx, v.id(), gen, b, w.Force)
		} else {
			err = v.eng.Start(ctx, v.id(), gen, b)
		}
	}
	switch {
	case errors.Is(err, engine.ErrNoStock), errors.Is(err, engine.ErrPermanent):
		return r.giveUp(v, err)
	case err != nil:
		return failed(err)
	}
	return r.lookAgain(ctx, v)
}

// forcedStop is how long a stop that is past its deadline may go on cutting the
// power before it too ends as it is.
const forcedStop = time.Minute

// over reports whether the generation is to end as it is.
func (r *Reconciler) over(rec *ecs.Instance) bool {
	d := rec.Want.Deadline
	if d != 0 && rec.Want.Op == ecs.OpStop {
		d += forcedStop.Milliseconds()
	}
	return d != 0 && r.Clock.Now().UnixMilli() >= d
}

// lookAgain sees what a step that was taken has come to by now.
func (r *Reconciler) lookAgain(ctx context.Context, v *view) outcome {
	obs, err := v.eng.Observe(ctx, v.id())
	if err != nil {
		return failed(err)
	}
	v.obs = obs
	return r.settle(v)
}

// settle writes what was seen, and looks again while something is under way.
func (r *Reconciler) settle(v *view) outcome {
	o := done()
	unfinished := !v.obs.Provisioned || uint32(v.obs.Gen) < v.rec.Want.Gen
	switch {
	case !v.obs.ReadyAt.IsZero():
		o.at = v.obs.ReadyAt
	case unfinished:
		o.at = r.Clock.Now().Add(pollEvery)
	}
	if unfinished && v.rec.Want.Deadline != 0 {
		// A deadline that has passed was acted upon in this look: to look again
		// at once would be a tight loop.
		end := time.UnixMilli(v.rec.Want.Deadline)
		if end.After(r.Clock.Now()) && (o.at.IsZero() || end.Before(o.at)) {
			o.at = end
		}
	}
	if seen := seen(v.obs, v.rec.Seen); seen != v.rec.Seen {
		o.write = changing(func(tx *state.Tx, k ecs.Key, rec *ecs.Instance) {
			next := *rec
			next.Seen = seen
			state.Instances.Put(tx, k, &next)
			if seen.Gen > rec.Seen.Gen && seen.Power == ecs.PowerOn && rec.Want.Op != ecs.OpStop {
				command.Booted(tx, k)
			}
			if !next.Settled() {
				tx.Wake(wakeInstance, k)
			}
		})
	}
	return o
}

// pollEvery is how often an engine that cannot tell when is asked again.
const pollEvery = 200 * time.Millisecond

// seen is an observation as the record has it. Nothing is lost by one that
// comes late: generations never fall.
func seen(o engine.Observation, before ecs.Seen) ecs.Seen {
	s := ecs.Seen{
		Provisioned: o.Provisioned || before.Provisioned, Gen: max(uint32(o.Gen), before.Gen),
		BootSpecGen: o.BootSpecGen, Failure: before.Failure,
	}
	switch o.Power {
	case engine.Running, engine.Stopping:
		s.Power = ecs.PowerOn
	case engine.Starting:
		s.Power = before.Power
	}
	if !o.StartedAt.IsZero() {
		s.Started = o.StartedAt.Unix()
	}
	if s.Gen > before.Gen {
		s.Failure = 0
	}
	return s
}

// late reports whether the deadline of the generation has passed.
func (r *Reconciler) late(v *view) bool {
	d := v.rec.Want.Deadline
	return d != 0 && r.Clock.Now().UnixMilli() >= d
}

// giveUp ends a generation as it is: the machine keeps the power it has, and
// why is kept with the record.
func (r *Reconciler) giveUp(v *view, why error) outcome {
	r.Log.Warn("a power operation ended short of what was wanted", "instance", ecs.ID(ecs.KindInstance, v.k), "cause", why)
	gen := v.rec.Want.Gen
	return outcome{write: changing(func(tx *state.Tx, k ecs.Key, rec *ecs.Instance) {
		next := *rec
		next.Seen.Provisioned = next.Seen.Provisioned || v.obs.Provisioned
		next.Seen.Gen = max(next.Seen.Gen, gen)
		next.Seen.Failure = tx.Sym(why.Error())
		if v.obs.Power == engine.Stopped {
			next.Seen.Power = ecs.PowerOff
			if rec.Seen.Power == ecs.PowerOn {
				event.Happened(tx, k, rec.Account, ecs.FailureStop, "The host could not run the instance.")
			}
		}
		state.Instances.Put(tx, k, &next)
	})}
}

// adopt takes up a machine that ended with the engine's process. With an
// engine whose machines outlive it the machine is lost, which is said and
// shown as Stopped.
func (r *Reconciler) adopt(ctx context.Context, v *view) outcome {
	a, ok := v.eng.(engine.Adopter)
	if !ok {
		return r.giveUp(v, errors.New("the machine is gone from its host"))
	}
	m, err := r.machine(v)
	if err != nil {
		return failed(err)
	}
	if err := a.Adopt(ctx, m, lastSeen(v.rec)); err != nil {
		return failed(err)
	}
	return after(r.Clock.Now())
}

// lastSeen is what was last observed of an instance's machine.
func lastSeen(rec *ecs.Instance) engine.Observation {
	s := rec.Seen
	o := engine.Observation{Provisioned: s.Provisioned, Gen: engine.Gen(s.Gen), BootSpecGen: s.BootSpecGen}
	if s.Power == ecs.PowerOn {
		o.Power = engine.Running
	}
	if s.Started != 0 {
		o.StartedAt = time.Unix(s.Started, 0)
	}
	return o
}

// vanish removes an instance that could not be made, and everything with it.
func (r *Reconciler) vanish(ctx context.Context, v *view, why error) outcome {
	r.Log.Warn("an instance could not be made and is released", "instance", ecs.ID(ecs.KindInstance, v.k), "cause", why)
	return r.remove(ctx, v, false)
}

// remove ends the machine, gently when it was not asked for otherwise, and
// then the rows.
func (r *Reconciler) remove(ctx context.Context, v *view, absent bool) outcome {
	if !absent {
		if v.obs.Power != engine.Stopped && v.rec.Want.Deleted && !v.rec.Want.Force && !r.late(v) {
			return r.shutDown(ctx, v)
		}
	}
	// Disks that outlive the instance leave its machine first; the end of that wakes it.
	switch detach, wait := compute.KeepNext(v.snap, v.k, v.rec); {
	case detach:
		return outcome{write: changing(compute.DetachKept)}
	case wait:
		return done()
	}
	if !absent {
		if err := v.eng.Remove(ctx, v.id()); err != nil {
			return failed(err)
		}
		obs, err := v.eng.Observe(ctx, v.id())
		if err == nil {
			if obs.ReadyAt.IsZero() {
				return after(r.Clock.Now().Add(pollEvery))
			}
			return after(obs.ReadyAt)
		}
		if !errors.Is(err, engine.ErrNotFound) {
			return failed(err)
		}
	}
	return outcome{write: changing(func(tx *state.Tx, k ecs.Key, rec *ecs.Instance) {
		command.Released(tx, k)
		notMade(tx, k, rec)
		compute.Release(tx, k, rec)
	})}
}

// notMade records that an instance goes though nobody asked for its end.
func notMade(tx *state.Tx, k ecs.Key, rec *ecs.Instance) {
	if !rec.Want.Deleted {
		event.Happened(tx, k, rec.Account, ecs.FailureDelete, "The instance could not be created.")
	}
}

func (r *Reconciler) shutDown(ctx context.Context, v *view) outcome {
	if err := v.eng.Stop(ctx, v.id(), engine.Gen(v.rec.Want.Gen), false); err != nil {
		return failed(err)
	}
	obs, err := v.eng.Observe(ctx, v.id())
	if err != nil {
		return failed(err)
	}
	if obs.ReadyAt.IsZero() {
		return after(r.Clock.Now().Add(pollEvery))
	}
	return after(obs.ReadyAt)
}
