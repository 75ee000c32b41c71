package service_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/engine/sim"
	"github.com/openecs/openecs/internal/model/compute"
	"github.com/openecs/openecs/internal/price"
	"github.com/openecs/openecs/internal/state"
)

const day = 24 * time.Hour

// history is what happens in the two months of TestTwoMonths, each line an instant after the beginning and what was
// seen then for the first time.
type history struct {
	s     *actiontest.Service
	began time.Time
	seen  map[string]bool
	lines []string
	watch []watched
}

// watched tells of something in the records that changes, such as "released" or "3 snapshots", "" for nothing yet.
type watched func(v state.View) string

// look is called at every instant at which the clock stops, once all is quiet.
func (h *history) look(context.Context) error {
	v := h.s.DB().Snapshot()
	for _, f := range h.watch {
		if what := f(v); what != "" && !h.seen[what] {
			h.seen[what] = true
			h.lines = append(h.lines, fmt.Sprintf("%v %s", h.s.Clock.Now().Sub(h.began), what))
		}
	}
	return nil
}

// gone watches for a row to go.
func gone[R any](t *state.Table[R], k ecs.Key, what string) watched {
	return func(v state.View) string {
		if _, ok := t.Get(v, k); ok {
			return ""
		}
		return what
	}
}

// twoMonths sets up everything that waits for an instant, and has 60 days pass in moves of a length.
func twoMonths(t *testing.T, move time.Duration) []string {
	t.Helper()
	s := actiontest.Start(t)
	h := &history{s: s, began: actiontest.Began, seen: map[string]bool{}}
	at := func(d time.Duration) string { return h.began.Add(d).Format("2006-01-02T15:04:05Z") }
	a, b, c := s.Running("ClientToken", "one token"), s.Running(), s.Running()
	// One bids what the market asks at that time, the other is interrupted as soon as it may be.
	list := price.Own(s.Catalog)
	bid, err := list.SpotAt("cn-hangzhou", actiontest.Zone, actiontest.InstanceType, s.Clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	limit := fmt.Sprintf("%.3f", bid.Float()+0.0005)
	for _, spot := range [][]string{{"SpotStrategy", "SpotWithPriceLimit", "SpotPriceLimit", limit}, {"SpotStrategy", "SpotAsPriceGo", "SpotInterruptionBehavior", "Stop"}} {
		k := s.Key(ecs.KindInstance, s.Running(spot...))
		h.watch = append(h.watch, gone(state.Instances, k, spot[1]+" released"), func(v state.View) string {
			switch r, ok := state.Instances.Get(v, k); {
			case ok && r.Locks&ecs.LockRecycling != 0:
				return spot[1] + " locked"
			case ok && r.Status() == ecs.Stopped:
				return spot[1] + " stopped"
			}
			return ""
		})
		s.Update(func(tx *state.Tx) {
			if spot[1] == "SpotAsPriceGo" {
				(&compute.Spot{Prices: list, Catalog: s.Catalog}).InterruptSpot(tx, k)
			}
		})
	}

	disk := ""
	for k := range state.DisksByInstance.Keys(s.DB().Snapshot(), uint64(s.Key(ecs.KindInstance, b)), 0) {
		disk = ecs.ID(ecs.KindDisk, k)
	}
	s.Clock.Set(t.Context(), h.began.Add(time.Hour))

	s.Do("ModifyInstanceAutoReleaseTime", "InstanceId", a, "AutoReleaseTime", at(10*day+30*time.Minute))
	h.watch = append(h.watch, gone(state.Instances, s.Key(ecs.KindInstance, a), "instance released"))

	policy := actiontest.Call[api.CreateAutoSnapshotPolicyResponse](s, "CreateAutoSnapshotPolicy", "regionId", "cn-hangzhou",
		"timePoints", `["3"]`, "repeatWeekdays", `["1","4"]`, "retentionDays", "20").AutoSnapshotPolicyID
	s.Do("ApplyAutoSnapshotPolicy", "regionId", "cn-hangzhou", "autoSnapshotPolicyId", policy, "diskIds", `["`+disk+`"]`)
	var latest ecs.Key
	taken, expired := 0, 0
	held := map[ecs.Key]bool{}
	h.watch = append(h.watch, func(v state.View) string {
		for k := range state.Snapshots.Ascend(v, 0, 0) {
			if k > latest {
				latest, taken = k, taken+1
				held[k] = true
				return fmt.Sprintf("snapshot %d begun", taken)
			}
		}
		return ""
	}, func(v state.View) string {
		for k := range held {
			if _, ok := state.Snapshots.Get(v, k); !ok {
				delete(held, k)
				expired++
				return fmt.Sprintf("snapshot %d expired", expired)
			}
		}
		return ""
	})

	run := func(script string, params ...string) ecs.Key {
		id := actiontest.Call[api.RunCommandResponse](s, "RunCommand", append([]string{"RegionId", "cn-hangzhou", "Type", "RunShellScript",
			"CommandContent", script, "InstanceId.1", b}, params...)...).InvokeID
		for k, r := range state.Results.Ascend(s.DB().Snapshot(), 0, 0) {
			if ecs.ID(ecs.KindInvocation, r.Invocation) == id {
				return k
			}
		}
		t.Fatalf("no result of %s", id)
		return 0
	}
	weekly := run("date", "Frequency", "rate(7d)", "RepeatMode", "Period")
	h.watch = append(h.watch, func(v state.View) string {
		if r, ok := state.Results.Get(v, weekly); ok && r.Repeats > 0 {
			return fmt.Sprintf("run %d of the weekly command", r.Repeats)
		}
		return ""
	})
	slow := run("sleep 1000", "Timeout", "90")
	h.watch = append(h.watch, func(v state.View) string {
		if r, ok := state.Results.Get(v, slow); ok && r.Status.Ended() {
			return "slow command ended: " + v.(*state.Snapshot).Str(r.ErrorCode)
		}
		return ""
	})

	host := actiontest.Call[api.AllocateDedicatedHostsResponse](s, "AllocateDedicatedHosts", "DedicatedHostType", "ddh.g7", "AutoReleaseTime", at(20*day)).
		DedicatedHostIDSets.DedicatedHostID[0]
	h.watch = append(h.watch, gone(state.DedicatedHosts, s.Key(ecs.KindDedicatedHost, host), "dedicated host released"))

	event := actiontest.Call[api.CreateSimulatedSystemEventsResponse](s, "CreateSimulatedSystemEvents", "EventType", "SystemMaintenance.Reboot",
		"InstanceId.1", b, "NotBefore", at(25*day)).EventIDSet.EventID[0]
	ek := s.Key(ecs.KindEvent, event)
	h.watch = append(h.watch, func(v state.View) string {
		if e, ok := state.Events.Get(v, ek); ok && e.Finished != 0 {
			return "event over"
		}
		return ""
	}, gone(state.Events, ek, "event forgotten"))

	// A subscription that is renewed once, as there is money, and another that ends.
	for i, renew := range []string{"true", "false"} {
		id := s.Instance("InstanceChargeType", "PrePaid", "Period", "1", "PeriodUnit", "Week", "AutoRenew", renew)
		k := s.Key(ecs.KindInstance, id)
		first := actiontest.Record(s, state.Instances, id).Expires
		h.watch = append(h.watch, func(v state.View) string {
			if r, ok := state.Instances.Get(v, k); ok && r.Expires != first {
				return fmt.Sprintf("subscription %d renewed", i)
			}
			return ""
		}, func(v state.View) string {
			if r, ok := state.Instances.Get(v, k); ok && r.Locks != 0 {
				return fmt.Sprintf("subscription %d locked", i)
			}
			return ""
		}, gone(state.Instances, k, fmt.Sprintf("subscription %d released", i)))
	}

	// A stop that the guest never ends: after its deadline the power is cut.
	s.Sim.Inject(sim.Fault{Match: sim.Match{Op: sim.Stop}, When: sim.Never, Times: 1})
	s.Do("StopInstance", "InstanceId", c)
	ck := s.Key(ecs.KindInstance, c)
	h.watch = append(h.watch, func(v state.View) string {
		if r, _ := state.Instances.Get(v, ck); r.Settled() {
			return fmt.Sprintf("instance stopped, power %v", r.Seen.Power == ecs.PowerOn)
		}
		return ""
	}, func(v state.View) string {
		if state.TokenCount(v) == 0 {
			return "tokens swept"
		}
		return ""
	})

	s.Clock.OnQuiet(h.look)
	for end := h.began.Add(60 * day); s.Clock.Now().Before(end); {
		s.Advance(min(move, end.Sub(s.Clock.Now())))
	}
	return h.lines
}

// TestTwoMonths advances over two months at once in which everything there is comes due, and sees it happen in order,
// each at its instant; by the hour, and in moves that end between instants, it is the same history.
func TestTwoMonths(t *testing.T) {
	got := twoMonths(t, 60*day)
	for _, line := range []string{
		"1h1m30s slow command ended: ExecutionTimeout", "1h5m0.02s instance stopped, power false", "14h0m0s snapshot 1 begun",
		"25h0m0s tokens swept", "169h0m0s run 1 of the weekly command", "240h30m0.02s instance released", "480h0m0s dedicated host released",
		"494h0m0.02s snapshot 1 expired", "600h0m0s event over", "1320h0m0s event forgotten", "1345h0m0s run 8 of the weekly command",
		"1406h0m0.02s snapshot 12 expired", "1430h0m0s snapshot 18 begun",
		"19h0m0s subscription 0 renewed", "179h0m0s subscription 1 locked", "539h0m0.02s subscription 1 released",
	} {
		if !slices.Contains(got, line) {
			t.Errorf("not in the history: %s", line)
		}
	}
	if len(got) != 52 {
		t.Errorf("%d things happened:\n%s", len(got), strings.Join(got, "\n"))
	}
	for _, move := range []time.Duration{time.Hour, 5*day + 7*time.Second} {
		if diff := cmp.Diff(got, twoMonths(t, move)); diff != "" {
			t.Errorf("in moves of %v (-at once +in moves):\n%s", move, diff)
		}
	}
}
