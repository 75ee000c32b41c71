package reconcile

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/clock"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/engine"
	"github.com/openecs/openecs/internal/price"
	"github.com/openecs/openecs/internal/state"
)

// Config is what a Reconciler works with.
type Config struct {
	DB      *state.DB
	Catalog *catalog.Catalog
	Clock   clock.Clock
	Engine  func(zone string) engine.Engine // who runs the instances of a zone
	Engines []engine.Engine                 // all of them, each once
	Cell    string                          // whose machines these are, for hosts that several services share
	Log     *slog.Logger
	Workers int     // for each host; default 4
	Objects Objects // nil: none
	Prices  *price.List

	// Deliver brings an auto provisioning group that keeps its capacity back to
	// it, by what package action knows of making instances. It tells when to be
	// called again, zero for not until the group is marked. Called for a group that
	// lacks nothing it does nothing.
	Deliver func(ctx context.Context, k ecs.Key, now time.Time) (again time.Time, err error)
}

// Reconciler runs the workflows.
type Reconciler struct {
	Config
	schedule *clock.Scheduler
	events   []*stream
	stats    counters
	stop     func()
	workers  sync.WaitGroup

	mu       sync.Mutex
	man      func(h *host, workers int) // starts workers; nil before Start and after Close
	hosts    map[ecs.Sym]*host
	failures map[ecs.Key]int // consecutive ones, for the back-off
	commands *commands

	rest         sync.RWMutex // read by who takes steps; see Still
	pace         pace
	transferring sync.Mutex // held while something is asked of Objects
}

// Kinds of what the scheduler wakes.
const (
	wakeInstance = byte(ecs.KindInstance)
	wakeDue      = 'D'
	wakeTokens   = state.WakeTokens
	wakeHost     = 'H' // the ID is the zone's symbol
	wakeEvents   = 'E' // the ID is the engine's place in Engines
)

// New makes a reconciler that does nothing until Start. Wake may be called
// before.
func New(clk clock.Clock) *Reconciler {
	return &Reconciler{schedule: clock.NewScheduler(clk), hosts: map[ecs.Sym]*host{}, failures: map[ecs.Key]int{}, commands: newCommands(clk)}
}

// Wake is told which rows were written: state.Options.OnWake. It never waits.
// Before Start it does nothing: Start looks at everything.
func (r *Reconciler) Wake(wakes []state.Wake) {
	r.mu.Lock()
	running := r.man != nil
	r.mu.Unlock()
	if !running {
		return
	}
	keys := make([]ecs.Key, 0, len(wakes))
	for _, w := range wakes {
		switch w.Kind {
		case wakeInstance:
			keys = append(keys, w.Key)
		case wakeDue, wakeTokens:
			r.schedule.Wake(time.Unix(0, 0), clock.Key{Kind: w.Kind})
		case wakeCommand:
			r.commands.wake(w.Key)
		default:
			if isFlow(w.Kind) {
				keys = append(keys, w.Key)
			}
		}
	}
	r.add(keys...)
}

// Start looks at everything that is not settled and goes on working until
// Close.
func (r *Reconciler) Start(c Config) {
	if c.Workers == 0 {
		c.Workers = 4
	}
	r.Config = c
	ctx, cancel := context.WithCancel(context.Background())
	for i, e := range r.Engines {
		r.events = append(r.events, newStream(i, e))
	}
	r.mu.Lock()
	r.man = func(h *host, workers int) {
		for range workers {
			r.workers.Go(func() { r.work(ctx, h) })
		}
	}
	r.mu.Unlock()
	stopSchedule := r.schedule.Start(r.fire)
	for _, s := range r.events {
		events := s.engine.Events(ctx)
		r.workers.Go(func() { r.follow(ctx, s, events) })
	}
	r.commands.start(ctx, r)
	r.stop = func() {
		stopSchedule()
		cancel()
		r.commands.close()
		r.mu.Lock()
		r.man = nil // no host is made any more
		r.mu.Unlock()
		for _, h := range r.hosts {
			h.queue.close()
		}
		r.workers.Wait()
		for _, s := range r.events {
			s.close(r.Clock)
		}
	}
	r.lookAtAll()
	r.schedule.Wake(time.Unix(0, 0), clock.Key{Kind: wakeDue})
	r.schedule.Wake(time.Unix(0, 0), clock.Key{Kind: wakeTokens})
}

// Close stops after the steps under way.
func (r *Reconciler) Close() {
	if r.stop != nil {
		r.stop()
	}
}

// lookAtAll queues the instances, and whatever else, that are not settled.
func (r *Reconciler) lookAtAll() {
	snap := r.DB.Snapshot()
	for k := range state.InstancesUnsettled.Keys(snap, 0, 0) {
		r.add(k)
	}
	for _, f := range flows {
		for k := range f.open(snap) {
			r.add(k)
		}
	}
}

// Still calls f while no step is taken, waiting for those under way, and then
// looks at everything as Start does: f may change any row and any machine.
func (r *Reconciler) Still(f func() error) error {
	r.rest.Lock()
	err := f()
	r.mu.Lock()
	clear(r.failures)
	r.mu.Unlock()
	r.rest.Unlock()
	r.lookAtAll()
	r.schedule.Wake(time.Unix(0, 0), clock.Key{Kind: wakeDue})
	r.schedule.Wake(time.Unix(0, 0), clock.Key{Kind: wakeTokens})
	return err
}

