// Package ring keeps the last few batches in memory, for the stores whose watchers are in the same process.
// It may be imported by the kinds of store only.
package ring

import (
	"context"
	"iter"
	"sync"

	"github.com/openecs/openecs/internal/store"
)

// overhead is what a batch costs beyond its bytes, roughly, so that many empty ones are bounded too.
const overhead = 128

// Ring holds the batches that end at its head. It is safe for use by several goroutines.
type Ring struct {
	max int

	mu      sync.Mutex
	head    store.Rev
	batches []store.Batch // ascending, the last one is head
	bytes   int
	wake    chan struct{} // closed and replaced when anything changes
	closed  error
}

// New makes an empty ring at revision 0 that keeps about max bytes, and in any case the last batch.
func New(max int) *Ring {
	return &Ring{max: max, wake: make(chan struct{})}
}

// Reset forgets every batch when head is not the ring's own: somebody else has written meanwhile.
func (r *Ring) Reset(head store.Rev) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.head == head {
		return
	}
	clear(r.batches)
	r.head, r.batches, r.bytes = head, r.batches[:0], 0
	r.signal()
}

// Append takes over b, which follows the head, and drops the oldest ones beyond the size.
func (r *Ring) Append(b store.Batch) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if b.Rev != r.head+1 {
		panic("ring: a gap")
	}
	r.head = b.Rev
	r.batches = append(r.batches, b)
	r.bytes += b.Size() + overhead*(1+len(b.Changes))
	drop := 0
	for r.bytes > r.max && drop < len(r.batches)-1 {
		old := r.batches[drop]
		r.bytes -= old.Size() + overhead*(1+len(old.Changes))
		drop++
	}
	if drop > 0 {
		kept := copy(r.batches, r.batches[drop:])
		clear(r.batches[kept:])
		r.batches = r.batches[:kept]
	}
	r.signal()
}

// Close ends every watch, present and future, with err.
func (r *Ring) Close(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed == nil {
		r.closed = err
		clear(r.batches)
		r.batches, r.bytes = nil, 0
		r.signal()
	}
}

// Watch is store.Store's.
func (r *Ring) Watch(ctx context.Context, after store.Rev) iter.Seq2[store.Batch, error] {
	return func(yield func(store.Batch, error) bool) {
		for {
			b, wake, err := r.next(after)
			switch {
			case ctx.Err() != nil:
				err = context.Cause(ctx)
			case err == nil && wake != nil:
				select {
				case <-wake:
				case <-ctx.Done():
				}
				continue
			}
			if err != nil {
				yield(store.Batch{}, err)
				return
			}
			if !yield(b, nil) {
				return
			}
			after = b.Rev
		}
	}
}

// next is the batch after the given revision, or the channel that is closed when there may be one.
func (r *Ring) next(after store.Rev) (store.Batch, <-chan struct{}, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	first := r.head + 1 - store.Rev(len(r.batches)) // of what is kept; head + 1 when nothing is
	switch {
	case r.closed != nil:
		return store.Batch{}, nil, r.closed
	case after >= r.head:
		return store.Batch{}, r.wake, nil
	case after+1 < first:
		return store.Batch{}, nil, store.ErrCompacted
	}
	return r.batches[after+1-first], nil, nil
}

func (r *Ring) signal() {
	close(r.wake)
	r.wake = make(chan struct{})
}
