package service_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"testing"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/client"
	"github.com/openecs/openecs/internal/auth"
	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/clock"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/engine"
	"github.com/openecs/openecs/internal/engine/sim"
	"github.com/openecs/openecs/internal/service"
	"github.com/openecs/openecs/internal/state"
	"github.com/openecs/openecs/internal/store/mem"
)

// world is a service that can be restarted, over machines and a store that
// outlive it.
type world struct {
	t       *testing.T
	clock   *clock.Manual
	store   *mem.Store
	sim     *sim.World
	host    *sim.Host
	wrap    func(*sim.Host) engine.Engine // what stands between service and machines; nil: nothing
	svc     *service.Service
	client  *client.Client
	vswitch string
	group   string
}

func newWorld(t *testing.T) *world {
	w := &world{t: t, clock: clock.NewManual(time.Date(2026, 8, 9, 5, 0, 0, 0, time.UTC)), store: mem.New(mem.Options{})}
	w.sim = sim.NewWorld(w.clock, sim.Options{})
	w.open()
	t.Cleanup(func() {
		w.shut()
		w.store.Close()
	})
	ctx := context.Background()
	vpc, err := w.client.CreateVpc(ctx, &api.CreateVpcRequest{RegionID: "cn-hangzhou", CidrBlock: "192.168.0.0/16"})
	w.must(err)
	vsw, err := w.client.CreateVSwitch(ctx, &api.CreateVSwitchRequest{RegionID: "cn-hangzhou", VPCID: vpc.VPCID, ZoneID: "cn-hangzhou-h", CidrBlock: "192.168.0.0/24"})
	w.must(err)
	sg, err := w.client.CreateSecurityGroup(ctx, &api.CreateSecurityGroupRequest{RegionID: "cn-hangzhou", VPCID: vpc.VPCID})
	w.must(err)
	w.vswitch, w.group = vsw.VSwitchID, sg.SecurityGroupID
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) open() {
	w.t.Helper()
	cat, err := catalog.Load()
	w.must(err)
	w.host = w.sim.Connect()
	var eng engine.Engine = w.host
	if w.wrap != nil {
		eng = w.wrap(w.host)
	}
	w.svc, err = service.Open(context.Background(), service.Config{
		Store: w.store, Engine: eng, Clock: w.clock, Catalog: cat, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		Keys: service.StaticKeys{"k": auth.Key{ID: "k", Secret: "s", Account: 1}},
	})
	w.must(err)
	w.client, err = client.New(client.Config{
		Endpoint: "http://127.0.0.1", Transport: client.HandlerTransport(w.svc), Region: "cn-hangzhou", AccessKeyID: "k", AccessKeySecret: "s",
		Retry: client.Retry{Attempts: 1},
	})
	w.must(err)
}

func (w *world) shut() {
	w.t.Helper()
	w.must(w.svc.Close())
	w.host.Close()
}

// restart ends the service and starts it again; with lost the machines are
// gone too, as those of the simulator are when its process ends.
func (w *world) restart(lost bool) {
	w.shut()
	if lost {
		w.sim = sim.NewWorld(w.clock, sim.Options{})
	}
	w.open()
}

func (w *world) advance(d time.Duration) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	w.must(w.clock.Advance(ctx, d))
}

func (w *world) status(id string) string {
	w.t.Helper()
	i, err := w.client.FindInstance(context.Background(), "cn-hangzhou", id)
	w.must(err)
	if i == nil {
		return "gone"
	}
	return i.Status
}

func (w *world) create() string {
	w.t.Helper()
	out, err := w.client.CreateInstance(context.Background(), &api.CreateInstanceRequest{
		RegionID: "cn-hangzhou", InstanceType: "ecs.g7.large", ImageID: "aliyun_3_x64_20G_alibase_20240819.vhd",
		SecurityGroupID: w.group, VSwitchID: w.vswitch, SystemDisk: api.CreateInstanceRequestSystemDisk{Category: "cloud_essd"},
	})
	w.must(err)
	return out.InstanceID
}

// step is one thing asked of an instance, and the state it must end in.
type step struct {
	name string
	do   func(w *world, id string) error
	want string
}

var life = []step{
	{"start", func(w *world, id string) error {
		_, err := w.client.StartInstance(context.Background(), &api.StartInstanceRequest{InstanceID: id})
		return err
	}, "Running"},
	{"reboot", func(w *world, id string) error {
		_, err := w.client.RebootInstance(context.Background(), &api.RebootInstanceRequest{InstanceID: id})
		return err
	}, "Running"},
	{"stop", func(w *world, id string) error {
		_, err := w.client.StopInstance(context.Background(), &api.StopInstanceRequest{InstanceID: id})
		return err
	}, "Stopped"},
	{"start again", func(w *world, id string) error {
		_, err := w.client.StartInstance(context.Background(), &api.StartInstanceRequest{InstanceID: id})
		return err
	}, "Running"},
	{"delete", func(w *world, id string) error {
		_, err := w.client.DeleteInstance(context.Background(), &api.DeleteInstanceRequest{InstanceID: id, Force: new(true)})
		return err
	}, "gone"},
}

