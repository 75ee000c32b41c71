package clock

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"
)

// A clock that nobody drives serves a scheduler as the machine's clock does.
func TestDrivenRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := NewDriven()
		begin := c.Now()
		if !begin.Equal(time.Now()) || begin.Location() != time.UTC {
			t.Fatalf("shows %v", begin)
		}
		s, d := NewScheduler(c), &diary{clock: c}
		defer s.Start(d.fire)()
		for i, n := range []time.Duration{90 * time.Minute, 20 * time.Millisecond, 20 * time.Millisecond, 30 * 24 * time.Hour} {
			s.Wake(begin.Add(n), Key{ID: uint64(i)})
		}
		time.Sleep(31 * 24 * time.Hour)
		base := begin.Sub(start).Seconds()
		d.want(t, fmt.Sprint(base+0.02, ": 1 2"), fmt.Sprint(base+5400, ": 0"), fmt.Sprint(base+30*86400, ": 3"))
		if got := c.Now().Sub(begin); got != 31*24*time.Hour {
			t.Errorf("%v have passed", got)
		}
	})
}

func TestFreezeAndResume(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := NewDriven()
		begin := c.Now()
		s, d := NewScheduler(c), &diary{clock: c}
		defer s.Start(d.fire)()
		s.Wake(begin.Add(time.Hour), Key{ID: 1})
		time.Sleep(time.Minute)
		c.Freeze()
		time.Sleep(2 * time.Hour)
		d.want(t)
		st := c.State()
		if !st.Now.Equal(begin.Add(time.Minute)) || st.Rate != 0 || st.Ahead != -2*time.Hour || !st.Next.Equal(begin.Add(time.Hour)) {
			t.Fatalf("frozen: %+v", st)
		}
		c.Resume()
		time.Sleep(59*time.Minute - time.Second)
		d.want(t)
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if len(d.lines) != 1 {
			t.Fatalf("fired %v", d.lines)
		}
		if st = c.State(); st.Rate != 1 || st.Ahead != -2*time.Hour || !st.Next.IsZero() {
			t.Fatalf("resumed: %+v", st)
		}
	})
}

// Advance works from every state, and leaves the clock flowing as it was.
func TestAdvanceWhileItFlows(t *testing.T) {
	for _, rate := range []float64{0, 1, 3600} {
		synctest.Test(t, func(t *testing.T) {
			c := NewDriven()
			c.Scale(rate)
			begin := c.Now()
			s, d := NewScheduler(c), &diary{clock: c}
			defer s.Start(d.fire)()
			s.Wake(begin.Add(10*24*time.Hour), Key{ID: 1})
			s.Wake(begin.Add(40*24*time.Hour), Key{ID: 2})
			must(t, c.Advance(t.Context(), 30*24*time.Hour))
			if len(d.lines) != 1 || c.Now().Sub(begin) != 30*24*time.Hour {
				t.Fatalf("at %v fired %v", c.Now().Sub(begin), d.lines)
			}
			time.Sleep(time.Second)
			if got, want := c.Now().Sub(begin)-30*24*time.Hour, time.Duration(rate)*time.Second; got != want {
				t.Errorf("at rate %v then flowed %v, want %v", rate, got, want)
			}
		})
	}
}

// A strict flow serves every instant as Advance does, though the work of each takes its time.
func TestScaledInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := NewManual(start)
		s, d := NewScheduler(m), &diary{clock: m}
		queue := make(chan Key, 10)
		defer close(queue)
		go func() {
			for k := range queue {
				time.Sleep(20 * time.Millisecond) // over a minute at this rate
				switch k.ID {
				case 1:
					s.Wake(m.Now(), Key{ID: 2})
					s.Wake(after(20), Key{ID: 3})
				case 3:
					s.Wake(m.Now().Add(2*time.Second), Key{ID: 4})
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
		s.Wake(after(21), Key{ID: 5})
		s.Wake(after(7200), Key{ID: 6})
		m.Scale(3600)
		time.Sleep(3 * time.Second)
		d.want(t, "10: 1", "10: 2", "20: 3", "21: 5", "22: 4", "7200: 6")
		if got := m.Now(); !got.Equal(after(3 * 3600)) { // what the work took is caught up with
			t.Errorf("at %v", got.Sub(start))
		}
	})
}

// Work that does not end holds time up for patience only, each instant.
func TestScaledUnderWork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := NewManual(start)
		s, d := NewScheduler(m), &diary{clock: m}
		defer s.Start(d.fire)()
		m.Begin()
		s.Wake(after(10), Key{ID: 1})
		s.Wake(after(20), Key{ID: 2})
		m.Scale(3600)
		time.Sleep(patience / 2)
		if got := m.Now(); !got.Equal(start) {
			t.Errorf("under work it went to %v", got.Sub(start))
		}
		time.Sleep(3 * patience)
		d.want(t, "10: 1", "20: 2")
		m.End()
	})
}

