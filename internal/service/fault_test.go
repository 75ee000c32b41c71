package service_test

import (
	"context"
	"fmt"
	"iter"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/engine"
	"github.com/openecs/openecs/internal/engine/sim"
	"github.com/openecs/openecs/internal/state"
)

// faulty is an engine that breaks its contract: it hangs, it panics, its
// events end at once.
type faulty struct {
	*sim.Host
	before func(op sim.Op, zone string, id engine.ID) // nil: nothing
	events func() bool                                // whether events work; nil: they do
}

func (f *faulty) meet(op sim.Op, zone string, id engine.ID) {
	if f.before != nil {
		f.before(op, zone, id)
	}
}

func (f *faulty) Provision(ctx context.Context, m *engine.Machine) error {
	f.meet(sim.Provision, m.Zone, m.ID)
	return f.Host.Provision(ctx, m)
}

func (f *faulty) Start(ctx context.Context, id engine.ID, gen engine.Gen, boot *engine.Boot) error {
	f.meet(sim.Start, "", id)
	return f.Host.Start(ctx, id, gen, boot)
}

func (f *faulty) Observe(ctx context.Context, id engine.ID) (engine.Observation, error) {
	f.meet(sim.Observe, "", id)
	return f.Host.Observe(ctx, id)
}

func (f *faulty) Events(ctx context.Context) iter.Seq[engine.ID] {
	if f.events != nil && !f.events() {
		return func(func(engine.ID) bool) {}
	}
	return f.Host.Events(ctx)
}

// restartWith puts an engine between the service and its machines.
func (w *world) restartWith(f *faulty) {
	w.shut()
	w.wrap = func(h *sim.Host) engine.Engine {
		f.Host = h
		return f
	}
	w.open()
}

// otherZone makes a vSwitch in a second zone and returns a function that makes
// instances there.
func (w *world) otherZone() func() string {
	w.t.Helper()
	ctx := context.Background()
	vpcs, err := w.client.DescribeVpcs(ctx, &api.DescribeVpcsRequest{RegionID: "cn-hangzhou"})
	w.must(err)
	vsw, err := w.client.CreateVSwitch(ctx, &api.CreateVSwitchRequest{
		RegionID: "cn-hangzhou", VPCID: vpcs.VPCs.VPC[0].VPCID, ZoneID: "cn-hangzhou-i", CidrBlock: "192.168.1.0/24",
	})
	w.must(err)
	return func() string {
		w.t.Helper()
		here := w.vswitch
		defer func() { w.vswitch = here }()
		w.vswitch = vsw.VSwitchID
		return w.create()
	}
}

func (w *world) failure(id string) string {
	k, _ := ecs.ParseID(ecs.KindInstance, id)
	v := w.svc.DB.Snapshot()
	rec, ok := state.Instances.Get(v, k)
	if !ok {
		return "gone"
	}
	return v.Str(rec.Seen.Failure)
}

// TestHostThatDoesNotAnswer: after a few misses the host is left alone but for
// one probe at a time, the other host is served, what is past its deadline
// ends as it was last seen, and all goes on once the host is back.
func TestHostThatDoesNotAnswer(t *testing.T) {
	w := newWorld(t)
	elsewhere := w.otherZone()
	var ids []string
	for range 12 {
		ids = append(ids, w.create())
	}
	w.advance(time.Minute)
	for _, id := range ids {
		w.must(life[0].do(w, id))
	}
	w.advance(time.Minute)

	w.sim.Cut("cn-hangzhou-h")
	for _, id := range ids {
		w.must(life[2].do(w, id))
	}
	w.advance(10 * time.Second)
	if s := w.svc.Reconciling(); s.HostsOpen != 1 || s.HostsOpened != 1 {
		t.Fatalf("%+v", s)
	}
	before := w.sim.Calls()
	w.advance(time.Minute)
	if n := w.sim.Calls() - before; n < 5 || n > 12 {
		t.Errorf("%d calls in a minute to a host that is away, want a probe each 10 s", n)
	}
	other := elsewhere()
	w.advance(time.Minute)
	if got := w.status(other); got != "Stopped" {
		t.Errorf("on the other host: %s, want Stopped", got)
	}
	if got := w.status(ids[0]); got != "Stopping" {
		t.Errorf("within its time: %s, want Stopping", got)
	}
	w.advance(5 * time.Minute)
	for _, id := range ids {
		if got, why := w.status(id), w.failure(id); got != "Running" || why != engine.ErrUnreachable.Error() && why == "" {
			t.Errorf("past its deadline: %s (%q), want Running, as last seen, and why", got, why)
		}
	}
	w.sim.Mend("cn-hangzhou-h")
	w.advance(15 * time.Second)
	if s := w.svc.Reconciling(); s.HostsOpen != 0 {
		t.Errorf("%+v", s)
	}
	for _, id := range ids {
		w.must(life[2].do(w, id))
	}
	w.advance(time.Second)
	for _, id := range ids {
		if got := w.status(id); got != "Stopped" {
			t.Errorf("after the host is back: %s, want Stopped", got)
		}
	}
}

