package reconcile

import (
	"sync"

	"github.com/openecs/openecs/internal/clock"
	"github.com/openecs/openecs/internal/ecs"
)

// queue hands out keys, each to one worker at a time. A key added while a
// worker holds it is handed out again afterwards. As long as a key waits or is
// held the clock is busy, so a driven clock does not run away from the work.
type queue struct {
	clock clock.Clock

	mu     sync.Mutex
	wait   sync.Cond
	ready  []ecs.Key
	taken  int // of ready, from the front
	state  map[ecs.Key]mark
	closed bool
}

type mark uint8

const (
	queued mark = iota + 1
	held
	heldAgain // held, and to be handed out again
)

func newQueue(c clock.Clock) *queue {
	q := &queue{clock: c, state: map[ecs.Key]mark{}}
	q.wait.L = &q.mu
	return q
}

func (q *queue) add(keys ...ecs.Key) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return
	}
	for _, k := range keys {
		switch q.state[k] {
		case 0:
			q.state[k] = queued
			q.ready = append(q.ready, k)
			q.clock.Begin()
		case held:
			q.state[k] = heldAgain
		}
	}
	q.wait.Signal()
}

// take waits for keys and hands out up to max of them; ok is false when the
// queue is closed.
func (q *queue) take(buf []ecs.Key, max int) (keys []ecs.Key, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for q.taken == len(q.ready) && !q.closed {
		q.wait.Wait()
	}
	if q.closed {
		return nil, false
	}
	n := min(max, len(q.ready)-q.taken)
	keys = append(buf[:0], q.ready[q.taken:q.taken+n]...)
	if q.taken += n; q.taken > len(q.ready)/2 { // so that a key is moved once at most
		q.ready = q.ready[:copy(q.ready, q.ready[q.taken:])]
		q.taken = 0
	}
	for _, k := range keys {
		q.state[k] = held
	}
	if q.taken < len(q.ready) {
		q.wait.Signal()
	}
	return keys, true
}

// done gives keys back.
func (q *queue) done(keys []ecs.Key) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, k := range keys {
		if q.state[k] == heldAgain && !q.closed {
			q.state[k] = queued
			q.ready = append(q.ready, k)
			q.wait.Signal()
			continue
		}
		delete(q.state, k)
		q.clock.End()
	}
}

// close lets every take return; what waits is forgotten.
func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	for _, k := range q.ready[q.taken:] {
		delete(q.state, k)
		q.clock.End()
	}
	q.ready, q.taken = nil, 0
	q.wait.Broadcast()
}

// empty reports whether nothing waits.
func (q *queue) empty() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.taken == len(q.ready)
}
