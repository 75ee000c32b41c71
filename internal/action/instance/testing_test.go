package instance_test

import (
	"context"
	"encoding/json"
	"errors"
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
	"github.com/openecs/openecs/internal/shapetest"
	"github.com/openecs/openecs/internal/state"
	"github.com/openecs/openecs/internal/store/mem"
)

// lab is a service whose records a test can reach, for what no action can
// bring about yet (locks, the end of a paid period). Its machines move only
// when told.
type lab struct {
	t        *testing.T
	clock    *clock.Manual
	sim      *sim.World
	svc      *service.Service
	client   *client.Client
	stranger *client.Client // of another account

	vpc, vswitch, group string
}

func newLab(t *testing.T) *lab {
	t.Helper()
	l := &lab{t: t, clock: clock.NewManual(time.Date(2026, 8, 9, 5, 0, 0, 0, time.UTC))}
	l.sim = sim.NewWorld(l.clock, sim.Options{Mode: sim.Stepped})
	cat, err := catalog.Load()
	l.must(err)
	store, host := mem.New(mem.Options{}), l.sim.Connect()
	l.svc, err = service.Open(context.Background(), service.Config{
		Store: store, Engine: host, Clock: l.clock, Catalog: cat, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		Keys: service.StaticKeys{"k": auth.Key{ID: "k", Secret: "s", Account: 1}, "o": auth.Key{ID: "o", Secret: "s", Account: 2}},
	})
	l.must(err)
	t.Cleanup(func() {
		l.must(l.svc.Close())
		host.Close()
		l.must(store.Close())
	})
	l.client, l.stranger = l.connect("k"), l.connect("o")
	l.vpc = do[api.CreateVpcResponse](l, "CreateVpc", "RegionId", "cn-hangzhou", "CidrBlock", "192.168.0.0/16").VPCID
	l.vswitch = do[api.CreateVSwitchResponse](l, "CreateVSwitch", "RegionId", "cn-hangzhou", "VpcId", l.vpc, "ZoneId", "cn-hangzhou-h", "CidrBlock", "192.168.0.0/24").VSwitchID
	l.group = l.newGroup("VpcId", l.vpc)
	return l
}

func (l *lab) must(err error) {
	l.t.Helper()
	if err != nil {
		l.t.Fatal(err)
	}
}

func (l *lab) connect(key string) *client.Client {
	l.t.Helper()
	c, err := client.New(client.Config{
		Endpoint: "http://127.0.0.1", Transport: client.HandlerTransport(l.svc), Region: "cn-hangzhou", AccessKeyID: key, AccessKeySecret: "s",
		Retry: client.Retry{Attempts: 1},
	})
	l.must(err)
	return c
}

// send calls an action by name; params are name, value, name, value …, and a
// later value takes the place of an earlier one.
func (l *lab) send(c *client.Client, action string, params ...string) (product string, body []byte, err error) {
	p := new(api.Params)
	for i := 0; i < len(params); i += 2 {
		p.Set(params[i], params[i+1])
	}
	product = "Ecs"
	if _, ok := api.Lookup("2016-04-28", action); ok {
		product = "Vpc"
	}
	body, _, err = c.Call(context.Background(), product, action, p)
	return product, body, err
}

// do makes a call that must succeed, and holds the answer to its shape.
func do[R any](l *lab, action string, params ...string) *R {
	l.t.Helper()
	product, body, err := l.send(l.client, action, params...)
	if err != nil {
		l.t.Fatalf("%s %v: %v", action, params, err)
	}
	if err := shapetest.Check(product, action, body); err != nil {
		l.t.Error(err)
	}
	out := new(R)
	l.must(json.Unmarshal(body, out))
	return out
}

// done is the answer of an action that says nothing.
type done struct{ RequestID string }

// no makes a call that must be refused so; the message "" is any.
func (l *lab) no(status int, code, message, action string, params ...string) {
	l.t.Helper()
	l.noFor(l.client, status, code, message, action, params...)
}

func (l *lab) noFor(c *client.Client, status int, code, message, action string, params ...string) {
	l.t.Helper()
	product, body, err := l.send(c, action, params...)
	e, ok := errors.AsType[*api.Error](err)
	if !ok {
		l.t.Errorf("%s %v: %s %v, want %s", action, params, body, err, code)
		return
	}
	if e.Status != status || e.Code != code || e.RequestID == "" || e.Message == "" || message != "" && e.Message != message {
		l.t.Errorf("%s %v:\n got %d %s: %s\nwant %d %s: %s", action, params, e.Status, e.Code, e.Message, status, code, message)
	}
	if !api.HasCode(product, action, code) {
		l.t.Errorf("docs/errors.tsv has no %s for %s", code, action)
	}
}

// The words of refusals that many actions share.
const (
	wrongStatus = "The current status of the resource does not support this operation."
	noInstance  = "The specified InstanceId does not exist."
	locked      = "The specified operation is denied as your instance is locked for security reasons."
	arrears     = "The specified operation is denied as your prepay instance is expired (prepay mode) or in arrears (afterpay mode)."
	dryRun      = "Request validation has been passed with DryRun flag set."
	batchDryRun = "This request is a dryrun request with successful result."
)

func (l *lab) newGroup(params ...string) string {
	l.t.Helper()
	return do[api.CreateSecurityGroupResponse](l, "CreateSecurityGroup", append([]string{"RegionId", "cn-hangzhou"}, params...)...).SecurityGroupID
}

// launch makes an instance, which is Pending until a step.
func (l *lab) launch(params ...string) string {
	l.t.Helper()
	id := do[api.CreateInstanceResponse](l, "CreateInstance", append([]string{
		"RegionId", "cn-hangzhou", "InstanceType", "ecs.g7.large", "ImageId", "aliyun_3_x64_20G_alibase_20240819.vhd",
		"SecurityGroupId", l.group, "VSwitchId", l.vswitch, "SystemDisk.Category", "cloud_essd"}, params...)...).InstanceID
	l.settle()
	return id
}

