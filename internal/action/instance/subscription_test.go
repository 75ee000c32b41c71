package instance_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// balance is what the account has, after holding its ledger to it.
func balance(s *actiontest.Service) ecs.Money {
	s.T.Helper()
	v := s.DB().Snapshot()
	a, _ := state.Accounts.Get(v, ecs.AccountKey(actiontest.Account))
	var sum ecs.Money
	for _, t := range state.TransactionsByAccount.Ascend(v, actiontest.Account, 0) {
		sum += t.Sum(ecs.BookCustomer)
	}
	if sum != a.Balance {
		s.T.Fatalf("the ledger comes to %s, the account has %s", sum, a.Balance)
	}
	return a.Balance
}

// to advances to an instant, written in UTC+8.
func to(s *actiontest.Service, at string) {
	s.T.Helper()
	t, err := time.ParseInLocation("2006-01-02 15:04", at, ecs.Beijing)
	if err != nil {
		s.T.Fatal(err)
	}
	s.Advance(t.Sub(s.Clock.Now()))
}

// announced are the events of an instance's end, as name status.
func announced(s *actiontest.Service, id string) string {
	s.T.Helper()
	var out []string
	for _, e := range state.EventsByInstance.Ascend(s.DB().Snapshot(), uint64(s.Key(ecs.KindInstance, id)), 0) {
		out = append(out, strings.TrimPrefix(e.Type.String(), "InstanceExpiration.")+" "+e.Status.String())
	}
	return strings.Join(out, ", ")
}

func locks(s *actiontest.Service, id string) string {
	s.T.Helper()
	var out []string
	for _, l := range s.See(id).OperationLocks.LockReason {
		out = append(out, l.LockReason)
	}
	return strings.Join(out, " ")
}

// TestSubscriptionLife is the whole life of a subscription: bought, running,
// warned, expired, renewed, expired again, released.
func TestSubscriptionLife(t *testing.T) {
	for _, c := range []struct {
		name  string
		after func(s *actiontest.Service)
	}{{"undisturbed", func(*actiontest.Service) {}}, {"restarted", (*actiontest.Service).Restart}} {
		t.Run(c.name, func(t *testing.T) {
			s := actiontest.Start(t, actiontest.Balance("10000")) // 2026-08-09 13:00
			id := s.Running(append([]string{"DataDisk.1.Size", "40", "DataDisk.1.Category", "cloud_essd", "DataDisk.1.DeleteWithInstance", "false"}, paid...)...)
			bought := balance(s)
			month := 10000*ecs.Unit - bought
			if month <= 0 {
				t.Fatalf("a month costs %s", month)
			}
			see := func(at, status, expires, lock, events string, has ecs.Money) {
				t.Helper()
				to(s, at)
				c.after(s)
				i := s.See(id)
				if i == nil {
					t.Fatalf("%s: it is gone", at)
				}
				if got := fmt.Sprint(i.Status, " ", i.ExpiredTime, " ", locks(s, id), " ", announced(s, id)); got != fmt.Sprint(status, " ", expires, " ", lock, " ", events) {
					t.Fatalf("%s: %s, want %s", at, got, fmt.Sprint(status, " ", expires, " ", lock, " ", events))
				}
				if got := balance(s); got != has {
					t.Fatalf("%s: the account has %s, want %s", at, got, has)
				}
				for _, d := range actiontest.Call[api.DescribeDisksResponse](s, "DescribeDisks", "InstanceId", id).Disks.Disk {
					if d.ExpiredTime != expires {
						t.Fatalf("%s: a disk ends %s", at, d.ExpiredTime)
					}
				}
			}
			const first, second = "2026-09-09T16:00Z", "2026-10-20T16:00Z"
			see("2026-08-25 23:59", "Running", first, "", "", bought)
			see("2026-08-26 00:00", "Running", first, "", "Stop Scheduled", bought)
			see("2026-09-09 23:59", "Running", first, "", "Stop Scheduled", bought)
			see("2026-09-10 00:01", "Stopped", first, "financial", "Stop Executed, Delete Scheduled", bought)
			for action, code := range map[string]string{"StartInstance": "InstanceExpired", "RebootInstance": "IncorrectInstanceStatus", "StopInstance": "IncorrectInstanceStatus"} {
				s.Refuse(403, code, "", action, "InstanceId", id)
			}
			s.Refuse(403, "IncorrectInstanceStatus", "", "ModifyInstanceAutoRenewAttribute", "RegionId", "cn-hangzhou", "InstanceId", id, "RenewalStatus", "AutoRenewal")
			s.Refuse(400, "ExpiredInstance", "", "ModifyInstanceChargeType", "RegionId", "cn-hangzhou", "InstanceIds", `["`+id+`"]`, "InstanceChargeType", "PostPaid")
			see("2026-09-20 10:00", "Stopped", first, "financial", "Stop Executed, Delete Scheduled", bought)
			order := actiontest.Call[api.RenewInstanceResponse](s, "RenewInstance", "InstanceId", id, "Period", "1", "ClientToken", "once")
			again := actiontest.Call[api.RenewInstanceResponse](s, "RenewInstance", "InstanceId", id, "Period", "1", "ClientToken", "once")
			if order.OrderID == "" || again.OrderID != order.OrderID {
				t.Errorf("orders %q and %q", order.OrderID, again.OrderID)
			}
			see("2026-09-20 10:01", "Running", second, "", "Stop Executed, Delete Avoided", bought-month)
			see("2026-10-21 00:01", "Stopped", second, "financial", "Stop Executed, Delete Scheduled", bought-month) // events are kept for 30 days
			see("2026-11-04 23:59", "Stopped", second, "financial", "Stop Executed, Delete Scheduled", bought-month) // events are kept for 30 days
			to(s, "2026-11-05 00:01")
			s.NothingLeft()
			if got := balance(s); got != bought-month {
				t.Errorf("the release gave %s back", got-bought+month)
			}
			if n := s.DB().Snapshot(); state.EventsActive.Count(n, state.Scope(actiontest.Account, s.Key(ecs.KindInstance, id).Region())) != 0 {
				t.Errorf("events are left: %s", announced(s, id))
			}
		})
	}
}