// What a rate asks for beyond what can be done is given up, not owed for ever.
func TestScaledTooFast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := NewManual(start)
		s := NewScheduler(m)
		defer s.Start(func([]Key) {
			time.Sleep(50 * time.Millisecond)
			s.Wake(m.Now().Add(time.Second), Key{ID: 1})
		})()
		s.Wake(after(1), Key{ID: 1})
		m.Scale(1000) // asks for 50 of these in 50 ms
		time.Sleep(20 * time.Second)
		m.Scale(1)
		if got := m.Now().Sub(start); got < 300*time.Second || got > 500*time.Second {
			t.Errorf("%v have passed", got)
		}
	})
}

func TestTheMachinesClockIsSetBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := NewDriven()
		begin := c.Now()
		c.flow.real = c.flow.real.Round(0).Add(time.Hour) // as if it showed an hour less now
		time.Sleep(time.Minute)
		if got := c.Now(); !got.Equal(begin) {
			t.Errorf("went %v", got.Sub(begin))
		}
		time.Sleep(time.Hour)
		if got := c.Now().Sub(begin); got != time.Minute {
			t.Errorf("went on %v", got)
		}
	})
}

func TestNotBefore(t *testing.T) {
	m := NewManual(start)
	s, d := NewScheduler(m), &diary{clock: m}
	defer s.Start(d.fire)()
	s.Wake(after(5), Key{ID: 1})
	m.NotBefore(after(10))
	m.NotBefore(after(9))
	must(t, m.WaitQuiet(t.Context()))
	if got := m.Now(); !got.Equal(after(10)) {
		t.Errorf("went to %v", got)
	}
	d.want(t, "10: 1")
}

func TestNotPastTheLastInstant(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := NewManual(start)
		for _, err := range []error{m.Set(t.Context(), Latest.Add(1)), m.Advance(t.Context(), 1<<63-1)} {
			if !errors.Is(err, ErrTooFar) {
				t.Errorf("error = %v, want ErrTooFar", err)
			}
		}
		if !m.Now().Equal(start) {
			t.Fatalf("moved to %v", m.Now())
		}
		must(t, m.Set(t.Context(), Latest.Add(-time.Hour)))
		m.Scale(1e9)
		time.Sleep(24 * time.Hour)
		if got := m.Now(); !got.Equal(Latest) {
			t.Errorf("ran to %v", got)
		}
	})
}

func TestAdvanceIsStopped(t *testing.T) {
	m := NewManual(start)
	s := NewScheduler(m)
	ctx, cancel := context.WithCancel(t.Context())
	defer s.Start(func([]Key) {
		if m.Now().Equal(after(3)) {
			cancel()
		}
		s.Wake(m.Now().Add(time.Second), Key{ID: 1})
	})()
	s.Wake(after(1), Key{ID: 1})
	if err := m.Advance(ctx, time.Hour); !errors.Is(err, context.Canceled) {
		t.Fatalf("error = %v", err)
	}
	if got := m.Now(); got.After(after(4)) {
		t.Errorf("went on to %v", got.Sub(start))
	}
}

// Whatever is done to it, by several at once, time never goes back and no timer ticks early.
func TestNeverBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := NewDriven()
		s := NewScheduler(c)
		var mu sync.Mutex
		due := map[uint64]time.Time{}
		early := 0
		stop := s.Start(func(keys []Key) {
			mu.Lock()
			defer mu.Unlock()
			for _, k := range keys {
				if c.Now().Before(due[k.ID]) {
					early++
				}
				delete(due, k.ID)
			}
		})
		defer stop()
		end := make(chan struct{})
		back := make(chan time.Duration, 2)
		var watch sync.WaitGroup
		for range 2 {
			watch.Go(func() {
				for last := c.Now(); ; {
					now := c.Now()
					if now.Before(last) {
						back <- last.Sub(now)
						return
					}
					last = now
					select {
					case <-end:
						return
					default:
					}
				}
			})
		}
		for i := range rapid.IntRange(1, 20).Draw(t, "steps") {
			by := time.Duration(rapid.IntRange(-5, 3600).Draw(t, "seconds")) * time.Second
			switch rapid.IntRange(0, 5).Draw(t, "what") {
			case 0:
				c.Freeze()
			case 1:
				c.Resume()
			case 2:
				c.Scale(float64(rapid.IntRange(2, 1e6).Draw(t, "rate")))
			case 3:
				if err := c.Advance(context.Background(), by); (err != nil) != (by < 0) {
					t.Fatal(err)
				}
			case 4:
				c.NotBefore(c.Now().Add(by))
			default:
				at := c.Now().Add(by)
				mu.Lock()
				due[uint64(i)] = at
				mu.Unlock()
				s.Wake(at, Key{ID: uint64(i)})
			}
		}
		c.Freeze()
		if err := c.Advance(context.Background(), 3*time.Hour); err != nil {
			t.Fatal(err)
		}
		close(end)
		watch.Wait()
		if early > 0 || len(due) > 0 || len(back) > 0 {
			t.Fatalf("%d early, %d never, %d back", early, len(due), len(back))
		}
	})
}

func BenchmarkDrivenNow(b *testing.B) {
	c := NewDriven()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			c.Now()
		}
	})
}
