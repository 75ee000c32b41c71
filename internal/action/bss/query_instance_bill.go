package bss

import (
	"iter"
	"strconv"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/billing"
	"github.com/openecs/openecs/internal/model/meter"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "QueryInstanceBill", (*Service).QueryInstanceBill)

// QueryInstanceBill lists what the account's resources cost in a month or, with
// Granularity DAILY, on a day (of UTC+8): what was posted of what is paid as it is
// used, and the orders of subscriptions. The lines come to what the ledger has, to
// the last unit. They are derived anew each time, in a time that grows with what
// the account has and had.
func (s *Service) QueryInstanceBill(c *action.Call, in *api.QueryInstanceBillRequest) (*api.QueryInstanceBillResponse, error) {
	if err := ownOnly(c, in.BillOwnerID); err != nil {
		return nil, err
	}
	if err := ownOnly(c, in.OwnerID); err != nil {
		return nil, err
	}
	page, err := pageOf(in.PageNum, in.PageSize)
	if err != nil {
		return nil, err
	}
	from, to, err := billed(in)
	if err != nil {
		return nil, err
	}
	if !action.OneOf(in.SubscriptionType, "", "Subscription", "PayAsYouGo") {
		return nil, action.Invalid("SubscriptionType")
	}
	snap := s.DB.Snapshot()
	b := &bill{s: s, v: snap, in: in, account: c.Caller.Account}
	if in.SubscriptionType != "Subscription" {
		b.metered(from, to)
	}
	if in.SubscriptionType != "PayAsYouGo" {
		b.ordered(from, to)
	}
	rows := func(ecs.Key) iter.Seq2[ecs.Key, *charged] {
		return func(yield func(ecs.Key, *charged) bool) {
			for i := range b.lines {
				if !yield(ecs.Key(i), &b.lines[i]) {
					return
				}
			}
		}
	}
	found, total, _ := action.List(page, rows, nil, len(b.lines))
	out := &api.QueryInstanceBillResponse{Code: "Success", Message: "Successful!", Success: true}
	d, account := &out.Data, strconv.FormatUint(c.Caller.Account, 10)
	d.AccountID, d.AccountName, d.BillingCycle = account, account, in.BillingCycle
	d.PageNum, d.PageSize, d.TotalCount = page.Number, page.Size, total
	for _, r := range found {
		d.Items.Item = append(d.Items.Item, b.show(r.Record))
	}
	return out, nil
}

// billed is the range of a bill, from (not in it) to (in it): a settlement at
// midnight is of the day before.
func billed(in *api.QueryInstanceBillRequest) (from, to int64, err error) {
	month, err := time.ParseInLocation("2006-01", in.BillingCycle, ecs.Beijing)
	if err != nil {
		return 0, 0, action.Invalid("BillingCycle")
	}
	switch in.Granularity {
	case "", "MONTHLY":
		if in.BillingDate != "" {
			return 0, 0, action.Invalid("BillingDate")
		}
		return month.Unix(), month.AddDate(0, 1, 0).Unix(), nil
	case "DAILY":
		day, err := time.ParseInLocation("2006-01-02", in.BillingDate, ecs.Beijing)
		if err != nil || day.Format("2006-01") != in.BillingCycle {
			return 0, 0, action.Invalid("BillingDate")
		}
		return day.Unix(), day.AddDate(0, 0, 1).Unix(), nil
	}
	return 0, 0, action.Invalid("Granularity")
}

// bill gathers the lines of one answer.
type bill struct {
	s       *Service
	v       state.View
	in      *api.QueryInstanceBillRequest
	account uint64
	lines   []charged
}

// charged is one line.
type charged struct {
	meter.Line
	item  string // SubscriptionOrder, PayAsYouGoBill, Refund
	gross ecs.Money
}

func (b *bill) add(l charged) {
	code := billing.Product(l.Kind)
	if b.in.ProductCode != "" && b.in.ProductCode != code || b.in.ProductType != "" && b.in.ProductType != code {
		return
	}
	if action.Flag(b.in.IsHideZeroCharge) && l.Amount == 0 {
		return
	}
	b.lines = append(b.lines, l)
}

