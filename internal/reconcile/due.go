package reconcile

import (
	"context"

	"github.com/openecs/openecs/internal/clock"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/block"
	"github.com/openecs/openecs/internal/model/command"
	"github.com/openecs/openecs/internal/model/compute"
	"github.com/openecs/openecs/internal/model/event"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

// onDue is what turns a due row of each kind into a fact.
var onDue = map[byte]func(tx *state.Tx, k ecs.Key){
	compute.DueRelease:      compute.ReleaseDue,
	command.Wake:            command.Due,
	block.DueSnapshot:       block.SnapshotDue,
	block.DuePolicy:         block.PolicyDue,
	compute.DueProvisioning: compute.ProvisioningDue,
	compute.DueHostRelease:  compute.HostReleaseDue,
	event.Due:               event.Come,
	network.DuePhase:        network.PhaseDue,
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
