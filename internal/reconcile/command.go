package reconcile

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/openecs/openecs/internal/clock"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/command"
	"github.com/openecs/openecs/internal/state"
)

// The workflow of Cloud Assistant: results of invocations that are Pending begin,
// once each, and their end is written. It has a queue of its own, so that a long
// command holds nothing else up.
//
// A run is begun in three steps: it is written as Running; then the engine is
// asked; then its end is written. So one that was Running when the service ended
// is never begun again: a start of the service finishes it as interrupted.

const wakeCommand = command.Wake

// Bounds of the workflow.
const (
	maxRuns      = 64                     // at once; more wait
	deliverTime  = time.Minute            // to reach an instance's host
	deliverRetry = 500 * time.Millisecond // between tries
	maxOutput    = 24 << 10               // bytes that are kept of what a command prints
)

// Why runs are ended.
var (
	errRunTimeout = errors.New("its time is over")
	errRunStopped = errors.New("it was stopped")
	errRunClosing = errors.New("the service ends")
)

// commands is the state of the workflow, all of it in memory.
type commands struct {
	r     *Reconciler
	queue *queue
	work  sync.WaitGroup

	mu      sync.Mutex
	ctx     context.Context
	closing bool
	runs    map[ecs.Key]*run
	waiting []ecs.Key                   // for a place among maxRuns
	unsaved map[ecs.Key]func(*state.Tx) // ends that could not be written yet
}

// run is one that goes on.
type run struct {
	cancel   context.CancelCauseFunc
	deadline time.Time
	over     chan struct{} // closed when it is
}

func newCommands(clk clock.Clock) *commands {
	return &commands{queue: newQueue(clk), runs: map[ecs.Key]*run{}, unsaved: map[ecs.Key]func(*state.Tx){}}
}

// wake is told of results that were written.
func (c *commands) wake(k ecs.Key) { c.queue.add(k) }

func (c *commands) start(ctx context.Context, r *Reconciler) {
	c.r, c.ctx = r, ctx
	c.interrupted(ctx)
	c.work.Go(func() {
		buf := make([]ecs.Key, 0, batch)
		for {
			keys, ok := c.queue.take(buf, batch)
			if !ok {
				return
			}
			c.look(ctx, keys)
			c.queue.done(keys)
		}
	})
	for k := range state.ResultsOpen.Keys(r.DB.Snapshot(), 0, 0) {
		c.queue.add(k)
	}
}

// interrupted finishes what had begun when the service last ended.
func (c *commands) interrupted(ctx context.Context) {
	var keys []ecs.Key
	for k := range state.ResultsOpen.Keys(c.r.DB.Snapshot(), 1, 0) {
		keys = append(keys, k)
	}
	if len(keys) == 0 {
		return
	}
	end := func(tx *state.Tx) error {
		for _, k := range keys {
			command.Finish(tx, k, command.End{Status: ecs.InvocationError, Error: command.ExecutionInterrupted,
				Info: "The service was restarted while the command ran; it is not run again."})
		}
		return nil
	}
	if err := c.r.DB.UpdateBehind(ctx, end); err != nil {
		c.r.Log.Warn("commands that a restart interrupted could not be marked; trying again", "cause", err)
		c.mu.Lock()
		c.unsaved[keys[0]] = func(tx *state.Tx) { end(tx) }
		c.mu.Unlock()
		c.again(c.r.Clock.Now().Add(time.Second), keys[0])
	}
}

// close ends what runs; it is marked as interrupted by the next start.
func (c *commands) close() {
	c.queue.close()
	c.mu.Lock()
	c.closing = true
	for _, x := range c.runs {
		x.cancel(errRunClosing)
	}
	c.mu.Unlock()
	c.work.Wait()
}

func (c *commands) again(at time.Time, k ecs.Key) {
	c.r.schedule.Wake(at, clock.Key{Kind: wakeCommand, ID: uint64(k)})
}

// order is a run that is about to begin.
type order struct {
	k   ecs.Key
	rec *ecs.InvocationResult
	inv *ecs.Invocation
	out *ecs.FileTransfer
	at  *view
	run *run
	ctx context.Context
}

