package keypair_test

import (
	"context"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/engine"
	"github.com/openecs/openecs/internal/engine/sim"
)

// lab is a service whose machines' boots a test sees.
type lab struct {
	*actiontest.Service
	boots *boots
}

const windows = "win2022_21H2_x64_dtc_en-us_40G_alibase_20250817.vhd"

func newLab(t *testing.T) *lab {
	t.Helper()
	l := &lab{actiontest.Start(t), new(boots)}
	l.RestartWith(sim.Options{}, func(h *sim.Host) engine.Engine {
		l.boots.Host = h
		return l.boots
	})
	return l
}

func (l *lab) must(err error) {
	l.T.Helper()
	if err != nil {
		l.T.Fatal(err)
	}
}

// do makes a call that must succeed.
func do[R any](l *lab, action string, params ...string) *R {
	l.T.Helper()
	return actiontest.Call[R](l.Service, action, params...)
}

// no makes a call that must be refused so, by a code that docs/errors.tsv has for
// the action; the message "" is any.
func (l *lab) no(status int, code, message, action string, params ...string) {
	l.T.Helper()
	l.Refuse(status, code, message, action, params...)
	if !api.HasCode("Ecs", action, code) {
		l.T.Errorf("docs/errors.tsv has no %s for %s", code, action)
	}
}

// stranger is the service as another account sees it.
func (l *lab) stranger() *lab { return &lab{l.As(l.Other), l.boots} }

// launch makes an instance and lets it come to rest, Stopped.
func (l *lab) launch(params ...string) string {
	l.T.Helper()
	id := l.Instance(params...)
	l.Settle()
	return id
}

// instance is a request for an instance that would succeed.
func (l *lab) instance() []string {
	n := l.Network()
	return []string{"InstanceType", actiontest.InstanceType, "ImageId", actiontest.Image, "SecurityGroupId", n.Group, "VSwitchId", n.VSwitch,
		"SystemDisk.Category", "cloud_essd"}
}

// power makes a power operation and lets it end.
func (l *lab) power(action, id string) {
	l.T.Helper()
	l.Do(action, "InstanceId", id)
	l.Settle()
}

// pairs are the names that DescribeKeyPairs finds.
func (l *lab) pairs(params ...string) (names []string) {
	l.T.Helper()
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
	l.T.Helper()
	k, ok := ecs.ParseID(ecs.KindInstance, id)
	if !ok {
		l.T.Fatalf("%q is no instance", id)
	}
	l.boots.mu.Lock()
	defer l.boots.mu.Unlock()
	return l.boots.last[engine.ID(k)]
}
