package clock

import "time"

// The timers of a Driven clock: a heap by (instant, order of Set).

// NewTimer implements Clock.
func (d *Driven) NewTimer() Timer {
	return &drivenTimer{d: d, c: make(chan time.Time, 1), index: unset}
}

type drivenTimer struct {
	d     *Driven
	c     chan time.Time
	at    time.Time // while in the heap
	seq   uint64
	index int  // in the heap
	owed  bool // ticked, and neither Set nor Stop since: counted in d.busy
}

const unset = -1

func (t *drivenTimer) C() <-chan time.Time { return t.c }

func (t *drivenTimer) Set(at time.Time) {
	d := t.d
	d.mu.Lock()
	defer d.mu.Unlock()
	d.enter() // held over, so that answering one tick with the next shows no quiet between
	defer d.leave()
	t.answer()
	t.at = utc(at)
	if !t.at.After(d.now) {
		t.tick()
		return
	}
	d.seq++
	t.seq = d.seq
	d.push(t)
	if t.index == 0 && d.flow.rate == 1 {
		d.pull() // a strict flow is pulled by leave
	}
}

func (t *drivenTimer) Stop() {
	t.d.mu.Lock()
	defer t.d.mu.Unlock()
	t.answer()
}

// tick delivers; d.mu is held.
func (t *drivenTimer) tick() {
	t.owed = true
	t.d.enter()
	t.c <- t.d.now // has room: answer drained it
}

// answer unsets the timer and settles the tick it owes; d.mu is held.
func (t *drivenTimer) answer() {
	if t.index != unset {
		t.d.take(t.index)
	}
	select {
	case <-t.c:
	default:
	}
	if t.owed {
		t.owed = false
		t.d.leave()
	}
}

// earliest is the instant of the head.
func (d *Driven) earliest() (at time.Time, ok bool) {
	if len(d.timers) == 0 {
		return at, false
	}
	return d.timers[0].at, true
}

// serve ticks every timer that is due at the present instant.
func (d *Driven) serve() {
	for len(d.timers) > 0 && !d.timers[0].at.After(d.now) {
		t := d.timers[0]
		d.take(0)
		t.tick()
	}
}

func (d *Driven) push(t *drivenTimer) {
	d.timers = append(d.timers, t)
	d.rise(t, len(d.timers)-1)
}

// take removes the timer at i.
func (d *Driven) take(i int) {
	d.timers[i].index = unset
	last := len(d.timers) - 1
	moved := d.timers[last]
	d.timers[last] = nil
	d.timers = d.timers[:last]
	if i == last {
		return
	}
	d.sink(moved, i)
	d.rise(moved, moved.index)
}

func (t *drivenTimer) before(o *drivenTimer) bool {
	return t.at.Before(o.at) || t.at.Equal(o.at) && t.seq < o.seq
}

func (d *Driven) rise(t *drivenTimer, i int) {
	for i > 0 {
		parent := (i - 1) / 2
		if !t.before(d.timers[parent]) {
			break
		}
		d.place(i, d.timers[parent])
		i = parent
	}
	d.place(i, t)
}

func (d *Driven) sink(t *drivenTimer, i int) {
	for {
		child := 2*i + 1
		if child >= len(d.timers) {
			break
		}
		if child+1 < len(d.timers) && d.timers[child+1].before(d.timers[child]) {
			child++
		}
		if !d.timers[child].before(t) {
			break
		}
		d.place(i, d.timers[child])
		i = child
	}
	d.place(i, t)
}

func (d *Driven) place(i int, t *drivenTimer) {
	d.timers[i] = t
	t.index = i
}
