package sim_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/openecs/openecs/internal/clock"
	"github.com/openecs/openecs/internal/engine"
	"github.com/openecs/openecs/internal/engine/sim"
)

type rig struct {
	t *testing.T
	m *clock.Manual
	w *sim.World
	*sim.Host
}

func newRig(t *testing.T, o sim.Options) rig {
	m := clock.NewManual(start)
	w := sim.NewWorld(m, o)
	return rig{t, m, w, w.Connect()}
}

func (r rig) must(err error) { r.is(err, nil) }

func (r rig) is(err, want error) {
	r.t.Helper()
	if !errors.Is(err, want) {
		r.t.Fatalf("error = %v, want %v", err, want)
	}
}

func (r rig) pass(d time.Duration) {
	r.t.Helper()
	r.must(r.m.Advance(r.t.Context(), d))
}

func (r rig) see(id engine.ID, want engine.Observation) {
	r.t.Helper()
	got, err := r.Observe(r.t.Context(), id)
	r.must(err)
	if diff := cmp.Diff(want, got); diff != "" {
		r.t.Fatalf("observed (-want +got):\n%s", diff)
	}
}

func (r rig) shows(id engine.ID, want engine.Power) {
	r.t.Helper()
	if got, err := r.Observe(r.t.Context(), id); err != nil || got.Power != want {
		r.t.Fatalf("observed %+v, %v; want %v", got, err, want)
	}
}

// running provisions and starts, with generations 1 and 2.
func (r rig) running(id engine.ID) *engine.Machine {
	r.t.Helper()
	m := newMachine(id)
	r.must(r.Provision(r.t.Context(), m))
	r.pass(time.Minute)
	r.must(r.Start(r.t.Context(), id, 2, &m.Boot))
	r.pass(time.Minute)
	r.shows(id, engine.Running)
	return m
}

func TestScaledTimes(t *testing.T) {
	for scale, unit := range map[float64]time.Duration{0: time.Second, 10: time.Second / 10} {
		r := newRig(t, sim.Options{Mode: sim.Scaled, Scale: scale})
		ctx, m := t.Context(), newMachine(1)
		r.must(r.Provision(ctx, m))
		r.see(1, engine.Observation{ReadyAt: start.Add(3 * unit)})
		r.pass(3*unit - 1)
		r.see(1, engine.Observation{ReadyAt: start.Add(3 * unit)})
		r.pass(1)
		r.see(1, engine.Observation{Provisioned: true, Gen: 1})

		r.must(r.Start(ctx, 1, 2, &m.Boot))
		r.pass(20*unit - 1)
		r.shows(1, engine.Starting)
		r.pass(1)
		up := start.Add(23 * unit).Truncate(time.Second)
		r.see(1, engine.Observation{Provisioned: true, Power: engine.Running, Gen: 2, BootSpecGen: 1, StartedAt: up})

		r.must(r.Reboot(ctx, 1, 3, &m.Boot, false))
		r.pass(20*unit - 1)
		r.shows(1, engine.Starting)
		r.pass(1)
		r.must(r.Stop(ctx, 1, 4, false))
		r.pass(10*unit - 1)
		r.shows(1, engine.Stopping)
		r.pass(1)
		r.shows(1, engine.Stopped)
		r.must(r.Remove(ctx, 1))
		r.pass(unit)
		_, err := r.Observe(ctx, 1)
		r.is(err, engine.ErrNotFound)
	}
}

func TestAutoTakesItsTime(t *testing.T) {
	r := newRig(t, sim.Options{})
	r.must(r.Provision(t.Context(), newMachine(1)))
	r.pass(sim.AutoDelay - 1)
	r.see(1, engine.Observation{ReadyAt: start.Add(sim.AutoDelay)})
	r.pass(time.Hour)
	r.see(1, engine.Observation{Provisioned: true, Gen: 1})
}