// TestHostThatHangs: calls to one host that never return hold up no other.
func TestHostThatHangs(t *testing.T) {
	w := newWorld(t)
	elsewhere := w.otherZone()
	w.sim = sim.NewWorld(w.clock, sim.Options{Delay: func(sim.Op, engine.Power) time.Duration { return 0 }})
	release := make(chan struct{})
	var hanging atomic.Int32
	w.restartWith(&faulty{before: func(op sim.Op, zone string, _ engine.ID) {
		if zone == "cn-hangzhou-h" {
			hanging.Add(1)
			<-release
		}
	}})
	defer sync.OnceFunc(func() { close(release) })()
	for range 20 {
		w.create()
	}
	id := elsewhere() // nothing need wait: its machine is ready at the instant it is asked for
	end := time.After(20 * time.Second)
	for w.status(id) != "Stopped" {
		select {
		case <-end:
			t.Fatalf("%s, want Stopped though another host hangs", w.status(id))
		case <-time.After(time.Millisecond):
		}
	}
	if n := hanging.Load(); n < 1 || n > 4 {
		t.Errorf("%d calls hang, want at most 4 for a host", n)
	}
}

// TestEnginePanics: a panic is met by a later try, other instances do not
// notice, and one that always panics ends visibly when its time is over.
func TestEnginePanics(t *testing.T) {
	t.Run("passing", func(t *testing.T) {
		w := newWorld(t)
		var left atomic.Int32
		w.restartWith(&faulty{before: func(op sim.Op, _ string, _ engine.ID) {
			if (op == sim.Provision || op == sim.Start) && left.Add(-1) >= 0 {
				panic("injected")
			}
		}})
		left.Store(5)
		w.run(func() { left.Add(1) })
		if n := w.svc.Reconciling().Panics; n < 6 {
			t.Errorf("%d panics counted", n)
		}
	})
	for _, op := range []sim.Op{sim.Start, sim.Observe} {
		t.Run(fmt.Sprintf("power, always at %v", op), func(t *testing.T) {
			w := newWorld(t)
			bad, good := w.create(), w.create()
			w.advance(time.Minute)
			k, _ := ecs.ParseID(ecs.KindInstance, bad)
			w.restartWith(&faulty{before: func(at sim.Op, _ string, id engine.ID) {
				if at == op && id == engine.ID(k) {
					panic("injected")
				}
			}})
			w.must(life[0].do(w, bad))
			w.must(life[0].do(w, good))
			w.advance(9 * time.Minute)
			if a, b := w.status(bad), w.status(good); a != "Starting" || b != "Running" {
				t.Fatalf("%s and %s, want Starting and Running", a, b)
			}
			n := w.svc.Reconciling().Panics
			if n < 30 || n > 100 {
				t.Errorf("%d tries in nine minutes, want one each 10 s", n)
			}
			w.advance(2 * time.Minute)
			if got, why := w.status(bad), w.failure(bad); got != "Stopped" || why == "" {
				t.Errorf("past its deadline: %s (%q)", got, why)
			}
			if s := w.svc.Reconciling(); s.HostsOpened != 0 {
				t.Errorf("a panic is no sign that the host is away: %+v", s)
			}
		})
	}
	for _, op := range []sim.Op{sim.Provision, sim.Observe} {
		t.Run(fmt.Sprintf("making, always at %v", op), func(t *testing.T) {
			w := newWorld(t)
			w.restartWith(&faulty{before: func(at sim.Op, _ string, id engine.ID) {
				if at == op {
					panic("injected")
				}
			}})
			id := w.create()
			w.advance(9 * time.Minute)
			if got := w.status(id); got != "Pending" {
				t.Fatalf("%s, want Pending", got)
			}
			w.advance(2 * time.Minute)
			if got := w.status(id); got != "gone" {
				t.Fatalf("%s, want gone", got)
			}
			w.nothingLeft()
		})
	}
}

