package state

import (
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/openecs/openecs/internal/store"
)

// batch is closures that become durable together.
type batch struct {
	requests []*request
	log      []undo
	wakes    []Wake
	root     *Snapshot // nil: nothing changed
	meta     meta
	changing int // closures that changed something
	size     int // estimate, bytes
	err      error
	fatal    bool // with err: the DB cannot go on
}

// committer runs the closures.
type committer struct {
	db       *DB
	c        *core
	cur      *batch
	inFlight bool
	sealed   *Snapshot // the root of the last sealed batch, published or in flight
	carry    []moved   // with full: changes of the last request of cur that go into the next batch
	carried  *request
	wakes    []Wake // of carried
	full     bool
	pending  []*request // taken from the queue, not yet run
	spare    []*request
}

// run is the committer's goroutine.
func (m *committer) run() {
	ended := false
	defer func() {
		if !ended { // a closure called runtime.Goexit, as a test that fails does; its request is answered
			go m.run()
		}
	}()
	db := m.db
	term := db.term.Done()
	yielded, lost := false, false
	for {
		for !m.full && db.Err() == nil {
			r := m.next()
			if r == nil {
				break
			}
			m.exec(r)
			m.poll()
		}
		if err := db.Err(); err != nil && !m.inFlight {
			m.refuse(err)
		}
		if !m.inFlight && (len(m.cur.requests) > 0 || m.full) {
			if !yielded && !m.full {
				// Let those who were just answered, or wait for a processor, come in: with 64 writers this makes
				// batches of 46 closures out of batches of 6, at half the time each.
				yielded = true
				runtime.Gosched()
				continue
			}
			yielded = false
			m.flush()
			continue
		}
		if !m.inFlight && m.idle() {
			break
		}
		select {
		case <-db.kick:
		case b := <-db.flushed:
			m.settle(b)
		case <-term:
			term, lost = nil, true
		}
		if lost && !m.inFlight { // a commit in flight tells more
			db.fail(store.ErrDeposed)
		}
	}
	ended = true
	close(db.toFlush)
}

// next is the next request, nil if none waits.
func (m *committer) next() *request {
	if len(m.pending) == 0 {
		clear(m.spare)
		m.db.mu.Lock()
		m.pending, m.db.queue = m.db.queue, m.spare[:0]
		m.db.mu.Unlock()
		m.spare = m.pending
		if len(m.pending) == 0 {
			return nil
		}
	}
	r := m.pending[0]
	m.pending = m.pending[1:]
	return r
}

// idle tells whether nothing is left and nothing will come.
func (m *committer) idle() bool {
	m.db.mu.Lock()
	defer m.db.mu.Unlock()
	return m.db.closing && len(m.db.queue) == 0 && len(m.pending) == 0
}

// worthFlushing is how many changes go to an idle disk before the rest of the queue has been run.
const worthFlushing = 1024

// poll settles what is in flight if it has landed.
func (m *committer) poll() {
	select {
	case b := <-m.db.flushed:
		m.settle(b)
		if b.err == nil && len(m.c.log) >= worthFlushing {
			m.flush() // long closures: the disk need not wait for the queue to run dry
		}
	default:
	}
}

// exec runs one closure on the working tables.
func (m *committer) exec(r *request) {
	if !r.state.CompareAndSwap(queued, started) {
		return // its caller has gone; it may not be reused, for the caller gave up the right to await it
	}
	c, b := m.c, m.cur
	from := c.mark()
	if r.now.After(c.now) {
		c.now = r.now.UTC()
	}
	b.requests = append(b.requests, r) // before the closure, which may end the goroutine
	r.err = errGoexit
	m.db.stats.closures.Add(1)
	defer func() {
		c.tx = nil
		if r.err != nil { // Goexit, or the closure's own
			c.unwind(from)
			m.db.stats.failed.Add(1)
		}
	}()
	tx := &Tx{c: c, now: c.now}
	c.tx = tx
	r.err = m.call(tx, r.f)
	c.tx = nil
	if r.err == nil {
		r.err = m.admit(from)
	}
}

var errGoexit = internal(fmt.Errorf("%w: it ended its goroutine", ErrPanic))

func (m *committer) call(tx *Tx, f func(*Tx) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			m.db.stats.panics.Add(1)
			m.db.log.Error("transaction panicked", "panic", p, "stack", string(debug.Stack()))
			err = internal(fmt.Errorf("%w: %v", ErrPanic, p))
		}
	}()
	m.c.observer.begin()
	if err := f(tx); err != nil {
		return err
	}
	return m.c.observer.end(tx)
}