// nothingLeft fails when a machine, a row or an address of a released instance
// is still there.
func (w *world) nothingLeft() {
	w.t.Helper()
	if n := w.sim.Len(); n != 0 {
		w.t.Errorf("%d machines are left", n)
	}
	v := w.svc.DB.Snapshot()
	for name, n := range map[string]int{
		"instances": state.Instances.Len(v), "disks": state.Disks.Len(v), "interfaces": state.Interfaces.Len(v), "secrets": state.Secrets.Len(v),
	} {
		if n != 0 {
			w.t.Errorf("%d %s are left", n, name)
		}
	}
}

// run takes an instance through its life, doing between before each wait.
func (w *world) run(between func()) {
	w.t.Helper()
	id := w.create()
	between()
	w.advance(time.Minute)
	if got := w.status(id); got != "Stopped" {
		w.t.Fatalf("created: %s, want Stopped", got)
	}
	for _, s := range life {
		w.must(s.do(w, id))
		between()
		w.advance(time.Minute)
		if got := w.status(id); got != s.want {
			w.t.Fatalf("%s: %s, want %s", s.name, got, s.want)
		}
	}
	w.nothingLeft()
}

func TestLife(t *testing.T) { newWorld(t).run(func() {}) }

// TestFailureAtEveryEngineCall lets each call of the engine fail in turn, in
// each way that may pass, before and after it took effect.
func TestFailureAtEveryEngineCall(t *testing.T) {
	calls := func() int {
		w := newWorld(t)
		w.run(func() {})
		return w.sim.Calls()
	}()
	if calls < 10 {
		t.Fatalf("only %d engine calls: the test shows too little", calls)
	}
	for _, when := range []sim.When{sim.Before, sim.After, sim.Late} {
		for _, fault := range []error{engine.ErrUnreachable, engine.ErrBusy, errors.New("something passing")} {
			for n := 1; n <= calls; n++ {
				t.Run(fmt.Sprintf("%d %v at %d", when, fault, n), func(t *testing.T) {
					w := newWorld(t)
					w.sim.Inject(sim.Fault{When: when, Nth: n, Times: 1, Err: fault})
					w.run(func() {})
				})
			}
		}
	}
}

// TestRestartAfterEveryStep restarts the service at every point of a life,
// with the machines still there and with them gone.
func TestRestartAfterEveryStep(t *testing.T) {
	for _, lost := range []bool{false, true} {
		for _, while := range []time.Duration{0, 5 * time.Millisecond, 25 * time.Millisecond} {
			t.Run(fmt.Sprintf("lost %v after %v", lost, while), func(t *testing.T) {
				w := newWorld(t)
				w.run(func() {
					w.advance(while)
					w.restart(lost)
				})
			})
		}
	}
}

// TestNeverMade is an instance whose machine is never made: it stays Pending,
// and vanishes when its time is over, as on the real service.
func TestNeverMade(t *testing.T) {
	w := newWorld(t)
	w.sim.Inject(sim.Fault{Match: sim.Match{Op: sim.Provision}, When: sim.Never, Times: -1})
	id := w.create()
	w.advance(9 * time.Minute)
	if got := w.status(id); got != "Pending" {
		t.Fatalf("%s, want Pending", got)
	}
	_, err := w.client.DeleteInstance(context.Background(), &api.DeleteInstanceRequest{InstanceID: id, Force: new(true)})
	if !errors.Is(err, &api.Error{Code: api.CodeIncorrectInstanceStatusInitializing}) {
		t.Errorf("deleting it: %v", err)
	}
	w.advance(2 * time.Minute)
	if got := w.status(id); got != "gone" {
		t.Fatalf("%s, want gone", got)
	}
	w.nothingLeft()
}

// TestNoStock is an instance that cannot be made: it vanishes.
func TestNoStock(t *testing.T) {
	w := newWorld(t)
	w.sim.SetStock("cn-hangzhou-h", "ecs.g7.large", 0)
	id := w.create()
	w.advance(time.Minute)
	if got := w.status(id); got != "gone" {
		t.Fatalf("%s, want gone", got)
	}
	w.nothingLeft()
}

// TestUnreachableNeverReadsAsStopped cuts the host off while an instance runs.
func TestUnreachableNeverReadsAsStopped(t *testing.T) {
	w := newWorld(t)
	id := w.create()
	w.advance(time.Minute)
	w.must(life[0].do(w, id))
	w.advance(time.Minute)
	w.sim.Cut("cn-hangzhou-h")
	w.restart(false)
	w.advance(time.Minute)
	if got := w.status(id); got != "Running" {
		t.Errorf("%s, want Running: nobody has seen it stop", got)
	}
	w.must(life[2].do(w, id))
	w.advance(time.Minute)
	if got := w.status(id); got != "Stopping" {
		t.Errorf("%s, want Stopping", got)
	}
	w.sim.Mend("cn-hangzhou-h")
	w.advance(time.Minute)
	if got := w.status(id); got != "Stopped" {
		t.Errorf("%s, want Stopped", got)
	}
}

// TestGuestPowersItselfOff shows drift: what the guest did is shown, not undone.
func TestGuestPowersItselfOff(t *testing.T) {
	w := newWorld(t)
	id := w.create()
	w.advance(time.Minute)
	w.must(life[0].do(w, id))
	w.advance(time.Minute)
	k, _ := ecs.ParseID(ecs.KindInstance, id)
	if !w.sim.PowerOff(engine.ID(k)) {
		t.Fatal("the machine cannot be powered off")
	}
	w.advance(time.Second)
	if got := w.status(id); got != "Stopped" {
		t.Errorf("%s, want Stopped", got)
	}
}
