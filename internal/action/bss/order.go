package bss

import (
	"strconv"
	"strings"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/block"
	"github.com/openecs/openecs/internal/state"
)

func orderType(o *ecs.Order) string {
	return [...]string{
		ecs.OrderNew: "New", ecs.OrderRenew: "Renew", ecs.OrderUpgrade: "Upgrade", ecs.OrderDowngrade: "Downgrade", ecs.OrderConvert: "Convert",
		ecs.OrderRefund: "Refund",
	}[o.Kind]
}

// paymentStatus is "" for an order that gives money back.
func paymentStatus(o *ecs.Order) string {
	if o.Kind == ecs.OrderRefund || o.Price < 0 {
		return ""
	}
	return [...]string{ecs.OrderPaid: "Paid", ecs.OrderUnpaid: "Unpaid", ecs.OrderCancelled: "Cancelled"}[o.State]
}

func productOf(v state.View, o *ecs.Order) string {
	if o.Product == 0 {
		return product
	}
	return v.Str(o.Product)
}

// showOrder is an order as a whole.
func (s *Service) showOrder(v state.View, a *ecs.Account, k ecs.Key, o *ecs.Order) api.GetOrderDetailDataOrder {
	number, code, currency := block.OrderID(k), productOf(v, o), a.Currency.String()
	out := api.GetOrderDetailDataOrder{
		OrderID: number, SubOrderID: number, RelatedOrderID: "", OrderType: orderType(o), OrderSubType: v.Str(o.Action), PaymentStatus: paymentStatus(o),
		ProductCode: code, ProductType: code, CommodityCode: code, SubscriptionType: "Subscription", Currency: currency, PaymentCurrency: currency,
		CreateTime: ecs.Second(o.Created), PaymentTime: ecs.Second(o.Paid), Quantity: strconv.Itoa(len(o.Items)),
		InstanceIDs: itemIDs(o, o.Items...), Tax: "0.00", Operator: strconv.FormatUint(o.Account, 10),
	}
	setAmounts(&out, o.Original, o.Price)
	if len(o.Items) > 0 {
		if r, ok := s.Catalog.RegionByCode(o.Items[0].Region()); ok {
			out.Region = r.ID
		}
	}
	if o.Period > 0 && o.State == ecs.OrderPaid && o.Kind == ecs.OrderNew {
		out.UsageStartTime = out.PaymentTime
		out.UsageEndTime = ecs.Second(ecs.PeriodEnd(time.Unix(o.Created, 0), int(o.Period), o.Unit).Unix())
	}
	return out
}

// showLines is an order by its resources.
func (s *Service) showLines(v state.View, a *ecs.Account, k ecs.Key, o *ecs.Order) []api.GetOrderDetailDataOrder {
	whole := s.showOrder(v, a, k, o)
	if len(o.Lines) == 0 {
		return []api.GetOrderDetailDataOrder{whole}
	}
	out := make([]api.GetOrderDetailDataOrder, len(o.Lines))
	for i := range o.Lines {
		out[i] = whole
		out[i].SubOrderID = whole.OrderID + leftPad(i+1)
		out[i].Quantity, out[i].InstanceIDs = "1", itemIDs(o, o.Items[i])
		setAmounts(&out[i], o.Lines[i].Original, o.Lines[i].Trade())
	}
	return out
}

// leftPad is a number of three digits or more.
func leftPad(n int) string {
	s := strconv.Itoa(n)
	return strings.Repeat("0", max(0, 3-len(s))) + s
}

// setAmounts shows what something costs before and after the discount. There is
// no tax.
func setAmounts(out *api.GetOrderDetailDataOrder, gross, net ecs.Money) {
	out.PretaxGrossAmount, out.PretaxAmount = gross.String(), net.String()
	out.PretaxAmountLocal, out.AfterTaxAmount = out.PretaxAmount, out.PretaxAmount
}

// itemIDs are identifiers as a JSON array.
func itemIDs(o *ecs.Order, items ...ecs.Key) string {
	b := []byte{'['}
	for i, k := range items {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendQuote(b, ecs.ID(kindOf(o, k), k))
	}
	return string(append(b, ']'))
}

// kindOf is the kind of a resource of an order.
func kindOf(o *ecs.Order, item ecs.Key) ecs.Kind {
	for i := range o.Lines {
		if o.Items[i] == item {
			return o.Lines[i].Kind
		}
	}
	return ecs.KindInstance // of orders from before there were lines
}
