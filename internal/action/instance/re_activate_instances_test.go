package instance_test

import (
	"testing"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/billing"
	"github.com/openecs/openecs/internal/model/compute"
	"github.com/openecs/openecs/internal/state"
)

func TestReActivateInstances(t *testing.T) {
	s := actiontest.Start(t)
	run, stopped, prepaid := s.Running(), s.Stopped(), s.Running("InstanceChargeType", "PrePaid", "Period", "1")
	const action = "ReActivateInstances"
	s.Refuse(404, api.CodeInvalidInstanceIdNotFound, "", action, "InstanceId", "i-bp1nosuchinstance00")
	s.Refuse(404, api.CodeInvalidPayTypeNotSupport, "", action, "InstanceId", prepaid)
	s.Refuse(400, api.CodeReopenInstanceInstanceStatusNotValid, "", action, "InstanceId", run)
	s.Refuse(400, api.CodeReopenInstanceInstanceStatusNotValid, "", action, "InstanceId", stopped)
	actiontest.Edit(s, state.Instances, stopped, func(r *ecs.Instance) { r.Locks = ecs.LockFinancial | ecs.LockSecurity })
	s.Refuse(403, api.CodeInstanceLockedForSecurity, "", action, "InstanceId", stopped)
	lock := func(id string) {
		k := s.Key(ecs.KindInstance, id)
		s.Update(func(tx *state.Tx) {
			r, _ := state.Instances.Get(tx, k)
			compute.LockFinancial(tx, k, r)
		})
	}
	lock(run)
	s.Refuse(403, api.CodeIncorrectInstanceStatus, "", action, "InstanceId", run) // Stopping
	s.Settle()
	s.Want(run, "Stopped")
	charge := func(tx *state.Tx) {
		a, _ := billing.Find(tx, actiontest.Account)
		if err := billing.Adjust(tx, actiontest.Account, a.Balance, ""); err != nil {
			t.Error(err)
		}
	}
	s.Update(charge)
	s.Refuse(403, api.CodeInsufficientBalance, "", action, "InstanceId", run)
	s.Update(func(tx *state.Tx) { billing.TopUp(tx, actiontest.Account, 1000*ecs.Unit, "") })
	s.Do(action, "InstanceId", run)
	s.Settle()
	s.Want(run, "Running")
	if r := actiontest.Record(s, state.Instances, run); r.Locks != 0 || r.Meter.Rate == 0 {
		t.Errorf("%+v", r)
	}
}

// TestArrears: who does not pay has 15 days, then all stops, and 15 days later it
// is gone; who pays in between has what ran before run again.
func TestArrears(t *testing.T) {
	const day = 24 * time.Hour
	s := actiontest.Start(t)
	run, stopped, prepaid := s.Running(), s.Stopped(), s.Running("InstanceChargeType", "PrePaid", "Period", "9")
	disk := s.DataDisk()
	eip := actiontest.Call[api.AllocateEipAddressResponse](s, "AllocateEipAddress").AllocationID
	s.Update(func(tx *state.Tx) {
		a, _ := billing.Find(tx, actiontest.Account)
		billing.Adjust(tx, actiontest.Account, a.Balance, "")
	})
	s.Advance(time.Hour) // T: something of the hour is posted
	account := func() ecs.Account { a, _ := billing.Find(s.DB().Snapshot(), actiontest.Account); return a }
	if account().Arrears == 0 {
		t.Fatalf("%+v", account())
	}
	s.Refuse(400, api.CodeAccountArrearage, "", "StartInstance", "InstanceId", stopped)
	s.Advance(14*day + 23*time.Hour)
	s.Want(run, "Running")
	before := account().Balance
	s.Advance(2 * time.Hour)
	if account().Balance >= before {
		t.Error("what ran on was not charged")
	}
	locked := func(id string, want bool, status string) {
		t.Helper()
		s.Want(id, status)
		if got := actiontest.Record(s, state.Instances, id).Locks&ecs.LockFinancial != 0; got != want {
			t.Errorf("%s is locked: %v", id, got)
		}
	}
	locked(run, true, "Stopped")
	locked(stopped, true, "Stopped")
	locked(prepaid, false, "Running")
	s.Refuse(403, api.CodeInstanceExpired, "", "StartInstance", "InstanceId", run)
	owed := account().Balance
	s.Advance(10 * day)
	if got := account().Balance; got != owed {
		t.Errorf("%s was charged while all was stopped", owed-got)
	}
	s.Update(func(tx *state.Tx) { billing.TopUp(tx, actiontest.Account, -owed, "") })
	s.Settle()
	locked(run, false, "Running")
	locked(stopped, false, "Stopped")
	if r := actiontest.Record(s, state.Disks, disk); r.Meter.Rate == 0 {
		t.Error("a disk stays free after its account has paid")
	}
	s.Advance(time.Hour)
	if a := account(); a.Arrears == 0 || a.Suspended != 0 {
		t.Fatalf("nothing was charged after it was paid: %+v", a)
	}
	s.Restart()
	s.Advance(15 * day)
	locked(run, true, "Stopped")
	s.Advance(15*day + time.Hour)
	v := s.DB().Snapshot()
	if n := state.Instances.Len(v); n != 1 {
		t.Errorf("%d instances are left", n)
	}
	if state.EIPs.Len(v) != 0 || state.Disks.Len(v) != 1 {
		t.Errorf("%d disks and %d addresses are left (%s)", state.Disks.Len(v), state.EIPs.Len(v), eip)
	}
	locked(prepaid, false, "Running")
}
