package bss_test

import (
	"context"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/billing"
	"github.com/openecs/openecs/internal/state"
)

// money runs an operation on the accounts of a service.
func money(s *actiontest.Service, f func(tx *state.Tx) error) {
	s.T.Helper()
	if err := s.DB().Update(context.Background(), f); err != nil {
		s.T.Fatal(err)
	}
}

func balance(s *actiontest.Service) api.QueryAccountBalanceData {
	s.T.Helper()
	return actiontest.Call[api.QueryAccountBalanceResponse](s, "QueryAccountBalance").Data
}

func ledger(s *actiontest.Service, params ...string) (out []string) {
	s.T.Helper()
	r := actiontest.Call[api.QueryAccountTransactionsResponse](s, "QueryAccountTransactions", params...)
	for _, t := range r.Data.AccountTransactionsList.AccountTransactionsList {
		out = append(out, t.TransactionType+" "+t.TransactionFlow+" "+t.Amount+" = "+t.Balance)
	}
	return append(out, strconv.Itoa(r.Data.TotalCount))
}

func same(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if g, w := strings.Join(got, "; "), strings.Join(want, "; "); g != w {
		t.Errorf("%s: %s\nwant %s", what, g, w)
	}
}

var bought = []string{"InstanceChargeType", "PrePaid", "Period", "1", "PeriodUnit", "Month"}

func TestQueryAccountBalance(t *testing.T) {
	s := actiontest.Start(t)
	if got := balance(s); got.AvailableAmount != "1000000.00" || got.AvailableCashAmount != "1000000.00" || got.CreditAmount != "0.00" || got.Currency != "CNY" {
		t.Errorf("a fresh account: %+v", got)
	}
	credit, usd := 5*ecs.Unit, ecs.USD
	money(s, func(tx *state.Tx) error { return billing.Set(tx, actiontest.Account, &credit, &usd, nil) })
	money(s, func(tx *state.Tx) error {
		return billing.Charge(tx, actiontest.Account, "instance", 1_000_001*ecs.Unit+1)
	})
	for range 2 {
		if got := balance(s); got.AvailableAmount != "3.99999" || got.AvailableCashAmount != "-1.00001" || got.CreditAmount != "5.00" || got.Currency != "USD" {
			t.Errorf("%+v", got)
		}
		if got := balance(s.As(s.Other)); got.AvailableAmount != "1000000.00" || got.Currency != "CNY" {
			t.Errorf("another account: %+v", got)
		}
		s.Restart()
	}
}