// TestEventsThatEnd: an engine whose events end at once is asked again after a
// growing pause, and heard again once they work.
func TestEventsThatEnd(t *testing.T) {
	w := newWorld(t)
	id := w.create()
	w.advance(time.Minute)
	w.must(life[0].do(w, id))
	w.advance(time.Minute)
	var mu sync.Mutex
	var asked []time.Time
	work := false
	w.restartWith(&faulty{events: func() bool {
		mu.Lock()
		defer mu.Unlock()
		asked = append(asked, w.clock.Now())
		if len(asked) == 3 {
			panic("injected")
		}
		return work
	}})
	// That a sequence has ended no clock can know, so this waits in both times.
	until := func(n int) {
		t.Helper()
		for end := time.Now().Add(20 * time.Second); ; runtime.Gosched() {
			mu.Lock()
			done := len(asked) >= n
			mu.Unlock()
			if done {
				return
			}
			if time.Now().After(end) {
				t.Fatalf("asked %d times, want %d", len(asked), n)
			}
			w.advance(50 * time.Millisecond)
		}
	}
	until(12)
	mu.Lock()
	for i, pause := 1, 50*time.Millisecond; i < 12; i++ {
		if got := asked[i].Sub(asked[i-1]); got < pause {
			t.Errorf("asked for the %dth time after %v, want at least %v", i+1, got, pause)
		}
		pause = min(2*pause, 10*time.Second)
	}
	mu.Unlock()
	k, _ := ecs.ParseID(ecs.KindInstance, id)
	mu.Lock()
	work = true
	n := len(asked)
	mu.Unlock()
	until(n + 1)
	w.advance(0) // the engine has been asked, and the reconciler has looked at all
	if !w.sim.PowerOff(engine.ID(k)) {
		t.Fatal("the machine cannot be powered off")
	}
	w.advance(time.Second)
	if got := w.status(id); got != "Stopped" {
		t.Errorf("%s, want Stopped: the events are heard again", got)
	}
}

// TestExpiredTokensGo: idempotency tokens are kept for a day of the service's
// time, and then their memory is freed without anybody asking.
func TestExpiredTokensGo(t *testing.T) {
	w := newWorld(t)
	use := func(n int) {
		t.Helper()
		for i := range n {
			id := w.create()
			w.advance(time.Second)
			_, err := w.client.DeleteInstances(context.Background(), &api.DeleteInstancesRequest{
				RegionID: "cn-hangzhou", InstanceID: []string{id}, ClientToken: fmt.Sprintf("%v-%d", w.clock.Now().Unix(), i), Force: new(true),
			})
			w.must(err)
		}
	}
	count := func() int { return state.TokenCount(w.svc.DB.Snapshot()) }
	w.advance(time.Minute)
	for round := range 2 {
		use(300 / (1 + 9*round)) // more than one transaction takes, then few
		n := count()
		w.advance(23*time.Hour + 50*time.Minute)
		if n == 0 || count() != n {
			t.Errorf("round %d: %d of %d tokens after 23:50 h", round, count(), n)
		}
		if round == 1 {
			w.restart(false)
		}
		w.advance(20 * time.Minute)
		if n := count(); n != 0 {
			t.Errorf("round %d: %d tokens are left after their day", round, n)
		}
	}
}
