package block

import (
	"time"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// How many snapshots a disk may have.
const (
	MaxManualSnapshots = 256
	MaxAutoSnapshots   = 1000
)

// DueSnapshot is the kind of the due row of a snapshot's retention: it goes
// when that ends.
const DueSnapshot = 'x'

// wakeDue tells the reconciler that there is a new due row.
const wakeDue = 'D'

const day = 24 * time.Hour

// dueTry is how long a snapshot whose time has come, but which an image or
// a copy under way still holds, is kept before it is looked at again.
const dueTry = day

// TakeSnapshot begins a snapshot of a disk, which the caller has found fit for
// it. s holds what the disk does not tell: name, description, retention, policy,
// group, tags and the like.
func TakeSnapshot(tx *state.Tx, disk ecs.Key, d *ecs.Disk, s ecs.Snapshot) ecs.Key {
	k := tx.NewKey(disk.Region())
	s.Account, s.Disk, s.Zone, s.Size, s.System = d.Account, disk, d.Zone, d.Size, d.System
	s.DiskCategory, s.Image, s.Encrypted, s.KMSKey = d.Category, d.Image, d.Encrypted, d.KMSKey
	begin(tx, k, s)
	return k
}

// begin begins a snapshot whose source is settled.
func begin(tx *state.Tx, k ecs.Key, s ecs.Snapshot) {
	if s.Category == 0 {
		s.Category = tx.Sym("standard")
	}
	s.Created = tx.Now().Unix()
	s.Modified = s.Created
	WorkSnapshot(tx, k, s, ecs.WorkCreate)
	KeepSnapshot(tx, k, &s)
}

// KeepSnapshot has a snapshot deleted when its retention ends, counted from its
// creation; one without a retention stays.
func KeepSnapshot(tx *state.Tx, k ecs.Key, s *ecs.Snapshot) {
	if s.Retention == 0 {
		tx.Cancel(DueSnapshot, k)
		return
	}
	tx.Reschedule(RetainedUntil(s), DueSnapshot, k)
	tx.Wake(wakeDue, 0)
}

// RetainedUntil is when a snapshot's retention ends, the zero time for never.
func RetainedUntil(s *ecs.Snapshot) time.Time {
	if s.Retention == 0 {
		return time.Time{}
	}
	return time.Unix(s.Created, 0).Add(time.Duration(s.Retention) * day)
}

// SnapshotDue deletes a snapshot whose retention has ended. A lock and an image
// made of it hold it longer.
func SnapshotDue(tx *state.Tx, k ecs.Key) {
	s, ok := state.Snapshots.Get(tx, k)
	if !ok || s.Retention == 0 || s.Work.Doing(ecs.WorkDelete) {
		return
	}
	now := tx.Now()
	switch until := RetainedUntil(s); {
	case until.After(now):
		tx.At(until, DueSnapshot, k)
	case SnapshotLocked(s, now):
		tx.At(time.Unix(max(s.LockUntil, now.Unix()+1), 0), DueSnapshot, k)
	case SnapshotImages(tx, k) > 0, SnapshotCopying(tx, k):
		tx.At(now.Add(dueTry), DueSnapshot, k)
	default:
		DeleteSnapshot(tx, k, *s)
	}
}

// DeleteSnapshot asks for a snapshot's end; one that is being taken is given up.
func DeleteSnapshot(tx *state.Tx, k ecs.Key, s ecs.Snapshot) {
	if s.Status() != ecs.SnapshotAccomplished {
		s.Flags |= ecs.SnapshotIncomplete
	}
	WorkSnapshot(tx, k, s, ecs.WorkDelete)
}

// SnapshotReady reports whether a snapshot is whole and stays: disks and images
// can be made from it.
func SnapshotReady(s *ecs.Snapshot) bool {
	return s.Status() == ecs.SnapshotAccomplished && !s.Work.Doing(ecs.WorkDelete)
}

// SnapshotUnderWay reports whether a snapshot of the disk is being taken.
func SnapshotUnderWay(v state.View, disk ecs.Key) bool {
	for _, s := range state.SnapshotsByDisk.Descend(v, uint64(disk), 0) {
		if s.Status() == ecs.SnapshotProgressing {
			return true
		}
	}
	return false
}

// SnapshotImages is how many images hold a snapshot: while there is one the
// snapshot is not deleted. An image that is being removed holds none: to the
// caller it is gone.
func SnapshotImages(v state.View, k ecs.Key) (n int) {
	for _, i := range state.ImagesBySnapshot.Ascend(v, uint64(k), 0) {
		if !i.Work.Doing(ecs.WorkDelete) {
			n++
		}
	}
	return n
}

// SnapshotDisks is how many disks have been made from a snapshot.
func SnapshotDisks(v state.View, k ecs.Key) int {
	id, ok := state.LookupSym(v, ecs.ID(ecs.KindSnapshot, k))
	if !ok {
		return 0
	}
	return state.DisksBySnapshot.Count(v, uint64(id))
}

// CountSnapshots is how many snapshots of a disk were taken by hand and how
// many by policies.
func CountSnapshots(v state.View, disk ecs.Key) (manual, auto int) {
	for _, s := range state.SnapshotsByDisk.Ascend(v, uint64(disk), 0) {
		switch {
		case s.Work.Doing(ecs.WorkDelete):
		case s.Policy != 0:
			auto++
		default:
			manual++
		}
	}
	return manual, auto
}

// SnapshotLocked reports whether a snapshot is locked against deletion.
func SnapshotLocked(s *ecs.Snapshot, now time.Time) bool {
	return s.LockMode != 0 && (s.LockStart == 0 || now.Unix() < s.LockUntil)
}

// SnapshotCopying reports whether a copy of a snapshot is being made.
func SnapshotCopying(v state.View, k ecs.Key) bool {
	for _, c := range state.SnapshotsByCopy.Descend(v, uint64(k), 0) {
		if c.Status() == ecs.SnapshotProgressing {
			return true
		}
	}
	return false
}

// CountLock works out when a lock ends, as far as its time counts already.
func CountLock(s *ecs.Snapshot) {
	s.LockUntil = 0
	if s.LockStart != 0 {
		s.LockUntil = s.LockStart + int64(s.LockDays)*int64(day/time.Second)
	}
}