func TestQueryAccountTransactions(t *testing.T) {
	s := actiontest.Start(t, actiontest.Balance("1000"))
	began := ecs.Second(s.Clock.Now().Unix())
	s.Advance(24 * time.Hour)
	money(s, func(tx *state.Tx) error { return billing.TopUp(tx, actiontest.Account, 10*ecs.Unit, "gift") })
	s.Advance(24 * time.Hour)
	id := s.Running(bought...)
	money(s, func(tx *state.Tx) error { return billing.Charge(tx, actiontest.Account, "disk", 7) })
	money(s, func(tx *state.Tx) error { return billing.Adjust(tx, actiontest.Account, ecs.Unit, "by hand") })
	resource := s.Key(ecs.KindInstance, id)
	var price ecs.Money
	money(s, func(tx *state.Tx) error {
		price = billing.Refundable(tx, actiontest.Account, resource)
		_, err := billing.Refund(tx, &billing.Purchase{Account: actiontest.Account, Kind: ecs.OrderRefund, Lines: billing.Lines(ecs.KindInstance, price, resource)})
		return err
	})
	if price <= 0 {
		t.Fatalf("an instance was bought for %s", price)
	}
	left := 1010*ecs.Unit - price
	opening, topUp := "Payment Income 1000.00 = 1000.00", "Payment Income 10.00 = 1010.00"
	buy, usage := "Consumption Expense "+price.String()+" = "+left.String(), "Consumption Expense 0.00007 = "+(left-7).String()
	hand, back := "Adjust Expense 1.00 = "+(left-7-ecs.Unit).String(), "Refund Income "+price.String()+" = 1008.99993"
	all := []string{back, hand, usage, buy, topUp, opening, "6"}
	same(t, "all", ledger(s), all...)
	same(t, "page 2 of 2", ledger(s, "PageSize", "2", "PageNum", "2"), usage, buy, "6")
	same(t, "past the end", ledger(s, "PageSize", "300", "PageNum", "2"), "6")
	same(t, "by type", ledger(s, "TransactionType", "Consumption"), usage, buy, "2")
	same(t, "by a type that nothing is", ledger(s, "TransactionType", "Withdraw"), "0")
	same(t, "by flow", ledger(s, "TransactionFlow", "Income", "PageSize", "1"), back, "3")
	same(t, "by channel", ledger(s, "TransactionChannel", "AccountBalance", "TransactionFlow", "Income"), back, "1")
	same(t, "another account", ledger(s.As(s.Other)), "Payment Income 1000.00 = 1000.00", "1")
	same(t, "the first second", ledger(s, "CreateTimeStart", began, "CreateTimeEnd", began), opening, "1")
	same(t, "from the second day on", ledger(s, "CreateTimeStart", "2026-08-10T00:00:00Z"), back, hand, usage, buy, topUp, "5")
	first := actiontest.Call[api.QueryAccountTransactionsResponse](s, "QueryAccountTransactions", "TransactionChannel", "BankTransfer").Data.AccountTransactionsList.AccountTransactionsList[0]
	if first.Remarks != "gift" || first.TransactionChannelSN == "" {
		t.Errorf("%+v", first)
	}
	same(t, "by number", ledger(s, "TransactionNumber", first.TransactionNumber), topUp, "1")
	same(t, "by serial number", ledger(s, "TransactionChannelSN", first.TransactionChannelSN), topUp, "1")
	sale := actiontest.Call[api.QueryAccountTransactionsResponse](s, "QueryAccountTransactions", "TransactionType", "Consumption").Data.AccountTransactionsList.AccountTransactionsList[1]
	same(t, "by order", ledger(s, "RecordID", sale.RecordID), buy, "1")
	s.Restart()
	same(t, "after a restart", ledger(s), all...)
	s.Advance(45 * 24 * time.Hour)
	same(t, "the last month", ledger(s), "0")
	same(t, "a month before an end", ledger(s, "CreateTimeEnd", "2026-09-10T00:00:00Z"), back, hand, usage, buy, topUp, "5")
	for _, c := range [][]string{
		{"PageNum", "0"}, {"PageSize", "0"}, {"PageSize", "301"}, {"CreateTimeStart", "yesterday"}, {"CreateTimeEnd", "2026-13-01T00:00:00Z"},
		{"CreateTimeStart", "2026-08-11T00:00:00Z", "CreateTimeEnd", "2026-08-10T00:00:00Z"},
	} {
		s.Refuse(400, api.CodeInvalidParameter, "", "QueryAccountTransactions", c...)
	}
}

func orders(s *actiontest.Service, params ...string) *api.QueryOrdersData {
	s.T.Helper()
	return &actiontest.Call[api.QueryOrdersResponse](s, "QueryOrders", params...).Data
}

