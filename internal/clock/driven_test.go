package clock

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
)

var start = time.Date(2026, 8, 9, 5, 0, 0, 0, time.UTC)

func TestManualStandsStill(t *testing.T) {
	m := NewManual(start.In(time.FixedZone("CST", 8*3600)))
	if got := m.Now(); !got.Equal(start) || got.Location() != time.UTC {
		t.Fatalf("Now = %v", got)
	}
	must(t, m.Advance(t.Context(), time.Hour))
	if got := m.Now(); !got.Equal(start.Add(time.Hour)) {
		t.Fatalf("after an hour Now = %v", got)
	}
	must(t, m.Set(t.Context(), start.Add(2*time.Hour)))
	if got := m.Now(); !got.Equal(start.Add(2 * time.Hour)) {
		t.Fatalf("after Set Now = %v", got)
	}
}

func TestManualRefusesToGoBack(t *testing.T) {
	m := NewManual(start)
	for _, err := range []error{m.Advance(t.Context(), -1), m.Set(t.Context(), start.Add(-1))} {
		if !errors.Is(err, ErrBackwards) {
			t.Errorf("error = %v, want ErrBackwards", err)
		}
	}
	if !m.Now().Equal(start) {
		t.Errorf("moved to %v", m.Now())
	}
}

func TestManualTimer(t *testing.T) {
	m := NewManual(start)
	timer := m.NewTimer()
	timer.Set(start.Add(time.Second))
	ticked(t, timer, false)

	m.step(start.Add(time.Minute)) // not Advance: nobody would answer the tick
	if !m.Now().Equal(start.Add(time.Second)) {
		t.Fatalf("stepped to %v", m.Now())
	}
	ticked(t, timer, true)
	busy(t, m, 1) // until the tick is answered

	timer.Set(start) // in the past: ticks at once
	busy(t, m, 1)
	timer.Set(start.Add(time.Hour)) // withdraws it
	ticked(t, timer, false)
	busy(t, m, 0)

	timer.Set(start)
	timer.Stop()
	ticked(t, timer, false)
	busy(t, m, 0)
	if _, ok, err := m.Next(t.Context()); ok || err != nil {
		t.Fatalf("Next after Stop = %v, %v", ok, err)
	}
}

func TestAdvanceWaitsForWork(t *testing.T) {
	m := NewManual(start)
	m.Begin()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	err := m.Advance(ctx, time.Second)
	if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "1 pieces of work") {
		t.Fatalf("error = %v", err)
	}
	if !m.Now().Equal(start) {
		t.Fatal("moved while work was under way")
	}

	done := make(chan error)
	go func() { done <- m.Advance(t.Context(), time.Second) }()
	m.End()
	must(t, <-done)
	if !m.Now().Equal(start.Add(time.Second)) {
		t.Fatalf("Now = %v", m.Now())
	}
}

func TestEndWithoutBegin(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Fatal("no panic")
		}
	}()
	NewManual(start).End()
}

// A hook may find work that nothing counted, and that work may be counted later: quiet is only
// what holds over a whole round.
func TestOnQuiet(t *testing.T) {
	m := NewManual(start)
	rounds := 0
	m.OnQuiet(func(context.Context) error {
		if rounds++; rounds == 1 {
			m.Begin()
			go m.End()
		}
		return nil
	})
	must(t, m.WaitQuiet(t.Context()))
	if rounds != 2 {
		t.Fatalf("%d rounds, want 2", rounds)
	}
	bad := errors.New("stuck")
	m.OnQuiet(func(context.Context) error { return bad })
	if err := m.Advance(t.Context(), 1); !errors.Is(err, bad) {
		t.Fatalf("error = %v", err)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func ticked(t *testing.T, timer Timer, want bool) {
	t.Helper()
	got := false
	select {
	case <-timer.C():
		got = true
	default:
	}
	if got != want {
		t.Fatalf("ticked = %v, want %v", got, want)
	}
}

func busy(t *testing.T, m *Driven, want int) {
	t.Helper()
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.busy != want {
		t.Fatalf("busy = %d, want %d", m.busy, want)
	}
}
