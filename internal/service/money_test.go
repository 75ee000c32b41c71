package service_test

import (
	"context"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/billing"
	"github.com/openecs/openecs/internal/state"
)

// setMoney gives the account of a service a balance, a credit line of nothing,
// and a method of payment or none.
func setMoney(s *actiontest.Service, balance ecs.Money, payment bool) {
	s.T.Helper()
	err := s.DB().Update(context.Background(), func(tx *state.Tx) error {
		a, _ := billing.Find(tx, actiontest.Account)
		if d := balance - a.Balance; d > 0 {
			if err := billing.TopUp(tx, actiontest.Account, d, ""); err != nil {
				return err
			}
		} else if d < 0 {
			if err := billing.Adjust(tx, actiontest.Account, -d, ""); err != nil {
				return err
			}
		}
		return billing.Set(tx, actiontest.Account, nil, nil, &payment)
	})
	if err != nil {
		s.T.Fatal(err)
	}
}

// TestNoMoney: whoever cannot pay gets nothing, by the documented code, whether
// it is a dry run or not, and nothing of a refused request stays.
func TestNoMoney(t *testing.T) {
	s := actiontest.Start(t)
	n := s.Network()
	prepaid := []string{"InstanceChargeType", "PrePaid", "Period", "1", "PeriodUnit", "Month"}
	create := func(more ...string) []string {
		return append([]string{"InstanceType", actiontest.InstanceType, "ImageId", actiontest.Image, "SecurityGroupId", n.Group, "VSwitchId", n.VSwitch,
			"SystemDisk.Category", "cloud_essd"}, more...)
	}
	stopped, used, owned := s.Stopped(), s.Running(), s.Running(prepaid...)
	disk := s.See(used).InstanceID
	disks := actiontest.Call[api.DescribeDisksResponse](s, "DescribeDisks", "InstanceId", disk)
	system := disks.Disks.Disk[0].DiskID
	const empty, arrears, broke, unpayable = "InsufficientBalance", "Account.Arrearage", "InvalidAccountStatus.NotEnoughBalance", "PaymentMethodNotFound"
	requests := []struct {
		action       string
		params       []string
		empty        string // what an account with nothing left is told
		status       int
		arrears      int // the status of Account.Arrearage
		subscription bool
	}{
		{"RunInstances", create(), empty, 403, 400, false},
		{"RunInstances", create("DryRun", "true"), empty, 403, 400, false},
		{"CreateInstance", create(), empty, 403, 400, false},
		{"RunInstances", create(prepaid...), broke, 403, 400, true},
		{"RunInstances", create(append(prepaid, "DryRun", "true")...), broke, 403, 400, true},
		{"CreateInstance", create(prepaid...), broke, 403, 400, true},
		{"StartInstance", []string{"InstanceId", stopped}, empty, 403, 400, false},
		{"StartInstance", []string{"InstanceId", stopped, "DryRun", "true"}, empty, 403, 400, false},
		{"StartInstances", []string{"InstanceId.1", stopped}, empty, 403, 400, false},
		{"CreateDisk", []string{"ZoneId", "cn-hangzhou-h", "DiskCategory", "cloud_essd", "Size", "40"}, broke, 403, 400, false},
		{"CreateSnapshot", []string{"DiskId", system}, broke, 403, 400, false},
		{"CreateSnapshotGroup", []string{"InstanceId", used}, broke, 403, 400, false},
		{"CreateImage", []string{"InstanceId", used}, broke, 403, 400, false},
		{"AllocateEipAddress", nil, empty, 400, 400, false},
		{"AllocateDedicatedHosts", []string{"DedicatedHostType", "ddh.g7", "ZoneId", "cn-hangzhou-h"}, empty, 403, 400, false},
		{"ModifyInstanceSpec", []string{"InstanceId", stopped, "InstanceType", "ecs.g7.xlarge"}, broke, 403, 400, false},
		{"ModifyPrepayInstanceSpec", []string{"RegionId", "cn-hangzhou", "InstanceId", owned, "InstanceType", "ecs.g7.4xlarge"}, broke, 403, 400, true},
	}
	held := func() [7]int {
		v := s.DB().Snapshot()
		return [...]int{state.Instances.Len(v), state.Disks.Len(v), state.Interfaces.Len(v), state.Orders.Len(v), state.Transactions.Len(v), state.Snapshots.Len(v), state.EIPs.Len(v)}
	}
	refuse := func(balance ecs.Money, payment bool, each func(i int) (status int, code string)) {
		t.Helper()
		setMoney(s, balance, payment)
		before := held()
		for i, r := range requests {
			if status, code := each(i); code != "" {
				s.Refuse(status, code, "", r.action, r.params...)
			}
		}
		if after := held(); after != before {
			t.Errorf("refused requests left something: %v, before %v", after, before)
		}
	}
	refuse(0, true, func(i int) (int, string) { return requests[i].status, requests[i].empty })
	refuse(-1, true, func(i int) (int, string) { return requests[i].arrears, arrears })
	refuse(1000*ecs.Unit, false, func(int) (int, string) { return 404, unpayable })
	refuse(1, true, func(i int) (int, string) {
		if requests[i].subscription {
			return 403, broke
		}
		return 0, ""
	})
	// With just the price it is bought, and nothing is left.
	order, _ := state.Orders.Get(s.DB().Snapshot(), actiontest.Record(s, state.Instances, owned).Order)
	setMoney(s, order.Price-1, true)
	s.Refuse(403, broke, "", "RunInstances", create(prepaid...)...)
	setMoney(s, order.Price, true)
	s.Do("RunInstances", create(prepaid...)...)
	if a, _ := billing.Find(s.DB().Snapshot(), actiontest.Account); a.Balance != 0 {
		t.Errorf("%s is left", a.Balance)
	}
	s.As(s.Other).Do("CreateVpc", "RegionId", "cn-hangzhou") // what costs nothing needs no money
	s.Do("CreateVpc", "RegionId", "cn-hangzhou")
}

// TestOpening: an account starts with its balance once, whatever a later start
// says.
func TestOpening(t *testing.T) {
	for _, c := range []struct {
		option []actiontest.Option
		want   ecs.Money
		posted int
	}{{nil, ecs.DefaultBalance, 1}, {[]actiontest.Option{actiontest.Balance("99.50")}, 99*ecs.Unit + ecs.Unit/2, 1}, {[]actiontest.Option{actiontest.Balance("0")}, 0, 0}} {
		s := actiontest.Start(t, c.option...)
		for range 2 {
			for _, account := range []uint64{actiontest.Account, actiontest.OtherAccount} {
				a, ok := billing.Find(s.DB().Snapshot(), account)
				if n := state.TransactionsByAccount.Count(s.DB().Snapshot(), account); !ok || a.Balance != c.want || n != c.posted {
					t.Errorf("%+v with %d transactions, want %s", a, n, c.want)
				}
			}
			s.Restart()
		}
	}
}
