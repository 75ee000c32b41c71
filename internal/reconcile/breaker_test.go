package reconcile

import (
	"slices"
	"testing"
	"time"

	"github.com/openecs/openecs/internal/ecs"
)

// opened is a breaker that keys 101 to 105 have opened.
func opened(t *testing.T) *breaker {
	t.Helper()
	b := &breaker{}
	for k := ecs.Key(101); k < 101+breakAfter-1; k++ {
		if v := b.report(k, unreachable); !b.admit(k) || v.parked || v.opened {
			t.Fatalf("open after %d: %+v", k, v)
		}
	}
	if v := b.report(105, unreachable); !v.opened || !v.parked || !v.probing || v.probeIn != firstPause {
		t.Fatalf("not opened: %+v", v)
	}
	return b
}

func TestBreakerOpensAfterMissesInARow(t *testing.T) {
	b := &breaker{}
	for k := range ecs.Key(10 * breakAfter) {
		at := unreachable
		if k%breakAfter == breakAfter-1 {
			at = reached
		}
		b.report(k, at)
		b.report(k, notAsked)
	}
	if b.isOpen() {
		t.Error("open though the host answered now and then")
	}
	if b = opened(t); b.admit(101) || b.admit(7) {
		t.Error("an open breaker lets keys pass")
	}
}

func TestBreakerProbes(t *testing.T) {
	b := opened(t)
	for _, k := range []ecs.Key{101, 102, 103} {
		b.admit(k)
	}
	want := firstPause
	for i := range 6 {
		k, ok := b.next()
		if !ok || !b.admit(k) {
			t.Fatal("no probe")
		}
		if _, twice := b.next(); twice {
			t.Fatal("two probes at once")
		}
		if v := b.report(ecs.Key(900+i), unreachable); !v.parked || v.probing {
			t.Fatalf("a late miss of another key: %+v", v)
		}
		v := b.report(k, unreachable)
		if want = min(2*want, lastPause); !v.parked || v.opened || v.closed || !v.probing || v.probeIn != want {
			t.Fatalf("after a probe that failed: %+v, want a pause of %v", v, want)
		}
	}
	if b.pause != lastPause {
		t.Errorf("the pause has grown to %v", b.pause)
	}
	k, _ := b.next()
	v := b.report(k, reached)
	slices.Sort(v.free)
	if !v.closed || b.isOpen() || len(v.free) != 4+6-1 || slices.Contains(v.free, k) {
		t.Errorf("after a probe that succeeded: %+v (probe %d)", v, k)
	}
	if v := b.report(7, unreachable); v.opened || v.parked {
		t.Errorf("one miss after it closed: %+v", v)
	}
}

// TestBreakerProbeGone: a probe whose row is gone shows nothing; the next is
// tried, and with none left the breaker closes but stays wary.
func TestBreakerProbeGone(t *testing.T) {
	b := opened(t)
	b.admit(101)
	for range 2 {
		k, ok := b.next()
		if !ok {
			t.Fatal("no probe")
		}
		if v := b.report(k, notAsked); !v.probing || v.probeIn != time.Duration(0) || v.parked {
			t.Fatalf("%+v", v)
		}
	}
	if _, ok := b.next(); ok || b.isOpen() {
		t.Error("open with nobody waiting")
	}
	if v := b.report(1, unreachable); !v.opened {
		t.Errorf("%+v", v)
	}
}
