// Package block is what several groups and the reconciler do to disks and
// snapshots within a transaction.
package block

import (
	"time"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// How long work may take before it counts as failed.
const (
	DiskTime     = 30 * time.Minute
	SnapshotTime = 6 * time.Hour
)

// Work asks for work on a disk: next is the record as it is to be, without the
// new generation.
func Work(tx *state.Tx, k ecs.Key, next ecs.Disk, op ecs.WorkOp) {
	next.Work = next.Work.Ask(op, tx.Now().Add(DiskTime).UnixMilli())
	state.Disks.Put(tx, k, &next)
	tx.Wake(byte(ecs.KindDisk), k)
}

// WorkSnapshot asks for work on a snapshot, likewise.
func WorkSnapshot(tx *state.Tx, k ecs.Key, next ecs.Snapshot, op ecs.WorkOp) {
	next.Work = next.Work.Ask(op, tx.Now().Add(SnapshotTime).UnixMilli())
	state.Snapshots.Put(tx, k, &next)
	tx.Wake(byte(ecs.KindSnapshot), k)
}

// Change asks for a disk to become what next is, by WorkResize or WorkModify. If
// that fails it is again what it was.
func Change(tx *state.Tx, k ecs.Key, d *ecs.Disk, next ecs.Disk, op ecs.WorkOp) {
	next.Was = d.Spec()
	Work(tx, k, next, op)
}

// DiskDone makes the end of a disk's work a fact. With a failure the disk is
// what it was before: not attached, still attached, or never made. What it means
// for the disk's instance is compute.DiskDone's to say.
func DiskDone(tx *state.Tx, k ecs.Key, d *ecs.Disk, failure ecs.Sym) {
	next := *d
	next.Work.Done, next.Work.Failure, next.Work.Percent = d.Work.Gen, failure, 0
	op, failed := d.Work.Op, failure != 0
	next.Flags &^= ecs.StartAfter
	next.Was, next.Replaces = ecs.DiskSpec{}, 0
	switch {
	case op == ecs.WorkDelete && !failed, op == ecs.WorkCreate && failed:
		state.Disks.Delete(tx, k)
		return
	case op == ecs.WorkDetach && !failed, op == ecs.WorkAttach && failed:
		if !failed {
			next.Flags |= ecs.EverAttached
		}
		next.Instance, next.Device = 0, 0
		next.DeleteWithInstance, next.System = false, false
		next.Detached = tx.Now().Unix()
	case op == ecs.WorkAttach:
		next.Attached = tx.Now().Unix()
	case failed && (op == ecs.WorkResize || op == ecs.WorkModify) && d.Was.Size != 0:
		next.SetSpec(d.Was)
	}
	state.Disks.Put(tx, k, &next)
}

// SnapshotDone makes the end of a snapshot's work a fact.
func SnapshotDone(tx *state.Tx, k ecs.Key, s *ecs.Snapshot, failure ecs.Sym) {
	for i, r := range state.ImagesBySnapshot.Ascend(tx, uint64(k), 0) {
		if !r.Work.Settled() {
			tx.Wake(byte(ecs.KindImage), i) // it may have waited for this snapshot
		}
	}
	if s.Work.Op == ecs.WorkDelete && failure == 0 {
		tx.Cancel(DueSnapshot, k)
		state.Snapshots.Delete(tx, k)
		leaveGroup(tx, s.Group)
		return
	}
	next := *s
	next.Work.Done, next.Work.Failure, next.Work.Percent = s.Work.Gen, failure, 0
	next.Modified = tx.Now().Unix()
	switch {
	case next.LockMode == 0 || next.LockStart != 0:
	case failure != 0:
		next.LockMode = 0 // there is nothing to keep
	default:
		next.LockStart = next.Modified
		CountLock(&next)
	}
	state.Snapshots.Put(tx, k, &next)
	if s.Work.Op == ecs.WorkCreate && failure == 0 {
		copyOn(tx, k, &next)
	}
}

// Delete asks for a disk's end. Its automatic snapshots go with it unless they
// are to be kept; what is taken by hand stays.
func Delete(tx *state.Tx, k ecs.Key, d ecs.Disk) {
	dropAutoSnapshots(tx, k, &d)
	Work(tx, k, d, ecs.WorkDelete)
}

// Release ends a disk whose machine is gone. What the engine made with the
// machine went with it; a disk that was ever worked on apart from it may be an
// object of its own, of which the engine is told.
func Release(tx *state.Tx, k ecs.Key, d ecs.Disk) {
	if d.Work.Gen == 0 {
		dropAutoSnapshots(tx, k, &d)
		state.Disks.Delete(tx, k)
		return
	}
	d.Instance, d.Device = 0, 0
	Delete(tx, k, d)
}

// dropAutoSnapshots deletes the automatic snapshots of a disk that goes, unless
// they are to be kept or something holds them.
func dropAutoSnapshots(tx *state.Tx, disk ecs.Key, d *ecs.Disk) {
	if d.Flags.Has(ecs.KeepAutoSnapshots) {
		return
	}
	var drop []ecs.Key
	for k, s := range state.SnapshotsByDisk.Ascend(tx, uint64(disk), 0) {
		if s.Policy != 0 && !s.Work.Doing(ecs.WorkDelete) && SnapshotImages(tx, k) == 0 && !SnapshotLocked(s, tx.Now()) {
			drop = append(drop, k)
		}
	}
	for _, k := range drop {
		s, _ := state.Snapshots.Get(tx, k)
		DeleteSnapshot(tx, k, *s)
	}
}