func TestSteppedMovesOnlyWhenTold(t *testing.T) {
	r := newRig(t, sim.Options{Mode: sim.Stepped})
	ctx, m := t.Context(), newMachine(1)
	r.must(r.Provision(ctx, m))
	r.must(r.Provision(ctx, newMachine(2)))
	r.pass(24 * time.Hour)
	r.see(1, engine.Observation{})
	want := []sim.Waiting{{ID: 1, Op: sim.Provision, Gen: 1}, {ID: 2, Op: sim.Provision, Gen: 1}}
	if diff := cmp.Diff(want, r.w.Pending()); diff != "" {
		t.Fatal(diff)
	}
	if !r.w.Step(1) || r.w.Step(1) || r.w.Step(3) {
		t.Fatal("Step moved what it should not, or not what it should")
	}
	r.shows(1, engine.Stopped)
	r.see(2, engine.Observation{})
	r.must(r.Start(ctx, 1, 2, &m.Boot))
	r.shows(1, engine.Starting)
	if n := r.w.StepAll(); n != 2 {
		t.Fatalf("%d moved", n)
	}
	r.shows(1, engine.Running)
	r.must(r.Stop(ctx, 1, 3, false))
	r.shows(1, engine.Stopping)
	r.w.StepAll()
	r.shows(1, engine.Stopped)
}

func TestFaultMoments(t *testing.T) {
	ctx, boom := context.Background(), fmt.Errorf("boom: %w", engine.ErrUnreachable)
	t.Run("before", func(t *testing.T) {
		r := newRig(t, sim.Options{})
		r.w.Inject(sim.Fault{Match: sim.Match{Op: sim.Provision}, Err: boom, Nth: 2})
		r.must(r.Provision(ctx, newMachine(1)))
		r.is(r.Provision(ctx, newMachine(2)), boom)
		if n := r.w.Len(); n != 1 {
			t.Fatalf("%d machines", n)
		}
		r.must(r.Provision(ctx, newMachine(2)))
	})
	t.Run("after", func(t *testing.T) {
		r := newRig(t, sim.Options{})
		r.w.Inject(sim.Fault{When: sim.After, Err: boom, Times: 2})
		r.is(r.Provision(ctx, newMachine(1)), boom)
		r.is(r.Provision(ctx, newMachine(1)), boom)
		r.must(r.Provision(ctx, newMachine(1)))
		if n := r.w.Len(); n != 1 || r.w.Calls() != 3 {
			t.Fatalf("%d machines, %d calls", n, r.w.Calls())
		}
	})
	t.Run("late", func(t *testing.T) {
		r := newRig(t, sim.Options{})
		late := fmt.Errorf("image is damaged: %w", engine.ErrPermanent)
		r.w.SetStock("cn-hangzhou-i", "ecs.g7.large", 1)
		r.w.Inject(sim.Fault{When: sim.Late, Err: late})
		m := newMachine(1)
		r.must(r.Provision(ctx, m))
		r.must(r.Provision(ctx, m))
		r.pass(time.Second)
		_, err := r.Observe(ctx, 1)
		r.is(err, engine.ErrNotFound)
		r.is(r.Provision(ctx, m), late) // told once
		r.must(r.Provision(ctx, m))     // its room was given back
		r.pass(time.Second)
		r.see(1, engine.Observation{Provisioned: true, Gen: 1})

		r.w.Inject(sim.Fault{Match: sim.Match{Op: sim.Start, ID: 1}, When: sim.Late, Err: boom})
		r.must(r.Start(ctx, 1, 2, &m.Boot))
		r.pass(time.Second)
		r.see(1, engine.Observation{Provisioned: true, Gen: 1})
		r.is(r.Start(ctx, 1, 2, &m.Boot), boom)
		r.must(r.Start(ctx, 1, 2, &m.Boot))
		r.pass(time.Second)
		r.shows(1, engine.Running)
	})
	t.Run("never", func(t *testing.T) {
		r := newRig(t, sim.Options{})
		lift := r.w.Inject(sim.Fault{Match: sim.Match{Op: sim.Provision, Type: "ecs.g7.large"}, When: sim.Never, Times: -1})
		r.must(r.Provision(ctx, newMachine(1)))
		r.must(r.Provision(ctx, newMachine(2)))
		r.pass(24 * time.Hour)
		r.see(1, engine.Observation{}) // no ReadyAt
		if r.w.Step(1) {
			t.Fatal("stepped")
		}
		r.must(r.Remove(ctx, 2))
		r.pass(time.Second)
		lift()
		r.pass(time.Second)
		r.see(1, engine.Observation{Provisioned: true, Gen: 1})
		if n := r.w.Len(); n != 1 {
			t.Fatalf("%d machines", n)
		}
	})
	t.Run("a guest that does not shut down", func(t *testing.T) {
		r := newRig(t, sim.Options{})
		r.running(1)
		r.w.Inject(sim.Fault{Match: sim.Match{Op: sim.Stop}, When: sim.Never})
		r.must(r.Stop(ctx, 1, 3, false))
		r.pass(time.Hour)
		r.shows(1, engine.Stopping)
		r.must(r.Stop(ctx, 1, 3, true))
		r.pass(time.Second)
		r.shows(1, engine.Stopped)
	})
}

