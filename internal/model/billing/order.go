package billing

import (
	"errors"
	"time"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// ErrNoOrder is that an account has no order that waits to be paid under a key.
var ErrNoOrder = errors.New("billing: there is no such unpaid order")

// Purchase is what is bought, or given back, in one order.
type Purchase struct {
	Account uint64
	Kind    ecs.OrderKind
	Action  string // what the order does, such as create
	Product string // "" is that of the first line
	Period  uint8
	Unit    ecs.PeriodUnit
	Zone    ecs.Sym
	Lines   []Line

	// Key is what OrderKey drew, where the resources had to know it; 0 draws one.
	Key ecs.Key

	// Unpaid leaves the order to be paid later (AutoPay=false), which then has
	// Effect.
	Unpaid bool
	Effect ecs.OrderEffect

	From, Until time.Time // what time is paid for; of a refund, what is not used
	VCPUHours   int64
}

// Line is one resource of a purchase. Amounts are not negative.
type Line struct {
	Kind     ecs.Kind
	Resource ecs.Key
	Price    ecs.Money // before the discount; of what is given back, how much
	Discount ecs.Money // at most the price
}

// Lines are lines of one price each, of resources of one kind.
func Lines(kind ecs.Kind, price ecs.Money, resources ...ecs.Key) []Line {
	out := make([]Line, len(resources))
	for i, k := range resources {
		out[i] = Line{Kind: kind, Resource: k, Price: price}
	}
	return out
}

// OrderKey is the key of a new order, whose number no other order shows.
func OrderKey(tx *state.Tx) ecs.Key {
	for {
		if k := tx.NewKey(0); state.OrdersByNumber.Count(tx, ecs.OrderNumber(k)) == 0 {
			return k
		}
	}
}

// Buy writes an order, and takes its price from the account unless it is left
// unpaid. It refuses as Affordable does; an order left unpaid is refused to an
// account in arrears or without a method of payment only.
func Buy(tx *state.Tx, p *Purchase) (ecs.Key, error) {
	o, err := orderOf(tx, p)
	if err != nil {
		return 0, err
	}
	due := o.Price
	if p.Unpaid {
		due = 0
	}
	if err := Affordable(tx, p.Account, due); err != nil {
		return 0, err
	}
	k := p.Key
	if k == 0 {
		k = OrderKey(tx)
	}
	if p.Unpaid {
		o.State = ecs.OrderUnpaid
	} else if err := pay(tx, k, o); err != nil {
		return 0, err
	}
	state.Orders.Put(tx, k, o)
	return k, nil
}

// orderOf is the order of a purchase, as if it was paid.
func orderOf(tx *state.Tx, p *Purchase) (*ecs.Order, error) {
	o := &ecs.Order{
		Account: p.Account, Created: tx.Now().Unix(), Action: tx.Sym(p.Action), Period: p.Period, Unit: p.Unit, Zone: p.Zone, Kind: p.Kind,
		VCPUHours: p.VCPUHours, Effect: p.Effect,
	}
	if !p.Until.IsZero() {
		o.From, o.Until = p.From.Unix(), p.Until.Unix()
	}
	product := p.Product
	if product == "" && len(p.Lines) > 0 {
		product = Product(p.Lines[0].Kind)
	}
	o.Product = tx.Sym(product)
	for _, l := range p.Lines {
		if l.Price < 0 || l.Discount < 0 || l.Discount > l.Price || l.Price > ecs.MaxMoney || o.Original+l.Price > ecs.MaxMoney {
			return nil, ErrAmount
		}
		o.Items = append(o.Items, l.Resource)
		o.Lines = append(o.Lines, ecs.OrderLine{Kind: l.Kind, Original: l.Price, Discount: l.Discount})
		o.Original += l.Price
		o.Discount += l.Discount
	}
	o.Price = o.Original - o.Discount
	return o, nil
}

// Product is the code of the product that resources of a kind belong to.
func Product(kind ecs.Kind) string {
	switch kind {
	case ecs.KindDisk:
		return "yundisk"
	case ecs.KindSnapshot:
		return "snapshot"
	case ecs.KindDedicatedHost:
		return "ddh"
	case ecs.KindEIP:
		return "eip"
	}
	return "ecs"
}

// pay takes the price of an order. What costs nothing moves no money.
func pay(tx *state.Tx, k ecs.Key, o *ecs.Order) error {
	o.State, o.Paid = ecs.OrderPaid, tx.Now().Unix()
	if o.Price == 0 {
		return nil
	}
	a, _ := Find(tx, o.Account)
	return post(tx, o.Account, a, &ecs.Transaction{Kind: ecs.TransactionPurchase, Order: k}, ecs.BookSubscription, -o.Price)
}

// Pay pays an order that was left unpaid. It refuses as Affordable does;
// ErrNoOrder for an order that is not the account's or does not wait. What was
// bought is the caller's to make.
func Pay(tx *state.Tx, account uint64, order ecs.Key) (*ecs.Order, error) {
	o, err := unpaid(tx, account, order)
	if err != nil {
		return nil, err
	}
	if err := Affordable(tx, account, o.Price); err != nil {
		return nil, err
	}
	next := *o
	if err := pay(tx, order, &next); err != nil {
		return nil, err
	}
	state.Orders.Put(tx, order, &next)
	return &next, nil
}

// Cancel cancels an order that was left unpaid: ErrNoOrder.
func Cancel(tx *state.Tx, account uint64, order ecs.Key) error {
	o, err := unpaid(tx, account, order)
	if err != nil {
		return err
	}
	next := *o
	next.State = ecs.OrderCancelled
	state.Orders.Put(tx, order, &next)
	return nil
}

func unpaid(v state.View, account uint64, order ecs.Key) (*ecs.Order, error) {
	o, ok := state.Orders.Get(v, order)
	if !ok || o.Account != account || o.State != ecs.OrderUnpaid {
		return nil, ErrNoOrder
	}
	return o, nil
}

// Unpaid is the order of a resource that waits to be paid, 0 for none.
func Unpaid(v state.View, resource ecs.Key) ecs.Key {
	for k, o := range state.OrdersByItem.Ascend(v, uint64(resource), 0) {
		if o.State == ecs.OrderUnpaid {
			return k
		}
	}
	return 0
}
