package reconcile

import (
	"context"
	"time"

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
	"github.com/openecs/openecs/internal/price"
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
var onDue = map[byte]func(tx *state.Tx, k ecs.Key){
	compute.DueRelease:      compute.ReleaseDue,
	command.Wake:            command.Due,
	block.DueSnapshot:       block.SnapshotDue,
	block.DuePolicy:         block.PolicyDue,
	compute.DueProvisioning: compute.ProvisioningDue,
	compute.DueHostRelease:  compute.HostReleaseDue,
	event.Due:               event.Come,
	network.DuePhase:        network.PhaseDue,
	meter.Due:               meter.Settle,
	meter.DueMarket:         meter.MarketDue,
	billing.DueArrears:      arrears.Step,
}

// onDuePriced is onDue for what needs the price list, and when it was to come.
var onDuePriced = map[byte]func(tx *state.Tx, prices *price.List, k ecs.Key, since time.Time){
	compute.DueSubscription: compute.SubscriptionDue,
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
					come(tx, d.Key)
				} else if come := onDuePriced[d.Kind]; come != nil {
					come(tx, r.Prices, d.Key, d.Time)
				} else if d.Kind == compute.DueSpot {
					(&compute.Spot{Prices: r.Prices, Catalog: r.Catalog}).Due(tx, d.Key)
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
