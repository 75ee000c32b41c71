package clock

import "time"

// How time flows by itself on a Driven clock.
//
// At rate 1 it follows the machine's wall clock, at whatever distance it was left at, and timers
// tick when their instant has come.
//
// At any other rate it is strict: time does not pass a due instant before that has been served,
// and does not move while work is under way, so that a fact gets the instant it fell due at and
// not one that is minutes of service time later. What that costs is caught up with afterwards, instant
// by instant. But work that goes on without end, as under a steady load of requests, holds time
// up for patience only; and a service that cannot keep up with the rate has time pass slower.
type flow struct {
	rate   float64 // 0: time stands
	halted bool    // for a drive

	// Where the service's time and the machine's were last made one.
	at   time.Time
	real time.Time // with the machine's monotonic reading

	busySince time.Time // on the machine's clock, while work is under way and the flow strict
	alarm     *time.Timer
}

const (
	patience = 100 * time.Millisecond // of the machine's time, that work may hold up a strict flow
	maxLag   = time.Second            // of the machine's time, that a strict flow catches up with
)

func (f *flow) strict() bool { return f.rate != 0 && f.rate != 1 && !f.halted }

func (f *flow) rebase(at time.Time) { f.at, f.real = at, time.Now() }

func (f *flow) halt() {
	f.halted = true
	if f.alarm != nil {
		f.alarm.Stop()
	}
}

// paced is the instant that the rate leads to by now.
func (f *flow) paced(now time.Time) time.Time {
	room := Latest.Sub(f.at)
	if room <= 0 {
		return f.at
	}
	var on time.Duration
	if f.rate == 1 {
		on = now.Round(0).Sub(f.real.Round(0)) // the wall clock's, which counts a suspended machine's time too
	} else if s := now.Sub(f.real).Seconds() * f.rate; s < room.Seconds() {
		on = time.Duration(s * float64(time.Second))
	} else {
		on = room
	}
	return f.at.Add(min(on, room))
}

// until is how long the machine's clock takes to an instant; not exact where it is far.
func (f *flow) until(at, from time.Time) time.Duration {
	s := at.Sub(from).Seconds() / f.rate
	if s >= maxSleep.Seconds() {
		return maxSleep
	}
	return max(time.Duration(s*float64(time.Second)), 0) + 1 // rounded up: woken early it would find nothing due
}

// pull lets time come to where it should be by now, ticks what is due, and sees to it that it is
// called again when there is more. d.mu is held.
func (d *Driven) pull() {
	f := &d.flow
	if f.rate == 0 || f.halted {
		return
	}
	real := time.Now()
	if f.strict() {
		d.pullStrictly(real)
		return
	}
	at := f.paced(real)
	d.reach(at)
	d.serve()
	d.ring(at) // which is before Now while the machine's clock was set back
}

func (d *Driven) pullStrictly(real time.Time) {
	f := &d.flow
	if d.busy > 0 {
		if held := real.Sub(f.busySince); held < patience {
			d.alarm(patience - held)
			return
		}
		f.busySince = real
	}
	target := f.paced(real)
	at, ok := d.earliest()
	if !ok || at.After(target) {
		d.reach(target)
		d.ring(target)
		return
	}
	d.reach(at)
	if lag := target.Sub(d.now).Seconds() / f.rate; lag > maxLag.Seconds() {
		f.rebase(d.now)
	}
	f.busySince = real
	d.serve() // its work is under way now: the end of that calls pull
	d.alarm(patience)
}

// reach moves time on to an instant, never back.
func (d *Driven) reach(at time.Time) {
	if at.After(d.now) {
		d.now = at
	}
}

// ring has pull called when the earliest timer is due, as seen from an instant.
func (d *Driven) ring(from time.Time) {
	if at, ok := d.earliest(); ok {
		d.alarm(d.flow.until(at, from))
	} else if d.flow.alarm != nil {
		d.flow.alarm.Stop()
	}
}

// alarm has pull called after some of the machine's time.
func (d *Driven) alarm(after time.Duration) {
	if d.flow.alarm == nil {
		d.flow.alarm = time.AfterFunc(after, func() {
			d.mu.Lock()
			defer d.mu.Unlock()
			d.pull()
		})
		return
	}
	d.flow.alarm.Reset(after)
}
