package instance_test

import (
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
)

func TestAllocatePublicIPAddress(t *testing.T) {
	l := newLab(t)
	const action = "AllocatePublicIpAddress"
	allocate := func(params ...string) string {
		t.Helper()
		return do[api.AllocatePublicIpAddressResponse](l, action, params...).IPAddress
	}
	for _, status := range []string{"Pending", "Starting", "Stopping", "Deleting"} {
		l.no(403, "IncorrectInstanceStatus", wrongStatus, action, "InstanceId", l.in(status, "InternetMaxBandwidthOut", "5"))
	}
	l.no(400, "AllocateIpInvalidInstanceBandwidth", "OperationDenied The InternetMaxBandwidthOut of the specified instance cannot be less than 0.",
		action, "InstanceId", l.in("Stopped"))

	id, other := l.in("Stopped", "InternetMaxBandwidthOut", "5"), l.in("Running", "InternetMaxBandwidthOut", "5")
	l.absent(id, action)
	l.no(400, "InvalidIpAddress.Malformed", `The specified parameter "IpAddress" is not valid.`, action, "InstanceId", id, "IpAddress", "300.1.1.1")
	l.no(404, "InvalidIpAddress.NotFound", "The specified IP is not in the specified vlan.", action, "InstanceId", id, "IpAddress", "8.8.8.8")
	l.no(404, "InvalidVlanId.NotFound", "The VlanId provided does not exist in our records.", action, "InstanceId", id, "VlanId", "1")
	for lock, want := range map[ecs.Lock][2]string{ecs.LockSecurity: {"InstanceLockedForSecurity", locked}, ecs.LockFinancial: {"InstanceExpiredOrInArrears", arrears}} {
		l.lock(id, lock)
		l.no(403, want[0], want[1], action, "InstanceId", id)
	}
	l.lock(id, 0)
	if got := l.see(id).PublicIPAddress.IPAddress; len(got) != 0 {
		t.Fatalf("refusals gave it %v", got)
	}

	ip := allocate("InstanceId", id, "IpAddress", "198.18.7.7")
	if got := l.see(id).PublicIPAddress.IPAddress; ip != "198.18.7.7" || len(got) != 1 || got[0] != ip {
		t.Errorf("answered %s, shown %v", ip, got)
	}
	if again := allocate("InstanceId", id); again != ip {
		t.Errorf("a second call: %s, want %s", again, ip)
	}
	if again := allocate("InstanceId", id, "IpAddress", ip); again != ip {
		t.Errorf("a second call with its address: %s, want %s", again, ip)
	}
	l.no(403, "AllocatedAlready", "There is an IpAddress allocated already for the specified instance.", action, "InstanceId", id, "IpAddress", "198.18.7.8")
	l.no(403, "IpInUse", "The specified IP is already in use.", action, "InstanceId", other, "IpAddress", ip)
	if got := allocate("InstanceId", other); got == ip || got == "" {
		t.Errorf("another instance got %q", got)
	}
}

// TestNoPublicAddressLeft uses up a pool of four.
func TestNoPublicAddressLeft(t *testing.T) {
	pool := network.PublicPool
	network.PublicPool.Bits = 29
	t.Cleanup(func() { network.PublicPool = pool })
	l := newLab(t)
	for range network.PublicPool.UsableCount() {
		do[done](l, "AllocatePublicIpAddress", "InstanceId", l.in("Stopped", "InternetMaxBandwidthOut", "5"))
	}
	last := l.in("Stopped", "InternetMaxBandwidthOut", "5")
	l.no(400, "InsufficientPublicIp", "Ip address not found.", "AllocatePublicIpAddress", "InstanceId", last)
	if got := l.see(last).PublicIPAddress.IPAddress; len(got) != 0 {
		t.Errorf("it has %v", got)
	}
}
