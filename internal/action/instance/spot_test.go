package instance_test

import (
	"math"
	"strconv"
	"testing"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/compute"
	"github.com/openecs/openecs/internal/price"
	"github.com/openecs/openecs/internal/state"
)

// bid is what the market asks now, in whole thousandths, and when it asks more the next time after an instant.
func bid(s *actiontest.Service, after time.Time) (limit string, above time.Time) {
	s.T.Helper()
	list := price.Own(s.Catalog)
	now, err := list.SpotAt("cn-hangzhou", actiontest.Zone, actiontest.InstanceType, s.Clock.Now())
	if err != nil {
		s.T.Fatal(err)
	}
	limit = strconv.FormatFloat(math.Ceil(now.Float()*1000-1e-9)/1000, 'f', -1, 64)
	m, _ := ecs.ParseMoney(limit)
	above, err = list.Outbid("cn-hangzhou", actiontest.Zone, actiontest.InstanceType, m, after, after.AddDate(1, 0, 0))
	if err != nil || above.IsZero() {
		s.T.Fatal("the market never passes the limit", err)
	}
	return limit, above
}

func until(s *actiontest.Service, at time.Time) { s.Advance(at.Sub(s.Clock.Now())) }

func spotOf(s *actiontest.Service, id string) ecs.Spot {
	r, ok := state.Spots.Get(s.DB().Snapshot(), s.Key(ecs.KindInstance, id))
	if !ok {
		s.T.Fatalf("%s is no spot instance", id)
	}
	return *r
}

func locksOf(s *actiontest.Service, id string) (names []string) {
	for _, l := range s.See(id).OperationLocks.LockReason {
		names = append(names, l.LockReason)
	}
	return names
}

// TestSpotLife: a spot instance is shown as it was bid, protected for an hour, locked when the market passes its limit, and
// released five minutes later, restarts or not and however time moves.
func TestSpotLife(t *testing.T) {
	for name, move := range map[string]time.Duration{"at once": 365 * 24 * time.Hour, "by the quarter": 15 * time.Minute} {
		t.Run(name, func(t *testing.T) {
			s := actiontest.Start(t)
			began := s.Clock.Now()
			limit, at := bid(s, began.Add(time.Hour))
			id := s.Running("SpotStrategy", "SpotWithPriceLimit", "SpotPriceLimit", limit)
			v := s.See(id)
			if v.SpotStrategy != "SpotWithPriceLimit" || strconv.FormatFloat(v.SpotPriceLimit, 'f', -1, 64) != limit || v.SpotDuration != 1 ||
				v.SpotInterruptionBehavior != "Terminate" || v.InstanceChargeType != "PostPaid" {
				t.Errorf("shown: %+v", v)
			}
			if p := spotOf(s, id).Protected; p != began.Unix()+3600 {
				t.Errorf("protected until %v", time.Unix(p, 0).UTC())
			}
			for end := at.Add(-time.Second); s.Clock.Now().Before(end); {
				s.Advance(min(move, end.Sub(s.Clock.Now())))
				if got := locksOf(s, id); len(got) > 0 {
					t.Fatalf("locked at %v, the market passes the limit at %v", s.Clock.Now(), at)
				}
			}
			s.Restart()
			until(s, at)
			if got := locksOf(s, id); len(got) != 1 || got[0] != "Recycling" {
				t.Fatalf("locks at %v: %v", at, got)
			}
			if n := actiontest.Call[api.DescribeInstancesResponse](s, "DescribeInstances", "LockReason", "Recycling").TotalCount; n != 1 {
				t.Errorf("%d instances are found by their lock", n)
			}
			k := s.Key(ecs.KindInstance, id)
			if ends, ok := compute.SpotTermination(s.DB().Snapshot(), k); !ok || !ends.Equal(at.Add(5*time.Minute)) {
				t.Errorf("the metadata say %v, %v", ends, ok)
			}
			s.Want(id, "Running")
			s.Restart()
			until(s, at.Add(5*time.Minute-time.Second))
			s.Want(id, "Running")
			s.Advance(time.Minute)
			s.Want(id, "gone")
			s.NothingLeft()
			events := actiontest.Call[api.DescribeInstanceHistoryEventsResponse](s, "DescribeInstanceHistoryEvents").InstanceSystemEventSet.InstanceSystemEventType
			if len(events) != 1 || events[0].EventType.Name != "Instance:PreemptibleInstanceInterruption" || events[0].EventCycleStatus.Name != "Executed" ||
				events[0].EventPublishTime != at.Format(time.RFC3339) || events[0].InstanceID != id {
				t.Errorf("events: %+v", events)
			}
		})
	}
}

