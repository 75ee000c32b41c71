package reconcile

import (
	"context"
	"iter"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// provisioningFlow brings auto provisioning groups to their capacity. No engine
// has a part in it: what it makes are records of instances, which have a flow of
// their own. The mark Short goes in the transaction that makes them.
type provisioningFlow struct{}

func (provisioningFlow) kind() byte { return byte(ecs.KindProvisioning) }

func (provisioningFlow) open(v state.View) iter.Seq[ecs.Key] {
	return state.ProvisioningGroupsShort.Keys(v, 0, 0)
}

func (provisioningFlow) zoneOf(v state.View, k ecs.Key) (ecs.Sym, bool) {
	_, ok := state.ProvisioningGroups.Get(v, k)
	return nowhere, ok
}

func (provisioningFlow) expire(*Reconciler, *state.Snapshot, ecs.Key, error) func(*state.Tx, ecs.Key) {
	return nil
}

func (provisioningFlow) look(ctx context.Context, r *Reconciler, snap *state.Snapshot, k ecs.Key) (outcome, bool) {
	rec, ok := state.ProvisioningGroups.Get(snap, k)
	if !ok {
		return outcome{}, false
	}
	if !rec.Short || r.Deliver == nil {
		return outcome{blind: true}, true
	}
	at, err := r.Deliver(ctx, k, r.Clock.Now())
	return outcome{at: at, failed: err, blind: true}, true
}