// TestAutomaticRenewal: it is tried each day at 08:00 from nine days before the end
// on, until there is money.
func TestAutomaticRenewal(t *testing.T) {
	s := actiontest.Start(t, actiontest.Balance("10000"))
	id := s.Running(append([]string{"AutoRenew", "true", "AutoRenewPeriod", "1"}, paid...)...)
	before := balance(s)
	month := 10000*ecs.Unit - before
	to(s, "2026-09-01 07:59")
	if got := balance(s); got != before {
		t.Fatalf("renewed early: %s", got)
	}
	to(s, "2026-09-01 08:01")
	if got, end := balance(s), s.See(id).ExpiredTime; got != before-month || end != "2026-10-09T16:00Z" {
		t.Fatalf("%s, %s", got, end)
	}
	// Without money it runs on for 15 days, is stopped for 15 and then released.
	s.Update(func(tx *state.Tx) { setBalance(tx, -before+month) })
	to(s, "2026-10-10 00:01")
	s.Want(id, "Running")
	to(s, "2026-10-24 23:59")
	s.Want(id, "Running")
	to(s, "2026-10-25 00:01")
	s.Want(id, "Stopped")
	if locks(s, id) != "financial" {
		t.Error(locks(s, id))
	}
	to(s, "2026-11-08 23:59")
	s.Want(id, "Stopped")
	to(s, "2026-11-09 00:01")
	s.NothingLeft()
	if got := balance(s); got != 0 {
		t.Error(got)
	}
}

// TestAutomaticRenewalLate: money that comes after the end renews from the end on,
// for the instance ran all the while.
func TestAutomaticRenewalLate(t *testing.T) {
	s := actiontest.Start(t, actiontest.Balance("10000"))
	id := s.Running(append([]string{"AutoRenew", "true"}, paid...)...)
	before := balance(s)
	s.Update(func(tx *state.Tx) { setBalance(tx, -before) })
	to(s, "2026-09-12 09:00")
	s.Want(id, "Running")
	s.Update(func(tx *state.Tx) { setBalance(tx, before) })
	to(s, "2026-09-13 08:01")
	if end := s.See(id).ExpiredTime; end != "2026-10-09T16:00Z" || balance(s) != 2*before-10000*ecs.Unit {
		t.Error(end, balance(s))
	}
}

// TestAtOnceAndByTheDay: 100 days in one move have the same history as day by day.
func TestAtOnceAndByTheDay(t *testing.T) {
	history := func(step time.Duration) string {
		s := actiontest.Start(t, actiontest.Balance("1000"))
		s.Running(append([]string{"AutoRenew", "true"}, paid...)...)
		s.Running(paid...)
		for range int(100 * 24 * time.Hour / step) {
			s.Advance(step)
		}
		var out strings.Builder
		v := s.DB().Snapshot()
		for _, x := range state.TransactionsByAccount.Ascend(v, actiontest.Account, 0) {
			fmt.Fprintln(&out, x.Created, x.Kind, x.Balance)
		}
		for _, e := range state.Events.Ascend(v, 0, 0) {
			fmt.Fprintln(&out, e.Type, e.Status, e.Published, e.Finished)
		}
		for _, r := range state.Instances.Ascend(v, 0, 0) {
			fmt.Fprintln(&out, r.Expires, r.Locks, r.Status())
		}
		return out.String()
	}
	if once, daily := history(100*24*time.Hour), history(24*time.Hour); once != daily || strings.Count(once, "\n") < 6 {
		t.Errorf("at once:\n%s\nby the day:\n%s", once, daily)
	}
}
