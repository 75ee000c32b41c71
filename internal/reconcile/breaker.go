package reconcile

import (
	"sync"
	"time"

	"github.com/openecs/openecs/internal/ecs"
)

// Opening and probing of a breaker.
const (
	breakAfter = 5 // unreachable answers in a row
	firstPause = time.Second
	lastPause  = 10 * time.Second
)

// breaker stands before one host. While it is closed every key passes. A host
// that could not be reached breakAfter times in a row opens it: its keys are
// parked, and after a pause, which grows, one of them is tried as the probe.
// The first answer closes it and frees them all.
type breaker struct {
	mu     sync.Mutex
	misses int // in a row, while closed
	open   bool
	pause  time.Duration
	probe  ecs.Key // the one that may pass while open; 0: none
	parked map[ecs.Key]struct{}
}

// reach is what a look at an instance told about its host.
type reach uint8

const (
	notAsked reach = iota
	reached
	unreachable
)

// admit reports whether k may be looked at now; one that may not is parked.
func (b *breaker) admit(k ecs.Key) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.open || k == b.probe {
		return true
	}
	b.park(k)
	return false
}

func (b *breaker) park(k ecs.Key) {
	if b.parked == nil {
		b.parked = map[ecs.Key]struct{}{}
	}
	b.parked[k] = struct{}{}
}

// verdict is what follows from a look.
type verdict struct {
	parked  bool      // k waits for the host: it is not to be tried by itself
	opened  bool      // by this look
	closed  bool      // by this look
	free    []ecs.Key // to be looked at now
	probeIn time.Duration
	probing bool // choose the next probe in probeIn
}

// report takes what a look at k told.
func (b *breaker) report(k ecs.Key, r reach) (v verdict) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case r == reached && !b.open:
		b.misses = 0
	case r == reached:
		v.closed = true
		v.free = b.close()
	case r == unreachable && b.open:
		b.park(k)
		v.parked = true
		if k == b.probe {
			b.probe, b.pause = 0, min(2*b.pause, lastPause)
			v.probing, v.probeIn = true, b.pause
		}
	case r == unreachable:
		if b.misses++; b.misses < breakAfter {
			return v
		}
		b.open, b.pause = true, firstPause
		b.park(k)
		v = verdict{parked: true, opened: true, probing: true, probeIn: b.pause}
	case b.open && k == b.probe: // its row was gone: it showed nothing
		b.probe = 0
		v.probing = true
	}
	return v
}

// next makes one of the parked keys the probe. With none parked nobody needs
// the host: the breaker closes, to open again at the first miss.
func (b *breaker) next() (k ecs.Key, ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.open || b.probe != 0 {
		return 0, false
	}
	for k = range b.parked {
		delete(b.parked, k)
		b.probe = k
		return k, true
	}
	b.close()
	b.misses = breakAfter - 1
	return 0, false
}

func (b *breaker) close() (free []ecs.Key) {
	for k := range b.parked {
		free = append(free, k)
	}
	b.open, b.misses, b.probe, b.parked = false, 0, 0, nil
	return free
}

// waiting are the parked keys.
func (b *breaker) waiting() (keys []ecs.Key) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for k := range b.parked {
		keys = append(keys, k)
	}
	return keys
}

func (b *breaker) isOpen() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.open
}
