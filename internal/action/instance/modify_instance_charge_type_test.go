package instance_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

func convert(id string, params ...string) []string {
	return append([]string{"RegionId", "cn-hangzhou", "InstanceIds", `["` + id + `"]`}, params...)
}

// TestModifyInstanceChargeType goes to a subscription and back twice: what is left
// is given back, and nothing of it twice.
func TestModifyInstanceChargeType(t *testing.T) {
	const action = "ModifyInstanceChargeType"
	s := actiontest.Start(t)
	id := s.Running("DataDisk.1.Size", "40", "DataDisk.1.Category", "cloud_essd", "DeletionProtection", "true")
	start := balance(s)
	s.Refuse(400, "DryRunOperation", "", action, convert(id, "Period", "1", "DryRun", "true")...)
	if r := record(s, id); r.ChargeType != ecs.PostPaid || balance(s) != start {
		t.Fatal("a dry run left a trace")
	}
	out := actiontest.Call[api.ModifyInstanceChargeTypeResponse](s, action, convert(id, "Period", "1", "IncludeDataDisks", "true", "IsDetailFee", "true")...)
	month := start - balance(s)
	if fee := out.FeeOfInstances.FeeOfInstance; len(fee) != 1 || fee[0].Fee != month.String() || fee[0].InstanceID != id || out.OrderID == "" || month <= 0 {
		t.Fatalf("%+v, %s was paid", out, month)
	}
	disks := func(want string) {
		t.Helper()
		for _, d := range actiontest.Call[api.DescribeDisksResponse](s, "DescribeDisks", "InstanceId", id).Disks.Disk {
			if d.DiskChargeType != want {
				t.Errorf("a %s disk is %s", d.Type, d.DiskChargeType)
			}
		}
	}
	disks("PrePaid")
	if i := s.See(id); i.InstanceChargeType != "PrePaid" || i.ExpiredTime != "2026-09-09T16:00Z" || i.DeletionProtection {
		t.Errorf("%s %s %v", i.InstanceChargeType, i.ExpiredTime, i.DeletionProtection)
	}
	s.Refuse(403, "ChargeTypeViolation", "", "DeleteInstance", "InstanceId", id, "Force", "true")
	s.Refuse(403, "ChargeTypeViolation", "", "DeleteInstance", "InstanceId", id, "Force", "true", "TerminateSubscription", "true")
	s.Advance(10 * 24 * time.Hour)
	back := actiontest.Call[api.ModifyInstanceChargeTypeResponse](s, action, convert(id, "InstanceChargeType", "PostPaid", "IsDetailFee", "true")...)
	refund := balance(s) - start + month
	if fee := back.FeeOfInstances.FeeOfInstance; refund <= month/2 || refund >= month*3/4 || len(fee) != 1 || fee[0].Fee != refund.String() {
		t.Errorf("%s of %s for two thirds of a month, %+v", refund, month, fee)
	}
	disks("PostPaid")
	s.Do(action, convert(id, "Period", "1")...)
	paid := start - month + refund - balance(s)
	s.Do(action, convert(id, "InstanceChargeType", "PostPaid")...)
	if got := start - month + refund - balance(s); got != 0 && got > ecs.Unit {
		t.Errorf("%s of %s were not given back at once", got, paid)
	}
	s.Do("DeleteInstance", "InstanceId", id, "Force", "true")
	s.Settle()
	s.NothingLeft()
	s.Advance(60 * 24 * time.Hour)
	if n := state.DueCount(s.DB().Snapshot()); n != 0 {
		t.Errorf("%d things are still to happen", n)
	}
}

