// Package compute is what several groups and the reconciler do to instances
// within a transaction.
package compute

import (
	"time"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/event"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

// DueRelease is the kind of the due row of an instance's release time.
const DueRelease = 'R'

// wakeDue tells the reconciler that there is a new due row.
const wakeDue = 'D'

// ReleaseAt has an instance deleted at an instant.
func ReleaseAt(tx *state.Tx, t time.Time, k ecs.Key) {
	tx.At(t, DueRelease, k)
	tx.Wake(wakeDue, 0)
}

// ReleaseDue marks an instance deleted because its release time came.
// Deletion protection does not hold it.
func ReleaseDue(tx *state.Tx, k ecs.Key) {
	if r, ok := state.Instances.Get(tx, k); ok && !r.Want.Deleted && r.AutoRelease != 0 && r.AutoRelease <= tx.Now().Unix() {
		Delete(tx, k, r, true)
	}
}

// Power asks for a power operation: a new generation, which the reconciler
// carries out within the time given. A reboot avoids those that are announced.
func Power(tx *state.Tx, k ecs.Key, r *ecs.Instance, op ecs.Op, force bool, within time.Duration) *ecs.Instance {
	next := *r
	next.Want.Op, next.Want.Force = op, force
	next.Want.Gen++
	next.Want.Deadline = tx.Now().Add(within).UnixMilli()
	if op == ecs.OpReboot {
		event.Avoid(tx, k, ecs.MaintenanceReboot)
	}
	state.Instances.Put(tx, k, &next)
	tx.Wake(byte(ecs.KindInstance), k)
	return &next
}

// Delete asks for an instance's end. With force its power is cut, else the
// guest is shut down first.
func Delete(tx *state.Tx, k ecs.Key, r *ecs.Instance, force bool) {
	next := *r
	next.Want.Deleted, next.Want.Force = true, force
	next.Want.Gen++
	next.Want.Deadline = tx.Now().Add(DeleteTime).UnixMilli()
	forgive(tx, k)
	state.Instances.Put(tx, k, &next)
	tx.Wake(byte(ecs.KindInstance), k)
}

// How long operations may take before the reconciler ends them as they are.
const (
	StartTime  = 10 * time.Minute
	StopTime   = 5 * time.Minute
	DeleteTime = 10 * time.Minute
)

// Release deletes the rows of an instance whose machine is gone: its
// interfaces, its disks that go with it, its addresses. A group that keeps its
// capacity replaces it. Other disks were
// detached before (Keeps); an elastic IP stays, bound to nothing.
func Release(tx *state.Tx, k ecs.Key, r *ecs.Instance) {
	network.Release(tx, k)
	if r.Placement.Provisioning != 0 {
		ProvisioningShort(tx, r.Placement.Provisioning)
	}
	network.UnbindAll(tx, k)
	network.LeaveHaVips(tx, k)
	network.DropRoutes(tx, k)
	releaseDisks(tx, k, r)
	if r.PublicIP != 0 {
		network.FreePublic(tx, r.PublicIP)
	}
	if r.AutoRelease != 0 {
		tx.Cancel(DueRelease, k)
	}
	unsubscribe(tx, k, r)
	endSpot(tx, k)
	state.Secrets.Delete(tx, k)
	state.InstanceOptions.Delete(tx, k)
	event.EndAll(tx, k)
	state.Instances.Delete(tx, k)
}
