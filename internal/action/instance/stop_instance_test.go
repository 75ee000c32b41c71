package instance_test

import (
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/ecs"
)

func TestStopInstanceRefusals(t *testing.T) {
	l := newLab(t)
	l.wrongStates("Running", "StopInstance", "StopInstances")
	id := l.in("Running")
	l.absent(id, "StopInstance")
	l.no(400, "InvalidParameter", `The specified parameter "StoppedMode" is not valid.`, "StopInstance", "InstanceId", id, "StoppedMode", "Free")
	l.no(400, "InvalidParameter", `The specified parameter "StoppedMode" is not valid.`, "StopInstances", "RegionId", "cn-hangzhou", "InstanceId.1", id, "StoppedMode", "Free")
	l.no(403, "HibernationConfigured.NotEnabled", "The instance hibernation configured option is not enabled.", "StopInstance", "InstanceId", id, "Hibernate", "true")
	l.no(400, "DryRunOperation", dryRun, "StopInstance", "InstanceId", id, "DryRun", "true")
	for lock, want := range map[ecs.Lock][2]string{ecs.LockSecurity: {"InstanceLockedForSecurity", locked}, ecs.LockFinancial: {"InstanceExpiredOrInArrears", arrears}} {
		l.lock(id, lock)
		l.no(403, want[0], want[1], "StopInstance", "InstanceId", id)
		l.no(403, want[0], want[1], "StopInstances", "RegionId", "cn-hangzhou", "InstanceId.1", id)
	}
}

// TestStopInstanceForce hands the engine what was asked for.
func TestStopInstanceForce(t *testing.T) {
	l := newLab(t)
	for _, force := range []string{"false", "true"} {
		id := l.in("Running")
		do[done](l, "StopInstance", "InstanceId", id, "ForceStop", force, "ConfirmStop", "false", "Hibernate", "false")
		if w := l.record(id).Want; w.Op != ecs.OpStop || w.Force != (force == "true") {
			t.Errorf("ForceStop=%s: %+v", force, w)
		}
	}
}

// TestStopCharging stops without charges where that can be, and stops all the
// same where it cannot.
func TestStopCharging(t *testing.T) {
	l := newLab(t)
	stop := func(id, mode string) *api.DescribeInstancesInstance {
		t.Helper()
		do[done](l, "StopInstance", "RegionId", l.region(id), "InstanceId", id, "StoppedMode", mode)
		if got := l.see(id); got.Status != "Stopping" || got.StoppedMode != "Not-applicable" {
			t.Errorf("while it stops: %s %s", got.Status, got.StoppedMode)
		}
		l.settle()
		l.step(id)
		return l.see(id)
	}
	start := func(id string) *api.DescribeInstancesInstance {
		t.Helper()
		do[done](l, "StartInstance", "InstanceId", id)
		l.settle()
		l.step(id)
		return l.see(id)
	}

	id := l.in("Running", "InternetMaxBandwidthOut", "5")
	do[api.AllocatePublicIpAddressResponse](l, "AllocatePublicIpAddress", "InstanceId", id)
	if got := stop(id, "StopCharging"); got.StoppedMode != "StopCharging" || len(got.PublicIPAddress.IPAddress) != 0 {
		t.Errorf("%s %v", got.StoppedMode, got.PublicIPAddress)
	}
	if got := start(id); got.StoppedMode != "Not-applicable" || len(got.PublicIPAddress.IPAddress) != 1 {
		t.Errorf("started: %s %v", got.StoppedMode, got.PublicIPAddress)
	}
	if got := stop(id, "KeepCharging"); got.StoppedMode != "KeepCharging" || len(got.PublicIPAddress.IPAddress) != 1 {
		t.Errorf("%s %v", got.StoppedMode, got.PublicIPAddress)
	}
	bare := l.in("Running", "InternetMaxBandwidthOut", "5")
	stop(bare, "StopCharging")
	if got := start(bare); len(got.PublicIPAddress.IPAddress) != 0 {
		t.Errorf("a start gave an address to one that had none: %v", got.PublicIPAddress)
	}

	classic := l.classic()
	do[done](l, "StartInstance", "RegionId", "cn-beijing", "InstanceId", classic)
	l.settle()
	l.step(classic)
	for _, c := range []struct{ what, id, mode string }{
		{"paid in advance", l.in("Running", "InstanceChargeType", "PrePaid", "Period", "1"), "Not-applicable"},
		{"local disks", l.in("Running", "InstanceType", "ecs.i2.xlarge", "SystemDisk.Category", "cloud_ssd"), "KeepCharging"},
		{"classic", classic, "KeepCharging"},
	} {
		if got := stop(c.id, "StopCharging"); got.Status != "Stopped" || got.StoppedMode != c.mode {
			t.Errorf("%s: %s %s, want Stopped %s", c.what, got.Status, got.StoppedMode, c.mode)
		}
	}
}