// admit makes the changes since from part of the batch, or of the next one if they do not fit in.
func (m *committer) admit(from mark) error {
	c, b, limits := m.c, m.cur, m.db.limits
	log := c.log[from.log:]
	if len(log) == 0 {
		return nil
	}
	changes, size := 1, metaSize // the meta row
	for i := range log {
		if log[i].op <= opSymbol {
			changes++
			size += keySize + c.widest(&log[i])
		}
	}
	if changes == 1 {
		return nil // bitmaps only: nothing to store
	}
	if changes > limits.Changes || size > limits.Bytes {
		if changes, size = c.measure(log); changes > limits.Changes || size > limits.Bytes {
			return internal(fmt.Errorf("%w: %d changes of about %d bytes, at most %d of %d",
				ErrTooLarge, changes, size, limits.Changes, limits.Bytes))
		}
	}
	if from.log > 0 && (c.changes(c.log)+1 > limits.Changes || b.size+size > limits.Bytes) {
		m.carried, m.full = b.requests[len(b.requests)-1], true
		b.requests = b.requests[:len(b.requests)-1]
		m.wakes = append([]Wake(nil), c.wakes[from.wakes:]...)
		m.carry = c.lift(from)
		c.wakes = c.wakes[:from.wakes]
		m.db.stats.overflows.Add(1)
		return nil
	}
	b.changing++
	b.size += size
	return nil
}

// flush seals the batch and hands it to the flusher, or answers it where there is nothing to wait for.
func (m *committer) flush() {
	c, b := m.c, m.cur
	if len(c.log) == 0 && len(c.wakes) == 0 && !m.full { // and nothing in flight that they may have read
		for i, r := range b.requests {
			b.requests[i] = nil
			err := r.err
			r.done <- err
		}
		b.requests = b.requests[:0]
		return
	}
	b.log, b.wakes = c.log, c.wakes
	if b.changing > 0 {
		c.rev++
		b.root = c.seal(m.sealed)
		b.meta = meta{lastKey: c.lastKey, time: c.now}
		m.sealed = b.root
	}
	m.cur = newBatch()
	c.log, c.wakes = m.cur.log, m.cur.wakes
	m.inFlight = true
	m.db.toFlush <- b
	if m.full {
		m.full = false
		from := c.mark()
		c.apply(m.carry)
		c.wakes = append(c.wakes, m.wakes...)
		r := m.carried
		m.cur.requests = append(m.cur.requests, r)
		m.carry, m.carried, m.wakes = nil, nil, nil
		if r.err = m.admit(from); r.err != nil { // it is known better by now how large it is
			c.unwind(from)
		}
	}
}

// settle takes note of a batch that came back from the flusher.
func (m *committer) settle(b *batch) {
	m.inFlight = false
	if b.err == nil {
		b.recycle()
		return
	}
	// What ran since stands on what is not there: it falls too.
	m.fall(m.cur, b.err)
	m.fall(b, b.err)
	c := m.c
	m.sealed = m.db.root.Load()
	c.rev = m.sealed.rev
	for _, w := range c.work {
		w.clean()
	}
	m.cur = newBatch()
	c.log, c.wakes = m.cur.log, m.cur.wakes
	if b.fatal {
		m.db.fail(b.err)
	}
}

// fall unwinds a batch and answers its closures.
func (m *committer) fall(b *batch, err error) {
	c := m.c
	if b == m.cur {
		for _, e := range m.carry { // bitmaps are all that it still has done
			if e.op == opBit || e.op == opBitmap {
				c.log = append(c.log, e.undo)
			}
		}
		if m.carried != nil {
			b.requests = append(b.requests, m.carried)
		}
		m.carry, m.carried, m.wakes, m.full = nil, nil, nil, false
		b.log = c.log
	}
	c.revert(b.log)
	answer := b.answer(err)
	for _, r := range b.requests {
		r.done <- answer
	}
}

// answer is what the closures of a batch that failed are told.
func (b *batch) answer(err error) error {
	if errors.Is(err, ErrTooLarge) && b.changing == 1 {
		return internal(err)
	}
	return unavailable(err)
}

// refuse answers everything that waits.
func (m *committer) refuse(err error) {
	for {
		r := m.next()
		if r == nil {
			return
		}
		if r.state.CompareAndSwap(queued, started) {
			r.done <- unavailable(err)
		}
	}
}