func TestQueryOrders(t *testing.T) {
	s := actiontest.Start(t)
	n := s.Network()
	made := actiontest.Call[api.RunInstancesResponse](s, "RunInstances", append([]string{"InstanceType", actiontest.InstanceType, "ImageId", actiontest.Image,
		"SecurityGroupId", n.Group, "VSwitchId", n.VSwitch, "SystemDisk.Category", "cloud_essd", "Amount", "2"}, bought...)...)
	if made.OrderID == "" || made.TradePrice <= 0 {
		t.Fatalf("%+v", made)
	}
	s.Advance(time.Minute)
	ids := made.InstanceIDSets.InstanceIDSet
	before := balance(s).AvailableAmount
	other := s.Running(bought...)
	if balance(s).AvailableAmount == before {
		t.Error("nothing was deducted")
	}
	var waits ecs.Key
	k := s.Key(ecs.KindInstance, other)
	money(s, func(tx *state.Tx) (err error) {
		waits, err = billing.Buy(tx, &billing.Purchase{Account: actiontest.Account, Kind: ecs.OrderRenew, Action: "renew", Unpaid: true, Lines: billing.Lines(ecs.KindInstance, ecs.Unit, k)})
		return err
	})
	got := orders(s)
	if got.TotalCount != 3 || len(got.OrderList.Order) != 3 || got.OrderList.Order[2].OrderID != made.OrderID {
		t.Fatalf("%+v", got)
	}
	o := got.OrderList.Order[2]
	price := ecs.Money(made.TradePrice * float64(ecs.Unit)).String()
	if o.OrderType != "New" || o.PaymentStatus != "Paid" || o.PretaxAmount != price || o.Quantity != "2" || o.Region != "cn-hangzhou" || o.ProductCode != "ecs" ||
		o.InstanceIDs != `["`+ids[0]+`","`+ids[1]+`"]` || o.Currency != "CNY" || o.UsageEndTime == "" || o.CreateTime != o.PaymentTime {
		t.Errorf("%+v", o)
	}
	if o := got.OrderList.Order[0]; o.OrderType != "Renew" || o.PaymentStatus != "Unpaid" || o.PaymentTime != "" || o.PretaxAmount != "1.00" {
		t.Errorf("%+v", o)
	}
	for _, c := range []struct {
		params []string
		want   int
	}{
		{[]string{"PaymentStatus", "Paid"}, 2},
		{[]string{"PaymentStatus", "Unpaid"}, 1},
		{[]string{"PaymentStatus", "Cancelled"}, 0},
		{[]string{"PaymentStatus", "Null"}, 0},
		{[]string{"OrderType", "New"}, 2},
		{[]string{"OrderType", "ResizeDisk"}, 0},
		{[]string{"SubscriptionType", "Subscription"}, 3},
		{[]string{"SubscriptionType", "PayAsYouGo"}, 0},
		{[]string{"ProductCode", "ecs", "ProductType", "ecs"}, 3},
		{[]string{"ProductCode", "rds"}, 0},
		{[]string{"OwnerId", strconv.FormatUint(actiontest.Account, 10)}, 3},
	} {
		if got := orders(s, c.params...); got.TotalCount != c.want || len(got.OrderList.Order) != c.want {
			t.Errorf("%v: %d orders, want %d", c.params, got.TotalCount, c.want)
		}
	}
	if got := orders(s, "PageSize", "1", "PageNum", "3"); got.TotalCount != 3 || len(got.OrderList.Order) != 1 || got.OrderList.Order[0].OrderID != made.OrderID {
		t.Errorf("%+v", got)
	}
	if got := orders(s.As(s.Other)); got.TotalCount != 0 {
		t.Errorf("another account: %+v", got)
	}
	money(s, func(tx *state.Tx) error { return billing.Cancel(tx, actiontest.Account, waits) })
	if got := orders(s, "PaymentStatus", "Cancelled"); got.TotalCount != 1 {
		t.Errorf("%+v", got)
	}
	began := s.Clock.Now()
	s.Advance(2 * time.Hour)
	if got := orders(s); got.TotalCount != 0 {
		t.Errorf("in the last hour: %+v", got)
	}
	if got := orders(s, "CreateTimeStart", ecs.Second(began.Add(-time.Hour).Unix())); got.TotalCount != 3 {
		t.Errorf("%+v", got)
	}
	for _, c := range [][]string{{"OrderType", "new"}, {"PaymentStatus", "paid"}, {"SubscriptionType", "x"}, {"PageSize", "0"}, {"PageNum", "-1"}, {"CreateTimeStart", "x"}, {"CreateTimeEnd", "x"}} {
		s.Refuse(400, api.CodeInvalidParameter, "", "QueryOrders", c...)
	}
	s.Refuse(400, api.CodeNotApplicable, "", "QueryOrders", "OwnerId", "1")
}

func TestGetOrderDetail(t *testing.T) {
	s := actiontest.Start(t)
	n := s.Network()
	made := actiontest.Call[api.RunInstancesResponse](s, "RunInstances", append([]string{"InstanceType", actiontest.InstanceType, "ImageId", actiontest.Image,
		"SecurityGroupId", n.Group, "VSwitchId", n.VSwitch, "SystemDisk.Category", "cloud_essd", "Amount", "3"}, bought...)...)
	s.Restart()
	got := actiontest.Call[api.GetOrderDetailResponse](s, "GetOrderDetail", "OrderId", made.OrderID).Data
	if got.TotalCount != 3 || len(got.OrderList.Order) != 3 {
		t.Fatalf("%+v", got)
	}
	var sum ecs.Money
	for i, o := range got.OrderList.Order {
		m, err := ecs.ParseMoney(o.PretaxAmount)
		if sum += m; err != nil || o.OrderID != made.OrderID || o.SubOrderID != made.OrderID+"00"+strconv.Itoa(i+1) || o.Quantity != "1" ||
			o.InstanceIDs != `["`+made.InstanceIDSets.InstanceIDSet[i]+`"]` || o.PaymentStatus != "Paid" {
			t.Errorf("%+v", o)
		}
	}
	if sum.Float() != made.TradePrice {
		t.Errorf("the lines come to %s, the order to %v", sum, made.TradePrice)
	}
	for _, id := range []string{"x", "1", "999999999999999", "-1"} {
		s.Refuse(400, api.CodeInvalidParameter, "", "GetOrderDetail", "OrderId", id)
	}
	s.As(s.Other).Refuse(400, api.CodeInvalidParameter, "", "GetOrderDetail", "OrderId", made.OrderID)
	s.Refuse(400, api.CodeNotApplicable, "", "GetOrderDetail", "OrderId", made.OrderID, "OwnerId", "1")
}