func TestStock(t *testing.T) {
	r := newRig(t, sim.Options{Zones: []string{"cn-hangzhou-i"}})
	ctx, size := t.Context(), newMachine(1).Boot.Size
	capacity := func(zone string, want int) {
		t.Helper()
		if n, err := r.Capacity(ctx, zone, size); err != nil || n != want {
			t.Fatalf("Capacity = %d, %v; want %d", n, err, want)
		}
	}
	capacity("cn-hangzhou-i", engine.Unlimited)
	capacity("cn-nowhere-a", 0)
	r.w.SetStock("cn-hangzhou-i", size.Type, 1)
	m := r.running(1)
	capacity("cn-hangzhou-i", 0)
	r.is(r.Provision(ctx, newMachine(2)), engine.ErrNoStock)

	// A type takes effect at the next boot, and so does its room.
	r.w.SetStock("cn-hangzhou-i", "ecs.g7.xlarge", 0)
	m.Boot.Size.Type, m.Boot.SpecGen = "ecs.g7.xlarge", 2
	r.is(r.Reboot(ctx, 1, 3, &m.Boot, false), engine.ErrNoStock)
	r.shows(1, engine.Running)
	r.w.SetStock("cn-hangzhou-i", "ecs.g7.xlarge", 1)
	r.must(r.Reboot(ctx, 1, 3, &m.Boot, false))
	capacity("cn-hangzhou-i", 0) // both, until it has booted
	r.pass(time.Second)
	capacity("cn-hangzhou-i", 1)
	r.must(r.Remove(ctx, 1))
	r.pass(time.Second)
	if n, err := r.Capacity(ctx, "cn-hangzhou-i", m.Boot.Size); n != 1 || err != nil {
		t.Fatalf("after Remove: %d, %v", n, err)
	}
	r.w.SetStock("cn-hangzhou-i", size.Type, -1)
	capacity("cn-hangzhou-i", engine.Unlimited)
}

func TestUnreachableNeverReadsAsStopped(t *testing.T) {
	r := newRig(t, sim.Options{})
	ctx := t.Context()
	m := r.running(1)
	r.w.Cut(m.Zone)
	o, err := r.Observe(ctx, 1)
	r.is(err, engine.ErrUnreachable)
	if o != (engine.Observation{}) {
		t.Fatalf("observed %+v all the same", o)
	}
	r.is(r.Stop(ctx, 1, 3, true), engine.ErrUnreachable)
	r.is(r.Remove(ctx, 1), engine.ErrUnreachable)
	r.is(r.Provision(ctx, newMachine(2)), engine.ErrUnreachable)
	var last error
	for _, last = range r.List(ctx) {
	}
	r.is(last, engine.ErrUnreachable)
	r.w.Mend(m.Zone)
	r.shows(1, engine.Running)
}

