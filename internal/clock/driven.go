package clock

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// ErrBackwards is returned when a Driven clock is told to go back.
var ErrBackwards = errors.New("clock: cannot go back")

// ErrTooFar is returned when a Driven clock is told to go past Latest.
var ErrTooFar = errors.New("clock: cannot go so far")

// Latest is as far as a Driven clock goes. Keys and records hold instants up to then.
var Latest = time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)

// Driven is a clock that can be driven: frozen, set, advanced, and scaled. NewDriven makes one
// that runs as the machine's does until then, NewManual one that stands still.
//
// Now never goes back, whatever is done to the clock and whatever becomes of the machine's.
//
// Advance goes from one due instant to the next: it waits for quiet, finds the earliest instant
// any timer is set to, sets the clock to exactly that, ticks every timer due, waits for quiet
// again, and repeats until nothing is due up to the target. Timers set along the way, for the
// present instant too, are served in the same call. So what runs at an instant has run, and
// caused all it causes at that instant, before time moves on. Afterwards time flows on, or stands
// still, as it did before.
//
// Quiet means: every Begin has its End, every tick that was delivered has been answered by Set or
// Stop, and every OnQuiet hook has returned since. Code that re-arms itself for the present
// instant for ever never gets quiet; the context given to Advance ends the wait.
//
// How time flows by itself is in flow.go.
type Driven struct {
	drive sync.Mutex // one Advance or other drive at a time

	mu     sync.Mutex
	now    time.Time // the latest instant that was told or reached
	flow   flow
	timers []*drivenTimer // a heap of those that are set and have not ticked
	seq    uint64
	busy   int           // Begins without End, and ticks not yet answered
	begun  uint64        // how often busy has risen
	idle   chan struct{} // closed when busy falls to 0; nil while nobody waits
	hooks  []func(context.Context) error
}

var _ Clock = (*Driven)(nil)

// Manual is what tests call a Driven clock that nobody lets run.
type Manual = Driven

// NewManual returns a clock that stands at start.
func NewManual(start time.Time) *Driven { return &Driven{now: utc(start)} }

// NewDriven returns a clock that runs as the machine's does, and shows its time.
func NewDriven() *Driven {
	d := NewManual(time.Now())
	d.flow.rate = 1
	d.flow.rebase(d.now)
	return d
}

func utc(t time.Time) time.Time { return t.UTC().Round(0) }

// Now implements Clock.
func (d *Driven) Now() time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.flow.strict() {
		d.pull()
	} else if d.flow.rate != 0 && !d.flow.halted {
		d.reach(d.flow.paced(time.Now())) // the alarm serves what is due
	}
	return d.now
}

// Begin implements Clock.
func (d *Driven) Begin() {
	d.mu.Lock()
	d.enter()
	d.mu.Unlock()
}

// End implements Clock. It panics when there is no Begin to end.
func (d *Driven) End() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.leave()
}

// OnQuiet adds a hook that Advance and WaitQuiet call each time nothing counted is under way. It
// returns once what it watches is idle too: work that cannot be counted by Begin and End, or
// synctest.Wait in a test. It is called without locks and must not itself Begin anything.
func (d *Driven) OnQuiet(hook func(context.Context) error) {
	d.mu.Lock()
	d.hooks = append(d.hooks, hook)
	d.mu.Unlock()
}

// WaitQuiet waits until everything caused so far has happened; it does not move the clock.
func (d *Driven) WaitQuiet(ctx context.Context) error {
	for {
		d.mu.Lock()
		if d.busy > 0 {
			if d.idle == nil {
				d.idle = make(chan struct{})
			}
			idle, busy, now := d.idle, d.busy, d.now
			d.mu.Unlock()
			select {
			case <-idle:
				continue
			case <-ctx.Done():
				return fmt.Errorf("clock: %d pieces of work still under way at %s: %w",
					busy, now.Format(time.RFC3339Nano), context.Cause(ctx))
			}
		}
		begun, hooks := d.begun, d.hooks
		d.mu.Unlock()

		for _, hook := range hooks {
			if err := hook(ctx); err != nil {
				return err
			}
		}
		d.mu.Lock()
		quiet := d.busy == 0 && d.begun == begun
		d.mu.Unlock()
		if quiet {
			return nil
		}
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("clock: never quiet: %w", context.Cause(ctx))
		}
	}
}

// Next waits for quiet and tells the earliest instant something waits for, false when nothing does.
func (d *Driven) Next(ctx context.Context) (time.Time, bool, error) {
	if err := d.WaitQuiet(ctx); err != nil {
		return time.Time{}, false, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	at, ok := d.earliest()
	return at, ok, nil
}

// step moves to the next due instant, or to target when there is none up to it.
func (d *Driven) step(target time.Time) (done bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	at, ok := d.earliest()
	if !ok || at.After(target) {
		d.now = target
		return true
	}
	if at.After(d.now) {
		d.now = at
	}
	d.serve()
	return false
}

func (d *Driven) enter() {
	if d.busy++; d.busy == 1 && d.flow.strict() {
		d.flow.busySince = time.Now()
	}
	d.begun++
}

func (d *Driven) leave() {
	if d.busy == 0 {
		panic("clock: End without Begin")
	}
	if d.busy--; d.busy > 0 {
		return
	}
	if d.idle != nil {
		close(d.idle)
		d.idle = nil
	}
	if d.flow.strict() {
		d.pull()
	}
}
