package reconcile

import (
	"context"

	"github.com/openecs/openecs/internal/clock"
	"github.com/openecs/openecs/internal/model/compute"
	"github.com/openecs/openecs/internal/state"
)

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
		err := r.DB.Update(ctx, func(tx *state.Tx) error {
			for range dueBatch {
				d, ok := state.NextDue(tx)
				if !ok || d.Time.After(now) {
					return nil
				}
				if d.Kind == compute.DueRelease {
					compute.ReleaseDue(tx, d.Key)
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
