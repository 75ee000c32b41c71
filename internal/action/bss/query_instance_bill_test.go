package bss_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/billing"
	"github.com/openecs/openecs/internal/state"
)

func bill(s *actiontest.Service, params ...string) *api.QueryInstanceBillData {
	s.T.Helper()
	return &actiontest.Call[api.QueryInstanceBillResponse](s, "QueryInstanceBill", append([]string{"BillingCycle", "2026-08"}, params...)...).Data
}

func total(items []api.QueryInstanceBillDataItem) (sum ecs.Money) {
	for _, l := range items {
		m, _ := strconv.ParseFloat(strconv.FormatFloat(l.PretaxAmount, 'f', 5, 64), 64)
		sum += ecs.Money(m*float64(ecs.Unit) + 0.5)
	}
	return sum
}

func TestQueryInstanceBill(t *testing.T) {
	s := actiontest.Start(t)
	opening := ecs.Money(ecs.DefaultBalance)
	if got := bill(s); got.TotalCount != 0 || got.AccountID != strconv.Itoa(actiontest.Account) || got.BillingCycle != "2026-08" {
		t.Fatalf("before anything: %+v", got)
	}
	used := s.Running("InternetMaxBandwidthOut", "1", "InternetChargeType", "PayByBandwidth", "InstanceName", "web", "Tag.1.Key", "k", "Tag.1.Value", "v")
	s.Do("AllocatePublicIpAddress", "InstanceId", used)
	gone := s.Running()
	s.Advance(90 * time.Minute)
	s.Do("DeleteInstance", "InstanceId", gone, "Force", "true")
	s.Advance(26 * time.Hour)
	s.Running(bought...)
	s.Advance(time.Hour)
	spent := opening
	a, _ := billing.Find(s.DB().Snapshot(), actiontest.Account)
	spent -= a.Balance

	byItem := bill(s, "IsBillingItem", "true")
	items := map[string]int{}
	for _, l := range byItem.Items.Item {
		items[l.BillingItem]++
	}
	if items["instance"] != 2 || items["system disk cloud_essd"] != 2 || items["bandwidth"] != 1 || items[""] != 1 || byItem.TotalCount != 6 {
		t.Errorf("%v", items)
	}
	whole := bill(s)
	if whole.TotalCount != 5 || total(whole.Items.Item) != spent || total(byItem.Items.Item) != spent {
		t.Errorf("%d lines come to %s and %s, %s was spent", whole.TotalCount, total(whole.Items.Item), total(byItem.Items.Item), spent)
	}
	for _, l := range byItem.Items.Item {
		if l.InstanceID == used && l.BillingItem == "instance" && (l.NickName != "web" || l.Tag != "key:k value:v" || l.InstanceSpec != actiontest.InstanceType || l.Region != "cn-hangzhou" ||
			l.SubscriptionType != "PayAsYouGo" || l.ProductCode != "ecs" || l.ListPriceUnit != "CNY/hour" || l.InternetIP == "" || l.IntranetIP == "" || l.Usage == "") {
			t.Errorf("%+v", l)
		}
		if l.InstanceID == gone && l.BillingItem == "instance" && (l.Usage == "" || l.NickName != "") {
			t.Errorf("%+v", l)
		}
	}
	if got := bill(s, "SubscriptionType", "Subscription"); got.TotalCount != 1 || got.Items.Item[0].Item != "SubscriptionOrder" {
		t.Errorf("%+v", got)
	}
	if got := bill(s, "SubscriptionType", "PayAsYouGo", "ProductCode", "yundisk", "ProductType", "yundisk"); got.TotalCount != 2 {
		t.Errorf("%+v", got)
	}
	if got := bill(s, "ProductCode", "rds"); got.TotalCount != 0 {
		t.Errorf("%+v", got)
	}
	var days ecs.Money
	for _, day := range []string{"09", "10", "11"} {
		days += total(bill(s, "Granularity", "DAILY", "BillingDate", "2026-08-"+day).Items.Item)
	}
	if days != spent {
		t.Errorf("the days come to %s, %s was spent", days, spent)
	}
	var paged []api.QueryInstanceBillDataItem
	for n := range 3 {
		paged = append(paged, bill(s, "PageSize", "2", "PageNum", strconv.Itoa(n+1)).Items.Item...)
	}
	if len(paged) != 5 || total(paged) != spent {
		t.Errorf("%d lines on three pages", len(paged))
	}
	if got := bill(s.As(s.Other)); got.TotalCount != 0 {
		t.Errorf("another account: %+v", got)
	}
	s.Restart()
	if got := bill(s, "IsHideZeroCharge", "true", "BillOwnerId", strconv.Itoa(actiontest.Account)); total(got.Items.Item) != spent {
		t.Errorf("after a restart: %+v", got)
	}
	money(s, func(tx *state.Tx) error { return billing.Charge(tx, actiontest.Account, "support", 7) })
	if got := bill(s, "IsBillingItem", "true"); got.TotalCount != 7 || total(got.Items.Item) != spent+7 {
		t.Errorf("with what was charged by hand: %+v", got)
	}
	for _, c := range [][]string{
		{"BillingCycle", "2026-8"}, {"BillingCycle", "2026-13"}, {"BillingCycle", "202608"}, {"Granularity", "daily", "BillingDate", "2026-08-09"}, {"Granularity", "DAILY"},
		{"Granularity", "DAILY", "BillingDate", "2026-09-01"}, {"Granularity", "DAILY", "BillingDate", "yesterday"}, {"BillingDate", "2026-08-09"}, {"SubscriptionType", "x"},
		{"PageSize", "0"}, {"PageSize", "301"}, {"PageNum", "0"},
	} {
		if c[0] != "BillingCycle" {
			c = append([]string{"BillingCycle", "2026-08"}, c...)
		}
		s.Refuse(400, api.CodeInvalidParameter, "", "QueryInstanceBill", c...)
	}
	s.Refuse(400, api.CodeNotApplicable, "", "QueryInstanceBill", "BillingCycle", "2026-08", "BillOwnerId", "1")
	s.Refuse(400, api.CodeNotApplicable, "", "QueryInstanceBill", "BillingCycle", "2026-08", "OwnerId", "1")
}
