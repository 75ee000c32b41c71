package mem

import (
	"context"
	"fmt"

	"github.com/openecs/openecs/internal/store"
)

// term is one writer's time. All but s and done is guarded by s.mu.
type term struct {
	s       *Store
	done    chan struct{}
	head    store.Rev
	unknown bool  // a commit's outcome is to be recovered
	over    error // why the term has ended
}

// Head is store.Term's.
func (t *term) Head() store.Rev {
	t.s.mu.Lock()
	defer t.s.mu.Unlock()
	return t.head
}

// Done is store.Term's.
func (t *term) Done() <-chan struct{} { return t.done }

// Commit is store.Term's.
func (t *term) Commit(ctx context.Context, b store.Batch) error {
	s := t.s
	s.mu.Lock()
	if err := t.check(ctx, b); err != nil {
		s.mu.Unlock()
		return err
	}
	k := s.knobs
	fault := s.knobs.take()
	s.knobs.waiting++
	s.mu.Unlock()

	lost := k.wait(ctx, t.done)

	s.mu.Lock()
	defer s.mu.Unlock()
	s.knobs.waiting--
	switch {
	case t.over != nil: // whoever ended the term fenced what was in flight
		return t.over
	case lost != nil:
		t.unknown = true
		return fmt.Errorf("outcome unknown: %w", lost)
	case fault == NotCommitted:
		return fmt.Errorf("%w: injected", store.ErrNotCommitted)
	case fault == Full:
		return fmt.Errorf("%w: %w: injected", store.ErrNotCommitted, store.ErrFull)
	case fault == LostAbsent:
		t.unknown = true
		return errInjected
	}
	s.apply(b)
	if fault == LostPresent {
		t.unknown = true
		return errInjected
	}
	t.head = b.Rev
	return nil
}

// check is what can be refused before anything is attempted.
func (t *term) check(ctx context.Context, b store.Batch) error {
	switch {
	case t.over != nil:
		return t.over
	case t.unknown:
		return fmt.Errorf("%w: an earlier outcome is unknown, recover first", store.ErrNotCommitted)
	case ctx.Err() != nil:
		return fmt.Errorf("%w: %w", store.ErrNotCommitted, context.Cause(ctx))
	}
	return b.Check(t.head, t.s.limits)
}

// apply makes b part of the store. The caller holds mu.
func (s *Store) apply(b store.Batch) {
	b = b.Clone()
	for _, c := range b.Changes {
		if c.Value == nil {
			s.rows.Delete(string(c.Key))
		} else {
			s.rows.Set(string(c.Key), c.Value)
		}
	}
	s.head = b.Rev
	s.stats.Commits++
	s.stats.Changes += uint64(len(b.Changes))
	s.stats.Bytes += uint64(b.Size())
	s.ring.Append(b)
}

// Recover is store.Term's.
func (t *term) Recover(ctx context.Context) (store.Rev, error) {
	if err := context.Cause(ctx); err != nil {
		return 0, err
	}
	t.s.mu.Lock()
	defer t.s.mu.Unlock()
	if t.over != nil {
		return 0, t.over
	}
	t.unknown = false
	t.head = t.s.head
	return t.head, nil
}

// Resign is store.Term's.
func (t *term) Resign(context.Context) error {
	t.s.mu.Lock()
	defer t.s.mu.Unlock()
	if t.s.term == t {
		t.s.end(store.ErrDeposed)
	}
	return nil
}
