package clock

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// ErrBackwards is returned when a Manual clock is told to go back.
var ErrBackwards = errors.New("clock: cannot go back")

// Manual is a clock that stands still until it is advanced. Make one with NewManual.
//
// Advance goes from one due instant to the next: it waits for quiet, finds the earliest instant
// any timer is set to, sets the clock to exactly that, ticks every timer due, waits for quiet
// again, and repeats until nothing is due up to the target. Timers set along the way, for the
// present instant too, are served in the same call. So what runs at an instant has run, and
// caused all it causes at that instant, before time moves on.
//
// Quiet means: every Begin has its End, every tick that was delivered has been answered by Set or
// Stop, and every OnQuiet hook has returned since. Code that re-arms itself for the present
// instant for ever never gets quiet; the context given to Advance ends the wait.
type Manual struct {
	advance sync.Mutex // one Advance at a time

	mu     sync.Mutex
	now    time.Time
	timers map[*manualTimer]struct{} // those that are set and have not ticked
	busy   int                       // Begins without End, and ticks not yet answered
	begun  uint64                    // how often busy has risen
	idle   chan struct{}             // closed when busy falls to 0; nil while nobody waits
	hooks  []func(context.Context) error
}

var _ Clock = (*Manual)(nil)

// NewManual returns a clock that stands at start.
func NewManual(start time.Time) *Manual {
	return &Manual{now: start.UTC().Round(0), timers: map[*manualTimer]struct{}{}}
}

// Now implements Clock.
func (m *Manual) Now() time.Time {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.now
}

// Begin implements Clock.
func (m *Manual) Begin() {
	m.mu.Lock()
	m.enter()
	m.mu.Unlock()
}

// End implements Clock. It panics when there is no Begin to end.
func (m *Manual) End() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.leave()
}

// OnQuiet adds a hook that Advance and WaitQuiet call each time nothing counted is under way. It
// returns once what it watches is idle too: work that cannot be counted by Begin and End, or
// synctest.Wait in a test. It is called without locks and must not itself Begin anything.
func (m *Manual) OnQuiet(hook func(context.Context) error) {
	m.mu.Lock()
	m.hooks = append(m.hooks, hook)
	m.mu.Unlock()
}

// WaitQuiet waits until everything caused so far has happened; the clock stays where it is.
func (m *Manual) WaitQuiet(ctx context.Context) error {
	for {
		m.mu.Lock()
		if m.busy > 0 {
			if m.idle == nil {
				m.idle = make(chan struct{})
			}
			idle, busy, now := m.idle, m.busy, m.now
			m.mu.Unlock()
			select {
			case <-idle:
				continue
			case <-ctx.Done():
				return fmt.Errorf("clock: %d pieces of work still under way at %s: %w",
					busy, now.Format(time.RFC3339Nano), context.Cause(ctx))
			}
		}
		begun, hooks := m.begun, m.hooks
		m.mu.Unlock()

		for _, hook := range hooks {
			if err := hook(ctx); err != nil {
				return err
			}
		}
		m.mu.Lock()
		quiet := m.busy == 0 && m.begun == begun
		m.mu.Unlock()
		if quiet {
			return nil
		}
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("clock: never quiet: %w", context.Cause(ctx))
		}
	}
}

// Advance moves the clock on by d, serving every instant that falls due on the way, and returns
// when all is quiet. When ctx ends first, the clock stays at the last instant it reached.
func (m *Manual) Advance(ctx context.Context, d time.Duration) error {
	m.advance.Lock()
	defer m.advance.Unlock()
	return m.advanceTo(ctx, m.Now().Add(d))
}

// Set is Advance to an instant. An instant before Now is ErrBackwards.
func (m *Manual) Set(ctx context.Context, at time.Time) error {
	m.advance.Lock()
	defer m.advance.Unlock()
	return m.advanceTo(ctx, at)
}

// Next waits for quiet and tells the earliest instant something waits for, false when nothing does.
func (m *Manual) Next(ctx context.Context) (time.Time, bool, error) {
	if err := m.WaitQuiet(ctx); err != nil {
		return time.Time{}, false, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	at, ok := m.earliest()
	return at, ok, nil
}

func (m *Manual) advanceTo(ctx context.Context, target time.Time) error {
	target = target.UTC().Round(0)
	if now := m.Now(); target.Before(now) {
		return fmt.Errorf("%w: %s is before %s", ErrBackwards,
			target.Format(time.RFC3339Nano), now.Format(time.RFC3339Nano))
	}
	for {
		if err := m.WaitQuiet(ctx); err != nil {
			return err
		}
		if m.step(target) {
			return nil
		}
	}
}

// step moves to the next due instant, or to target when there is none up to it.
func (m *Manual) step(target time.Time) (done bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	at, ok := m.earliest()
	if !ok || at.After(target) {
		m.now = target
		return true
	}
	m.now = at
	for t := range m.timers {
		if !t.at.After(at) {
			t.tick()
		}
	}
	return false
}

func (m *Manual) earliest() (at time.Time, ok bool) {
	for t := range m.timers {
		if !ok || t.at.Before(at) {
			at, ok = t.at, true
		}
	}
	return at, ok
}

func (m *Manual) enter() { m.busy++; m.begun++ }

func (m *Manual) leave() {
	if m.busy == 0 {
		panic("clock: End without Begin")
	}
	m.busy--
	if m.busy == 0 && m.idle != nil {
		close(m.idle)
		m.idle = nil
	}
}

// NewTimer implements Clock.
func (m *Manual) NewTimer() Timer {
	return &manualTimer{m: m, c: make(chan time.Time, 1)}
}

type manualTimer struct {
	m    *Manual
	c    chan time.Time
	at   time.Time // while in m.timers
	owed bool      // ticked, and neither Set nor Stop since: counted in m.busy
}

func (t *manualTimer) C() <-chan time.Time { return t.c }

func (t *manualTimer) Set(at time.Time) {
	t.m.mu.Lock()
	defer t.m.mu.Unlock()
	t.m.enter() // held over, so that answering one tick with the next shows no quiet between
	defer t.m.leave()
	t.answer()
	t.at = at.UTC().Round(0)
	if t.at.After(t.m.now) {
		t.m.timers[t] = struct{}{}
		return
	}
	t.tick()
}

func (t *manualTimer) Stop() {
	t.m.mu.Lock()
	defer t.m.mu.Unlock()
	t.answer()
}

// tick delivers; m.mu is held.
func (t *manualTimer) tick() {
	delete(t.m.timers, t)
	t.owed = true
	t.m.enter()
	t.c <- t.m.now // has room: answer drained it
}

// answer unsets the timer and settles the tick it owes; m.mu is held.
func (t *manualTimer) answer() {
	delete(t.m.timers, t)
	select {
	case <-t.c:
	default:
	}
	if t.owed {
		t.owed = false
		t.m.leave()
	}
}
