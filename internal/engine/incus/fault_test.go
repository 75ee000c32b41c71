package incus_test

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/openecs/openecs/internal/engine"
	"github.com/openecs/openecs/internal/engine/incus"
	"github.com/openecs/openecs/internal/engine/incus/incustest"
)

// step is a goal, and how it shows that it is reached.
type step struct {
	name    string
	ask     func(ctx context.Context, h *incus.Host) error
	reached func(o engine.Observation, err error) bool
}

// life is the steps of a machine from its making to its end.
func life(m *engine.Machine) []step {
	is := func(gen engine.Gen, p engine.Power) func(engine.Observation, error) bool {
		return func(o engine.Observation, err error) bool {
			return err == nil && o.Provisioned && o.Gen == gen && o.Power == p
		}
	}
	return []step{
		{"provision", func(ctx context.Context, h *incus.Host) error { return h.Provision(ctx, m) }, is(1, engine.Stopped)},
		{"start", func(ctx context.Context, h *incus.Host) error { return h.Start(ctx, m.ID, 2, &m.Boot) }, is(2, engine.Running)},
		{"reboot", func(ctx context.Context, h *incus.Host) error { return h.Reboot(ctx, m.ID, 3, &m.Boot, false) }, is(3, engine.Running)},
		{"stop", func(ctx context.Context, h *incus.Host) error { return h.Stop(ctx, m.ID, 4, false) }, is(4, engine.Stopped)},
		{"start again", func(ctx context.Context, h *incus.Host) error { return h.Start(ctx, m.ID, 5, &m.Boot) }, is(5, engine.Running)},
		{"force stop", func(ctx context.Context, h *incus.Host) error { return h.Stop(ctx, m.ID, 6, true) }, is(6, engine.Stopped)},
		{"remove", func(ctx context.Context, h *incus.Host) error { return h.Remove(ctx, m.ID) }, func(_ engine.Observation, err error) bool { return errors.Is(err, engine.ErrNotFound) }},
	}
}

// pursue repeats a goal, as the reconciler does, until it is reached.
func (s *step) pursue(t *testing.T, h *incus.Host, id engine.ID) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for last := ""; ; {
		o, err := h.Observe(ctx, id)
		if s.reached(o, err) {
			return
		}
		asked := s.ask(ctx, h)
		if ctx.Err() != nil {
			t.Fatalf("%s: not reached: %s", s.name, last)
		}
		last = fmt.Sprintf("observed %+v, %v; asked: %v", o, err, asked)
		time.Sleep(50 * time.Millisecond)
	}
}

// cables plugs machines into nothing. The tests that kill use it: a bridge that Incus is asked to delete while it starts
// comes back without Incus knowing of it, which is its own matter and not what they are about.
type cables struct{}

func (cables) Plug(_ context.Context, m *engine.Machine) (map[string]incus.Device, error) {
	return map[string]incus.Device{"eth0": {"type": "nic", "nictype": "p2p", "name": "eth0", "hwaddr": m.NICs[0].MAC}}, nil
}

func (cables) Unplugged(context.Context, engine.ID, map[string]incus.Device) error { return nil }

func cabled(o *incus.Options) { o.NICs = cables{} }

// nothingLeft wants a host without anything of ours.
func nothingLeft(t *testing.T, d *incustest.Daemon) {
	t.Helper()
	defer func() {
		if log, err := os.ReadFile(filepath.Join(d.Dir, "incusd.log")); err == nil && t.Failed() {
			t.Logf("the daemon's log:\n%s", log[max(0, len(log)-6000):])
		}
	}()
	for what, args := range map[string][]string{
		"instances": {"list", "-f", "csv", "-c", "n"}, "volumes": {"storage", "volume", "list", incustest.Pool, "type=custom", "-f", "csv", "-c", "n"},
		"networks": {"network", "list", "-f", "csv"},
	} {
		out, err := d.Client(t.Context(), args...).Output()
		for line := range strings.Lines(string(out)) {
			if err != nil || what == "networks" && strings.Contains(line, "oecs") || what == "instances" || what == "volumes" {
				t.Errorf("left on the host: %s: %s %v", what, strings.TrimSpace(line), err)
			}
		}
	}
}

