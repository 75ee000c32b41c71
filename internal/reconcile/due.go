package reconcile

import (
	"context"

	"github.com/openecs/openecs/internal/clock"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/arrears"
	"github.com/openecs/openecs/internal/model/billing"
	"github.com/openecs/openecs/internal/model/block"
	"github.com/openecs/openecs/internal/model/command"
	"github.com/openecs/openecs/internal/model/compute"
	"github.com/openecs/openecs/internal/model/event"
	"github.com/openecs/openecs/internal/model/meter"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

// onDue is what turns a due row of each kind into a fact. To have something
// happen at an instant:
//
//  1. Choose a kind, a byte that no other kind and no kind of resource has, and
//     name it in the package of internal/model that the fact belongs to, beside
//     the function that makes it.
//
//  2. The transaction that causes it asks for it and wakes the reconciler, once
//     the row it is for is written:
//
//     tx.At(at, DueRenewal, k) // or Reschedule, which leaves one
//     tx.Wake(wakeDue, 0)
//
//     What makes it void (a release, a new time) cancels it: tx.Cancel(kind, k).
//
//  3. The function looks whether the record still asks for it, for it may come
//     late, after a time without a service, or for a row that has changed. It
//     writes with tx.Now() and, if there is a next time, asks for that with tx.At;
//     what needs the engine it wakes by the key: tx.Wake. It does no I/O.
//
//  4. Add a line here, and what happens to TestTwoMonths in internal/service.
//
// Rows of one instant come in the order they were asked for. A row whose kind
// has no line is dropped when it comes.
var onDue = map[byte]func(r *Reconciler, tx *state.Tx, d state.Due){
	compute.DueRelease:      byKey(compute.ReleaseDue),
	command.Wake:            byKey(command.Due),
	block.DueSnapshot:       byKey(block.SnapshotDue),
	block.DuePolicy:         byKey(block.PolicyDue),
	compute.DueProvisioning: byKey(compute.ProvisioningDue),
	compute.DueHostRelease:  byKey(compute.HostReleaseDue),
	event.Due:               byKey(event.Come),
	network.DuePhase:        byKey(network.PhaseDue),
	meter.Due:               byKey(meter.Settle),
	meter.DueMarket:         byKey(meter.MarketDue),
	billing.DueArrears:      byKey(arrears.Step),
	compute.DueSubscription: func(r *Reconciler, tx *state.Tx, d state.Due) {
		compute.SubscriptionDue(tx, r.Prices, d.Key, d.Time)
	},
	compute.DueSpot: func(r *Reconciler, tx *state.Tx, d state.Due) {
		(&compute.Spot{Prices: r.Prices, Catalog: r.Catalog}).Due(tx, d.Key)
	},
}

// byKey is for what needs to know nothing but for which row it is.
func byKey(come func(*state.Tx, ecs.Key)) func(*Reconciler, *state.Tx, state.Due) {
	return func(_ *Reconciler, tx *state.Tx, d state.Due) { come(tx, d.Key) }
}

// dueBatch is how many due rows are handled in one transaction.
const dueBatch = 256

// due does everything whose time has come: each row turns into a fact in the
// record it is for, and goes, in one transaction.
func (r *Reconciler) due(ctx context.Context) {
	for {
		next, ok := state.NextDue(r.DB.Snapshot())
		if !ok {
			return
		}
		now := r.Clock.Now()
		if next.Time.After(now) {
			r.schedule.Wake(next.Time, clock.Key{Kind: wakeDue})
			return
		}
		err := r.DB.UpdateBehind(ctx, func(tx *state.Tx) error {
			for range dueBatch {
				d, ok := state.NextDue(tx)
				if !ok || d.Time.After(now) {
					return nil
				}
				if come := onDue[d.Kind]; come != nil {
					come(r, tx, d)
				}
				tx.Done(d)
			}
			return nil
		})
		if err != nil {
			if ctx.Err() == nil {
				r.Log.Warn("what is due could not be written; trying again", "cause", err)
				r.schedule.Wake(now.Add(choreRetry), clock.Key{Kind: wakeDue})
			}
			return
		}
	}
}