// look begins, stops or times out the results of a few keys.
func (c *commands) look(ctx context.Context, keys []ecs.Key) {
	snap := c.r.DB.Snapshot()
	var orders []*order
	for _, k := range keys {
		c.mu.Lock()
		save, x := c.unsaved[k], c.runs[k]
		c.mu.Unlock()
		if save != nil {
			c.save(ctx, k, save)
			continue
		}
		rec, ok := state.Results.Get(snap, k)
		switch {
		case !ok:
		case x != nil && rec.Status == ecs.InvocationStopping:
			c.end(x, errRunStopped)
		case x != nil && !c.r.Clock.Now().Before(x.deadline):
			c.end(x, errRunTimeout)
		case x != nil:
			c.again(x.deadline, k)
		case x == nil && rec.Status == ecs.InvocationPending && !rec.History:
			if o := c.admit(ctx, snap, k, rec); o != nil {
				orders = append(orders, o)
			}
		}
	}
	c.begin(ctx, orders)
	c.next() // what left the line without a run may have left a place
}

// end ends a run, and holds a driven clock until that is done.
func (c *commands) end(x *run, why error) {
	c.r.Clock.Begin()
	x.cancel(why)
	go func() {
		<-x.over
		c.r.Clock.End()
	}()
}

// admit gives a run its place, nil when it must wait for one.
func (c *commands) admit(ctx context.Context, snap *state.Snapshot, k ecs.Key, rec *ecs.InvocationResult) *order {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closing {
		return nil
	}
	if len(c.runs) >= maxRuns {
		c.waiting = append(c.waiting, k)
		return nil
	}
	o := &order{k: k, rec: rec, run: &run{over: make(chan struct{})}}
	o.ctx, o.run.cancel = context.WithCancelCause(context.WithoutCancel(ctx)) // close ends it, with a cause
	o.inv, _ = state.Invocations.Get(snap, rec.Invocation)
	o.out, _ = state.FileTransfers.Get(snap, rec.Invocation)
	if i, ok := state.Instances.Get(snap, rec.Instance); ok {
		o.at = &view{k: rec.Instance, snap: snap, rec: i}
	}
	c.runs[k] = o.run
	c.work.Add(1) // until leave
	return o
}

// begin writes that runs have begun and hands them over.
func (c *commands) begin(ctx context.Context, orders []*order) {
	if len(orders) == 0 {
		return
	}
	begun := make([]bool, len(orders))
	err := c.r.DB.UpdateBehind(ctx, func(tx *state.Tx) error {
		for i, o := range orders {
			begun[i] = command.Begin(tx, o.k)
		}
		return nil
	})
	now := c.r.Clock.Now()
	for i, o := range orders {
		if err != nil || !begun[i] {
			c.leave(o)
			if err != nil && ctx.Err() == nil {
				c.again(now.Add(time.Second), o.k)
			}
			continue
		}
		timeout := int32(60)
		switch {
		case o.inv != nil:
			timeout = o.inv.Timeout
		case o.out != nil:
			timeout = o.out.Timeout
		}
		o.run.deadline = now.Add(time.Duration(timeout) * time.Second)
		c.again(o.run.deadline, o.k)
		c.r.Clock.Begin()
		c.work.Go(func() {
			defer c.r.Clock.End()
			c.deliver(o)
		})
	}
	if err != nil && ctx.Err() == nil {
		c.r.Log.Warn("commands could not be marked as begun; trying again", "cause", err)
	}
}

// leave gives a place back, and lets the next one take it.
func (c *commands) leave(o *order) {
	o.run.cancel(nil)
	c.r.schedule.Cancel(clock.Key{Kind: wakeCommand, ID: uint64(o.k)})
	c.mu.Lock()
	delete(c.runs, o.k)
	c.mu.Unlock()
	c.next()
	close(o.run.over)
	c.work.Done()
}

// next lets as many of those that wait be looked at as there are places.
func (c *commands) next() {
	c.mu.Lock()
	n := min(max(maxRuns-len(c.runs), 0), len(c.waiting))
	keys := c.waiting[:n:n]
	c.waiting = c.waiting[n:]
	c.mu.Unlock()
	c.queue.add(keys...)
}
