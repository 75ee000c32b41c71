package block

import (
	"slices"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// DuePolicy is the kind of the due row of an automatic snapshot policy: its
// next time.
const DuePolicy = 'y'

// ArmPolicy has a policy come due at its next time and at no other.
func ArmPolicy(tx *state.Tx, k ecs.Key, p *ecs.SnapshotPolicy) {
	tx.Reschedule(p.Next(tx.Now()), DuePolicy, k)
	tx.Wake(wakeDue, 0)
}

// DeletePolicy removes a policy; its disks have none then. The snapshots that
// it took stay automatic ones.
func DeletePolicy(tx *state.Tx, k ecs.Key) {
	for _, dk := range disksOf(tx, k) {
		if d, ok := state.Disks.Get(tx, dk); ok {
			next := *d
			next.Policy = 0
			state.Disks.Put(tx, dk, &next)
		}
	}
	tx.Cancel(DuePolicy, k)
	state.SnapshotPolicies.Delete(tx, k)
}

func disksOf(v state.View, policy ecs.Key) []ecs.Key {
	return slices.Collect(state.DisksByPolicy.Keys(v, uint64(policy), 0))
}

// PolicyDue begins a snapshot of each disk that a policy is applied to, and has
// the policy come due again. A disk of which none can be taken now is passed
// over. What a policy should have done while no service ran is not made up for.
func PolicyDue(tx *state.Tx, k ecs.Key) {
	p, ok := state.SnapshotPolicies.Get(tx, k)
	if !ok {
		return
	}
	name := "auto2.0_" + tx.Now().In(ecs.Beijing).Format("20060102") + "_" + ecs.ID(ecs.KindSnapshotPolicy, k)
	for _, dk := range disksOf(tx, k) {
		d, ok := state.Disks.Get(tx, dk)
		if !ok || d.Flags.Has(ecs.NoAutoSnapshot) || Snapshotable(tx, dk, d) != nil || !roomForAuto(tx, dk) {
			continue
		}
		TakeSnapshot(tx, dk, d, ecs.Snapshot{Name: name, Policy: k, Retention: p.Retention})
	}
	tx.At(p.Next(tx.Now()), DuePolicy, k)
}

// roomForAuto makes room for one more automatic snapshot of a disk: the oldest
// that nothing holds goes. It is false if there is none.
func roomForAuto(tx *state.Tx, disk ecs.Key) bool {
	if _, auto := CountSnapshots(tx, disk); auto < MaxAutoSnapshots {
		return true
	}
	for k, s := range state.SnapshotsByDisk.Ascend(tx, uint64(disk), 0) {
		if s.Policy != 0 && SnapshotReady(s) && SnapshotImages(tx, k) == 0 && !SnapshotCopying(tx, k) && !SnapshotLocked(s, tx.Now()) {
			DeleteSnapshot(tx, k, *s)
			return true
		}
	}
	return false
}

// copyOn begins the copy that the policy of an automatic snapshot, which is
// whole now, asks for.
func copyOn(tx *state.Tx, k ecs.Key, s *ecs.Snapshot) {
	p, ok := state.SnapshotPolicies.Get(tx, s.Policy)
	if !ok || s.CopyOf != 0 || !p.Copy || p.CopyRegion == 0 {
		return
	}
	CopySnapshot(tx, k, s, p.CopyRegion, p.CopyZone, ecs.Snapshot{Name: s.Name, Policy: s.Policy, Retention: p.CopyRetention, Encrypted: p.CopyEncrypted})
}
