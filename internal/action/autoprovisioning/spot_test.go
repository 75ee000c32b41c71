package autoprovisioning_test

import (
	"testing"

	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/model/supply"
	"github.com/openecs/openecs/internal/state"
)

// strategies counts a group's instances by their SpotStrategy.
func strategies(s *actiontest.Service, id string) map[string]int {
	s.T.Helper()
	n := map[string]int{}
	for _, m := range members(s, id) {
		strategy := s.See(m.InstanceID).SpotStrategy
		if m.IsSpot != (strategy != "NoSpot") {
			s.T.Errorf("%s: IsSpot %v, %s", m.InstanceID, m.IsSpot, strategy)
		}
		n[strategy]++
	}
	return n
}

// TestSpotCapacity: a group has so much of each kind, what lacks of the total of the default kind, and keeps it.
func TestSpotCapacity(t *testing.T) {
	s := actiontest.Start(t)
	id, _ := create(s, keeping(s, "TotalTargetCapacity", "4", "PayAsYouGoTargetCapacity", "1", "SpotTargetCapacity", "2", "MaxSpotPrice", "9.5",
		"SpotInstanceInterruptionBehavior", "terminate")...)
	s.Settle()
	if n := strategies(s, id); n["NoSpot"] != 1 || n["SpotWithPriceLimit"] != 3 {
		t.Fatalf("%v", n)
	}
	for _, m := range members(s, id) {
		if v := s.See(m.InstanceID); m.IsSpot {
			if v.SpotPriceLimit != 9.5 || v.SpotInterruptionBehavior != "Terminate" {
				t.Errorf("%v %s", v.SpotPriceLimit, v.SpotInterruptionBehavior)
			}
			s.Do("DeleteInstance", "InstanceId", m.InstanceID, "Force", "true")
			break
		}
	}
	s.Settle()
	if n := strategies(s, id); n["NoSpot"] != 1 || n["SpotWithPriceLimit"] != 3 {
		t.Fatalf("after a loss: %v", n)
	}
	s.Do("ModifyAutoProvisioningGroup", "AutoProvisioningGroupId", id, "TotalTargetCapacity", "3", "PayAsYouGoTargetCapacity", "3", "SpotTargetCapacity", "0",
		"ExcessCapacityTerminationPolicy", "termination")
	s.Settle()
	s.Settle()
	if n := strategies(s, id); n["NoSpot"] != 3 {
		t.Fatalf("of pay-as-you-go: %v", n)
	}
}

// TestInstantSpot: what came of each config says how it bids; a bid below the market and a zone without stock deliver
// nothing, and say so.
func TestInstantSpot(t *testing.T) {
	s := actiontest.Start(t)
	params := func(more ...string) []string {
		return good(s, append([]string{"AutoProvisioningGroupType", "instant", "TotalTargetCapacity", "2", "PayAsYouGoTargetCapacity", "0"}, more...)...)
	}
	_, r := create(s, params()...)
	if len(r) != 1 || r[0].Amount != 2 || r[0].SpotStrategy != "SpotAsPriceGo" {
		t.Errorf("%+v", r)
	}
	_, r = create(s, params("MaxSpotPrice", "0.001")...)
	if len(r) != 1 || r[0].Amount != 0 || r[0].SpotStrategy != "SpotWithPriceLimit" || r[0].ErrorCode != "InvalidSpotPriceLimit.LowerThanPublicPrice" {
		t.Errorf("%+v", r)
	}
	s.Update(func(tx *state.Tx) { supply.SetStock(tx, actiontest.Zone, actiontest.InstanceType, 3) })
	_, r = create(s, params()...)
	if len(r) == 0 || r[0].Amount != 1 {
		t.Errorf("of a stock of one: %+v", r)
	}
	_, r = create(s, params()...)
	if len(r) != 1 || r[0].Amount != 0 || r[0].ErrorCode != "OperationDenied.NoStock" {
		t.Errorf("of no stock: %+v", r)
	}
}
