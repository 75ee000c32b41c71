package clock

import (
	"context"
	"fmt"
	"time"
)

// Advance moves the clock on by dur, serving every instant that falls due on the way, and returns
// when all is quiet. When ctx ends first, the clock stays at the last instant it reached.
func (d *Driven) Advance(ctx context.Context, dur time.Duration) error {
	d.drive.Lock()
	defer d.drive.Unlock()
	defer d.halt()()
	d.mu.Lock()
	target := d.now.Add(dur)
	if dur > 0 && target.Before(d.now) { // the sum wrapped around
		target = Latest.Add(1)
	}
	d.mu.Unlock()
	return d.advanceTo(ctx, target)
}

// Set is Advance to an instant. An instant before Now is ErrBackwards.
func (d *Driven) Set(ctx context.Context, at time.Time) error {
	d.drive.Lock()
	defer d.drive.Unlock()
	defer d.halt()()
	return d.advanceTo(ctx, at)
}

// Freeze stops the clock at the present instant, until it is advanced, set or let run again. What
// is under way goes on, and comes to where it has to wait for time to pass.
func (d *Driven) Freeze() { d.Scale(0) }

// Resume lets the clock run as fast as the machine's, from the instant it stands at.
func (d *Driven) Resume() { d.Scale(1) }

// Scale lets the clock run so many times faster than the machine's: 3600 is an hour a second, 0
// stands still. It panics on a negative rate.
func (d *Driven) Scale(rate float64) {
	if !(rate >= 0) {
		panic(fmt.Sprintf("clock: a rate of %v", rate))
	}
	d.drive.Lock()
	defer d.drive.Unlock()
	release := d.halt()
	d.mu.Lock()
	d.flow.rate = rate
	d.mu.Unlock()
	release()
}

// NotBefore moves a clock that is before an instant to it, for a service that starts: it must not
// be behind what it recorded. What falls due in between is not served in order but late, as after
// a time in which no service ran.
func (d *Driven) NotBefore(at time.Time) {
	d.drive.Lock()
	defer d.drive.Unlock()
	defer d.halt()()
	d.mu.Lock()
	defer d.mu.Unlock()
	if at = utc(at); at.After(d.now) {
		d.now = at
		d.serve()
	}
}

// State is how a Driven clock stands at the moment.
type State struct {
	Now     time.Time
	Rate    float64   // how many times faster than the machine's clock; 0: it stands still
	Next    time.Time // the earliest instant that something waits for; zero: nothing does
	Driving bool      // it is being advanced or set

	Ahead time.Duration // of the machine's clock
}

// State never waits, not even for an Advance under way.
func (d *Driven) State() State {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.pull()
	s := State{Now: d.now, Rate: d.flow.rate, Driving: d.flow.halted, Ahead: d.now.Sub(utc(time.Now()))}
	if at, ok := d.earliest(); ok {
		s.Next = at
	}
	return s
}

// halt makes time stand still for a drive; release lets it flow again as it then should.
func (d *Driven) halt() (release func()) {
	d.mu.Lock()
	d.pull()
	d.flow.halt()
	d.mu.Unlock()
	return func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.flow.halted = false
		d.flow.rebase(d.now)
		d.pull()
	}
}

func (d *Driven) advanceTo(ctx context.Context, target time.Time) error {
	target = utc(target)
	d.mu.Lock()
	now := d.now
	d.mu.Unlock()
	if target.Before(now) {
		return fmt.Errorf("%w: %s is before %s", ErrBackwards,
			target.Format(time.RFC3339Nano), now.Format(time.RFC3339Nano))
	}
	if target.After(Latest) && target.After(now) {
		return fmt.Errorf("%w: the last instant is %s", ErrTooFar, Latest.Format(time.RFC3339))
	}
	for {
		if err := d.WaitQuiet(ctx); err != nil {
			return err
		}
		if d.step(target) {
			return nil
		}
		if ctx.Err() != nil {
			return fmt.Errorf("clock: stopped on the way to %s: %w", target.Format(time.RFC3339), context.Cause(ctx))
		}
	}
}
