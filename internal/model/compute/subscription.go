package compute

import (
	"time"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/billing"
	"github.com/openecs/openecs/internal/model/event"
	"github.com/openecs/openecs/internal/price"
	"github.com/openecs/openecs/internal/state"
)

// DueSubscription is the kind of the due row of the next step in the life of a
// subscription: its warning, an attempt to renew it, its end, its release.
const DueSubscription = 'X'

// Subscribe has the next step of an instance's subscription come in its time. It
// is for whoever has written what decides on it: how the instance is paid, until
// when, and how it is renewed. One that is not paid in advance has no next step.
func Subscribe(tx *state.Tx, k ecs.Key, r *ecs.Instance) {
	paid, locked := r.ChargeType == ecs.PrePaid && !r.Want.Deleted, r.Locks&ecs.LockFinancial != 0
	if paid && !locked && !tx.Now().Before(r.End().Add(-ecs.ExpiringTime)) {
		event.Announce(tx, k, r.Account, ecs.ExpirationStop, r.Lockout(), "The subscription is about to expire.")
	} else {
		event.Withdraw(tx, k, ecs.ExpirationStop)
	}
	if paid && locked {
		event.Announce(tx, k, r.Account, ecs.ExpirationDelete, r.Ending(), "The subscription has expired.")
	} else {
		event.Withdraw(tx, k, ecs.ExpirationDelete)
	}
	if !paid {
		tx.Cancel(DueSubscription, k)
		return
	}
	tx.Reschedule(nextStep(r, tx.Now()), DueSubscription, k)
	tx.Wake(wakeDue, 0)
}

// nextStep is when the next thing happens to a subscription after an instant.
// Once nothing is left it is the end, which has come.
func nextStep(r *ecs.Instance, after time.Time) time.Time {
	next := r.Ending()
	for _, t := range [...]time.Time{r.End().Add(-ecs.ExpiringTime), r.Lockout()} {
		if t.After(after) && t.Before(next) {
			next = t
		}
	}
	if r.AutoRenew > 0 {
		if t := ecs.RenewalTry(r.End(), after); t.Before(r.Lockout()) && t.Before(next) {
			next = t
		}
	}
	return next
}

// SubscriptionDue takes the step of a subscription that was due at an instant,
// and all that have become due since. Deletion protection does not hold it, nor
// does a release time matter, which a subscription has none of.
func SubscriptionDue(tx *state.Tx, prices *price.List, k ecs.Key, since time.Time) {
	r, ok := state.Instances.Get(tx, k)
	if !ok || r.Want.Deleted || r.ChargeType != ecs.PrePaid {
		return
	}
	for autoRenewal(r, since, tx.Now()) {
		next, _, err := Renew(tx, prices, k, r, Renewal{N: int(r.AutoRenew), Unit: r.RenewUnit})
		if err != nil {
			break // no money, or no price: the next attempt comes by itself
		}
		r = next
	}
	switch now := tx.Now(); {
	case !now.Before(r.Ending()):
		event.Withdraw(tx, k, ecs.ExpirationDelete)
		Delete(tx, k, r, true)
		return
	case !now.Before(r.Lockout()):
		r = LockFinancial(tx, k, r)
	}
	Subscribe(tx, k, r)
}

// autoRenewal reports whether an attempt to renew a subscription automatically
// fell due within a time. A stopped one is not renewed any more.
func autoRenewal(r *ecs.Instance, from, to time.Time) bool {
	if r.AutoRenew == 0 || r.Locks&ecs.LockFinancial != 0 {
		return false
	}
	t := ecs.RenewalTry(r.End(), from.Add(-1))
	return !t.After(to) && t.Before(r.Lockout())
}

// unsubscribe ends the subscription of an instance that is released: nothing
// follows, an order that waits to be paid is cancelled, and what was paid for an
// instance that could never be made is given back.
func unsubscribe(tx *state.Tx, k ecs.Key, r *ecs.Instance) {
	tx.Cancel(DueSubscription, k)
	if order := billing.Unpaid(tx, k); order != 0 {
		if err := billing.Cancel(tx, r.Account, order); err != nil {
			panic("compute: " + err.Error()) // it was just found
		}
	}
	if paid := billing.Refundable(tx, r.Account, k); paid > 0 && !r.Seen.Provisioned && r.ChargeType == ecs.PrePaid {
		// An account that can hold no more gets nothing: the instance must go in any case.
		_, _ = billing.Refund(tx, &billing.Purchase{
			Account: r.Account, Kind: ecs.OrderRefund, Action: "refund", Zone: r.Zone, Lines: billing.Lines(ecs.KindInstance, paid, k),
		})
	}
}
