package billing

import (
	"math/bits"
	"time"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// Worth is what is left at an instant of what was paid for a resource in advance:
// of each order the part of its price that its time to come is of all its time,
// less what it gave back already. What an order says nothing about, from a time
// when orders did not, is worth nothing. It is at most Refundable.
func Worth(v state.View, account uint64, resource ecs.Key, now time.Time) (sum ecs.Money) {
	for _, o := range state.OrdersByItem.Ascend(v, uint64(resource), 0) {
		if o.Account != account || o.State != ecs.OrderPaid || o.Until <= now.Unix() || o.Until <= o.From {
			continue
		}
		rest, all := o.Until-max(o.From, now.Unix()), o.Until-o.From
		for i := range o.Lines {
			if l := &o.Lines[i]; o.Items[i] == resource && l.Trade() > 0 {
				sum += max(0, part(l.Trade(), rest, all)-l.Refunded)
			}
		}
	}
	return sum
}

// part is rest/all of an amount that is not negative, rounded down.
func part(m ecs.Money, rest, all int64) ecs.Money {
	hi, lo := bits.Mul64(uint64(m), uint64(rest))
	q, _ := bits.Div64(hi, lo, uint64(all)) // rest is at most all, so it fits
	return ecs.Money(q)
}

// MaxRefundVCPUHours is how many vCPUs times hours an account may give back in a
// month by changes to pay-as-you-go (behaviour of 2021, the page on limits).
const MaxRefundVCPUHours = 5000

// RefundedVCPUHours is how many it gave back in the month so far, in UTC+8.
func RefundedVCPUHours(v state.View, account uint64, now time.Time) (sum int64) {
	y, m, _ := now.In(ecs.Beijing).Date()
	first := time.Date(y, m, 1, 0, 0, 0, 0, ecs.Beijing).Unix()
	for _, o := range state.OrdersByAccount.Descend(v, account, 0) {
		if o.Created < first {
			break
		}
		sum += o.VCPUHours
	}
	return sum
}
