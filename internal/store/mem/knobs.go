package mem

import (
	"context"
	"errors"
	"fmt"

	"github.com/openecs/openecs/internal/store"
)

// Fault is how an injected Commit fails.
type Fault uint8

const (
	NotCommitted Fault = iota + 1 // answers store.ErrNotCommitted
	Full                          // answers store.ErrFull and store.ErrNotCommitted
	LostAbsent                    // answers an unknown outcome; Recover finds the batch absent
	LostPresent                   // answers an unknown outcome; Recover finds the batch there
)

var errInjected = errors.New("outcome unknown: injected")

// knobs is what tests have set. Guarded by Store.mu.
type knobs struct {
	faults  []Fault
	hold    chan struct{} // commits wait for it to be closed; nil: they do not
	delay   func(context.Context)
	waiting int
}

// take is the fault of the next commit, 0 for none.
func (k *knobs) take() Fault {
	if len(k.faults) == 0 {
		return 0
	}
	f := k.faults[0]
	k.faults = k.faults[1:]
	return f
}

// wait spends the time that the knobs want a commit to take. The error is the cause of ctx, if that ended first.
func (k knobs) wait(ctx context.Context, done <-chan struct{}) error {
	if k.delay != nil {
		k.delay(ctx)
	}
	if k.hold != nil {
		select {
		case <-k.hold:
		case <-done:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return nil
}

// Inject makes the next commits that reach the store fail, each in its way, in this order, after those injected
// before. A zero Fault lets one pass. Batches refused by a rule do not count.
func (s *Store) Inject(faults ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.knobs.faults = append(s.knobs.faults, faults...)
}

// Delay has every commit call f first, without a lock; nil ends that. It is where a test puts latency.
func (s *Store) Delay(f func(context.Context)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.knobs.delay = f
}

// Hold makes commits wait, before anything of them is there, until release is called, their context is done (their
// outcome is then unknown) or their term ends. Only one Hold at a time; release may be called again.
func (s *Store) Hold() (release func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	hold := make(chan struct{})
	s.knobs.hold = hold
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.knobs.hold == hold {
			s.knobs.hold = nil
			close(hold)
		}
	}
}

// Waiting is the number of commits that are held or delayed.
func (s *Store) Waiting() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.knobs.waiting
}

// Depose ends the present term, as when another replica took over.
func (s *Store) Depose() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.end(store.ErrDeposed)
}

// Break makes the store fail for good, as a disk does: the term ends with store.ErrFailed, and Failed is closed.
func (s *Store) Break(cause error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err == nil && !s.closed {
		s.err = fmt.Errorf("%w: %w", store.ErrFailed, cause)
		s.end(s.err)
		close(s.failed)
	}
}