func TestModifyInstanceChargeTypeRefusals(t *testing.T) {
	const action = "ModifyInstanceChargeType"
	s := actiontest.Start(t, actiontest.Stepped(), actiontest.Balance("2000"))
	id, sub, pending, released := s.Stopped(), s.Stopped(paid...), s.Instance(), s.Stopped()
	s.Do("ModifyInstanceAutoReleaseTime", "RegionId", "cn-hangzhou", "InstanceId", released, "AutoReleaseTime", "2026-09-09T00:00Z")
	expired := s.Stopped(paid...)
	lockAs(s, expired, ecs.LockFinancial)
	var many []string
	for i := range 21 {
		many = append(many, strconv.Quote("i-"+strconv.Itoa(i)))
	}
	rev := s.DB().Snapshot().Rev()
	list := func(ids ...string) string { return `["` + strings.Join(ids, `","`) + `"]` }
	s.Refusals(t, action, convert(id, "Period", "1"), []actiontest.Refusal{
		{"no list", []string{"InstanceIds", id}, 400, "InvalidParameter.InstanceIds", ""},
		{"none", []string{"InstanceIds", "[]"}, 400, "InvalidParameter.InstanceIds", ""},
		{"many", []string{"InstanceIds", "[" + strings.Join(many, ",") + "]"}, 400, "InstancesIdQuotaExceed", ""},
		{"type", []string{"InstanceChargeType", "Free"}, 400, "InvalidInstanceChargeType.ValueNotSupported", ""},
		{"no period", []string{"Period", ""}, 400, "InvalidPeriod", ""},
		{"period", []string{"Period", "10"}, 400, "InvalidPeriod", ""},
		{"negative", []string{"Period", "-1"}, 400, "InvalidPeriod", ""},
		{"unit", []string{"PeriodUnit", "Day"}, 400, "InvalidPeriod.UnitMismatch", ""},
		{"nothing", []string{"InstanceIds", list(id, "i-nothing")}, 404, "InvalidInstanceId.NotFound", ""},
		{"is one already", []string{"InstanceIds", list(id, sub)}, 400, "InvalidInstanceChargeType.ValueNotSupported", ""},
		{"pending", []string{"InstanceIds", list(id, pending)}, 400, "InvalidStatus.ValueNotSupported", ""},
		{"release time", []string{"InstanceIds", list(released)}, 400, "ReleaseTimeHaveBeenSet", ""},
		{"expired", []string{"InstanceIds", list(expired), "InstanceChargeType", "PostPaid"}, 400, "ExpiredInstance", ""},
		{"no money", []string{"Period", "60"}, 403, "InvalidAccountStatus.NotEnoughBalance", ""},
	})
	if now := s.DB().Snapshot().Rev(); now != rev {
		t.Error("a refusal left a trace")
	}
}

// TestRefundQuota: 5,000 vCPUs times hours are given back in a month.
func TestRefundQuota(t *testing.T) {
	s := actiontest.Start(t)
	a, b := s.Stopped(append([]string{"InstanceType", "ecs.g7.xlarge"}, paid...)...), s.Stopped(append([]string{"InstanceType", "ecs.g7.xlarge"}, paid...)...)
	s.Do("ModifyInstanceChargeType", convert(a, "InstanceChargeType", "PostPaid")...) // 4 x 755
	s.Refuse(400, "QuotaExceed.RufundVcpu", "", "ModifyInstanceChargeType", convert(b, "InstanceChargeType", "PostPaid")...)
	s.Advance(23 * 24 * time.Hour) // September
	s.Do("ModifyInstanceChargeType", convert(b, "InstanceChargeType", "PostPaid")...)
}

// TestUnpaidConversion: what is left to be paid changes nothing, and nothing else
// can change meanwhile.
func TestUnpaidConversion(t *testing.T) {
	s := actiontest.Start(t)
	id := s.Running()
	before := balance(s)
	s.Do("ModifyInstanceChargeType", convert(id, "Period", "1", "AutoPay", "false")...)
	if i := s.See(id); i.InstanceChargeType != "PostPaid" || balance(s) != before {
		t.Errorf("%s, %s", i.InstanceChargeType, balance(s))
	}
	s.Refuse(400, "InvalidInstance.UnpaidOrder", "", "ModifyInstanceChargeType", convert(id, "Period", "1")...)
	s.Do("DeleteInstance", "InstanceId", id, "Force", "true")
	s.Settle()
	s.NothingLeft()
	for _, o := range state.OrdersByAccount.Ascend(s.DB().Snapshot(), actiontest.Account, 0) {
		if o.State != ecs.OrderCancelled {
			t.Errorf("%+v", o)
		}
	}
}

