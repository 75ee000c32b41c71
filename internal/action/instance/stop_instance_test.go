package instance_test

import (
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
)

func TestStopInstanceRefusals(t *testing.T) {
	s := actiontest.Start(t, actiontest.Stepped())
	wrongStates(s, "Running", "StopInstance", "StopInstances")
	id := s.InState("Running")
	absent(s, id, "StopInstance")
	s.Refuse(400, "InvalidParameter", `The specified parameter "StoppedMode" is not valid.`, "StopInstance", "InstanceId", id, "StoppedMode", "Free")
	s.Refuse(400, "InvalidParameter", `The specified parameter "StoppedMode" is not valid.`, "StopInstances", "RegionId", "cn-hangzhou", "InstanceId.1", id, "StoppedMode", "Free")
	s.Refuse(403, "HibernationConfigured.NotEnabled", "The instance hibernation configured option is not enabled.", "StopInstance", "InstanceId", id, "Hibernate", "true")
	s.Refuse(400, "DryRunOperation", dryRun, "StopInstance", "InstanceId", id, "DryRun", "true")
	for lock, want := range map[ecs.Lock][2]string{ecs.LockSecurity: {"InstanceLockedForSecurity", locked}, ecs.LockFinancial: {"InstanceExpiredOrInArrears", arrears}} {
		lockAs(s, id, lock)
		s.Refuse(403, want[0], want[1], "StopInstance", "InstanceId", id)
		s.Refuse(403, want[0], want[1], "StopInstances", "RegionId", "cn-hangzhou", "InstanceId.1", id)
	}
}

// TestStopInstanceForce hands the engine what was asked for.
func TestStopInstanceForce(t *testing.T) {
	s := actiontest.Start(t, actiontest.Stepped())
	for _, force := range []string{"false", "true"} {
		id := s.InState("Running")
		s.Do("StopInstance", "InstanceId", id, "ForceStop", force, "ConfirmStop", "false", "Hibernate", "false")
		if w := record(s, id).Want; w.Op != ecs.OpStop || w.Force != (force == "true") {
			t.Errorf("ForceStop=%s: %+v", force, w)
		}
	}
}

// TestStopCharging stops without charges where that can be, and stops all the
// same where it cannot.
func TestStopCharging(t *testing.T) {
	s := actiontest.Start(t, actiontest.Stepped())
	stop := func(id, mode string) *api.DescribeInstancesInstance {
		t.Helper()
		s.Do("StopInstance", "RegionId", s.Region(id), "InstanceId", id, "StoppedMode", mode)
		if got := s.See(id); got.Status != "Stopping" || got.StoppedMode != "Not-applicable" {
			t.Errorf("while it stops: %s %s", got.Status, got.StoppedMode)
		}
		s.Quiet()
		s.Step(id)
		return s.See(id)
	}
	start := func(id string) *api.DescribeInstancesInstance {
		t.Helper()
		s.Do("StartInstance", "InstanceId", id)
		s.Quiet()
		s.Step(id)
		return s.See(id)
	}

	id := s.InState("Running", "InternetMaxBandwidthOut", "5")
	s.Do("AllocatePublicIpAddress", "InstanceId", id)
	if got := stop(id, "StopCharging"); got.StoppedMode != "StopCharging" || len(got.PublicIPAddress.IPAddress) != 0 {
		t.Errorf("%s %v", got.StoppedMode, got.PublicIPAddress)
	}
	if got := start(id); got.StoppedMode != "Not-applicable" || len(got.PublicIPAddress.IPAddress) != 1 {
		t.Errorf("started: %s %v", got.StoppedMode, got.PublicIPAddress)
	}
	if got := stop(id, "KeepCharging"); got.StoppedMode != "KeepCharging" || len(got.PublicIPAddress.IPAddress) != 1 {
		t.Errorf("%s %v", got.StoppedMode, got.PublicIPAddress)
	}
	bare := s.InState("Running", "InternetMaxBandwidthOut", "5")
	stop(bare, "StopCharging")
	if got := start(bare); len(got.PublicIPAddress.IPAddress) != 0 {
		t.Errorf("a start gave an address to one that had none: %v", got.PublicIPAddress)
	}

	classic := s.Classic()
	s.Do("StartInstance", "RegionId", "cn-beijing", "InstanceId", classic)
	s.Quiet()
	s.Step(classic)
	for _, c := range []struct{ what, id, mode string }{
		{"paid in advance", s.InState("Running", "InstanceChargeType", "PrePaid", "Period", "1"), "Not-applicable"},
		{"local disks", s.InState("Running", "InstanceType", "ecs.i2.xlarge", "SystemDisk.Category", "cloud_ssd"), "KeepCharging"},
		{"classic", classic, "KeepCharging"},
	} {
		if got := stop(c.id, "StopCharging"); got.Status != "Stopped" || got.StoppedMode != c.mode {
			t.Errorf("%s: %s %s, want Stopped %s", c.what, got.Status, got.StoppedMode, c.mode)
		}
	}
}
