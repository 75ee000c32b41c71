package instance_test

import (
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

var paid = []string{"InstanceChargeType", "PrePaid", "Period", "1"}

func TestModifyPrepayInstanceSpec(t *testing.T) {
	s := actiontest.Start(t, actiontest.Stepped())
	const action = "ModifyPrepayInstanceSpec"
	id := s.Running(paid...)
	good := []string{"RegionId", "cn-hangzhou", "InstanceId", id, "InstanceType", larger, "RebootWhenFinished", "true", "ClientToken", "once"}
	first := actiontest.Call[api.ModifyPrepayInstanceSpecResponse](s, action, good...).OrderID
	if again := actiontest.Call[api.ModifyPrepayInstanceSpecResponse](s, action, good...).OrderID; again != first || first == "" {
		t.Errorf("orders %q and %q", first, again)
	}
	s.Refuse(400, "IdempotenceParamNotMatch", "", action, "RegionId", "cn-hangzhou", "InstanceId", id, "InstanceType", "ecs.g7.2xlarge", "ClientToken", "once")
	s.Quiet()
	s.Want(id, "Starting")
	s.Step(id)
	s.Want(id, "Running")
	if r := record(s, id); r.Seen.BootSpecGen != 1 || s.See(id).InstanceType != larger {
		t.Errorf("%+v", r.Seen)
	}
	// Without RebootWhenFinished the instance runs on as it is.
	s.Do(action, "RegionId", "cn-hangzhou", "InstanceId", id, "InstanceType", "ecs.g7.2xlarge", "OperatorType", "upgrade", "AutoPay", "true")
	s.Quiet()
	s.Want(id, "Running")
	if r := record(s, id); r.Want.SpecGen != 2 || r.Seen.BootSpecGen != 1 {
		t.Errorf("%+v %+v", r.Want, r.Seen)
	}
	s.Do("StopInstance", "InstanceId", id)
	s.Quiet()
	s.Step(id)
	for i, typ := range []string{larger, actiontest.InstanceType, "ecs.g7.4xlarge", larger} {
		s.Do(action, "RegionId", "cn-hangzhou", "InstanceId", id, "InstanceType", typ, "AutoPay", "true")
		if got := s.See(id).InstanceType; got != typ {
			t.Errorf("%d: %s", i, got)
		}
	}
	s.Refuse(400, "InstanceDowngrade.QuotaExceed", "", action, "RegionId", "cn-hangzhou", "InstanceId", id, "InstanceType", actiontest.InstanceType)
	var up, down int
	v := s.DB().Snapshot()
	for _, o := range state.OrdersByAccount.Ascend(v, actiontest.Account, 0) {
		switch action := v.Str(o.Action); {
		case action == "upgrade" && o.Price > 0:
			up++
		case action == "downgrade" && o.Price < 0:
			down++
		}
	}
	if up != 3 || down != 3 {
		t.Errorf("%d upgrades, %d downgrades", up, down)
	}
}

func TestModifyPrepayInstanceSpecRefusals(t *testing.T) {
	s := actiontest.Start(t, actiontest.Stepped())
	const action = "ModifyPrepayInstanceSpec"
	ids := map[string]string{"postpaid": s.Stopped(), "expired": s.Stopped(paid...), "security": s.Stopped(paid...), "large": s.Running(append([]string{"InstanceType", larger}, paid...)...)}
	for _, status := range states[:5] {
		ids[status] = s.InState(status, paid...)
	}
	lockAs(s, ids["expired"], ecs.LockFinancial)
	lockAs(s, ids["security"], ecs.LockSecurity)
	for _, c := range []struct {
		id            string
		params        []string
		status        int
		code, message string
	}{
		{"postpaid", nil, 400, "InvalidBillingMethod.ValueNotSupported", ""},
		{"expired", nil, 403, "InvalidInstance.PreInstanceExpired", ""},
		{"security", nil, 403, "InstanceLockedForSecurity", locked},
		{"Stopped", []string{"InstanceType", "ecs.none"}, 400, "InvalidInstanceType.ValueNotSupported", ""},
		{"Stopped", []string{"InstanceType", actiontest.InstanceType}, 400, "InvalidInstanceType.NotSupported", "The specified InstanceType is not Supported."},
		{"Stopped", []string{"InstanceType", "ecs.i2.xlarge"}, 403, "OperationDenied.LocalDiskUnsupported", ""},
		{"Stopped", []string{"InstanceType", "ecs.g6se.large"}, 403, "InvalidInstanceType.ValueNotSupported", ""},
		{"Stopped", []string{"OperatorType", "sidegrade"}, 400, "InvalidParameter", ""},
		{"Stopped", []string{"OperatorType", "downgrade"}, 400, "InvalidInstanceType.ValueNotSupported", ""},
		{"large", []string{"InstanceType", actiontest.InstanceType, "OperatorType", "upgrade"}, 400, "InvalidInstanceType.ValueNotSupported", ""},
		{"large", []string{"InstanceType", actiontest.InstanceType, "OperatorType", "downgrade", "AutoPay", "false"}, 400, "InvalidStatus.NotStopped", "Instance status must be stopped."},
		{"Pending", nil, 403, "IncorrectInstanceStatus", wrongStatus},
		{"Starting", nil, 403, "IncorrectInstanceStatus", wrongStatus},
		{"Stopping", nil, 403, "IncorrectInstanceStatus", wrongStatus},
		{"Stopped", []string{"RebootTime", "soon"}, 400, "InvalidRebootTime.MalFormed", ""},
		{"Stopped", []string{"RebootTime", "2026-09-01T00:00Z"}, 400, "UnsupportedOperation.NotImplemented", ""},
		{"Stopped", []string{"EndTime", "2026-09-01T00:00Z"}, 400, "UnsupportedOperation.NotImplemented", ""},
		{"Stopped", []string{"MigrateAcrossZone", "true"}, 400, "UnsupportedOperation.NotImplemented", ""},
		{"Stopped", []string{"ModifyMode", "x"}, 400, "UnsupportedOperation.NotImplemented", ""},
		{"Stopped", []string{"SystemDisk.Category", "cloud_ssd"}, 400, "UnsupportedOperation.NotImplemented", ""},
		{"Stopped", []string{"Disk.1.Category", "cloud_ssd"}, 400, "UnsupportedOperation.NotImplemented", ""},
		{"Stopped", []string{"RegionId", "cn-nowhere"}, 404, "InvalidRegionId.NotFound", ""},
		{"Stopped", []string{"ClientToken", "é"}, 400, "InvalidClientToken.ValueNotSupported", ""},
	} {
		s.Refuse(c.status, c.code, c.message, action, append([]string{"RegionId", "cn-hangzhou", "InstanceId", ids[c.id], "InstanceType", larger}, c.params...)...)
	}
	absent(s, ids["Stopped"], action, "RegionId", "cn-hangzhou", "InstanceType", larger)
}