// TestUnpaidUpgrade: a bigger type and a bandwidth that are left to be paid come
// with the payment.
func TestUnpaidUpgrade(t *testing.T) {
	s := actiontest.Start(t)
	id := s.Running(paid...)
	before := balance(s)
	pay := func(order string) {
		t.Helper()
		if err := s.PayOrder(order); err != nil {
			t.Fatal(err)
		}
		if s.PayOrder(order) == nil {
			t.Errorf("%s was paid twice", order)
		}
	}
	up := actiontest.Call[api.ModifyPrepayInstanceSpecResponse](s, "ModifyPrepayInstanceSpec", "RegionId", "cn-hangzhou", "InstanceId", id, "InstanceType", larger, "AutoPay", "false")
	if balance(s) != before || s.See(id).InstanceType == larger {
		t.Error("it was changed before it was paid")
	}
	s.Refuse(403, "Instance.UnPaidOrder", "", "RenewInstance", "InstanceId", id, "Period", "1")
	s.Refuse(403, "InvalidInstance.UnPaidOrder", "", "ModifyInstanceNetworkSpec", "InstanceId", id, "InternetMaxBandwidthOut", "5")
	s.Refuse(400, "InvalidInstance.UnpaidOrder", "", "ModifyPrepayInstanceSpec", "RegionId", "cn-hangzhou", "InstanceId", id, "InstanceType", larger)
	pay(up.OrderID)
	if balance(s) >= before || s.See(id).InstanceType != larger {
		t.Error("it was not changed")
	}
	before = balance(s)
	net := actiontest.Call[api.ModifyInstanceNetworkSpecResponse](s, "ModifyInstanceNetworkSpec", "InstanceId", id, "InternetMaxBandwidthOut", "5", "NetworkChargeType", "PayByBandwidth", "AutoPay", "false")
	if i := s.See(id); i.InternetMaxBandwidthOut != 0 || balance(s) != before {
		t.Error("it was changed before it was paid")
	}
	pay(net.OrderID)
	if i := s.See(id); i.InternetMaxBandwidthOut != 5 || len(i.PublicIPAddress.IPAddress) != 1 || balance(s) >= before {
		t.Errorf("%d %v", i.InternetMaxBandwidthOut, i.PublicIPAddress)
	}
}

// TestDiskMoney: disks of a subscription cost what is left of it, and give it back.
func TestDiskMoney(t *testing.T) {
	s := actiontest.Start(t)
	id := s.Running(paid...)
	start := balance(s)
	disk := actiontest.Call[api.CreateDiskResponse](s, "CreateDisk", "InstanceId", id, "DiskCategory", "cloud_essd", "Size", "100").DiskID
	s.Settle()
	cost := start - balance(s)
	if cost <= 0 {
		t.Fatal("the disk was for nothing")
	}
	s.Do("ResizeDisk", "DiskId", disk, "NewSize", "200", "Type", "online")
	s.Settle()
	if more := start - cost - balance(s); more < cost*9/10 || more > cost {
		t.Errorf("as much again costs %s after %s", more, cost)
	}
	s.Advance(16 * 24 * time.Hour)
	before := balance(s)
	charge := func(to string, params ...string) {
		t.Helper()
		s.Do("ModifyDiskChargeType", append([]string{"RegionId", "cn-hangzhou", "InstanceId", id, "DiskIds", `["` + disk + `"]`, "DiskChargeType", to}, params...)...)
		s.Advance(6 * time.Minute)
	}
	charge("PostPaid")
	back := balance(s) - before
	if back < cost*8/10 || back > cost*12/10 {
		t.Errorf("half of twice %s is %s", cost, back)
	}
	charge("PrePaid")
	if got := before - balance(s); got < -ecs.Unit || got > ecs.Unit {
		t.Errorf("to and fro costs %s", got)
	}
}
