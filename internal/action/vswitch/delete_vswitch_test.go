package vswitch_test

import (
	"testing"

	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

func TestDeleteVSwitch(t *testing.T) {
	for _, product := range []string{"Vpc", "Ecs"} {
		t.Run(product, func(t *testing.T) {
			s := actiontest.Start(t)
			vpc := s.VPC()
			id := s.VSwitch(vpc, "172.16.0.0/24")
			good := []string{"RegionId", "cn-hangzhou", "VSwitchId", id}
			s.Refusals(t, product+".DeleteVSwitch", good, []actiontest.Refusal{
				{"absent", []string{"VSwitchId", ""}, 400, "MissingParameter", ""},
				{"unknown", []string{"VSwitchId", "vsw-x"}, 404, "InvalidVSwitchId.NotFound", "VSwitch not exist."},
				{"other region", []string{"RegionId", "cn-beijing"}, 404, "InvalidVSwitchId.NotFound", "VSwitch not exist."},
				{"dry run", []string{"DryRun", "true"}, 400, "DryRunOperation", ""},
				{"bad dry run", []string{"DryRun", "true", "VSwitchId", "vsw-x"}, 404, "InvalidVSwitchId.NotFound", ""},
			})
			s.As(s.Other).Refuse(404, "InvalidVSwitchId.NotFound", "", product+".DeleteVSwitch", good...)
			s.Do(product+".DeleteVSwitch", good...)
			s.Refuse(404, "InvalidVSwitchId.NotFound", "", product+".DeleteVSwitch", good...)
			if n := len(list(s)); n != 0 {
				t.Errorf("%d vSwitches left", n)
			}
			s.VSwitch(vpc, "172.16.0.0/24") // its network is free again
		})
	}
}

// TestDeleteVSwitchInUse has an instance in the way, until that is gone.
func TestDeleteVSwitchInUse(t *testing.T) {
	s := actiontest.Start(t)
	n, instance := s.Network(), s.Stopped()
	if got := list(s)[0].AvailableIPAddressCount; got != 251 {
		t.Errorf("%d addresses free, want 251", got)
	}
	s.Refuse(400, "DependencyViolation", "Specified object has dependent resources: "+ecs.ID(ecs.KindNetworkInterface, actiontest.Record(s, state.Instances, instance).Interface)+".", "DeleteVSwitch", "VSwitchId", n.VSwitch)
	s.Do("DeleteInstance", "InstanceId", instance)
	s.Settle()
	if got := list(s)[0].AvailableIPAddressCount; got != 252 {
		t.Errorf("%d addresses free, want 252: the instance keeps its own", got)
	}
	s.Do("DeleteVSwitch", "VSwitchId", n.VSwitch)
}