// TestSpotStop: an interruption that stops leaves the instance without its capacity; it starts again when the market is at
// its limit again, and is interrupted again.
func TestSpotStop(t *testing.T) {
	s := actiontest.Start(t)
	began := s.Clock.Now()
	limit, at := bid(s, began.Add(time.Minute))
	id := s.Running("SpotStrategy", "SpotWithPriceLimit", "SpotPriceLimit", limit, "SpotDuration", "0", "SpotInterruptionBehavior", "Stop")
	until(s, at.Add(5*time.Minute))
	s.Settle()
	s.Want(id, "Stopped")
	if v := s.See(id); v.StoppedMode != "StopCharging" || len(v.OperationLocks.LockReason) > 0 {
		t.Errorf("stopped: %s, %v", v.StoppedMode, v.OperationLocks)
	}
	s.Refuse(403, "OperationDenied.SpotPriceLowerThanPublicPrice", "", "StartInstance", "InstanceId", id)
	list, limitMoney := price.Own(s.Catalog), spotOf(s, id).Limit
	for {
		now, err := list.SpotAt("cn-hangzhou", actiontest.Zone, actiontest.InstanceType, s.Clock.Now())
		if err != nil {
			t.Fatal(err)
		}
		if now <= limitMoney {
			break
		}
		s.Advance(time.Hour)
		s.Want(id, "Stopped")
	}
	s.Do("StartInstance", "InstanceId", id)
	s.Settle()
	s.Want(id, "Running")
	again, err := list.Outbid("cn-hangzhou", actiontest.Zone, actiontest.InstanceType, limitMoney, s.Clock.Now(), s.Clock.Now().AddDate(1, 0, 0))
	if err != nil || again.IsZero() {
		t.Fatal(again, err)
	}
	until(s, again)
	if got := locksOf(s, id); len(got) != 1 {
		t.Errorf("not interrupted again: %v", got)
	}
	s.Do("StopInstance", "InstanceId", id)
	s.Settle()
	s.Advance(5 * time.Minute)
	if v := s.See(id); v.StoppedMode != "StopCharging" || len(v.OperationLocks.LockReason) > 0 {
		t.Errorf("one that was stopped already: %s, %v", v.StoppedMode, v.OperationLocks)
	}
	s.Do("DeleteInstance", "InstanceId", id)
	s.Settle()
	s.NothingLeft()
}

// TestSpotDrill: SpotAsPriceGo is interrupted by the operator alone, and by him not before it is unprotected.
func TestSpotDrill(t *testing.T) {
	s := actiontest.Start(t)
	plain := s.Running()
	id := s.Running("SpotStrategy", "SpotAsPriceGo")
	drill := func(id string) (at time.Time, ok bool) {
		s.Update(func(tx *state.Tx) {
			m := compute.Spot{Prices: price.Own(s.Catalog), Catalog: s.Catalog}
			at, ok = m.InterruptSpot(tx, s.Key(ecs.KindInstance, id))
		})
		return at, ok
	}
	if _, ok := drill(plain); ok {
		t.Error("an instance that is no spot instance was interrupted")
	}
	s.Advance(60 * 24 * time.Hour)
	s.Want(id, "Running")
	if at, ok := drill(id); !ok || !at.Equal(s.Clock.Now().Truncate(time.Second)) {
		t.Errorf("a drill after the protection: %v, %v", at, ok)
	}
	s.Quiet()
	if got := locksOf(s, id); len(got) != 1 {
		t.Errorf("locks: %v", got)
	}
	young := s.Running("SpotStrategy", "SpotAsPriceGo")
	protected := time.Unix(spotOf(s, young).Protected, 0)
	if at, ok := drill(young); !ok || !at.Equal(protected) {
		t.Errorf("a drill within the protection comes at %v, %v, want %v", at, ok, protected)
	}
	s.Advance(59 * time.Minute)
	s.Want(id, "gone")
	if got := locksOf(s, young); len(got) != 0 {
		t.Errorf("within its hour: %v", got)
	}
	s.Advance(time.Minute)
	if got := locksOf(s, young); len(got) != 1 {
		t.Errorf("after its hour: %v", got)
	}
	s.Want(plain, "Running")
}

// TestSpotRefusals: what spot instances cannot do.
func TestSpotRefusals(t *testing.T) {
	s := actiontest.Start(t)
	id := s.Stopped("SpotStrategy", "SpotAsPriceGo")
	s.Refuse(403, "ChargeTypeViolation", "", "ModifyInstanceSpec", "InstanceId", id, "InstanceType", "ecs.g7.xlarge")
	s.Refuse(403, "InvalidChargeType.ValueNotSupported", "", "ModifyInstanceAttribute", "InstanceId", id, "DeletionProtection", "true")
	s.As(s.In("cn-beijing")).Refuse(400, "InvalidSpotParam.EmptyZoneID", "", "RunInstances", "RegionId", "cn-beijing", "InstanceType", "ecs.n1.small",
		"ImageId", actiontest.Image, "SecurityGroupId", "sg-1", "SpotStrategy", "SpotAsPriceGo")
}
