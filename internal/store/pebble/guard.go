package pebble

import (
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/cockroachdb/pebble/v2"

	"github.com/openecs/openecs/internal/store"
)

// guard stands between Pebble and the process. A write that fails reaches Pebble's Logger as Fatalf, which is expected
// not to return and by default ends the process; or its BackgroundError event, after which it tries again at once, for
// ever; or a panic. All the same, what was acknowledged is safe in the log and nothing more can be written. So the
// guard records the first cause, ends the term, and stops the goroutine where it is, locks and all. From then on
// nothing calls into Pebble: the database is abandoned, and the service is expected to end the process. Most failures
// are caught before Pebble sees them (guardfs.go); the rest is caught here.
type guard struct {
	dead    chan struct{} // closed by the first failure
	once    sync.Once
	err     error // set before dead is closed
	term    atomic.Pointer[term]
	closing atomic.Bool // the database is being closed: an interrupted compaction is no failure
}

func newGuard() *guard { return &guard{dead: make(chan struct{})} }

// fail records the cause once. It takes no lock that a goroutine inside Pebble may hold.
func (g *guard) fail(cause error) {
	g.once.Do(func() {
		g.err = fmt.Errorf("%w: %w", store.ErrFailed, cause)
		close(g.dead)
		if t := g.term.Load(); t != nil {
			t.end(g.err)
		}
	})
}

// failure is the recorded cause, nil if there is none.
func (g *guard) failure() error {
	select {
	case <-g.dead:
		return g.err
	default:
		return nil
	}
}

// watchOver has t ended by a failure.
func (g *guard) watchOver(t *term) {
	g.term.Store(t)
	if err := g.failure(); err != nil {
		t.end(err)
	}
}

// Infof is pebble.Logger's. What Pebble says in passing is of no use to an operator.
func (g *guard) Infof(string, ...any) {}

// Errorf is pebble.Logger's. The errors that matter arrive as events.
func (g *guard) Errorf(string, ...any) {}

// Fatalf is pebble.Logger's. It never returns.
func (g *guard) Fatalf(format string, args ...any) {
	cause := fatalError{msg: fmt.Sprintf(format, args...)}
	for _, a := range args {
		if err, ok := a.(error); ok {
			cause.err = err
		}
	}
	g.fail(cause)
	select {}
}

// run calls f from a goroutine of its own, which a failure may stop for ever. A panic is a failure.
func run[T any](g *guard, f func() T) <-chan T {
	done := make(chan T, 1)
	go func() {
		defer func() {
			if r := recover(); r != nil {
				g.Fatalf("panic: %v", r)
			}
		}()
		done <- f()
	}()
	return done
}

// fatalError keeps Pebble's sentence and what it was about.
type fatalError struct {
	msg string
	err error
}

func (e fatalError) Error() string { return e.msg }
func (e fatalError) Unwrap() error { return e.err }

func (g *guard) events() *pebble.EventListener {
	return &pebble.EventListener{
		BackgroundError: func(err error) {
			if g.closing.Load() {
				return
			}
			g.fail(fmt.Errorf("in the background: %w", err))
			select {}
		},
		DataCorruption: func(info pebble.DataCorruptionInfo) {
			g.fail(fmt.Errorf("%w: %v", store.ErrCorrupt, info))
		},
	}
}
