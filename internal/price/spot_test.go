package price

import (
	"testing"
	"time"
)

var noon = time.Date(2026, 8, 9, 12, 0, 0, 0, time.UTC)

// TestSpotMoves: the price stays between 10 and 40 percent, uses that range,
// changes at full hours only, and differs between zones, types and seeds.
func TestSpotMoves(t *testing.T) {
	m := Market{Seed: 1}
	low, high, changes, differ := 100, 0, 0, 0
	const hours = 24 * 365
	for h := range hours {
		at := noon.Add(time.Duration(h) * time.Hour)
		p := m.Percent("ecs.g7.large", "cn-hangzhou-h", at)
		low, high = min(low, p), max(high, p)
		if q := m.Percent("ecs.g7.large", "cn-hangzhou-h", at.Add(time.Hour-time.Nanosecond)); q != p {
			t.Fatalf("%v: it changes within the hour, from %d to %d", at, p, q)
		}
		if m.Percent("ecs.g7.large", "cn-hangzhou-h", at.Add(time.Hour)) != p {
			changes++
		}
		if m.Percent("ecs.g7.large", "cn-hangzhou-i", at) != p && m.Percent("ecs.g7.xlarge", "cn-hangzhou-h", at) != p &&
			(Market{Seed: 2}).Percent("ecs.g7.large", "cn-hangzhou-h", at) != p {
			differ++
		}
	}
	if low < lowest || low > 12 || high > highest || high < 38 || changes < hours/3 || differ < hours*3/4 {
		t.Errorf("from %d to %d percent, %d changes, %d hours unlike others", low, high, changes, differ)
	}
}

// TestSpotChanges: history, next change and the price at an instant are one.
func TestSpotChanges(t *testing.T) {
	m := Market{Seed: 3}
	from, to := noon.Add(17*time.Minute), noon.Add(30*24*time.Hour)
	all := m.Changes("ecs.c7.large", "z", from, to)
	if !all[0].At.Equal(noon) {
		t.Errorf("it begins at %v", all[0].At)
	}
	at := from
	for i, c := range all {
		if m.Percent("ecs.c7.large", "z", c.At) != c.Percent {
			t.Fatalf("%v is not what holds then", c)
		}
		next := m.NextChange("ecs.c7.large", "z", at)
		if i+1 < len(all) && !next.Equal(all[i+1].At) || i+1 == len(all) && !next.After(to) {
			t.Fatalf("after %v comes %v; the history has %v", at, next, all[i:])
		}
		at = next
	}
	if len(all) < 200 {
		t.Errorf("%d changes in 30 days", len(all))
	}
	if got := m.Percent("ecs.c7.large", "z", noon); got != (Market{Seed: 3}).Percent("ecs.c7.large", "z", noon) {
		t.Errorf("%d, and then another", got)
	}
}

func TestSpotAt(t *testing.T) {
	l := ours(t)
	m, err := l.SpotAt("cn-hangzhou", "cn-hangzhou-h", "ecs.g7.large", noon)
	if want := l.SpotOf(52_000, l.Market().Percent("ecs.g7.large", "cn-hangzhou-h", noon)); err != nil || m != want || m < 5_200 || m > 20_800 {
		t.Errorf("%v, %v, want %v", m, err, want)
	}
	if m, err := l.SpotAt("cn-hangzhou", "cn-hangzhou-h", "ecs.x", noon); err == nil {
		t.Errorf("%v for a type that has no price", m)
	}
}
