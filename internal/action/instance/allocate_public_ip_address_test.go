package instance_test

import (
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
)

func TestAllocatePublicIPAddress(t *testing.T) {
	s := actiontest.Start(t, actiontest.Stepped())
	const action = "AllocatePublicIpAddress"
	allocate := func(params ...string) string {
		t.Helper()
		return actiontest.Call[api.AllocatePublicIpAddressResponse](s, action, params...).IPAddress
	}
	for _, status := range []string{"Pending", "Starting", "Stopping", "Deleting"} {
		s.Refuse(403, "IncorrectInstanceStatus", wrongStatus, action, "InstanceId", s.InState(status, "InternetMaxBandwidthOut", "5"))
	}
	s.Refuse(400, "AllocateIpInvalidInstanceBandwidth", "OperationDenied The InternetMaxBandwidthOut of the specified instance cannot be less than 0.",
		action, "InstanceId", s.InState("Stopped"))

	id, other := s.InState("Stopped", "InternetMaxBandwidthOut", "5"), s.InState("Running", "InternetMaxBandwidthOut", "5")
	absent(s, id, action)
	s.Refuse(400, "InvalidIpAddress.Malformed", `The specified parameter "IpAddress" is not valid.`, action, "InstanceId", id, "IpAddress", "300.1.1.1")
	s.Refuse(404, "InvalidIpAddress.NotFound", "The specified IP is not in the specified vlan.", action, "InstanceId", id, "IpAddress", "8.8.8.8")
	s.Refuse(404, "InvalidVlanId.NotFound", "The VlanId provided does not exist in our records.", action, "InstanceId", id, "VlanId", "1")
	for lock, want := range map[ecs.Lock][2]string{ecs.LockSecurity: {"InstanceLockedForSecurity", locked}, ecs.LockFinancial: {"InstanceExpiredOrInArrears", arrears}} {
		lockAs(s, id, lock)
		s.Refuse(403, want[0], want[1], action, "InstanceId", id)
	}
	lockAs(s, id, 0)
	if got := s.See(id).PublicIPAddress.IPAddress; len(got) != 0 {
		t.Fatalf("refusals gave it %v", got)
	}

	ip := allocate("InstanceId", id, "IpAddress", "198.18.7.7")
	if got := s.See(id).PublicIPAddress.IPAddress; ip != "198.18.7.7" || len(got) != 1 || got[0] != ip {
		t.Errorf("answered %s, shown %v", ip, got)
	}
	if again := allocate("InstanceId", id); again != ip {
		t.Errorf("a second call: %s, want %s", again, ip)
	}
	if again := allocate("InstanceId", id, "IpAddress", ip); again != ip {
		t.Errorf("a second call with its address: %s, want %s", again, ip)
	}
	s.Refuse(403, "AllocatedAlready", "There is an IpAddress allocated already for the specified instance.", action, "InstanceId", id, "IpAddress", "198.18.7.8")
	s.Refuse(403, "IpInUse", "The specified IP is already in use.", action, "InstanceId", other, "IpAddress", ip)
	if got := allocate("InstanceId", other); got == ip || got == "" {
		t.Errorf("another instance got %q", got)
	}
}

// TestNoPublicAddressLeft uses up a pool of four.
func TestNoPublicAddressLeft(t *testing.T) {
	pool := network.PublicPool
	network.PublicPool.Bits = 29
	t.Cleanup(func() { network.PublicPool = pool })
	s := actiontest.Start(t, actiontest.Stepped())
	for range network.PublicPool.UsableCount() {
		s.Do("AllocatePublicIpAddress", "InstanceId", s.InState("Stopped", "InternetMaxBandwidthOut", "5"))
	}
	last := s.InState("Stopped", "InternetMaxBandwidthOut", "5")
	s.Refuse(400, "InsufficientPublicIp", "Ip address not found.", "AllocatePublicIpAddress", "InstanceId", last)
	if got := s.See(last).PublicIPAddress.IPAddress; len(got) != 0 {
		t.Errorf("it has %v", got)
	}
}