// Incusd is killed hard in the middle of every step: nothing is concluded meanwhile, and when it is back the same
// goal is reached.
func TestIncusdKilled(t *testing.T) {
	h, d := host(t, cabled)
	// Incus that is killed while it unpacks an image into the pool for the first time keeps half of it.
	first := life(machine(9))
	first[0].pursue(t, h, 9)
	first[6].pursue(t, h, 9)
	for _, after := range []time.Duration{5 * time.Millisecond, 120 * time.Millisecond} {
		m := machine(1)
		m.Disks = append(m.Disks, engine.Disk{ID: 1500, SizeGiB: 20, Device: "/dev/xvdb"})
		for _, s := range life(m) {
			t.Logf("%s, killed after %v", s.name, after)
			if err := s.ask(t.Context(), h); err != nil && !errors.Is(err, engine.ErrBusy) {
				t.Fatalf("%s: %v", s.name, err)
			}
			time.Sleep(after)
			if err := d.Kill(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(50 * time.Millisecond)
			if o, err := h.Observe(t.Context(), m.ID); !errors.Is(err, engine.ErrUnreachable) {
				t.Errorf("%s: a host that is away reads as %+v, %v", s.name, o, err)
			}
			if err := d.Again(); err != nil {
				t.Fatal(err)
			}
			s.pursue(t, h, m.ID)
		}
		nothingLeft(t, d)
	}
}

// The engine ends in the middle of every step, and another takes over.
func TestEngineKilled(t *testing.T) {
	h, d := host(t, cabled)
	for _, after := range []time.Duration{0, 20 * time.Millisecond, 150 * time.Millisecond} {
		m := machine(1)
		m.Disks = append(m.Disks, engine.Disk{ID: 1500, SizeGiB: 20, Device: "/dev/xvdb"})
		for _, s := range life(m) {
			if err := s.ask(t.Context(), h); err != nil && !errors.Is(err, engine.ErrBusy) {
				t.Fatalf("%s, cut after %v: %v", s.name, after, err)
			}
			time.Sleep(after)
			h.Close()
			h, _ = host(t, cabled)
			s.pursue(t, h, m.ID)
		}
		nothingLeft(t, d)
	}
}

// A host that never answers holds up no call for longer than its deadline.
func TestStuckHost(t *testing.T) {
	h, d := host(t)
	if out, err := d.In(t.Context(), "true").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if err := d.Freeze(true); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	_, err := h.Observe(t.Context(), 1)
	if took := time.Since(began); !errors.Is(err, engine.ErrUnreachable) || took > 11*time.Second {
		t.Errorf("a frozen host: %v after %v", err, took)
	}
	if err := d.Freeze(false); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Observe(t.Context(), 1); !errors.Is(err, engine.ErrNotFound) {
		t.Errorf("thawed: %v", err)
	}
}

// Two machines with one address: the second is not started, says why, and can be removed; the first goes on.
func TestAddressConflict(t *testing.T) {
	h, d := host(t)
	a, b := machine(1), machine(2)
	b.NICs[0].Address = a.NICs[0].Address
	for _, m := range []*engine.Machine{a, b} {
		life(m)[0].pursue(t, h, m.ID)
	}
	life(a)[1].pursue(t, h, a.ID)
	refused := false
	for end := time.Now().Add(20 * time.Second); !refused && time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		err := h.Start(t.Context(), b.ID, 2, &b.Boot)
		refused = err != nil && !errors.Is(err, engine.ErrBusy)
	}
	if !refused {
		t.Error("the second machine was never refused")
	}
	if o, err := h.Observe(t.Context(), a.ID); err != nil || o.Power != engine.Running {
		t.Errorf("the first machine: %+v, %v", o, err)
	}
	for _, m := range []*engine.Machine{a, b} {
		life(m)[6].pursue(t, h, m.ID)
	}
	nothingLeft(t, d)
}

// A range that overlaps another's cannot be made, and leaves nothing.
func TestOverlappingRange(t *testing.T) {
	h, d := host(t)
	a, b := machine(1), machine(2)
	b.NICs[0].VSwitch, b.NICs[0].Address = 2, netip.MustParsePrefix("10.20.0.77/24")
	life(a)[0].pursue(t, h, a.ID)
	err := error(nil)
	for end := time.Now().Add(20 * time.Second); err == nil && time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		err = h.Provision(t.Context(), b)
	}
	if !errors.Is(err, engine.ErrPermanent) {
		t.Errorf("an overlapping range: %v", err)
	}
	for _, m := range []*engine.Machine{a, b} {
		life(m)[6].pursue(t, h, m.ID)
	}
	nothingLeft(t, d)
}

// A host that is full says so, and one that others fill too.
func TestNoRoom(t *testing.T) {
	h, _ := host(t, func(o *incus.Options) { o.CPUOvercommit, o.MemoryOvercommit = 1, 0.01 })
	m := machine(1)
	m.Boot.Size.MemoryMiB = 1 << 20
	if err := h.Provision(t.Context(), m); !errors.Is(err, engine.ErrNoStock) {
		t.Errorf("a terabyte: %v", err)
	}
	n, err := h.Capacity(t.Context(), m.Zone, engine.Size{VCPUs: 1, MemoryMiB: 64})
	if err != nil || n < 1 {
		t.Fatalf("capacity %d, %v", n, err)
	}
	if n, err := h.Capacity(t.Context(), "cn-hangzhou-z", engine.Size{VCPUs: 1}); err != nil || n != 0 {
		t.Errorf("capacity of another zone: %d, %v", n, err)
	}
	for i := range n {
		m := machine(engine.ID(10 + i))
		m.Boot.Size.MemoryMiB = 64
		if err := h.Provision(t.Context(), m); err != nil {
			t.Fatalf("%d of %d: %v", i, n, err)
		}
	}
	m = machine(100)
	m.Boot.Size.MemoryMiB = 64
	if err := h.Provision(t.Context(), m); !errors.Is(err, engine.ErrNoStock) {
		t.Errorf("one more than fits: %v", err)
	}
	for i := range n {
		s := life(machine(engine.ID(10 + i)))[6]
		s.name = fmt.Sprint("remove ", i)
		s.pursue(t, h, engine.ID(10+i))
	}
}
