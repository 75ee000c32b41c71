// Package clock is the project's only source of time. Everything that waits for an instant, expiry,
// renewal, retry, deadline, does so through a Scheduler over a Clock, so a test can drive a year
// in a second and see the same order of events as the real service would.
//
// Layer 10: any package above may import it; it imports the standard library only. No other
// product package may call time.Now, Sleep, After, AfterFunc or make timers; package archtest
// enforces that and lists the edges that are excused.
package clock

import "time"

// A Clock tells the time, wakes whoever waits for an instant, and is told of work under way.
// All methods are safe for concurrent use.
type Clock interface {
	// Now is the present instant in UTC. It never goes back on a Driven clock; on the real one it
	// follows the machine's wall clock.
	Now() time.Time

	// NewTimer returns a timer that is not set.
	NewTimer() Timer

	// Begin says that work has started which may change what happens at the present instant, and
	// End that it is over. Time is not driven on while any is under way. Whoever hands work
	// on (a queue, a channel) begins the new piece before ending its own, so that there is no gap
	// that looks quiet. The real clock ignores both. Each Begin needs exactly one End.
	Begin()
	End()
}

// A Timer wakes one receiver. It is a primitive for this package and for tests: product code uses
// a Scheduler.
type Timer interface {
	// C delivers a tick when the instant set has come. A tick may come early (the real clock
	// sleeps a minute at most, to notice a machine that was suspended or a wall clock that was
	// set), so the receiver compares with Now. A received tick counts as work under way until the
	// next Set or Stop.
	C() <-chan time.Time

	// Set replaces the instant; one that has passed ticks at once. An older tick that was not
	// received is withdrawn.
	Set(at time.Time)

	// Stop unsets the timer and withdraws a tick that was not received.
	Stop()
}

// maxSleep bounds how late a real timer can be after the machine slept or its wall clock jumped.
const maxSleep = time.Minute

// Real is the machine's own clock. Inside a testing/synctest bubble it is the bubble's.
func Real() Clock { return realClock{} }

type realClock struct{}

func (realClock) Now() time.Time { return time.Now().UTC() }
func (realClock) Begin()         {}
func (realClock) End()           {}

func (realClock) NewTimer() Timer {
	t := time.NewTimer(maxSleep)
	t.Stop()
	return realTimer{t}
}

type realTimer struct{ t *time.Timer }

func (t realTimer) C() <-chan time.Time { return t.t.C }
func (t realTimer) Stop()               { t.t.Stop() }

func (t realTimer) Set(at time.Time) {
	t.t.Reset(min(max(time.Until(at), 0), maxSleep))
}
