package reconcile

import (
	"testing"

	"github.com/openecs/openecs/internal/clock"
)

// TestPace has workers stand back while requests crowd, no longer than their
// patience, and not again before all that was put off is under way.
func TestPace(t *testing.T) {
	yes, no := func() bool { return true }, func() bool { return false }
	var p pace
	looks := 0
	for range 2 { // the second time is like the first: it was not crowded any more
		looks = 0
		p.yield(func() bool { looks++; return looks < 4 && looks != 2 }, yes)
		if looks != 3+calm || !p.since.IsZero() {
			t.Errorf("it looked %d times and stands back since %v", looks, p.since)
		}
	}
	start := clock.Real().Now()
	p.yield(yes, no)
	if waited := clock.Real().Now().Sub(start); waited < patience {
		t.Errorf("it lost patience after %v", waited)
	}
	looks = 0
	for range 3 {
		p.yield(func() bool { looks++; return true }, no)
	}
	if looks != 3 {
		t.Errorf("it stood back again with work waiting: %d looks", looks)
	}
	p.yield(yes, yes)
	if !p.since.IsZero() {
		t.Error("nothing waits, and it has no patience still")
	}
}
