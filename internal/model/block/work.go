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

// DiskDone makes the end of a disk's work a fact. With a failure the disk is
// what it was before: not attached, still attached, or never made.
func DiskDone(tx *state.Tx, k ecs.Key, d *ecs.Disk, failure ecs.Sym) {
	next := *d
	next.Work.Done, next.Work.Failure, next.Work.Percent = d.Work.Gen, failure, 0
	op, failed := d.Work.Op, failure != 0
	switch {
	case op == ecs.WorkDelete && !failed, op == ecs.WorkCreate && failed:
		state.Disks.Delete(tx, k)
		return
	case op == ecs.WorkDetach && !failed, op == ecs.WorkAttach && failed:
		next.Instance, next.Device = 0, 0
		next.DeleteWithInstance = false
		next.Detached = tx.Now().Unix()
	case op == ecs.WorkAttach:
		next.Attached = tx.Now().Unix()
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
		state.Snapshots.Delete(tx, k)
		return
	}
	next := *s
	next.Work.Done, next.Work.Failure, next.Work.Percent = s.Work.Gen, failure, 0
	next.Modified = tx.Now().Unix()
	state.Snapshots.Put(tx, k, &next)
}

// Delete asks for a disk's end. Its automatic snapshots go with it unless they
// are to be kept; what is taken by hand stays.
func Delete(tx *state.Tx, k ecs.Key, d ecs.Disk) {
	if !d.Flags.Has(ecs.KeepAutoSnapshots) {
		dropAutoSnapshots(tx, k)
	}
	Work(tx, k, d, ecs.WorkDelete)
}

func dropAutoSnapshots(tx *state.Tx, disk ecs.Key) {
	for sk, s := range state.SnapshotsByDisk.Ascend(tx, uint64(disk), 0) {
		if s.Policy != 0 && state.ImagesBySnapshot.Count(tx, uint64(sk)) == 0 {
			WorkSnapshot(tx, sk, *s, ecs.WorkDelete)
		}
	}
}
