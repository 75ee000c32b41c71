package clock

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// diary notes what fired when, in seconds after start.
type diary struct {
	clock Clock
	mu    sync.Mutex
	lines []string
}

func (d *diary) fire(keys []Key) {
	d.mu.Lock()
	defer d.mu.Unlock()
	line := fmt.Sprint(d.clock.Now().Sub(start).Seconds(), ":")
	for _, k := range keys {
		line += fmt.Sprint(" ", k.ID)
	}
	d.lines = append(d.lines, line)
}

func (d *diary) want(t *testing.T, want ...string) {
	t.Helper()
	d.mu.Lock()
	defer d.mu.Unlock()
	if diff := cmp.Diff(want, d.lines); diff != "" {
		t.Fatalf("fired (-want +got):\n%s", diff)
	}
}

func after(n int) time.Time { return start.Add(time.Duration(n) * time.Second) }

func TestSchedulerOrder(t *testing.T) {
	m := NewManual(start)
	s, d := NewScheduler(m), &diary{clock: m}
	defer s.Start(d.fire)()
	s.Wake(after(20), Key{ID: 1})
	s.Wake(after(10), Key{ID: 2})
	s.Wake(after(10), Key{ID: 3})
	s.Wake(after(10), Key{ID: 4})
	s.Wake(after(5), Key{ID: 4})  // earlier: replaces
	s.Wake(after(30), Key{ID: 2}) // later: dropped
	s.Wake(after(7), Key{ID: 5})
	s.Cancel(Key{ID: 5})
	s.Cancel(Key{ID: 6})
	must(t, m.Advance(t.Context(), 9*time.Second))
	d.want(t, "5: 4")
	if at, ok := s.Next(); !ok || !at.Equal(after(10)) || s.Len() != 3 {
		t.Fatalf("Next = %v %v, Len = %d", at, ok, s.Len())
	}
	must(t, m.Advance(t.Context(), time.Minute))
	d.want(t, "5: 4", "10: 2 3", "20: 1")
	if _, ok := s.Next(); ok || s.Len() != 0 {
		t.Fatal("something is left")
	}
}

func TestSchedulerPastWakesFireAtOnce(t *testing.T) {
	m := NewManual(start)
	s, d := NewScheduler(m), &diary{clock: m}
	s.Wake(time.Time{}, Key{ID: 1}) // before Start: kept
	defer s.Start(d.fire)()
	must(t, m.WaitQuiet(t.Context()))
	d.want(t, "0: 1")
	s.Wake(start.Add(-time.Hour), Key{ID: 2})
	must(t, m.WaitQuiet(t.Context()))
	d.want(t, "0: 1", "0: 2")
}

// A chain of causes is served instant by instant within one Advance, across a queue worked by
// another goroutine.
func TestAdvanceServesTheWholeChain(t *testing.T) {
	m := NewManual(start)
	s, d := NewScheduler(m), &diary{clock: m}
	queue := make(chan Key, 10)
	defer close(queue)
	go func() {
		for k := range queue {
			time.Sleep(time.Millisecond) // slower than Advance would be
			switch k.ID {
			case 1:
				s.Wake(m.Now(), Key{ID: 2}) // same instant
				s.Wake(after(20), Key{ID: 3})
			case 3:
				s.Wake(after(25), Key{ID: 4})
			}
			m.End()
		}
	}()
	defer s.Start(func(keys []Key) {
		d.fire(keys)
		for _, k := range keys {
			m.Begin()
			queue <- k
		}
	})()
	s.Wake(after(10), Key{ID: 1})
	must(t, m.Advance(t.Context(), time.Minute))
	d.want(t, "10: 1", "10: 2", "20: 3", "25: 4")
}

func TestWakeFromFire(t *testing.T) {
	m := NewManual(start)
	s, d := NewScheduler(m), &diary{clock: m}
	defer s.Start(func(keys []Key) {
		d.fire(keys)
		if n := keys[0].ID; n < 4 {
			s.Wake(m.Now().Add(time.Duration(n)*time.Second), Key{ID: n + 1})
		}
	})()
	s.Wake(after(1), Key{ID: 1})
	must(t, m.Advance(t.Context(), time.Minute))
	d.want(t, "1: 1", "2: 2", "4: 3", "7: 4")
}

func TestSchedulerStopsAndStartsAgain(t *testing.T) {
	m := NewManual(start)
	s, d := NewScheduler(m), &diary{clock: m}
	stop := s.Start(d.fire)
	s.Wake(after(1), Key{ID: 1})
	stop()
	stop()
	must(t, m.Advance(t.Context(), time.Minute)) // nobody serves, nobody blocks
	d.want(t)

	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	fired := make(chan struct{})
	go func() {
		defer close(ended)
		s.Run(ctx, func(keys []Key) { d.fire(keys); close(fired) })
	}()
	<-fired
	d.want(t, "60: 1")
	cancel()
	<-ended
	defer s.Start(d.fire)()
	defer func() {
		if recover() == nil {
			t.Error("a second Start did not panic")
		}
	}()
	s.Start(d.fire)
}

func TestSchedulerOnTheRealClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := Real()
		begin := c.Now()
		s := NewScheduler(c)
		var got []string
		stop := s.Start(func(keys []Key) {
			got = append(got, fmt.Sprint(c.Now().Sub(begin), " ", keys))
		})
		s.Wake(begin.Add(90*time.Minute), Key{1, 1})
		s.Wake(begin.Add(20*time.Millisecond), Key{1, 2})
		s.Wake(begin.Add(20*time.Millisecond), Key{2, 2})
		s.Wake(begin.Add(30*24*time.Hour), Key{1, 3})
		time.Sleep(31 * 24 * time.Hour)
		stop()
		want := []string{"20ms [{1 2} {2 2}]", "1h30m0s [{1 1}]", "720h0m0s [{1 3}]"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestSchedulerGivesMemoryBack(t *testing.T) {
	m := NewManual(start)
	s := NewScheduler(m)
	for i := range 10 * keep {
		s.Wake(after(1), Key{ID: uint64(i)})
	}
	n := 0
	defer s.Start(func(keys []Key) { n += len(keys) })()
	must(t, m.Advance(t.Context(), time.Second))
	if n != 10*keep || cap(s.heap) > keep {
		t.Fatalf("fired %d, kept room for %d", n, cap(s.heap))
	}
}

func TestFarInstants(t *testing.T) {
	for _, at := range []time.Time{{}, time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC), start} {
		n := nanos(at)
		if n == none {
			t.Errorf("%v is taken for nothing", at)
		}
		if (n < nanos(start)) != at.Before(start) || (n > nanos(start)) != at.After(start) {
			t.Errorf("%v is out of order", at)
		}
	}
}

// Whatever is asked in whatever order, the scheduler fires what a sorted list would.
func TestSchedulerAgainstAModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		type wake struct{ at, seq int }
		m := NewManual(start)
		s := NewScheduler(m)
		var got []uint64
		defer s.Start(func(keys []Key) {
			for _, k := range keys {
				got = append(got, k.ID)
			}
		})()
		model, now, seq := map[uint64]wake{}, 0, 0
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			id := rapid.Uint64Range(1, 12).Draw(t, "id")
			switch rapid.IntRange(0, 5).Draw(t, "what") {
			case 0:
				s.Cancel(Key{ID: id})
				delete(model, id)
			case 1:
				d := rapid.IntRange(0, 8).Draw(t, "advance")
				now += d
				if err := m.Advance(context.Background(), time.Duration(d)*time.Second); err != nil {
					t.Fatal(err)
				}
				var due []uint64
				for id, w := range model {
					if w.at <= now {
						due = append(due, id)
					}
				}
				slices.SortFunc(due, func(a, b uint64) int {
					return slices.Compare([]int{model[a].at, model[a].seq}, []int{model[b].at, model[b].seq})
				})
				for _, id := range due {
					delete(model, id)
				}
				if !slices.Equal(got, due) {
					t.Fatalf("at %d fired %v, want %v", now, got, due)
				}
				got = nil
			default:
				at := now + rapid.IntRange(1, 20).Draw(t, "at")
				s.Wake(after(at), Key{ID: id})
				seq++
				if w, ok := model[id]; !ok || at < w.at {
					model[id] = wake{at, seq}
				}
			}
			if s.Len() != len(model) {
				t.Fatalf("%d wait, want %d", s.Len(), len(model))
			}
		}
	})
}

// For the race detector: wakes, cancels and the loop at once; every key fires at least once.
func TestSchedulerConcurrently(t *testing.T) {
	m := NewManual(start)
	s := NewScheduler(m)
	var mu sync.Mutex
	fired := map[Key]int{}
	defer s.Start(func(keys []Key) {
		mu.Lock()
		defer mu.Unlock()
		for _, k := range keys {
			fired[k]++
		}
	})()
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Go(func() {
			for i := range 500 {
				s.Wake(after(i%50), Key{Kind: byte(g), ID: uint64(i)})
				s.Cancel(Key{Kind: 9, ID: uint64(i)})
			}
		})
	}
	for range 50 {
		must(t, m.Advance(t.Context(), time.Second))
	}
	wg.Wait()
	must(t, m.WaitQuiet(t.Context()))
	if len(fired) != 4*500 {
		t.Fatalf("%d keys fired, want %d", len(fired), 4*500)
	}
}

func BenchmarkWakeAndFire(b *testing.B) {
	m := NewManual(start)
	s := NewScheduler(m)
	defer s.Start(func([]Key) {})()
	for i := range uint64(100_000) {
		s.Wake(start.AddDate(1, 0, int(i%1000)), Key{ID: i})
	}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		i++
		s.Wake(m.Now().Add(time.Duration(i%1000)*time.Second), Key{Kind: 1, ID: uint64(i % 5000)})
	}
}
