package billing

import (
	"errors"
	"slices"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// ErrRefund is that more was to be given back than was paid.
var ErrRefund = errors.New("billing: more is given back than was paid")

// Refundable is what was paid for a resource in advance and not given back yet:
// the most that a refund of it may come to.
func Refundable(v state.View, account uint64, resource ecs.Key) (sum ecs.Money) {
	for _, o := range state.OrdersByItem.Ascend(v, uint64(resource), 0) {
		if o.Account != account || o.State != ecs.OrderPaid {
			continue
		}
		for i := range o.Lines {
			if o.Items[i] == resource {
				sum += left(&o.Lines[i])
			}
		}
	}
	return sum
}

// left is what of a line was paid and not given back.
func left(l *ecs.OrderLine) ecs.Money { return max(0, l.Trade()-l.Refunded) }

// giveBack notes in the orders of a resource that an amount, which is at most
// Refundable, was given back.
func giveBack(tx *state.Tx, account uint64, resource ecs.Key, amount ecs.Money) {
	for k, o := range state.OrdersByItem.Descend(tx, uint64(resource), 0) {
		if amount == 0 {
			return
		}
		if o.Account != account || o.State != ecs.OrderPaid {
			continue
		}
		next := *o
		next.Lines = slices.Clone(o.Lines)
		for i := range next.Lines {
			if l := &next.Lines[i]; next.Items[i] == resource {
				n := min(amount, left(l))
				l.Refunded += n
				amount -= n
			}
		}
		state.Orders.Put(tx, k, &next)
	}
}

// Refund gives money back in an order of its own, whose amounts are negative.
// Each line says how much for a resource: ErrRefund where that is more than
// Refundable, and nothing is written then. The newest orders give first.
func Refund(tx *state.Tx, p *Purchase) (ecs.Key, error) {
	o, err := orderOf(tx, p)
	if err != nil {
		return 0, err
	}
	a, ok := Find(tx, p.Account)
	if !ok {
		return 0, ErrNoAccount
	}
	asked := map[ecs.Key]ecs.Money{}
	for i, k := range o.Items {
		asked[k] += o.Lines[i].Trade()
	}
	for k, amount := range asked {
		if amount > Refundable(tx, p.Account, k) {
			return 0, ErrRefund
		}
	}
	k := p.Key
	if k == 0 {
		k = OrderKey(tx)
	}
	amount := o.Price
	for i := range o.Lines {
		l := &o.Lines[i]
		giveBack(tx, p.Account, o.Items[i], l.Trade())
		l.Original, l.Discount = -l.Original, -l.Discount
	}
	o.Price, o.Original, o.Discount, o.Paid = -o.Price, -o.Original, -o.Discount, o.Created
	if amount > 0 {
		if err := post(tx, p.Account, a, &ecs.Transaction{Kind: ecs.TransactionRefund, Order: k}, ecs.BookRefunds, amount); err != nil {
			return 0, err
		}
	}
	state.Orders.Put(tx, k, o)
	return k, nil
}