// fire is called by the scheduler.
func (r *Reconciler) fire(keys []clock.Key) {
	for _, k := range keys {
		switch k.Kind {
		case wakeInstance:
			r.add(ecs.Key(k.ID))
		case wakeDue:
			r.chore(dueKey)
		case wakeTokens:
			r.chore(tokensKey)
		case wakeHost:
			r.host(ecs.Sym(k.ID)).queue.add(probeKey)
		case wakeEvents:
			r.events[k.ID].resume(r.Clock)
		case wakeCommand:
			r.commands.wake(ecs.Key(k.ID))
		}
	}
}

// batch is how many keys a worker takes at a time: what it saw of all of them
// is written in one transaction.
const batch = 64

func (r *Reconciler) work(ctx context.Context, h *host) {
	buf := make([]ecs.Key, 0, batch)
	writes := make([]write, 0, batch)
	for {
		keys, ok := h.queue.take(buf, batch)
		if !ok {
			return
		}
		r.pace.yield(r.DB.Crowded, h.queue.empty)
		r.rest.RLock()
		writes = writes[:0]
		for _, k := range keys {
			switch k {
			case dueKey:
				r.guard(wakeDue, func() { r.due(ctx) })
				continue
			case tokensKey:
				r.guard(wakeTokens, func() { r.tokens(ctx) })
				continue
			case probeKey:
				r.probe(ctx, h)
				continue
			}
			if !h.breaker.admit(k) {
				continue
			}
			out := r.step(ctx, k)
			if out.write != nil {
				writes = append(writes, write{k, out.write})
			}
			if parked := r.told(h, k, out); !parked {
				r.again(k, out)
			}
		}
		r.store(ctx, writes)
		r.rest.RUnlock()
		h.queue.done(keys)
	}
}

// write is what a look at a row found worth writing.
type write struct {
	key ecs.Key
	do  func(tx *state.Tx, k ecs.Key)
}

func (r *Reconciler) store(ctx context.Context, writes []write) {
	if len(writes) == 0 {
		return
	}
	err := r.DB.UpdateBehind(ctx, func(tx *state.Tx) error {
		for _, w := range writes {
			w.do(tx, w.key)
		}
		return nil
	})
	if err == nil || ctx.Err() != nil {
		return
	}
	if errors.Is(err, state.ErrPanic) && len(writes) > 1 { // one of them did: the others need not suffer
		for i := range writes {
			r.store(ctx, writes[i:i+1])
		}
		return
	}
	r.Log.Warn("what was seen could not be written; looking again", "rows", len(writes), "cause", err)
	at := r.Clock.Now().Add(time.Second)
	for _, w := range writes {
		r.schedule.Wake(at, clock.Key{Kind: wakeInstance, ID: uint64(w.key)})
	}
}

// outcome is what a look at a row leads to.
type outcome struct {
	write  func(*state.Tx, ecs.Key) // what to write; nil: nothing
	at     time.Time                // when to look again; zero: when woken
	failed error                    // a failure worth trying again: look again after a growing delay
	blind  bool                     // nothing was learnt about the host
}

// reach is what the look showed of the host.
func (o outcome) reach() reach {
	switch {
	case o.blind, errors.Is(o.failed, context.Canceled):
		return notAsked
	case errors.Is(o.failed, engine.ErrUnreachable), errors.Is(o.failed, context.DeadlineExceeded):
		return unreachable
	}
	return reached
}

// changing is a write that changes an instance's record, if it is there still.
func changing(change func(*state.Tx, ecs.Key, *ecs.Instance)) func(*state.Tx, ecs.Key) {
	return func(tx *state.Tx, k ecs.Key) {
		if rec, ok := state.Instances.Get(tx, k); ok {
			change(tx, k, rec)
		}
	}
}

func done() outcome              { return outcome{} }
func after(at time.Time) outcome { return outcome{at: at} }
func failed(err error) outcome   { return outcome{failed: err} }
func (o outcome) waiting() bool  { return !o.at.IsZero() }

// Delays between tries of a step that fails.
const (
	firstRetry = 50 * time.Millisecond
	lastRetry  = 10 * time.Second
)

func (r *Reconciler) again(k ecs.Key, o outcome) {
	r.mu.Lock()
	n := 0
	if o.failed != nil {
		n = r.failures[k] + 1
		r.failures[k] = n
	} else if len(r.failures) > 0 {
		delete(r.failures, k)
	}
	r.mu.Unlock()
	if n > 0 {
		o.at = r.Clock.Now().Add(min(lastRetry, firstRetry<<min(n-1, 10)))
		r.Log.Debug("a step failed; trying again", "instance", ecs.ID(ecs.KindInstance, k), "try", n, "cause", o.failed)
	}
	if o.waiting() {
		r.schedule.Wake(o.at, clock.Key{Kind: wakeInstance, ID: uint64(k)})
	}
}
