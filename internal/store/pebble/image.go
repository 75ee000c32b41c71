package pebble

import (
	"context"
	"fmt"
	"iter"
	"sync"

	"github.com/cockroachdb/pebble/v2"

	"github.com/openecs/openecs/internal/store"
)

// image is one Load. Its iterator is what keeps the batches of the time together.
type image struct {
	s *Store

	mu    sync.Mutex
	it    *pebble.Iterator // nil once closed
	cause error            // why it was closed
	key   []byte           // the row handed out, copied: the iterator's own memory goes with it
	value []byte
}

// Load is store.Store's. It opens the database if it is not open.
func (s *Store) Load(ctx context.Context) (store.Rev, iter.Seq2[store.Change, error]) {
	img, rev, err := s.load(ctx)
	if err != nil {
		return 0, func(yield func(store.Change, error) bool) { yield(store.Change{}, err) }
	}
	stop := context.AfterFunc(ctx, func() { img.close(context.Cause(ctx)) })
	return rev, func(yield func(store.Change, error) bool) {
		defer stop()
		defer img.close(errLeft)
		for {
			c, ok, err := img.next()
			if err != nil {
				yield(store.Change{}, err)
				return
			}
			if !ok || !yield(c, nil) {
				return
			}
		}
	}
}

var errLeft = fmt.Errorf("%w: a load can be ranged over once", store.ErrClosed)

func (s *Store) load(ctx context.Context) (*image, store.Rev, error) {
	if ctx.Err() != nil {
		return nil, 0, context.Cause(ctx)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	e, err := s.acquire()
	if err != nil {
		return nil, 0, err
	}
	it, err := e.db.NewIter(&pebble.IterOptions{LowerBound: headKey, UpperBound: []byte{rowPrefix + 1}})
	if err != nil {
		return nil, 0, s.release(s.reading(err))
	}
	var rev store.Rev
	if it.First() {
		if rev, err = decodeHead(it.Value()); it.Key()[0] != metaPrefix {
			err = s.corrupt("there are rows but no head")
		}
	}
	if err == nil {
		err = s.reading(it.Error())
	}
	if err != nil {
		_ = it.Close()
		return nil, 0, s.release(err)
	}
	img := &image{s: s, it: it}
	s.images[img] = struct{}{}
	return img, rev, nil
}

// next is the next row.
func (m *image) next() (store.Change, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.s.guard.failure(); err != nil {
		return store.Change{}, false, err
	}
	if m.it == nil {
		return store.Change{}, false, m.cause
	}
	if !m.it.Next() {
		return store.Change{}, false, m.s.reading(m.it.Error())
	}
	value, err := m.it.ValueAndErr()
	if err != nil {
		return store.Change{}, false, m.s.reading(err)
	}
	m.key = append(m.key[:0], m.it.Key()[1:]...)
	m.value = append(m.value[:0], value...)
	if m.value == nil {
		m.value = []byte{}
	}
	return store.Change{Key: m.key, Value: m.value}, true, nil
}

// close gives the image up, once.
func (m *image) close(cause error) {
	if !m.stop(cause) {
		return
	}
	m.s.mu.Lock()
	defer m.s.mu.Unlock()
	delete(m.s.images, m)
	_ = m.s.release(nil) // a database that cannot be closed says so at the next opening
}

// stop closes the iterator and tells whether it was this call that did.
func (m *image) stop(cause error) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.it == nil {
		return false
	}
	if m.s.guard.failure() == nil {
		_ = m.it.Close() // its errors were answered by next
	}
	m.it, m.cause = nil, cause
	return true
}

// reading says what an error of reading means.
func (s *Store) reading(err error) error {
	if err != nil && pebble.IsCorruptionError(err) {
		return s.corrupt(err.Error())
	}
	return err
}
