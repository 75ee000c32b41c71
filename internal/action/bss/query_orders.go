package bss

import (
	"slices"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/billing"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "QueryOrders", (*Service).QueryOrders)

// The values that the documentation has for an order's type and whether it is
// paid. An order that gives money back has no state of payment: Null finds it.
var (
	orderTypes = []string{"New", "Renew", "Upgrade", "Downgrade", "Convert", "Refund",
		"TempUpgrade", "ResizeDisk", "CompensatoryRenew", "IncreaseUpgrade", "Exchange", "ChangeOperatingSystem"}
	paymentStates = []string{"Paid", "Unpaid", "Cancelled", "Null"}
)

// QueryOrders lists the account's orders in a range of time, by default the last
// hour, the newest first. All orders are of subscriptions.
func (s *Service) QueryOrders(c *action.Call, in *api.QueryOrdersRequest) (*api.QueryOrdersResponse, error) {
	if err := ownOnly(c, in.OwnerID); err != nil {
		return nil, err
	}
	page, err := pageOf(in.PageNum, in.PageSize)
	if err != nil {
		return nil, err
	}
	w, err := windowOf(c.Now, in.CreateTimeStart, in.CreateTimeEnd, func(t time.Time) time.Time { return t.Add(-time.Hour) })
	if err != nil {
		return nil, err
	}
	snap := s.DB.Snapshot()
	match, err := orderMatcher(snap, in)
	if err != nil {
		return nil, err
	}
	seq, total := rows(snap, state.OrdersByAccount, c.Caller.Account, w)
	if match != nil {
		total = -1
	}
	found, total, _ := action.List(page, seq, match, total)
	a, _ := billing.Find(snap, c.Caller.Account)
	out := &api.QueryOrdersResponse{Code: "Success", Message: "Successful!", Success: true}
	out.Data.PageNum, out.Data.PageSize, out.Data.TotalCount = page.Number, page.Size, total
	for _, r := range found {
		out.Data.OrderList.Order = append(out.Data.OrderList.Order, api.QueryOrdersDataOrder(s.showOrder(snap, &a, r.Key, r.Record)))
	}
	return out, nil
}

// ownOnly refuses what only a distributor may ask: the orders of a customer.
func ownOnly(c *action.Call, owner *int64) error {
	if owner != nil && uint64(*owner) != c.Caller.Account {
		return api.Errorf(api.CodeNotApplicable, "This API is not applicable for caller.")
	}
	return nil
}

// orderMatcher joins the conditions on single orders; nil when there are none.
func orderMatcher(v state.View, in *api.QueryOrdersRequest) (func(ecs.Key, *ecs.Order) bool, error) {
	subscribed := func(*ecs.Order) string { return "Subscription" }
	product := func(o *ecs.Order) string { return productOf(v, o) }
	type condition struct {
		name, want string
		of         func(*ecs.Order) string
		values     []string // nil: any
	}
	conditions := slices.DeleteFunc([]condition{
		{"OrderType", in.OrderType, orderType, orderTypes},
		{"PaymentStatus", in.PaymentStatus, func(o *ecs.Order) string {
			if s := paymentStatus(o); s != "" {
				return s
			}
			return "Null"
		}, paymentStates},
		{"SubscriptionType", in.SubscriptionType, subscribed, []string{"Subscription", "PayAsYouGo"}},
		{"ProductCode", in.ProductCode, product, nil},
		{"ProductType", in.ProductType, product, nil},
	}, func(c condition) bool { return c.want == "" })
	for _, c := range conditions {
		if c.values != nil && !slices.Contains(c.values, c.want) {
			return nil, action.Invalid(c.name)
		}
	}
	if len(conditions) == 0 {
		return nil, nil
	}
	return func(_ ecs.Key, o *ecs.Order) bool {
		return !slices.ContainsFunc(conditions, func(c condition) bool { return c.of(o) != c.want })
	}, nil
}
