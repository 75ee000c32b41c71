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
	"github.com/openecs/openecs/internal/actiontest"
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

// restartWith puts an engine between a service and its machines.
func restartWith(s *actiontest.Service, o sim.Options, f *faulty) {
	s.RestartWith(o, func(h *sim.Host) engine.Engine {
		f.Host = h
		return f
	})
}

// otherZone makes a vSwitch in a second zone and returns a function that makes
// instances there.
func otherZone(s *actiontest.Service) func() string {
	s.T.Helper()
	vswitch := s.VSwitch(s.Network().VPC, "192.168.1.0/24", "ZoneId", "cn-hangzhou-i")
	return func() string {
		s.T.Helper()
		return create(s, "VSwitchId", vswitch)
	}
}

// create makes an instance and waits for nothing.
func create(s *actiontest.Service, params ...string) string {
	s.T.Helper()
	n := s.Network()
	return actiontest.Call[api.CreateInstanceResponse](s, "CreateInstance", append([]string{"InstanceType", actiontest.InstanceType,
		"ImageId", actiontest.Image, "SecurityGroupId", n.Group, "VSwitchId", n.VSwitch, "SystemDisk.Category", "cloud_essd"}, params...)...).InstanceID
}

func failure(s *actiontest.Service, id string) string {
	v := s.DB().Snapshot()
	rec, ok := state.Instances.Get(v, s.Key(ecs.KindInstance, id))
	if !ok {
		return "gone"
	}
	return v.Str(rec.Seen.Failure)
}

// TestHostThatDoesNotAnswer: after a few misses the host is left alone but for
// one probe at a time, the other host is served, what is past its deadline
// ends as it was last seen, and all goes on once the host is back.
func TestHostThatDoesNotAnswer(t *testing.T) {
	s := actiontest.Start(t)
	elsewhere := otherZone(s)
	var ids []string
	for range 12 {
		ids = append(ids, create(s))
	}
	s.Advance(time.Minute)
	for _, id := range ids {
		s.Do("StartInstance", "InstanceId", id)
	}
	s.Advance(time.Minute)

	s.Sim.Cut("cn-hangzhou-h")
	for _, id := range ids {
		s.Do("StopInstance", "InstanceId", id)
	}
	s.Advance(10 * time.Second)
	if r := s.Reconciling(); r.HostsOpen != 1 || r.HostsOpened != 1 {
		t.Fatalf("%+v", r)
	}
	before := s.Sim.Calls()
	s.Advance(time.Minute)
	if n := s.Sim.Calls() - before; n < 5 || n > 12 {
		t.Errorf("%d calls in a minute to a host that is away, want a probe each 10 s", n)
	}
	other := elsewhere()
	s.Advance(time.Minute)
	if got := s.Status(other); got != "Stopped" {
		t.Errorf("on the other host: %s, want Stopped", got)
	}
	if got := s.Status(ids[0]); got != "Stopping" {
		t.Errorf("within its time: %s, want Stopping", got)
	}
	s.Advance(5 * time.Minute)
	for _, id := range ids {
		if got, why := s.Status(id), failure(s, id); got != "Running" || why != engine.ErrUnreachable.Error() && why == "" {
			t.Errorf("past its deadline: %s (%q), want Running, as last seen, and why", got, why)
		}
	}
	s.Sim.Mend("cn-hangzhou-h")
	s.Advance(15 * time.Second)
	if r := s.Reconciling(); r.HostsOpen != 0 {
		t.Errorf("%+v", r)
	}
	for _, id := range ids {
		s.Do("StopInstance", "InstanceId", id)
	}
	s.Advance(time.Second)
	for _, id := range ids {
		if got := s.Status(id); got != "Stopped" {
			t.Errorf("after the host is back: %s, want Stopped", got)
		}
	}
}

