package clock

import (
	"context"
	"math"
	"sync"
	"time"
)

// Key names what is to be woken: a kind, chosen by the package that schedules, and a row.
type Key struct {
	Kind byte
	ID   uint64
}

// Scheduler wakes keys at instants: a heap in memory ordered by (time, sequence), one goroutine,
// one timer. It holds hints, not facts: it forgets everything when the process ends, so each
// wake is either repeated by whoever looks at the records after a restart or stands for a row of
// the due table. A service has exactly one.
//
// A key waits for one instant at a time: the earlier of two wakes wins, the later is dropped. A
// woken key looks at the world and asks again for whatever still lies ahead.
//
// The zero value is not usable; see NewScheduler. All methods may be called concurrently, and
// from fire.
type Scheduler struct {
	clock Clock
	timer Timer

	mu      sync.Mutex
	heap    []entry
	index   map[Key]int // position in heap
	seq     uint64
	armed   int64 // what timer is set to; none: nothing
	running bool
	firing  bool // fire is running: the loop arms the timer afterwards, nobody else
}

// entry is one wake. Time is Unix nanoseconds: 1678 to 2262, clamped.
type entry struct {
	at, seq int64
	key     Key
}

const none = math.MaxInt64

// NewScheduler returns a scheduler with nothing to wake. It fires once Run or Start is called.
func NewScheduler(c Clock) *Scheduler {
	return &Scheduler{clock: c, timer: c.NewTimer(), index: map[Key]int{}, armed: none}
}

// Wake asks for key at the given instant; one that has passed fires at once, from the scheduler's
// goroutine. If key already waits, the earlier instant counts.
func (s *Scheduler) Wake(at time.Time, key Key) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seq++
	e := entry{at: nanos(at), seq: int64(s.seq), key: key}
	i, waits := s.index[key]
	switch {
	case !waits:
		i = len(s.heap)
		s.heap = append(s.heap, e)
	case e.at < s.heap[i].at:
		s.heap[i] = e
	default:
		return
	}
	s.up(i)
	if s.running && !s.firing && e.at < s.armed {
		s.arm()
	}
}

// Cancel drops the wake of key, if it waits for one. A wake that is being fired still arrives.
func (s *Scheduler) Cancel(key Key) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i, ok := s.index[key]; ok {
		s.remove(i) // the timer may tick for nothing, once
	}
}

// Next tells the earliest instant waited for, false when there is none.
func (s *Scheduler) Next() (time.Time, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.heap) == 0 {
		return time.Time{}, false
	}
	return time.Unix(0, s.heap[0].at).UTC(), true
}

// Len is how many keys wait.
func (s *Scheduler) Len() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.heap)
}

// Run is Start until ctx ends; it returns when the last fire has.
func (s *Scheduler) Run(ctx context.Context, fire func(keys []Key)) {
	stop := s.Start(fire)
	<-ctx.Done()
	stop()
}

// Start begins to wake keys and returns at once; a Driven clock advanced from here on waits for
// this scheduler. fire gets every key due at the present instant or before, ordered by (time,
// order of Wake), never none and never twice at once; the slice is its own only until it
// returns. It should hand the keys to a queue (beginning that work on the clock) and return. A
// Driven clock does not move on before it has.
//
// stop ends the waking and waits for a fire under way, so fire must not call it; keys still
// waiting are kept for the next Start. Starting twice at once panics.
func (s *Scheduler) Start(fire func(keys []Key)) (stop func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.running {
		panic("clock: Scheduler started twice")
	}
	s.running = true
	s.arm()
	quit, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		s.loop(quit, fire)
	}()
	return sync.OnceFunc(func() {
		close(quit)
		<-ended
	})
}

func (s *Scheduler) loop(quit <-chan struct{}, fire func([]Key)) {
	var keys []Key
	for {
		select {
		case <-quit:
			s.mu.Lock()
			s.running, s.armed = false, none
			s.timer.Stop()
			s.mu.Unlock()
			return
		case <-s.timer.C():
		}
		s.mu.Lock()
		s.firing = true
		keys = s.popDue(keys[:0])
		s.mu.Unlock()
		if len(keys) > 0 {
			fire(keys)
		}
		s.mu.Lock()
		s.firing = false
		s.shrink()
		s.arm()
		s.mu.Unlock()
		if cap(keys) > keep {
			keys = nil
		}
	}
}

// arm sets the timer to the head of the heap, which also answers its last tick.
func (s *Scheduler) arm() {
	if len(s.heap) == 0 {
		s.armed = none
		s.timer.Stop()
		return
	}
	s.armed = s.heap[0].at
	s.timer.Set(time.Unix(0, s.armed))
}

func (s *Scheduler) popDue(keys []Key) []Key {
	now := nanos(s.clock.Now())
	for len(s.heap) > 0 && s.heap[0].at <= now {
		keys = append(keys, s.heap[0].key)
		s.remove(0)
	}
	return keys
}

// keep is how many entries' memory is held for reuse.
const keep = 1024

// shrink gives back what a burst needed: a restart may wake every instance once.
func (s *Scheduler) shrink() {
	if len(s.heap) == 0 && cap(s.heap) > keep {
		s.heap, s.index = nil, map[Key]int{}
	}
}

// nanos is t as Unix nanoseconds, clamped to what an int64 holds.
func nanos(t time.Time) int64 {
	switch sec := t.Unix(); {
	case sec <= math.MinInt64/int64(time.Second):
		return math.MinInt64
	case sec >= math.MaxInt64/int64(time.Second):
		return none - 1
	}
	return t.UnixNano()
}
