package reconcile

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/clock"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/engine"
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
	Workers int     // default 4
	Objects Objects // nil: none
}

// Reconciler runs the workflows.
type Reconciler struct {
	Config
	queue    *queue
	schedule *clock.Scheduler
	mu       sync.Mutex
	failures map[ecs.Key]int // consecutive ones, for the back-off
	stop     func()
	workers  sync.WaitGroup

	transferring sync.Mutex // held while something is asked of Objects
}

// Kinds of what the scheduler wakes.
const (
	wakeInstance = byte(ecs.KindInstance)
	wakeDue      = 'D'
)

// New makes a reconciler that does nothing until Start. Wake may be called
// before.
func New(clk clock.Clock) *Reconciler {
	return &Reconciler{queue: newQueue(clk), schedule: clock.NewScheduler(clk), failures: map[ecs.Key]int{}}
}

// Wake is told which rows were written: state.Options.OnWake. It never waits.
func (r *Reconciler) Wake(wakes []state.Wake) {
	keys := make([]ecs.Key, 0, len(wakes))
	for _, w := range wakes {
		switch w.Kind {
		case wakeInstance:
			keys = append(keys, w.Key)
		case wakeDue:
			r.schedule.Wake(time.Unix(0, 0), clock.Key{Kind: wakeDue})
		default:
			if isFlow(w.Kind) {
				keys = append(keys, w.Key)
			}
		}
	}
	r.queue.add(keys...)
}

// Start looks at everything that is not settled and goes on working until
// Close.
func (r *Reconciler) Start(c Config) {
	if c.Workers == 0 {
		c.Workers = 4
	}
	r.Config = c
	ctx, cancel := context.WithCancel(context.Background())
	stopSchedule := r.schedule.Start(r.fire)
	for range r.Workers {
		r.workers.Go(func() { r.work(ctx) })
	}
	for _, e := range r.Engines {
		events := e.Events(ctx)
		r.workers.Go(func() { r.follow(ctx, e, events) })
	}
	r.stop = func() {
		stopSchedule()
		cancel()
		r.queue.close()
		r.workers.Wait()
	}
	r.lookAtAll()
	r.schedule.Wake(time.Unix(0, 0), clock.Key{Kind: wakeDue})
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
		r.queue.add(k)
	}
	for _, f := range flows {
		for k := range f.open(snap) {
			r.queue.add(k)
		}
	}
}

// follow queues what an engine says has changed. A sequence that ends early
// lost its connection: everything is looked at again.
func (r *Reconciler) follow(ctx context.Context, e engine.Engine, events func(func(engine.ID) bool)) {
	for {
		for id := range events {
			r.queue.add(ecs.Key(id))
		}
		if ctx.Err() != nil {
			return
		}
		events = e.Events(ctx)
		r.lookAtAll()
	}
}

// fire is called by the scheduler.
func (r *Reconciler) fire(keys []clock.Key) {
	for _, k := range keys {
		switch k.Kind {
		case wakeInstance:
			r.queue.add(ecs.Key(k.ID))
		case wakeDue:
			r.queue.add(dueKey)
		}
	}
}

// dueKey stands in the queue for the due rows: no instance has it.
const dueKey ecs.Key = 0

// batch is how many keys a worker takes at a time: what it saw of all of them
// is written in one transaction.
const batch = 64

func (r *Reconciler) work(ctx context.Context) {
	buf := make([]ecs.Key, 0, batch)
	writes := make([]write, 0, batch)
	for {
		keys, ok := r.queue.take(buf, batch)
		if !ok {
			return
		}
		writes = writes[:0]
		for _, k := range keys {
			if k == dueKey {
				r.due(ctx)
				continue
			}
			out := r.look(ctx, k)
			if out.write != nil {
				writes = append(writes, write{k, out.write})
			}
			r.again(k, out)
		}
		r.store(ctx, writes)
		r.queue.done(keys)
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
	err := r.DB.Update(ctx, func(tx *state.Tx) error {
		for _, w := range writes {
			w.do(tx, w.key)
		}
		return nil
	})
	if err == nil || ctx.Err() != nil {
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
