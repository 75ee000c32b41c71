package eip_test

import (
	"testing"

	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/engine"
	"github.com/openecs/openecs/internal/engine/sim"
	"github.com/openecs/openecs/internal/state"
)

// An elastic IP whose target is gone is bound to nothing, even if the engine will
// not unbind it: else nobody could release it.
func TestUnboundThoughTheEngineRefuses(t *testing.T) {
	s := actiontest.Start(t)
	id, _ := allocate(s)
	i := s.Running()
	s.Do("AssociateEipAddress", "AllocationId", id, "InstanceId", i)
	s.Settle()
	lift := s.Sim.Inject(sim.Fault{Match: sim.Match{Op: sim.AddressWork}, Times: -1, Err: engine.ErrPermanent})
	s.Do("UnassociateEipAddress", "AllocationId", id)
	s.Settle()
	want(s, id, "InUse", i) // its instance is there still
	s.Do("DeleteInstance", "InstanceId", i, "Force", "true")
	s.Settle()
	want(s, id, "Available", "")
	lift()
	s.Do("ReleaseEipAddress", "AllocationId", id)
	s.NothingLeft()
}

// The primary interface of an instance that is gone goes too, whatever the engine
// says about work that it was in the middle of.
func TestPrimaryInterfaceGoesThoughTheEngineRefuses(t *testing.T) {
	s := actiontest.Start(t)
	i := s.Running()
	nic := actiontest.Record(s, state.Instances, i).Interface
	s.Sim.Inject(sim.Fault{Match: sim.Match{Op: sim.InterfaceWork}, Times: -1, Err: engine.ErrUnreachable})
	s.Do("AssignPrivateIpAddresses", "NetworkInterfaceId", ecs.ID(ecs.KindNetworkInterface, nic), "SecondaryPrivateIpAddressCount", "2")
	s.Do("DeleteInstance", "InstanceId", i, "Force", "true")
	for range 30 {
		s.Settle()
		s.Advance(60e9)
	}
	s.NothingLeft()
}