// classic makes an instance in the classic network.
func (l *lab) classic() string {
	l.t.Helper()
	group := do[api.CreateSecurityGroupResponse](l, "CreateSecurityGroup", "RegionId", "cn-beijing").SecurityGroupID
	id := do[api.CreateInstanceResponse](l, "CreateInstance", "RegionId", "cn-beijing", "InstanceType", "ecs.n1.small",
		"ImageId", "ubuntu1404_64_40G_cloudinit_20160727.raw", "SecurityGroupId", group, "IoOptimized", "optimized", "SystemDisk.Category", "cloud_ssd").InstanceID
	l.settle()
	l.step(id)
	return id
}

// in makes an instance in a state, by what leads there. "Deleting" is one that
// is being released and still shows.
func (l *lab) in(status string, params ...string) string {
	l.t.Helper()
	id := l.launch(params...)
	for _, to := range []struct{ status, action string }{
		{"Stopped", ""}, {"Starting", "StartInstance"}, {"Running", ""}, {"Stopping", "StopInstance"},
	} {
		if l.status(id) == status {
			return id
		}
		switch {
		case status == "Deleting" && l.status(id) == "Running":
			do[done](l, "DeleteInstance", "InstanceId", id, "Force", "true")
			l.settle()
			return id
		case to.action != "":
			do[done](l, to.action, "InstanceId", id)
			l.settle()
		default:
			l.step(id)
		}
		if got := l.status(id); got != to.status {
			l.t.Fatalf("%s, want %s", got, to.status)
		}
	}
	return id
}

// step ends the state that an instance is in.
func (l *lab) step(id string) {
	l.t.Helper()
	if !l.sim.Step(engine.ID(l.key(id))) {
		l.t.Fatalf("%s is not changing", id)
	}
	l.settle()
}

// settle lets the reconciler do all it can at this instant.
func (l *lab) settle() {
	l.t.Helper()
	l.advance(0)
}

func (l *lab) advance(d time.Duration) {
	l.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	l.must(l.clock.Advance(ctx, d))
}

func (l *lab) key(id string) ecs.Key {
	l.t.Helper()
	k, ok := ecs.ParseID(ecs.KindInstance, id)
	if !ok {
		l.t.Fatalf("%q is no instance", id)
	}
	return k
}

// see is an instance as DescribeInstances shows it; nil when it is gone.
func (l *lab) see(id string) *api.DescribeInstancesInstance {
	l.t.Helper()
	region := l.region(id)
	i, err := l.client.FindInstance(context.Background(), region, id)
	l.must(err)
	return i
}

// region is where an instance is.
func (l *lab) region(id string) string {
	if vpc, ok := ecs.ParseID(ecs.KindVPC, l.vpc); ok && vpc.Region() == l.key(id).Region() {
		return "cn-hangzhou"
	}
	return "cn-beijing"
}

func (l *lab) status(id string) string {
	l.t.Helper()
	if i := l.see(id); i != nil {
		return i.Status
	}
	return "gone"
}

func (l *lab) record(id string) ecs.Instance {
	l.t.Helper()
	r, ok := state.Instances.Get(l.svc.DB.Snapshot(), l.key(id))
	if !ok {
		l.t.Fatalf("%s has no record", id)
	}
	return *r
}

// edit changes an instance's record behind the actions' back.
func (l *lab) edit(id string, change func(*ecs.Instance)) {
	l.t.Helper()
	l.must(l.svc.DB.Update(context.Background(), func(tx *state.Tx) error {
		r, _ := state.Instances.Get(tx, l.key(id))
		next := *r
		change(&next)
		state.Instances.Put(tx, l.key(id), &next)
		return nil
	}))
}

func (l *lab) lock(id string, lock ecs.Lock) { l.edit(id, func(r *ecs.Instance) { r.Locks = lock }) }

// absent holds an action on one instance to the refusal of identifiers that
// are not there for the caller.
func (l *lab) absent(id, action string, params ...string) {
	l.t.Helper()
	with := func(more ...string) []string { return append(params[:len(params):len(params)], more...) }
	l.no(404, "InvalidInstanceId.NotFound", noInstance, action, with("InstanceId", "i-nothing")...)
	l.no(404, "InvalidInstanceId.NotFound", noInstance, action, with("InstanceId", id, "RegionId", "cn-beijing")...)
	l.noFor(l.stranger, 404, "InvalidInstanceId.NotFound", noInstance, action, with("InstanceId", id)...)
}

// states are all states, and that of an instance that is being released.
var states = []string{"Pending", "Starting", "Running", "Stopping", "Stopped", "Deleting"}

// wrongStates holds an action to 403 IncorrectInstanceStatus in every state but
// the one in which it works, dry run or not, and its batch form too.
func (l *lab) wrongStates(works, single, batch string) {
	l.t.Helper()
	for _, status := range states {
		if status == works {
			continue
		}
		id := l.in(status)
		before := l.record(id)
		for _, dry := range []string{"false", "true"} {
			l.no(403, "IncorrectInstanceStatus", wrongStatus, single, "InstanceId", id, "DryRun", dry)
			l.no(403, "IncorrectInstanceStatus", "The current status of the resource "+id+" does not support this operation.",
				batch, "RegionId", "cn-hangzhou", "InstanceId.1", id, "DryRun", dry)
		}
		if got := l.record(id); got.Want != before.Want {
			l.t.Errorf("%s of a %s instance was refused and changed it: %+v", single, status, got.Want)
		}
	}
}
