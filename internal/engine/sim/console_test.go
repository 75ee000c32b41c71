package sim_test

import (
	"bytes"
	"errors"
	"fmt"
	"image/png"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/openecs/openecs/internal/clock"
	"github.com/openecs/openecs/internal/engine"
	"github.com/openecs/openecs/internal/engine/sim"
)

// life is a machine and the world it lives in.
type life struct {
	t     *testing.T
	clock *clock.Manual
	world *sim.World
	host  *sim.Host
	m     *engine.Machine
}

func newLife(t *testing.T) *life {
	c := clock.NewManual(start)
	w := sim.NewWorld(c, sim.Options{})
	l := &life{t, c, w, w.Connect(), newMachine(7)}
	l.m.Boot.Hostname = "alpha"
	l.do(l.host.Provision(t.Context(), l.m))
	return l
}

func (l *life) do(err error) {
	l.t.Helper()
	if err == nil {
		err = l.clock.Advance(l.t.Context(), time.Minute)
	}
	if err != nil {
		l.t.Fatal(err)
	}
}

func (l *life) console(limit int) engine.ConsoleOutput {
	l.t.Helper()
	out, err := l.host.Console(l.t.Context(), l.m, engine.Observation{}, limit)
	if err != nil {
		l.t.Fatal(err)
	}
	return out
}

func TestConsole(t *testing.T) {
	l := newLife(t)
	if out := l.console(1 << 16); len(out.Text) != 0 || !out.Written.IsZero() {
		t.Errorf("a machine that never ran wrote %q at %v", out.Text, out.Written)
	}
	l.do(l.host.Start(t.Context(), 7, 2, &l.m.Boot))
	first := l.console(1 << 16)
	for _, want := range []string{"simulated: no kernel runs", "2 CPUs", "Memory: 8388608K", "host name alpha", "\nalpha login: "} {
		if !strings.Contains(string(first.Text), want) {
			t.Errorf("no %q in\n%s", want, first.Text)
		}
	}
	l.do(l.host.Exec(t.Context(), l.m, &engine.Command{Script: []byte("true"), Output: io.Discard}, func(engine.Exit) {}))
	l.do(l.host.Stop(t.Context(), 7, 3, false))
	if out := string(l.console(1 << 16).Text); !strings.HasSuffix(out, "reboot: System halted\n") || !strings.Contains(out, "a command arrived") {
		t.Errorf("stopped:\n%s", out)
	}
	l.do(l.host.Start(t.Context(), 7, 4, &l.m.Boot))
	l.do(l.host.Reboot(t.Context(), 7, 5, &l.m.Boot, true))
	all := l.console(1 << 16)
	if n := bytes.Count(all.Text, []byte("Linux version")); n != 3 || !all.Written.After(first.Written) {
		t.Errorf("%d boots, last written %v", n, all.Written)
	}
	l.world.PowerOff(7)
	if out := string(l.console(1 << 16).Text); !strings.HasSuffix(out, "reboot: Power down\n") {
		t.Errorf("powered off:\n%s", out)
	}
	if out := l.console(100).Text; len(out) > 100 || !bytes.HasSuffix(l.console(1<<16).Text, out) || out[0] != '[' {
		t.Errorf("at most 100 bytes: %q", out)
	}
	if _, err := l.host.Screenshot(t.Context(), l.m, engine.Observation{}); !errors.Is(err, engine.ErrNotRunning) {
		t.Errorf("the screen of a machine that is off: %v", err)
	}
	if _, err := l.host.Console(t.Context(), newMachine(8), engine.Observation{}, 1); !errors.Is(err, engine.ErrNotFound) {
		t.Errorf("the console of no machine: %v", err)
	}
}

// However much happens to a machine, its history stays short.
func TestConsoleIsBounded(t *testing.T) {
	l := newLife(t)
	for i := range engine.Gen(400) {
		l.do(l.host.Reboot(t.Context(), 7, 2+i, &l.m.Boot, true))
	}
	if n := bytes.Count(l.console(1<<30).Text, []byte("Linux version")); n != 128 {
		t.Errorf("%d boots are told of", n)
	}
}

// A world that has not adopted a machine tells of it what the record knows.
func TestConsoleBeforeAdoption(t *testing.T) {
	h := sim.NewWorld(clock.NewManual(start), sim.Options{}).Connect()
	o := engine.Observation{Provisioned: true, Power: engine.Running, StartedAt: start.Add(-time.Hour)}
	out, err := h.Console(t.Context(), newMachine(9), o, 1<<16)
	if err != nil || !out.Written.Equal(o.StartedAt) || !bytes.Contains(out.Text, []byte("2026-08-09T04:00:00Z")) {
		t.Errorf("%s, written %v: %v", out.Text, out.Written, err)
	}
}

// The screen shows the end of the console: another host name is another image, and only in its last rows.
func TestScreenshot(t *testing.T) {
	shot := func(name string) []byte {
		l := newLife(t)
		l.m.Boot.Hostname = name
		l.do(l.host.Start(t.Context(), 7, 2, &l.m.Boot))
		b, err := l.host.Screenshot(t.Context(), l.m, engine.Observation{})
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	a, b := shot("alpha"), shot("omega")
	if bytes.Equal(a, b) || !bytes.Equal(a, shot("alpha")) {
		t.Error("the image does not depend on what the console says alone")
	}
	img, err := png.Decode(bytes.NewReader(a))
	if err != nil {
		t.Fatal(err)
	}
	lit := 0
	for y := range img.Bounds().Dy() {
		for x := range img.Bounds().Dx() {
			if r, _, _, _ := img.At(x, y).RGBA(); r != 0 {
				lit++
			}
		}
	}
	if got := fmt.Sprint(img.Bounds().Size()); got != "(560,325)" || lit < 5000 {
		t.Errorf("an image of %s with %d points lit", got, lit)
	}
}