// metered adds what was posted of what is paid as it is used: by billing item, or
// in one line for each resource.
func (b *bill) metered(from, to int64) {
	lines := meter.Bill(b.v, b.account, from, to)
	if !action.Flag(b.in.IsBillingItem) {
		lines = whole(lines)
	}
	for _, l := range lines {
		b.add(charged{l, "PayAsYouGoBill", l.Amount})
	}
}

// whole joins the lines of a resource into one, in the place of the first.
func whole(lines []meter.Line) (out []meter.Line) {
	at := map[ecs.Key]int{}
	for _, l := range lines {
		if i, ok := at[l.Resource]; ok {
			out[i].Amount += l.Amount
			out[i].Item, out[i].Rate, out[i].Seconds = 0, 0, max(out[i].Seconds, l.Seconds)
			continue
		}
		if l.Resource != 0 {
			at[l.Resource] = len(out)
		}
		out = append(out, l)
	}
	return out
}

// ordered adds the orders that were paid, and what was given back.
func (b *bill) ordered(from, to int64) {
	for _, o := range state.OrdersByAccount.Ascend(b.v, b.account, 0) {
		if o.State != ecs.OrderPaid || o.Paid < from || o.Paid >= to {
			continue
		}
		item := "SubscriptionOrder"
		if o.Kind == ecs.OrderRefund {
			item = "Refund"
		}
		for i := range o.Lines {
			l := &o.Lines[i]
			b.add(charged{meter.Line{Kind: l.Kind, Resource: o.Items[i], Zone: o.Zone, Amount: l.Trade()}, item, l.Original})
		}
	}
}

func (b *bill) show(l *charged) api.QueryInstanceBillDataItem {
	a, _ := billing.Find(b.v, b.account)
	account, code := strconv.FormatUint(b.account, 10), billing.Product(l.Kind)
	out := api.QueryInstanceBillDataItem{
		BillAccountID: account, BillAccountName: account, OwnerID: account, Currency: a.Currency.String(), BillingDate: b.in.BillingDate,
		ProductCode: code, ProductType: code, CommodityCode: code, PipCode: code, ProductName: code, ProductDetail: code,
		Item: l.item, ItemName: l.item, SubscriptionType: "PayAsYouGo", BillingType: "pay as you go", BizType: "trusteeship",
		PretaxGrossAmount: l.gross.Float(), InvoiceDiscount: (l.gross - l.Amount).Float(), PretaxAmount: l.Amount.Float(), PaymentAmount: l.Amount.Float(), CashAmount: l.Amount.Float(),
		InstanceSpec: b.v.Str(l.Spec),
	}
	if l.item != "PayAsYouGoBill" {
		out.SubscriptionType, out.BillingType = "Subscription", "subscription"
	} else if l.Item != 0 {
		out.BillingItem = b.v.Str(l.Item)
	}
	if l.Seconds > 0 {
		out.Usage, out.UsageUnit = strconv.FormatInt(l.Seconds, 10), "second"
		out.ServicePeriod, out.ServicePeriodUnit = out.Usage, out.UsageUnit
	}
	if l.Rate > 0 {
		out.ListPrice, out.ListPriceUnit = l.Rate.String(), out.Currency+"/hour"
	}
	if l.Resource != 0 {
		out.InstanceID = ecs.ID(l.Kind, l.Resource)
		if r, ok := b.s.Catalog.RegionByCode(l.Resource.Region()); ok {
			out.Region = r.ID
		}
	}
	if l.Kind == ecs.KindInstance {
		b.describe(&out, l.Resource)
	}
	return out
}

// describe adds what an instance is now; of one that is gone there is no more.
func (b *bill) describe(out *api.QueryInstanceBillDataItem, k ecs.Key) {
	r, ok := state.Instances.Get(b.v, k)
	if !ok {
		return
	}
	out.NickName, out.ResourceGroup, out.InstanceSpec = r.Name, b.v.Str(r.ResourceGroup), b.v.Str(r.Type)
	if r.PublicIP != 0 {
		out.InternetIP = r.PublicIP.String()
	}
	if n, ok := state.Interfaces.Get(b.v, r.Interface); ok {
		out.IntranetIP = n.IP.String()
	}
	for _, t := range r.Tags {
		if out.Tag != "" {
			out.Tag += "; "
		}
		out.Tag += "key:" + b.v.Str(t.Key) + " value:" + b.v.Str(t.Value)
	}
}
