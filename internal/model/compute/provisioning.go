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
	next.Expired, next.Short = true, false
	state.Secrets.Delete(tx, k)
	state.ProvisioningGroups.Put(tx, k, &next)
	LeaveProvisioning(tx, k, r.TerminateExpiration)
}

// ProvisioningMaintain is the type of groups that keep their capacity.
const ProvisioningMaintain = "maintain"

// ProvisioningShort has the capacity of an auto provisioning group looked at, if
// it is one that keeps it.
func ProvisioningShort(tx *state.Tx, k ecs.Key) {
	r, ok := state.ProvisioningGroups.Get(tx, k)
	if !ok || r.Short || r.Expired || tx.Str(r.Type) != ProvisioningMaintain {
		return
	}
	next := *r
	next.Short = true
	state.ProvisioningGroups.Put(tx, k, &next)
	tx.Wake(byte(ecs.KindProvisioning), k)
}

// LeaveProvisioning takes all instances out of an auto provisioning group, and
// releases them or lets them stay. Deletion protection lets an instance stay.
func LeaveProvisioning(tx *state.Tx, k ecs.Key, release bool) {
	var members []ecs.Key
	for m := range state.InstancesByProvisioning.Keys(tx, uint64(k), 0) {
		members = append(members, m)
	}
	for _, m := range members {
		LeaveProvisioningOf(tx, m, release)
	}
}

// LeaveProvisioningOf takes one instance out of its auto provisioning group, as
// LeaveProvisioning does. It tells whether it releases it.
func LeaveProvisioningOf(tx *state.Tx, k ecs.Key, release bool) bool {
	r, ok := state.Instances.Get(tx, k)
	if !ok {
		return false
	}
	next := *r
	next.Placement.Provisioning = 0
	state.Instances.Put(tx, k, &next)
	if !release || next.Want.Deleted || next.Flags.Has(ecs.DeletionProtected) {
		return false
	}
	Delete(tx, k, &next, true)
	return true
}
