// Package mem is a store that keeps its batches in memory: for tests, and for services that are to leave nothing
// behind. It honours the whole contract of internal/store and can be told to fail (knobs.go).
// It may be imported by internal/service, by ecstest and by tests.
package mem

import (
	"context"
	"fmt"
	"iter"
	"sync"
	"sync/atomic"

	"github.com/tidwall/btree"

	"github.com/openecs/openecs/internal/store"
	"github.com/openecs/openecs/internal/store/ring"
)

// Options may be left zero.
type Options struct {
	Limits    store.Limits // default 16384 changes and 4 MiB
	RingBytes int          // how much a Watch can look back on; default 1 MiB, and always the last batch
}

// Store is the store. What it holds is gone with it.
type Store struct {
	limits store.Limits
	ring   *ring.Ring
	failed chan struct{}

	mu     sync.Mutex
	rows   *btree.Map[string, []byte] // copied on write: an image is a copy
	head   store.Rev
	term   *term
	addr   string
	closed bool
	err    error
	stats  store.Stats
	knobs  knobs
}

var _ store.Store = (*Store)(nil)

// New makes an empty store.
func New(o Options) *Store {
	if o.Limits.Changes == 0 {
		o.Limits.Changes = 16384
	}
	if o.Limits.Bytes == 0 {
		o.Limits.Bytes = 4 << 20
	}
	if o.RingBytes == 0 {
		o.RingBytes = 1 << 20
	}
	return &Store{
		limits: o.Limits,
		ring:   ring.New(o.RingBytes),
		failed: make(chan struct{}),
		rows:   new(btree.Map[string, []byte]),
	}
}

// Limits is store.Store's.
func (s *Store) Limits() store.Limits { return s.limits }

// Load is store.Store's.
func (s *Store) Load(ctx context.Context) (store.Rev, iter.Seq2[store.Change, error]) {
	if err := context.Cause(ctx); err != nil {
		return 0, fail(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return 0, fail(store.ErrClosed)
	}
	image := s.rows.Copy()
	var left atomic.Bool
	return s.head, func(yield func(store.Change, error) bool) {
		if left.Swap(true) {
			yield(store.Change{}, errLeft)
			return
		}
		for it, ok := image.Iter(), true; ; ok = true {
			if err := s.reading(ctx); err != nil {
				yield(store.Change{}, err)
				return
			}
			// A few rows between two looks at the context.
			for range 256 {
				if ok = it.Next(); !ok || !yield(store.Change{Key: []byte(it.Key()), Value: it.Value()}, nil) {
					return
				}
			}
		}
	}
}

var errLeft = fmt.Errorf("%w: a load can be ranged over once", store.ErrClosed)

// reading tells why a load cannot go on.
func (s *Store) reading(ctx context.Context) error {
	if err := context.Cause(ctx); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return store.ErrClosed
	}
	return nil
}

// Watch is store.Store's.
func (s *Store) Watch(ctx context.Context, after store.Rev) iter.Seq2[store.Batch, error] {
	return s.ring.Watch(ctx, after)
}

// Head is store.Store's.
func (s *Store) Head(ctx context.Context) (store.Rev, error) {
	if err := context.Cause(ctx); err != nil {
		return 0, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return 0, store.ErrClosed
	}
	return s.head, nil
}

// Leader is store.Store's.
func (s *Store) Leader(ctx context.Context) (string, error) {
	if err := context.Cause(ctx); err != nil {
		return "", err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return "", store.ErrClosed
	}
	return s.addr, nil
}

// Campaign is store.Store's. It never waits: the term before it ends.
func (s *Store) Campaign(ctx context.Context, addr string) (store.Term, error) {
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closed:
		return nil, store.ErrClosed
	case s.err != nil:
		return nil, s.err
	}
	s.end(store.ErrDeposed)
	s.term = &term{s: s, head: s.head, done: make(chan struct{})}
	s.addr = addr
	return s.term, nil
}

// end closes the present term, if there is one. The caller holds mu.
func (s *Store) end(cause error) {
	if s.term != nil {
		s.term.over = cause
		close(s.term.done)
		s.term, s.addr = nil, ""
	}
}

// Close is store.Store's.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closed {
		s.closed = true
		s.end(store.ErrClosed)
		s.ring.Close(store.ErrClosed)
		s.rows = new(btree.Map[string, []byte])
	}
	return nil
}

// Stats counts since New.
func (s *Store) Stats() store.Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stats
}

// Failed is closed once the store takes no more writes; here only Break does that.
func (s *Store) Failed() <-chan struct{} { return s.failed }

// Err is why Failed is closed, nil before. It is store.ErrFailed.
func (s *Store) Err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

func fail(err error) iter.Seq2[store.Change, error] {
	return func(yield func(store.Change, error) bool) { yield(store.Change{}, err) }
}
