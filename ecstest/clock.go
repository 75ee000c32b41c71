package ecstest

import (
	"context"
	"testing"
	"time"

	"github.com/openecs/openecs/internal/clock"
)

// Clock is what time it is for a service, and drives it. It never goes back. What a client signs
// is held against the machine's time all the same, so requests are good whatever it shows.
//
// What cannot be done, such as a move backwards, ends the test. All methods may be called from
// several goroutines; one move waits for another.
type Clock struct {
	tb testing.TB
	d  *clock.Driven
}

// driveTime is how long, of the machine's time, a move may take.
const driveTime = time.Minute

// Now is the present instant of the service, in UTC.
func (c *Clock) Now() time.Time { return c.d.Now() }

// Freeze stops the clock. What takes time, such as the start of an instance, ends no more until
// the clock is advanced or runs again.
func (c *Clock) Freeze() { c.d.Freeze() }

// Resume lets the clock run as fast as the machine's, from where it stands.
func (c *Clock) Resume() { c.d.Resume() }

// Scale lets the clock run so many times faster than the machine's, from 0.01 to 1e6: 3600 is an
// hour a second. It waits for what falls due at an instant before it goes on, so a rate that the
// service cannot keep up with is not reached.
func (c *Clock) Scale(rate float64) {
	c.tb.Helper()
	if !(rate >= clock.MinRate && rate <= clock.MaxRate) {
		c.tb.Fatalf("ecstest: the clock runs from %v to %v times faster, not %v", clock.MinRate, clock.MaxRate, rate)
	}
	c.d.Scale(rate)
}

// Advance moves the clock on, and returns when everything that falls due on the way has happened,
// in order, each at its instant. Advance(0) waits for what is under way. Afterwards the clock runs
// on, or stands still, as before.
func (c *Clock) Advance(by time.Duration) {
	c.tb.Helper()
	c.drive(func(ctx context.Context) error { return c.d.Advance(ctx, by) })
}

// Set is Advance to an instant.
func (c *Clock) Set(to time.Time) {
	c.tb.Helper()
	c.drive(func(ctx context.Context) error { return c.d.Set(ctx, to) })
}

func (c *Clock) drive(move func(context.Context) error) {
	c.tb.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), driveTime)
	defer cancel()
	if err := move(ctx); err != nil {
		c.tb.Fatalf("ecstest: %v", err)
	}
}

// Advance is s.Clock.Advance.
func (s *Server) Advance(tb testing.TB, by time.Duration) {
	tb.Helper()
	(&Clock{tb, s.Clock.d}).Advance(by)
}
