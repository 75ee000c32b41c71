package cli

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/openecs/openecs/internal/node"
)

// clockOf runs clock with -o json.
func clockOf(t *testing.T, dir string, args ...string) (p node.ClockPage) {
	t.Helper()
	o := run(t, dir, append(append([]string{"clock"}, args...), "-o", "json")...).want(t, 0, "")
	if err := json.Unmarshal([]byte(o.out), &p); err != nil {
		t.Fatalf("%s: %v", o.out, err)
	}
	return p
}

// TestClock drives the clock of a data directory on which no server runs, then of one with a server, then from
// elsewhere.
func TestClock(t *testing.T) {
	clean(t)
	t.Setenv("OPENECS_ADMIN_TOKEN", "")
	dir, elsewhere := t.TempDir(), t.TempDir()
	if p := clockOf(t, dir, "show"); p.Mode != "running" || time.Since(p.Now).Abs() > time.Minute {
		t.Fatalf("%+v", p)
	}
	at := clockOf(t, dir, "freeze").Now
	if p := clockOf(t, dir, "advance", "30d"); p.Mode != "frozen" || !p.Now.Equal(at.Add(30*24*time.Hour)) {
		t.Fatalf("%+v, begun at %v", p, at)
	}
	o := run(t, dir, "clock", "show").want(t, 0, "")
	for _, s := range []string{"now", at.Add(30 * 24 * time.Hour).Format(time.RFC3339), "frozen", "d", "behind", "nothing waits", "due"} {
		if !strings.Contains(o.out, s) {
			t.Errorf("no %q in\n%s", s, o.out)
		}
	}

	s := startServe(t, dir)
	to := at.Add(60 * 24 * time.Hour).Truncate(time.Second)
	if p := clockOf(t, dir, "set", to.Format(time.RFC3339)); !p.Now.Equal(to) {
		t.Fatalf("%+v, want %v", p, to)
	}
	t.Setenv("OPENECS_ADMIN_TOKEN", readKeys(t, dir).AdminToken)
	if p := clockOf(t, elsewhere, "scale", "3600", "--endpoint", s.at.Endpoint); p.Mode != "scaled" || p.Scale != 3600 {
		t.Fatalf("%+v", p)
	}
	t.Setenv("OPENECS_ADMIN_TOKEN", "")
	if o := run(t, dir, "clock", "show").want(t, 0, ""); !strings.Contains(o.out, "3600 times as fast") {
		t.Errorf("%s", o.out)
	}
	if p := clockOf(t, dir, "resume"); p.Mode != "running" || p.Now.Before(to) {
		t.Fatalf("%+v", p)
	}
	// A launch works on a clock that is far ahead.
	run(t, dir, "launch").want(t, 0, "")
	s.stop(t)

	for _, c := range []struct {
		code int
		err  string
		args []string
	}{
		{2, "no time such as", []string{"advance", "30"}},
		{2, "no time such as", []string{"advance", "a month"}},
		{2, "accepts", []string{"advance"}},
		{2, "accepts", []string{"advance", "1d", "2d"}},
		{2, "no instant", []string{"set", "tomorrow"}},
		{2, "no factor", []string{"scale", "0"}},
		{2, "no factor", []string{"scale", "fast"}},
		{2, "", []string{"freeze", "now"}},
		{2, "", []string{"stop"}},
		{2, "--cloud is not", []string{"show", "--cloud", "alibaba"}},
		{1, "does not go back", []string{"set", "2001-01-01T00:00:00Z"}},
		{1, "nor past 2100", []string{"set", "2101-01-01T00:00:00Z"}},
	} {
		run(t, dir, append([]string{"clock"}, c.args...)...).want(t, c.code, c.err)
	}
	t.Setenv("OPENECS_ADMIN_TOKEN", "")
	run(t, elsewhere, "clock", "show", "--endpoint", "http://127.0.0.1:1").want(t, 2, "administration token")
	for _, verb := range []string{"show", "freeze", "advance", "set", "scale", "resume"} {
		if o := run(t, dir, "clock", verb, "--help").want(t, 0, ""); !strings.Contains(o.out, "openecs clock "+verb) || !strings.Contains(o.out, "Examples:") {
			t.Errorf("clock %s has no example:\n%s", verb, o.out)
		}
	}
	run(t, dir, "reset", "--yes").want(t, 0, "")
	if p := clockOf(t, dir, "show"); p.AheadSeconds > 60 {
		t.Errorf("after a reset it is %v s ahead", p.AheadSeconds)
	}
}

func readKeys(t *testing.T, dir string) *node.Keys {
	t.Helper()
	k, err := node.ReadKeys(dir)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// TestClockProgress: a move that takes long says how far it is, and ends where it stands when it is interrupted.
func TestClockProgress(t *testing.T) {
	clean(t)
	dir := t.TempDir()
	// Every minute for decades: more instants than can be served before the test interrupts.
	ids := run(t, dir, "launch", "-o", "json", "--query", "InstanceId || [0].InstanceId").want(t, 0, "")
	id := strings.Trim(strings.TrimSpace(ids.out), `"`)
	run(t, dir, "call", "RunCommand", "RegionId=cn-hangzhou", "Type=RunShellScript", "CommandContent=ZWNobyBoaQ==", "InstanceId.1="+id,
		"RepeatMode=Period", "Frequency=rate(60s)", "Timeout=10").want(t, 0, "")
	ctx, cancel := context.WithTimeout(t.Context(), 3*clockLine/2)
	defer cancel()
	o := runIn(t, ctx, dir, "clock", "advance", "20000d")
	if o.code == 0 || !strings.Contains(o.err, "the clock has come to ") {
		t.Errorf("exit %d: %s", o.code, o.err)
	}
	if p := clockOf(t, dir, "show"); p.AheadSeconds < 3600 || p.AheadSeconds > 19000*86400 || p.Advancing {
		t.Errorf("%+v", p)
	}
}
