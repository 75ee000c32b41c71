package clock

import (
	"testing"
	"time"
)

func TestParseDuration(t *testing.T) {
	for s, want := range map[string]time.Duration{
		"30d": 30 * day, "2w": 14 * day, "1d12h": 36 * time.Hour, "90m": 90 * time.Minute, "1.5h": 90 * time.Minute,
		"1w1d1h1m1s1ms": 8*day + time.Hour + time.Minute + time.Second + time.Millisecond, "100d": 100 * day, "36500d": 36500 * day,
	} {
		if got, err := ParseDuration(s); err != nil || got != want {
			t.Errorf("%s: %v %v", s, got, err)
		}
	}
	for _, s := range []string{"", "30", "d", "-1d", "+1d", "1y", "1 d", "0s", "0.0001ms", "36501d", "1e3d", "1d-1h", "..d", "1d 2h", "30D", "Inf", "99999999999999999999999d", "1us"} {
		if got, err := ParseDuration(s); err == nil {
			t.Errorf("%q is taken for %v", s, got)
		}
	}
}