// TestHostThatHangs: calls to one host that never return hold up no other.
func TestHostThatHangs(t *testing.T) {
	s := actiontest.Start(t)
	elsewhere := otherZone(s)
	release := make(chan struct{})
	var hanging atomic.Int32
	restartWith(s, sim.Options{Delay: func(sim.Op, engine.Power) time.Duration { return 0 }}, &faulty{before: func(op sim.Op, zone string, _ engine.ID) {
		if zone == "cn-hangzhou-h" {
			hanging.Add(1)
			<-release
		}
	}})
	defer sync.OnceFunc(func() { close(release) })()
	for range 20 {
		create(s)
	}
	id := elsewhere() // nothing need wait: its machine is ready at the instant it is asked for
	end := time.After(20 * time.Second)
	for s.Status(id) != "Stopped" {
		select {
		case <-end:
			t.Fatalf("%s, want Stopped though another host hangs", s.Status(id))
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
		s := actiontest.Start(t)
		var left atomic.Int32
		restartWith(s, sim.Options{}, &faulty{before: func(op sim.Op, _ string, _ engine.ID) {
			if (op == sim.Provision || op == sim.Start) && left.Add(-1) >= 0 {
				panic("injected")
			}
		}})
		left.Store(6)
		life(s)
		if n := s.Reconciling().Panics; n < 6 {
			t.Errorf("%d panics counted", n)
		}
	})
	for _, op := range []sim.Op{sim.Start, sim.Observe} {
		t.Run(fmt.Sprintf("power, always at %v", op), func(t *testing.T) {
			s := actiontest.Start(t)
			bad, good := create(s), create(s)
			s.Advance(time.Minute)
			k, _ := ecs.ParseID(ecs.KindInstance, bad)
			restartWith(s, sim.Options{}, &faulty{before: func(at sim.Op, _ string, id engine.ID) {
				if at == op && id == engine.ID(k) {
					panic("injected")
				}
			}})
			s.Do("StartInstance", "InstanceId", bad)
			s.Do("StartInstance", "InstanceId", good)
			s.Advance(9 * time.Minute)
			if a, b := s.Status(bad), s.Status(good); a != "Starting" || b != "Running" {
				t.Fatalf("%s and %s, want Starting and Running", a, b)
			}
			n := s.Reconciling().Panics
			if n < 30 || n > 100 {
				t.Errorf("%d tries in nine minutes, want one each 10 s", n)
			}
			s.Advance(2 * time.Minute)
			if got, why := s.Status(bad), failure(s, bad); got != "Stopped" || why == "" {
				t.Errorf("past its deadline: %s (%q)", got, why)
			}
			if r := s.Reconciling(); r.HostsOpened != 0 {
				t.Errorf("a panic is no sign that the host is away: %+v", r)
			}
		})
	}
	for _, op := range []sim.Op{sim.Provision, sim.Observe} {
		t.Run(fmt.Sprintf("making, always at %v", op), func(t *testing.T) {
			s := actiontest.Start(t)
			restartWith(s, sim.Options{}, &faulty{before: func(at sim.Op, _ string, id engine.ID) {
				if at == op {
					panic("injected")
				}
			}})
			id := create(s)
			s.Advance(9 * time.Minute)
			if got := s.Status(id); got != "Pending" {
				t.Fatalf("%s, want Pending", got)
			}
			s.Advance(2 * time.Minute)
			if got := s.Status(id); got != "gone" {
				t.Fatalf("%s, want gone", got)
			}
			s.NothingLeft()
		})
	}
}

// TestEventsThatEnd: an engine whose events end at once is asked again after a
// growing pause, and heard again once they work.
func TestEventsThatEnd(t *testing.T) {
	s := actiontest.Start(t)
	id := create(s)
	s.Advance(time.Minute)
	s.Do("StartInstance", "InstanceId", id)
	s.Advance(time.Minute)
	var mu sync.Mutex
	var asked []time.Time
	work := false
	restartWith(s, sim.Options{}, &faulty{events: func() bool {
		mu.Lock()
		defer mu.Unlock()
		asked = append(asked, s.Clock.Now())
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
			s.Advance(50 * time.Millisecond)
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
	s.Quiet() // the engine has been asked, and the reconciler has looked at all
	if !s.Sim.PowerOff(engine.ID(k)) {
		t.Fatal("the machine cannot be powered off")
	}
	s.Advance(time.Second)
	if got := s.Status(id); got != "Stopped" {
		t.Errorf("%s, want Stopped: the events are heard again", got)
	}
}

// TestExpiredTokensGo: idempotency tokens are kept for a day of the service's
// time, and then their memory is freed without anybody asking.
func TestExpiredTokensGo(t *testing.T) {
	s := actiontest.Start(t)
	use := func(n int) {
		t.Helper()
		for i := range n {
			id := create(s)
			s.Advance(time.Second)
			s.Do("DeleteInstances", "InstanceId.1", id, "ClientToken", fmt.Sprintf("%v-%d", s.Clock.Now().Unix(), i), "Force", "true")
		}
	}
	count := func() int { return state.TokenCount(s.DB().Snapshot()) }
	s.Advance(time.Minute)
	for round := range 2 {
		use(300 / (1 + 9*round)) // more than one transaction takes, then few
		n := count()
		s.Advance(23*time.Hour + 50*time.Minute)
		if n == 0 || count() != n {
			t.Errorf("round %d: %d of %d tokens after 23:50 h", round, count(), n)
		}
		if round == 1 {
			s.Restart()
		}
		s.Advance(20 * time.Minute)
		if n := count(); n != 0 {
			t.Errorf("round %d: %d tokens are left after their day", round, n)
		}
	}
}
