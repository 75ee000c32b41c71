package compute

import (
	"time"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// DueProvisioning is the kind of the due row of an auto provisioning group's end.
const DueProvisioning = 'a'

// ProvisioningUntil has an auto provisioning group expire at its ValidUntil.
func ProvisioningUntil(tx *state.Tx, k ecs.Key, at int64) {
	tx.At(time.Unix(at, 0), DueProvisioning, k)
	tx.Wake(wakeDue, 0)
}

// ProvisioningDue ends an auto provisioning group because its time came: its
// instances go with it, if that was asked for, or stay without it.
func ProvisioningDue(tx *state.Tx, k ecs.Key) {
	r, ok := state.ProvisioningGroups.Get(tx, k)
	if !ok || r.Expired || r.ValidUntil == 0 || r.ValidUntil > tx.Now().Unix() {
		return
	}
	next := *r
	next.Expired = true
	state.ProvisioningGroups.Put(tx, k, &next)
	LeaveProvisioning(tx, k, r.TerminateExpiration)
}

// LeaveProvisioning takes all instances out of an auto provisioning group, and
// releases them or lets them stay. Deletion protection lets an instance stay.
func LeaveProvisioning(tx *state.Tx, k ecs.Key, release bool) {
	type member struct {
		k ecs.Key
		r *ecs.Instance
	}
	var members []member
	for ik, i := range state.InstancesByProvisioning.Ascend(tx, uint64(k), 0) {
		members = append(members, member{ik, i})
	}
	for _, m := range members {
		next := *m.r
		next.Placement.Provisioning = 0
		state.Instances.Put(tx, m.k, &next)
		if release && !next.Want.Deleted && !next.Flags.Has(ecs.DeletionProtected) {
			Delete(tx, m.k, &next, true)
		}
	}
}
