package pebble

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/openecs/openecs/internal/store"
)

// term is one writer's time. It has no lock: what it needs of the store does not change, and the engine's slot
// orders its commits against those of the term before and after.
type term struct {
	s       *Store
	e       *engine
	addr    string
	head    atomic.Uint64
	unknown atomic.Bool // a commit's outcome is to be recovered

	once  sync.Once
	done  chan struct{}
	cause error // set before done is closed
}

// end closes the term once.
func (t *term) end(cause error) {
	t.once.Do(func() {
		t.cause = cause
		close(t.done)
	})
}

// over is why the term has ended, nil while it lasts.
func (t *term) over() error {
	select {
	case <-t.done:
		return t.cause
	default:
		return nil
	}
}

// Head is store.Term's.
func (t *term) Head() store.Rev { return store.Rev(t.head.Load()) }

// Done is store.Term's.
func (t *term) Done() <-chan struct{} { return t.done }

// Commit is store.Term's. When ctx ends while the disk is at work the outcome is unknown, and Recover waits for it.
func (t *term) Commit(ctx context.Context, b store.Batch) error {
	if t.unknown.Load() && t.over() == nil {
		return fmt.Errorf("%w: an earlier outcome is unknown, recover first", store.ErrNotCommitted)
	}
	if ctx.Err() != nil {
		return fmt.Errorf("%w: %w", store.ErrNotCommitted, context.Cause(ctx))
	}
	select {
	case <-t.e.slot:
	case <-t.done:
		return t.cause
	case <-ctx.Done():
		return fmt.Errorf("%w: %w", store.ErrNotCommitted, context.Cause(ctx))
	}
	if err := t.check(b); err != nil {
		t.e.slot <- struct{}{}
		return err
	}
	done := run(t.e.guard, func() error { return t.write(b) })
	select {
	case err := <-done:
		return err
	case <-t.e.guard.dead:
		t.unknown.Store(true)
		return fmt.Errorf("outcome unknown: %w", t.e.guard.err)
	case <-ctx.Done():
		select {
		case err := <-done:
			return err
		default:
		}
		t.unknown.Store(true)
		return fmt.Errorf("outcome unknown: %w", context.Cause(ctx))
	}
}

// check is what can be refused before anything is attempted. The caller has the slot.
func (t *term) check(b store.Batch) error {
	if err := t.over(); err != nil {
		return err
	}
	if err := b.Check(t.Head(), limits); err != nil {
		return err
	}
	return t.s.room(b.Size())
}

// write commits b, and gives the slot back unless the store failed: then it does not return.
func (t *term) write(b store.Batch) error {
	o := pebble.Sync
	if t.s.opts.UnsafeNoSync {
		o = pebble.NoSync
	}
	err := t.e.commit(b, o)
	defer func() { t.e.slot <- struct{}{} }() // not after a panic: nobody may commit then
	if err != nil {
		return fmt.Errorf("%w: %w", store.ErrNotCommitted, err)
	}
	t.head.Store(uint64(b.Rev))
	t.s.commits.Add(1)
	t.s.changes.Add(uint64(len(b.Changes)))
	t.s.bytes.Add(uint64(b.Size()))
	t.s.ring.Append(b.Clone())
	return nil
}

// room answers store.ErrFull when the reserve would not be left. Asking the file system costs a microsecond, a sync
// hundreds, so the answer is never an old one.
func (s *Store) room(size int) error {
	if s.opts.Reserve < 0 {
		return nil
	}
	usage, err := s.fs.GetDiskUsage(s.dir)
	if err != nil {
		return nil // not every file system can tell
	}
	if need := uint64(s.opts.Reserve) + uint64(size); usage.AvailBytes < need {
		return fmt.Errorf("%w: %w: %s has %d MiB free and %d MiB are held in reserve", store.ErrNotCommitted, store.ErrFull,
			s.dir, usage.AvailBytes>>20, s.opts.Reserve>>20)
	}
	return nil
}

func isFull(err error) bool { return vfs.IsNoSpaceError(err) }

// Recover is store.Term's. After a failure of the store the answer is that failure.
func (t *term) Recover(ctx context.Context) (store.Rev, error) {
	if ctx.Err() != nil {
		return 0, context.Cause(ctx)
	}
	select {
	case <-t.e.slot: // whatever was in flight has landed
	case <-t.done:
		return 0, t.cause
	case <-ctx.Done():
		return 0, context.Cause(ctx)
	}
	defer func() { t.e.slot <- struct{}{} }()
	if err := t.over(); err != nil {
		return 0, err
	}
	t.unknown.Store(false)
	return t.Head(), nil
}

// Resign is store.Term's. It waits for a commit in flight.
func (t *term) Resign(context.Context) error {
	t.s.mu.Lock()
	defer t.s.mu.Unlock()
	if t.s.term != t {
		return nil
	}
	return t.s.endTerm(store.ErrDeposed)
}
