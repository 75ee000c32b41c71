package ring

import (
	"errors"
	"testing"

	"github.com/openecs/openecs/internal/store"
)

func batch(rev store.Rev, size int) store.Batch {
	return store.Batch{Rev: rev, Changes: []store.Change{{Key: []byte("k"), Value: make([]byte, size)}}}
}

// see is what a watch answers first, and waiting whether it would wait.
func (r *Ring) see(after store.Rev) (rev store.Rev, waiting bool, err error) {
	b, wake, err := r.next(after)
	return b.Rev, wake != nil, err
}

func TestBounded(t *testing.T) {
	r := New(10_000)
	for rev := store.Rev(1); rev <= 1000; rev++ {
		r.Append(batch(rev, 700))
		if r.bytes > 10_000 {
			t.Fatalf("%d bytes are kept", r.bytes)
		}
	}
	if rev, _, err := r.see(999); rev != 1000 || err != nil {
		t.Errorf("after 999: %d, %v", rev, err)
	}
	oldest := store.Rev(1001 - len(r.batches))
	if len(r.batches) < 5 || cap(r.batches) > 100 {
		t.Errorf("%d batches are kept in a slice of %d", len(r.batches), cap(r.batches))
	}
	if rev, _, err := r.see(oldest - 1); rev != oldest || err != nil {
		t.Errorf("the oldest is %d, %v, want %d", rev, err, oldest)
	}
	if _, _, err := r.see(oldest - 2); !errors.Is(err, store.ErrCompacted) {
		t.Errorf("before the oldest: %v", err)
	}
	if _, waiting, err := r.see(1000); !waiting || err != nil {
		t.Errorf("at the head: %t, %v", waiting, err)
	}
	if _, waiting, err := r.see(5000); !waiting || err != nil {
		t.Errorf("above the head: %t, %v", waiting, err)
	}
}

// A batch above the size is seen by who keeps up.
func TestLastIsKept(t *testing.T) {
	r := New(100)
	for rev := store.Rev(1); rev <= 3; rev++ {
		r.Append(batch(rev, 5000))
		if got, _, err := r.see(rev - 1); got != rev || err != nil {
			t.Errorf("after %d: %d, %v", rev-1, got, err)
		}
	}
	if _, _, err := r.see(0); !errors.Is(err, store.ErrCompacted) {
		t.Errorf("after 0: %v", err)
	}
}

func TestReset(t *testing.T) {
	r := New(10_000)
	r.Append(batch(1, 1))
	r.Reset(1) // nobody wrote
	if rev, _, err := r.see(0); rev != 1 || err != nil {
		t.Errorf("after a reset to the head: %d, %v", rev, err)
	}
	r.Reset(5)
	if _, _, err := r.see(1); !errors.Is(err, store.ErrCompacted) {
		t.Errorf("what others wrote: %v", err)
	}
	r.Append(batch(6, 1))
	if rev, _, err := r.see(5); rev != 6 || err != nil {
		t.Errorf("after 5: %d, %v", rev, err)
	}
	defer func() {
		if recover() == nil {
			t.Error("a gap was taken")
		}
	}()
	r.Append(batch(8, 1))
}