func TestRestart(t *testing.T) {
	r := newRig(t, sim.Options{})
	ctx, m := t.Context(), r.running(1)
	r.must(r.Close())
	r.must(r.Close())
	_, err := r.Observe(ctx, 1)
	r.is(err, engine.ErrUnreachable)
	r.is(r.Remove(ctx, 1), engine.ErrUnreachable)
	for range r.Events(ctx) { // ends
	}
	again := rig{t, r.m, r.w, r.w.Connect()} // the service, over the same world
	again.shows(1, engine.Running)

	// The process: a new world, told by the records.
	seen, err := again.Observe(ctx, 1)
	r.must(err)
	fresh := newRig(t, sim.Options{})
	_, err = fresh.Observe(ctx, 1)
	fresh.is(err, engine.ErrNotFound)
	for range 2 {
		fresh.must(fresh.Adopt(ctx, m, seen))
	}
	fresh.see(1, seen)
	fresh.must(fresh.Stop(ctx, 1, 3, false))
	fresh.must(fresh.Adopt(ctx, m, seen)) // exists: left as it is
	fresh.shows(1, engine.Stopping)
	if err := fresh.Adopt(ctx, newMachine(2), engine.Observation{}); err == nil {
		t.Fatal("adopted what was never provisioned")
	}
	for was, is := range map[engine.Power]engine.Power{engine.Starting: engine.Stopped, engine.Stopping: engine.Running} {
		id := engine.ID(10 + was)
		fresh.must(fresh.Adopt(ctx, newMachine(id), engine.Observation{Provisioned: true, Gen: 1, Power: was}))
		fresh.shows(id, is)
	}
}

func TestEventsHoldTheClock(t *testing.T) {
	r := newRig(t, sim.Options{Mode: sim.Stepped})
	ctx, cancel := context.WithCancel(t.Context())
	events := r.Events(ctx)
	unread := r.Events(ctx) // never ranged over: ends with ctx
	_ = unread
	r.must(r.Provision(ctx, newMachine(1)))
	var mu sync.Mutex
	var got []engine.ID
	release, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for id := range events {
			<-release
			mu.Lock()
			got = append(got, id)
			mu.Unlock()
		}
	}()
	r.w.Step(1)
	short, stop := context.WithTimeout(ctx, 10*time.Millisecond)
	defer stop()
	r.is(r.m.Advance(short, time.Second), context.DeadlineExceeded)
	close(release)
	cancel() // lets go of unread
	<-ended
	r.must(r.m.Advance(t.Context(), time.Second))
	mu.Lock()
	defer mu.Unlock()
	if diff := cmp.Diff([]engine.ID{1}, got); diff != "" {
		t.Fatal(diff)
	}
}

func TestLoseAndPowerOff(t *testing.T) {
	r := newRig(t, sim.Options{})
	r.running(1)
	if !r.w.PowerOff(1) || r.w.PowerOff(1) || r.w.PowerOff(2) {
		t.Fatal("PowerOff")
	}
	r.shows(1, engine.Stopped)
	if !r.w.Lose(1) || r.w.Lose(1) {
		t.Fatal("Lose")
	}
	_, err := r.Observe(t.Context(), 1)
	r.is(err, engine.ErrNotFound)
}

// 100,000 instances at rest fit the budget of 64 bytes and one object each.
func TestMemoryAtRest(t *testing.T) {
	const n = 100_000
	r := newRig(t, sim.Options{})
	ctx, m := t.Context(), newMachine(1)
	before := heap()
	for id := engine.ID(1); id <= n; id++ {
		m.ID = id
		r.must(r.Provision(ctx, m))
	}
	r.pass(time.Second)
	for id := engine.ID(1); id <= n; id++ {
		r.must(r.Start(ctx, id, 2, &m.Boot))
	}
	r.pass(time.Second)
	for id := engine.ID(1); id <= n; id++ {
		r.shows(id, engine.Running)
	}
	after := heap()
	bytes := float64(after.HeapAlloc-before.HeapAlloc) / n
	objects := (float64(after.HeapObjects) - float64(before.HeapObjects)) / n
	t.Logf("%.1f bytes and %.3f objects a machine", bytes, objects)
	if bytes > 64 || objects > 1 {
		t.Errorf("%.1f bytes and %.3f objects a machine, want at most 64 and 1", bytes, objects)
	}
	runtime.KeepAlive(r)
}

func heap() (s runtime.MemStats) {
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&s)
	return s
}

func BenchmarkObserve(b *testing.B) {
	w := sim.NewWorld(clock.Real(), sim.Options{})
	h, m := w.Connect(), newMachine(1)
	_ = h.Provision(b.Context(), m)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := h.Observe(b.Context(), 1); err != nil {
			b.Fatal(err)
		}
	}
}
