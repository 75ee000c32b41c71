package compute

import (
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/billing"
	"github.com/openecs/openecs/internal/model/pricing"
	"github.com/openecs/openecs/internal/price"
	"github.com/openecs/openecs/internal/state"
)

// Renewable checks that a subscription can be renewed: in any state but on its way
// in or out, expired or not. 403 ChargeTypeViolation, IncorrectInstanceStatus,
// InstanceLockedForSecurity and Instance.UnPaidOrder.
func Renewable(v state.View, k ecs.Key, r *ecs.Instance) error {
	switch {
	case r.ChargeType != ecs.PrePaid:
		return api.Errorf(api.CodeChargeTypeViolation, "The operation is not permitted due to charge type of the instance.").WithStatus(403)
	case r.Want.Deleted || r.Status() == ecs.Pending:
		return api.Errorf(api.CodeIncorrectInstanceStatus, "The current status of the resource does not support this operation.").WithStatus(403)
	case r.Locks&ecs.LockSecurity != 0:
		return api.Errorf(api.CodeInstanceLockedForSecurity, "The specified operation is denied as your instance is locked for security reasons.")
	}
	return NothingUnpaid(v, k, api.CodeInstanceUnPaidOrder)
}

// NothingUnpaid refuses a change of a resource with an order that waits to be paid.
// What that is called depends on the action.
func NothingUnpaid(v state.View, k ecs.Key, code string) error {
	if billing.Unpaid(v, k) == 0 {
		return nil
	}
	return api.Errorf(code, "The specified instance has an unpaid order. Pay or cancel it first.")
}

// Renewal is for how much longer a subscription is paid: N units, or with Day to
// the next such day of a month, 1 to 28.
type Renewal struct {
	N    int
	Unit ecs.PeriodUnit
	Day  int
}

// longestPaid is how far ahead a subscription may be paid (inferred: that there
// is a limit is documented, not where).
const longestPaid = 10

// from is when a renewal of a subscription begins: at its end, and of one that
// was stopped because it had ended now.
func (n *Renewal) from(r *ecs.Instance, now time.Time) time.Time {
	if r.Locks&ecs.LockFinancial != 0 && now.After(r.End()) {
		return now
	}
	return r.End()
}

// span is what a renewal is of, as it is priced.
func (n *Renewal) span(r *ecs.Instance, now time.Time) (from, until time.Time, term price.Term) {
	from = n.from(r, now)
	switch {
	case n.Day > 0:
		until = ecs.RenewalDay(from, n.Day)
		return from, until, price.Term{Rest: until.Sub(from)}
	case from.Equal(r.End()):
		until = ecs.RenewalEnd(from, n.N, n.Unit)
	default:
		until = ecs.PeriodEnd(from, n.N, n.Unit)
	}
	return from, until, price.Term{N: n.N, Unit: n.Unit}
}

// Renew pays a subscription instance, its bandwidth and those of its disks that
// end with it for longer, and gives its record as it is then and the order. One
// that was stopped because it had ended is unlocked, and brought back to the state
// before (inferred, as documented for instances whose arrears are settled).
//
// It refuses as billing.Buy does; with 400 InvalidPeriod.ExceededDedicatedHost
// beyond the end of the instance's dedicated host, and with 400
// InvalidPeriod.ExceededMaximumExpirationDate beyond ten years. A *price.Missing
// stays one. Nothing is written with an error.
func Renew(tx *state.Tx, prices *price.List, k ecs.Key, r *ecs.Instance, n Renewal) (*ecs.Instance, ecs.Key, error) {
	from, until, term := n.span(r, tx.Now())
	h, hosted := state.DedicatedHosts.Get(tx, r.Placement.Host)
	switch {
	case hosted && until.Unix() > h.Expires && h.ChargeType == ecs.PrePaid:
		return nil, 0, api.Errorf(api.CodeInvalidPeriodExceededDedicatedHost, "Instance expired date can't exceed dedicated host expired date.")
	case until.After(tx.Now().AddDate(longestPaid, 0, 1)):
		return nil, 0, api.Errorf(api.CodeInvalidPeriodExceededMaximumExpirationDate, "The specified period exceeds the maximum expiration date.")
	}
	cost, err := prices.Trade(pricing.Instance(tx, prices.Region(k.Region()), k, r), term)
	if err != nil {
		return nil, 0, err
	}
	order, err := billing.Buy(tx, &billing.Purchase{
		Account: r.Account, Kind: ecs.OrderRenew, Action: "renew", Period: uint8(n.N), Unit: n.Unit, Zone: r.Zone,
		Lines: billing.Lines(ecs.KindInstance, cost, k), From: from, Until: until,
	})
	if err != nil {
		return nil, 0, err
	}
	return paidUntil(tx, k, r, until), order, nil
}

// paidUntil is that a subscription instance is paid until an instant.
func paidUntil(tx *state.Tx, k ecs.Key, r *ecs.Instance, until time.Time) *ecs.Instance {
	next := *r
	next.Expires = until.Unix()
	for _, d := range disksOf(tx, k) {
		if d.rec.ChargeType == ecs.PrePaid {
			longer := *d.rec
			longer.Expires = next.Expires
			state.Disks.Put(tx, d.k, &longer)
		}
	}
	state.Instances.Put(tx, k, &next)
	out := UnlockFinancial(tx, k, &next)
	Subscribe(tx, k, out)
	return out
}
