package instance_test

import (
	"slices"
	"testing"

	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

const larger = "ecs.g7.xlarge"

func TestModifyInstanceSpec(t *testing.T) {
	s := actiontest.Start(t, actiontest.Stepped())
	const action = "ModifyInstanceSpec"
	id := s.Stopped()
	s.Do(action, "InstanceId", id, "InstanceType", larger, "ClientToken", "once", "Async", "true", "AllowMigrateAcrossZone", "false")
	s.Do(action, "InstanceId", id, "InstanceType", larger, "ClientToken", "once", "Async", "true", "AllowMigrateAcrossZone", "false")
	s.Refuse(400, "IdempotenceParamNotMatch", "", action, "InstanceId", id, "InstanceType", "ecs.g7.2xlarge", "ClientToken", "once")
	if got := s.See(id); got.InstanceType != larger || got.CPU != 4 || got.Memory != 16384 || got.Status != "Stopped" {
		t.Errorf("%s %d %d %s", got.InstanceType, got.CPU, got.Memory, got.Status)
	}
	if got := record(s, id).Want.SpecGen; got != 1 {
		t.Fatalf("SpecGen %d", got)
	}

	// The boot asks the engine for the new type, which has none left.
	s.Sim.SetStock(actiontest.Zone, larger, 0)
	s.Do("StartInstance", "InstanceId", id)
	s.Quiet()
	s.Want(id, "Stopped")
	if r := record(s, id); r.Seen.Failure == 0 || r.Seen.BootSpecGen == 1 {
		t.Errorf("%+v", r.Seen)
	}
	s.Sim.SetStock(actiontest.Zone, larger, 1)
	s.Do("StartInstance", "InstanceId", id)
	s.Quiet()
	s.Step(id)
	s.Want(id, "Running")
	if got := record(s, id).Seen.BootSpecGen; got != 1 {
		t.Errorf("the boot used SpecGen %d", got)
	}

	burst := s.Stopped("InstanceType", "ecs.t6-c1m2.large", "SystemDisk.Category", "cloud_efficiency", "CreditSpecification", "Unlimited")
	s.Do(action, "InstanceId", burst, "InstanceType", "ecs.t6-c1m1.large")
	if got := s.See(burst).CreditSpecification; got != "Unlimited" {
		t.Errorf("credits %q", got)
	}
	s.Do(action, "InstanceId", burst, "InstanceType", "ecs.g6.large")
	if got := s.See(burst).CreditSpecification; got != "" {
		t.Errorf("credits %q", got)
	}
	s.Do(action, "InstanceId", burst, "InstanceType", "ecs.t6-c1m1.large")
	if got := s.See(burst).CreditSpecification; got != "Standard" {
		t.Errorf("credits %q", got)
	}
}

// TestModifyInstanceSpecBandwidth: bandwidth changes at once, and brings no
// address.
func TestModifyInstanceSpecBandwidth(t *testing.T) {
	s := actiontest.Start(t)
	const action = "ModifyInstanceSpec"
	id := s.Running()
	for _, c := range []struct {
		params  []string
		out, in int
	}{
		{[]string{"InternetMaxBandwidthOut", "5"}, 5, 10},
		{[]string{"InternetMaxBandwidthIn", "3"}, 5, 3},
		{[]string{"InternetMaxBandwidthOut", "50"}, 50, 50},
		{[]string{"InternetMaxBandwidthOut", "100", "InternetMaxBandwidthIn", "20"}, 100, 20},
		{[]string{"InternetMaxBandwidthOut", "20", "InternetMaxBandwidthIn", "21"}, 20, 20},
		{[]string{"InternetMaxBandwidthOut", "0"}, 0, -1},
	} {
		s.Do(action, append([]string{"InstanceId", id}, c.params...)...)
		got := s.See(id)
		if got.InternetMaxBandwidthOut != c.out || got.InternetMaxBandwidthIn != c.in || len(got.PublicIPAddress.IPAddress) != 0 {
			t.Errorf("%v: %d %d %v", c.params, got.InternetMaxBandwidthOut, got.InternetMaxBandwidthIn, got.PublicIPAddress.IPAddress)
		}
	}
	if got := record(s, id).Want.SpecGen; got != 0 {
		t.Errorf("nothing for the next boot, and SpecGen %d", got)
	}
}

func TestModifyInstanceSpecRefusals(t *testing.T) {
	s := actiontest.Start(t, actiontest.Stepped())
	const action = "ModifyInstanceSpec"
	ids := map[string]string{
		"prepaid": s.Stopped("InstanceChargeType", "PrePaid", "Period", "1"), "classic": s.Classic(),
		"many": s.Stopped(), "local": s.Stopped(),
	}
	for _, status := range states {
		ids[status] = s.InState(status)
	}
	s.Update(func(tx *state.Tx) {
		k := s.Key(ecs.KindInstance, ids["many"])
		for range 3 {
			state.Interfaces.Put(tx, tx.NewKey(k.Region()), &ecs.NetworkInterface{Account: actiontest.Account, Instance: k})
		}
		l := s.Key(ecs.KindInstance, ids["local"])
		r, _ := state.Instances.Get(tx, l)
		next := *r
		next.Type = tx.Sym("ecs.i2.xlarge")
		state.Instances.Put(tx, l, &next)
	})
	const fixed = "The current InstanceType cannot be changed to the specified InstanceType."
	for _, c := range []struct {
		id            string
		params        []string
		status        int
		code, message string
	}{
		{"Stopped", nil, 400, "InvalidParameter", ""},
		{"Stopped", []string{"InstanceType", larger, "InternetMaxBandwidthOut", "1"}, 400, "InvalidParameter.Mismatch", "Too many parameters in one request."},
		{"Stopped", []string{"InstanceType", larger, "InternetMaxBandwidthIn", "1"}, 400, "InvalidParameter.Mismatch", ""},
		{"Stopped", []string{"InstanceType", "ecs.none"}, 400, "InvalidInstanceType.ValueNotSupported", "The specified InstanceType does not exist or beyond the permitted range."},
		{"Stopped", []string{"InstanceType", actiontest.InstanceType}, 400, "DependencyViolation.InstanceType", fixed},
		{"Stopped", []string{"InstanceType", larger, "AllowMigrateAcrossZone", "true"}, 400, "InvalidParameter.AllowMigrateAcrossZone", ""},
		{"Stopped", []string{"InstanceType", larger, "SystemDisk.Category", "cloud_ssd"}, 400, "InvalidParam.SystemDiskCategory", ""},
		{"Stopped", []string{"InstanceType", larger, "ModifyMode", "x"}, 400, "UnsupportedOperation.NotImplemented", ""},
		{"Stopped", []string{"InstanceType", larger, "Disk.1.Category", "cloud_essd"}, 400, "UnsupportedOperation.NotImplemented", ""},
		{"Running", []string{"Temporary.InternetMaxBandwidthOut", "10"}, 404, "MissingTemporary.StartTime", ""},
		{"Running", []string{"Temporary.StartTime", "2026-09-01T00:00Z"}, 404, "MissingTemporary.EndTime", ""},
		{"Running", []string{"Temporary.StartTime", "soon", "Temporary.EndTime", "2026-09-01T00:00Z"}, 400, "InvalidTemporary.StartTime", ""},
		{"Running", []string{"Temporary.StartTime", "2026-09-01T00:00Z", "Temporary.EndTime", "late"}, 400, "InvalidTemporary.EndTime", ""},
		{"Running", []string{"Temporary.StartTime", "2026-09-01T00:00Z", "Temporary.EndTime", "2026-09-02T00:00Z"}, 400, "UnsupportedOperation.NotImplemented", ""},
		{"Stopped", []string{"InstanceType", "ecs.i2.xlarge"}, 403, "CategoryViolation", ""},
		{"local", []string{"InstanceType", larger}, 403, "CategoryViolation", ""},
		{"Stopped", []string{"InstanceType", "ecs.g6se.large"}, 403, "InvalidInstanceType.ValueNotSupported", "The specified zone does not offer the specified instancetype."},
		{"classic", []string{"InstanceType", "ecs.g6.large"}, 400, "DependencyViolation.InstanceType", fixed},
		{"many", []string{"InstanceType", "ecs.g6.large"}, 403, "InvalidParameter.NotMatch", ""},
		{"prepaid", []string{"InstanceType", larger}, 403, "ChargeTypeViolation", ""},
		{"Running", []string{"InternetMaxBandwidthOut", "101"}, 400, "InvalidParameter", `The specified parameter "InternetMaxBandwidthOut" is not valid.`},
		{"Running", []string{"InternetMaxBandwidthOut", "-1"}, 400, "InvalidParameter", ""},
		{"Running", []string{"InternetMaxBandwidthIn", "201"}, 400, "InvalidParameter.Bandwidth", "The specified parameter Bandwidth is not valid."},
		{"Running", []string{"InternetMaxBandwidthOut", "20", "InternetMaxBandwidthIn", "-1"}, 400, "InvalidParameter.Bandwidth", ""},
		{"Pending", []string{"InternetMaxBandwidthOut", "1"}, 403, "InvalidStatus.ValueNotSupported", ""},
		{"Stopping", []string{"InternetMaxBandwidthOut", "1"}, 403, "InvalidStatus.ValueNotSupported", ""},
		{"Starting", []string{"InternetMaxBandwidthOut", "1"}, 403, "InvalidStatus.ValueNotSupported", ""},
		{"Deleting", []string{"InternetMaxBandwidthOut", "1"}, 403, "InvalidStatus.ValueNotSupported", ""},
		{"Pending", []string{"InstanceType", larger}, 400, "InvalidInstanceStatus.NotStopped", ""},
		{"Starting", []string{"InstanceType", larger}, 400, "InvalidInstanceStatus.NotStopped", ""},
		{"Running", []string{"InstanceType", larger}, 400, "InvalidInstanceStatus.NotStopped", "The specified Instance status is not stopped."},
		{"Stopping", []string{"InstanceType", larger}, 400, "InvalidInstanceStatus.NotStopped", ""},
		{"Stopped", []string{"InstanceType", larger, "ClientToken", "é"}, 400, "InvalidClientToken.ValueNotSupported", ""},
		{"Stopped", []string{"InstanceType", larger, "DryRun", "true"}, 400, "DryRunOperation", dryRun},
		{"Running", []string{"InstanceType", larger, "DryRun", "true"}, 400, "InvalidInstanceStatus.NotStopped", ""},
	} {
		s.Refuse(c.status, c.code, c.message, action, append([]string{"RegionId", s.Region(ids[c.id]), "InstanceId", ids[c.id]}, c.params...)...)
	}
	absent(s, ids["Stopped"], action, "InstanceType", larger)
	lockAs(s, ids["Stopped"], ecs.LockSecurity)
	s.Refuse(403, "InstanceLockedForSecurity", locked, action, "InstanceId", ids["Stopped"], "InstanceType", larger)
	if r := record(s, ids["Stopped"]); r.Want.SpecGen != 0 {
		t.Error("a refusal changed the instance")
	}
}

// TestModifyInstanceSpecImage: an image for ARM runs on ARM only, Windows needs
// a GiB of memory.
func TestModifyInstanceSpecImage(t *testing.T) {
	s := actiontest.Start(t)
	id := s.Stopped()
	for _, c := range []struct {
		is     func(*catalog.Image) bool
		to     string
		status int
		code   string
	}{
		{func(i *catalog.Image) bool { return i.Architecture == "arm64" }, larger, 400, "InvalidParameter.Conflict"},
		{func(i *catalog.Image) bool { return i.OSType == "windows" }, "ecs.t5-lc2m1.nano", 403, "ImageNotSupportInstanceType"},
	} {
		images := s.Catalog.Images("cn-hangzhou")
		at := slices.IndexFunc(images, c.is)
		if at < 0 {
			t.Fatal("the catalogue lacks an image")
		}
		s.Update(func(tx *state.Tx) {
			k := s.Key(ecs.KindInstance, id)
			r, _ := state.Instances.Get(tx, k)
			next := *r
			next.Image = tx.Sym(images[at].ID)
			state.Instances.Put(tx, k, &next)
		})
		s.Refuse(c.status, c.code, "", "ModifyInstanceSpec", "InstanceId", id, "InstanceType", c.to)
	}
}

// resize makes an instance, gives it another type and lets it go.
func resize(s *actiontest.Service) {
	id := s.Instance()
	s.Settle()
	s.Do("ModifyInstanceSpec", "InstanceId", id, "InstanceType", larger)
	s.Do("StartInstance", "InstanceId", id)
	s.Settle()
	s.Want(id, "Running")
	if r := record(s, id); r.Seen.BootSpecGen != 1 || s.See(id).InstanceType != larger {
		s.T.Errorf("%+v", r.Seen)
	}
	s.Do("DeleteInstance", "InstanceId", id, "Force", "true")
	s.Settle()
	s.Want(id, "gone")
	s.NothingLeft()
}

func TestModifyInstanceSpecFaults(t *testing.T)   { actiontest.EachFault(t, resize) }
func TestModifyInstanceSpecRestarts(t *testing.T) { actiontest.EachRestart(t, resize) }
