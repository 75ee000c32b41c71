package state

import (
	"context"
	"log/slog"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/openecs/openecs/internal/store"
)

// DB is the tables over a store, for the one process that writes to it.
type DB struct {
	opts   Options
	log    *slog.Logger
	term   store.Term
	limits store.Limits

	root atomic.Pointer[Snapshot]
	pub  publication

	mu      sync.Mutex
	queue   []*request
	closing bool // no more requests
	err     error

	kick    chan struct{} // capacity 1: the queue is not empty, or closing
	toFlush chan *batch   // capacity 1
	flushed chan *batch   // capacity 1
	failed  chan struct{} // closed with err set
	done    chan struct{} // closed when committer and flusher have ended
	cancel  context.CancelFunc

	history History
	follow  atomic.Pointer[func(*Snapshot)] // told of each root before it is published
	past    func() *Snapshot                // of a Reader

	waiting atomic.Int32 // Updates under way, but for those of UpdateBehind
	stats   counters
}

// Snapshot is the tables as last committed. It never waits.
func (db *DB) Snapshot() *Snapshot {
	if db.past != nil {
		return db.past()
	}
	return db.root.Load()
}

// Update runs f, once, after all closures submitted before it, and returns when what it did is durable and published,
// or was taken back. An error of f, or a panic, takes back what f did and is returned, a panic as ErrPanic; as f may have
// read what is not durable yet, that too waits for the batch.
//
// If ctx ends before f has started, f never runs and the cause of ctx is returned. Once f has started its outcome is
// awaited whatever ctx does: an answer is always true.
//
// A failed commit is an *api.Error 503 (see ErrClosed and the others): nothing of f is there, and the call may be
// repeated, except with ErrUnknown in its chain. f does no I/O, reads no clock and must not call Update.
func (db *DB) Update(ctx context.Context, f func(tx *Tx) error) error {
	db.waiting.Add(1)
	defer db.waiting.Add(-1)
	return db.UpdateBehind(ctx, f)
}

// Crowded reports whether more callers of Update wait than there are processors: whoever works for none of them does better
// to step back for a while.
func (db *DB) Crowded() bool { return int(db.waiting.Load()) > runtime.GOMAXPROCS(0) }

// UpdateBehind is Update for work that no request waits for: it does not count in Crowded.
func (db *DB) UpdateBehind(ctx context.Context, f func(tx *Tx) error) error {
	if err := context.Cause(ctx); err != nil {
		return err
	}
	r := requests.Get().(*request)
	r.f, r.now = f, db.opts.Clock()
	r.state.Store(queued)
	if err := db.submit(r); err != nil {
		r.release()
		return err
	}
	select {
	case err := <-r.done:
		r.release()
		return err
	case <-ctx.Done():
	}
	if r.state.CompareAndSwap(queued, canceled) {
		return context.Cause(ctx) // the committer drops it
	}
	err := <-r.done
	r.release()
	return err
}

// request is one Update.
type request struct {
	f     func(*Tx) error
	now   time.Time
	state atomic.Uint32
	done  chan error // capacity 1
	err   error      // f's own
}

const (
	queued uint32 = iota
	started
	canceled
)

var requests = sync.Pool{New: func() any { return &request{done: make(chan error, 1)} }}

func (r *request) release() {
	r.f, r.err = nil, nil
	requests.Put(r)
}

func (db *DB) submit(r *request) error {
	db.mu.Lock()
	switch {
	case db.err != nil:
		err := db.err
		db.mu.Unlock()
		return unavailable(err)
	case db.closing:
		db.mu.Unlock()
		return unavailable(ErrClosed)
	case len(db.queue) >= db.opts.MaxQueue:
		db.mu.Unlock()
		return unavailable(ErrBusy)
	}
	db.queue = append(db.queue, r)
	first := len(db.queue) == 1
	db.mu.Unlock()
	if first {
		db.wake()
	}
	return nil
}

func (db *DB) wake() {
	select {
	case db.kick <- struct{}{}:
	default:
	}
}

// Failed is closed when the DB takes no more changes because the term or the store is lost. Snapshots can still be read.
// Opening anew is the only way on.
func (db *DB) Failed() <-chan struct{} { return db.failed }

// Err is why Failed is closed, nil before.
func (db *DB) Err() error {
	db.mu.Lock()
	defer db.mu.Unlock()
	return db.err
}

// fail makes the DB read-only. The first error stays.
func (db *DB) fail(err error) {
	db.mu.Lock()
	first := db.err == nil
	if first {
		db.err = err
		close(db.failed)
	}
	db.mu.Unlock()
	if first {
		db.log.Error("state takes no more changes", "err", err)
		db.wake()
	}
}

// Close answers what is queued, resigns the term and ends; the store stays open. If ctx ends first, a commit that
// hangs is given up and its closures are answered ErrUnknown.
func (db *DB) Close(ctx context.Context) error {
	db.mu.Lock()
	db.closing = true
	db.mu.Unlock()
	db.wake()
	var err error
	select {
	case <-db.done:
	case <-ctx.Done():
		err = context.Cause(ctx)
		db.cancel()
		<-db.done
	}
	db.cancel()
	db.pub.close()
	if e := db.term.Resign(context.WithoutCancel(ctx)); err == nil {
		err = e
	}
	return err
}
