// Package pebble is the store of a service on one machine: a directory with a Pebble database, which one process at a
// time has open. It may be imported by internal/service, internal/cli and tests.
//
// A batch is one synced Pebble batch, which carries the new head, so that a head without its rows or rows without
// their head cannot be. The directory is locked from the first Campaign or Load until the term and the loads are over;
// a second process is told who holds it. Before each batch the free space is looked at, so that a full disk refuses
// new batches before Pebble fails. If Pebble fails all the same, nothing more is written, Failed is closed,
// and the next start finds everything that was acknowledged (guard.go).
package pebble

import (
	"context"
	"errors"
	"iter"
	"sync"
	"sync/atomic"

	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/openecs/openecs/internal/store"
	"github.com/openecs/openecs/internal/store/ring"
)

// Store is the store in one directory.
type Store struct {
	dir   string
	opts  Options
	fs    vfs.FS
	guard *guard
	ring  *ring.Ring

	commits, changes, bytes, syncs atomic.Uint64

	mu     sync.Mutex
	engine *engine // nil while nobody needs the database
	term   *term
	images map[*image]struct{}
	closed bool
	given  sync.Cond // on mu: the database was given back
}

var _ store.Store = (*Store)(nil)

// Open looks at dir and takes nothing yet; dir need not exist. The error is store.ErrCorrupt, store.ErrNewer or one of
// reading the directory.
func Open(dir string, o Options) (*Store, error) {
	s := &Store{opts: o.withDefaults(), guard: newGuard(), images: make(map[*image]struct{})}
	s.given.L = &s.mu
	s.ring = ring.New(s.opts.RingBytes)
	fs := o.FS
	if fs == nil {
		fs = vfs.Default
		var err error
		if dir, err = canonical(dir); err != nil {
			return nil, err
		}
	}
	s.dir, s.fs = dir, fs
	if _, err := s.inspect(); err != nil {
		return nil, s.opening(err)
	}
	return s, nil
}

// Limits is store.Store's.
func (s *Store) Limits() store.Limits { return limits }

// acquire opens the database if need be, and counts one more user of it. The caller holds mu.
func (s *Store) acquire() (*engine, error) {
	if s.closed {
		return nil, store.ErrClosed
	}
	if err := s.guard.failure(); err != nil {
		return nil, err
	}
	if s.engine == nil {
		e, err := s.open()
		if err != nil {
			return nil, err
		}
		s.engine = e
		s.ring.Reset(store.Rev(e.head.Load())) // another process may have written meanwhile
	}
	s.engine.users++
	return s.engine, nil
}

// release counts one user less and joins err with what comes of it. The caller holds mu.
func (s *Store) release(err error) error {
	s.engine.users--
	if s.engine.users > 0 {
		return err
	}
	err = errors.Join(err, s.engine.close(s.room(2*limits.Bytes) == nil))
	s.engine = nil
	s.given.Broadcast()
	return err
}

// Head is store.Store's.
func (s *Store) Head(ctx context.Context) (store.Rev, error) {
	if ctx.Err() != nil {
		return 0, context.Cause(ctx)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	e, err := s.acquire()
	if err != nil {
		return 0, err
	}
	return store.Rev(e.head.Load()), s.release(nil)
}

// Watch is store.Store's. It follows what is committed through this Store.
func (s *Store) Watch(ctx context.Context, after store.Rev) iter.Seq2[store.Batch, error] {
	return s.ring.Watch(ctx, after)
}

// Campaign is store.Store's. It waits for a commit of the term before, and for nothing else.
func (s *Store) Campaign(ctx context.Context, addr string) (store.Term, error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	e, err := s.acquire()
	if err != nil {
		return nil, err
	}
	if s.term != nil {
		if err := s.endTerm(store.ErrDeposed); err != nil {
			return nil, s.release(err)
		}
	}
	if err := s.writeHolder(addr); err != nil {
		return nil, s.release(s.opening(err))
	}
	t := &term{s: s, e: e, addr: addr, done: make(chan struct{})}
	t.head.Store(e.head.Load())
	s.guard.watchOver(t)
	s.term = t
	return t, nil
}

// endTerm ends the present term and waits for its commit in flight, so that nothing of it can come after. The caller
// holds mu.
func (s *Store) endTerm(cause error) error {
	t := s.term
	t.end(cause)
	s.term = nil
	select {
	case <-t.e.slot:
		t.e.slot <- struct{}{}
		s.removeHolder()
	case <-s.guard.dead:
	}
	return s.release(nil)
}

// Leader is store.Store's. After a crash it names who held the directory last.
func (s *Store) Leader(ctx context.Context) (string, error) {
	if ctx.Err() != nil {
		return "", context.Cause(ctx)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closed:
		return "", store.ErrClosed
	case s.term != nil:
		return s.term.addr, nil
	}
	return s.holder().Addr, nil
}

// Close is store.Store's. After a failure it answers that failure and leaves the directory locked: only the end of the
// process stops what Pebble may still be doing there.
func (s *Store) Close() error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil
	}
	s.closed = true
	s.ring.Close(store.ErrClosed)
	var err error
	if s.term != nil {
		err = s.endTerm(store.ErrClosed)
	}
	images := make([]*image, 0, len(s.images))
	for img := range s.images {
		images = append(images, img)
	}
	s.mu.Unlock()
	for _, img := range images {
		img.close(store.ErrClosed)
	}
	s.mu.Lock()
	for s.engine != nil { // a load that is just being left
		s.given.Wait()
	}
	s.mu.Unlock()
	if failure := s.guard.failure(); failure != nil {
		return failure
	}
	return err
}

// Stats counts since Open.
func (s *Store) Stats() store.Stats {
	return store.Stats{
		Commits: s.commits.Load(), Changes: s.changes.Load(), Bytes: s.bytes.Load(), Syncs: s.syncs.Load(),
	}
}

// Failed is closed when the store has failed and takes no more writes. The process should then end with Err.
func (s *Store) Failed() <-chan struct{} { return s.guard.dead }

// Err is why Failed is closed, nil before. It is store.ErrFailed and wraps the cause.
func (s *Store) Err() error { return s.guard.failure() }
