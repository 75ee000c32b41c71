package keypair_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"strconv"
	"strings"
	"sync"
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
	"github.com/openecs/openecs/internal/store/mem"
)

// lab is a service that a test can restart, whose machines' boots it sees.
type lab struct {
	t        *testing.T
	clock    *clock.Manual
	store    *mem.Store
	sim      *sim.World
	boots    *boots
	host     *sim.Host
	svc      *service.Service
	client   *client.Client
	stranger *client.Client // of another account

	vswitch, group string
}

const (
	linux   = "aliyun_3_x64_20G_alibase_20240819.vhd"
	windows = "win2022_21H2_x64_dtc_en-us_40G_alibase_20250817.vhd"
)

func newLab(t *testing.T) *lab {
	t.Helper()
	l := &lab{t: t, clock: clock.NewManual(time.Date(2026, 8, 9, 5, 0, 0, 0, time.UTC)), store: mem.New(mem.Options{}), boots: new(boots)}
	l.sim = sim.NewWorld(l.clock, sim.Options{})
	l.open()
	t.Cleanup(func() {
		l.shut()
		l.must(l.store.Close())
	})
	vpc := do[api.CreateVpcResponse](l, "CreateVpc", "CidrBlock", "192.168.0.0/16").VPCID
	l.vswitch = do[api.CreateVSwitchResponse](l, "CreateVSwitch", "VpcId", vpc, "ZoneId", "cn-hangzhou-h", "CidrBlock", "192.168.0.0/24").VSwitchID
	l.group = do[api.CreateSecurityGroupResponse](l, "CreateSecurityGroup", "VpcId", vpc).SecurityGroupID
	return l
}

func (l *lab) open() {
	l.t.Helper()
	cat, err := catalog.Load()
	l.must(err)
	l.host = l.sim.Connect()
	l.boots.Host = l.host
	l.svc, err = service.Open(context.Background(), service.Config{
		Store: l.store, Engine: l.boots, Clock: l.clock, Catalog: cat, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		Keys: service.StaticKeys{"k": auth.Key{ID: "k", Secret: "s", Account: 1}, "o": auth.Key{ID: "o", Secret: "s", Account: 2}},
	})
	l.must(err)
	connect := func(key string) *client.Client {
		c, err := client.New(client.Config{
			Endpoint: "http://127.0.0.1", Transport: client.HandlerTransport(l.svc), Region: "cn-hangzhou", AccessKeyID: key, AccessKeySecret: "s",
			Retry: client.Retry{Attempts: 1},
		})
		l.must(err)
		return c
	}
	l.client, l.stranger = connect("k"), connect("o")
}

func (l *lab) shut() {
	l.must(l.svc.Close())
	l.host.Close()
}

func (l *lab) must(err error) {
	l.t.Helper()
	if err != nil {
		l.t.Fatal(err)
	}
}

// send calls an action by name in cn-hangzhou; params are name, value, name,
// value …, and a later value takes the place of an earlier one.
func (l *lab) send(c *client.Client, action string, params ...string) (product string, body []byte, err error) {
	p := new(api.Params)
	p.Set("RegionId", "cn-hangzhou")
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
	if e.Status != status || e.Code != code || e.Message == "" || message != "" && e.Message != message {
		l.t.Errorf("%s %v:\n got %d %s: %s\nwant %d %s: %s", action, params, e.Status, e.Code, e.Message, status, code, message)
	}
	if !api.HasCode(product, action, code) {
		l.t.Errorf("docs/errors.tsv has no %s for %s", code, action)
	}
}

// launch makes an instance and lets it come to rest: CreateInstance Stopped,
// RunInstances Running.
func (l *lab) launch(params ...string) string {
	l.t.Helper()
	id := do[api.CreateInstanceResponse](l, "CreateInstance", append(l.instance(), params...)...).InstanceID
	l.rest()
	return id
}

func (l *lab) instance() []string {
	return []string{"InstanceType", "ecs.g7.large", "ImageId", linux, "SecurityGroupId", l.group, "VSwitchId", l.vswitch, "SystemDisk.Category", "cloud_essd"}
}

// rest lets everything that is under way come to its end.
func (l *lab) rest() { l.advance(time.Minute) }

func (l *lab) advance(d time.Duration) {
	l.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	l.must(l.clock.Advance(ctx, d))
}

// power makes a power operation and lets it end.
func (l *lab) power(action, id string) {
	l.t.Helper()
	do[done](l, action, "InstanceId", id)
	l.rest()
}

func (l *lab) see(id string) api.DescribeInstancesInstance {
	l.t.Helper()
	list := do[api.DescribeInstancesResponse](l, "DescribeInstances", "InstanceIds", array(id)).Instances.Instance
	if len(list) != 1 {
		l.t.Fatalf("%d instances %s", len(list), id)
	}
	return list[0]
}

// pairs are the names that DescribeKeyPairs finds.
func (l *lab) pairs(params ...string) (names []string) {
	l.t.Helper()
	for _, p := range do[api.DescribeKeyPairsResponse](l, "DescribeKeyPairs", params...).KeyPairs.KeyPair {
		names = append(names, p.KeyPairName)
	}
	return names
}

func array(values ...string) string { return `["` + strings.Join(values, `","`) + `"]` }

// tags is n different Tag.N parameters.
func tags(n int) (out []string) {
	for i := 1; i <= n; i++ {
		out = append(out, "Tag."+strconv.Itoa(i)+".Key", "k"+strconv.Itoa(i), "Tag."+strconv.Itoa(i)+".Value", "v")
	}
	return out
}

// boots is the simulator with a memory of what its machines last booted with.
type boots struct {
	*sim.Host
	mu   sync.Mutex
	last map[engine.ID]engine.Boot
}

func (b *boots) Start(ctx context.Context, id engine.ID, gen engine.Gen, boot *engine.Boot) error {
	b.keep(id, boot)
	return b.Host.Start(ctx, id, gen, boot)
}

func (b *boots) Reboot(ctx context.Context, id engine.ID, gen engine.Gen, boot *engine.Boot, force bool) error {
	b.keep(id, boot)
	return b.Host.Reboot(ctx, id, gen, boot, force)
}

func (b *boots) keep(id engine.ID, boot *engine.Boot) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.last == nil {
		b.last = map[engine.ID]engine.Boot{}
	}
	b.last[id] = *boot
}

// boot is what an instance last booted with.
func (l *lab) boot(id string) engine.Boot {
	l.t.Helper()
	k, ok := ecs.ParseID(ecs.KindInstance, id)
	if !ok {
		l.t.Fatalf("%q is no instance", id)
	}
	l.boots.mu.Lock()
	defer l.boots.mu.Unlock()
	return l.boots.last[engine.ID(k)]
}
