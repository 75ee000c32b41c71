package reconcile

import (
	"context"
	"time"

	"github.com/openecs/openecs/internal/clock"
	"github.com/openecs/openecs/internal/state"
)

// tokenPause is how far apart sweeps of expired tokens are at least: those that
// expire within it go together.
const tokenPause = time.Minute

// tokens removes expired idempotency tokens, a bounded number in each
// transaction, and comes back when the next have expired. With none kept it
// does not: the first that is kept wakes it.
func (r *Reconciler) tokens(ctx context.Context) {
	for {
		next, ok := state.NextTokenExpiry(r.DB.Snapshot())
		if !ok {
			return
		}
		now := r.Clock.Now()
		if next.After(now) {
			r.schedule.Wake(later(next, now.Add(tokenPause)), clock.Key{Kind: wakeTokens})
			return
		}
		err := r.DB.UpdateBehind(ctx, func(tx *state.Tx) error {
			tx.SweepTokens(dueBatch)
			return nil
		})
		if err != nil {
			if ctx.Err() == nil {
				r.Log.Warn("expired tokens could not be removed; trying again", "cause", err)
				r.schedule.Wake(now.Add(choreRetry), clock.Key{Kind: wakeTokens})
			}
			return
		}
	}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
