package compute

import (
	"slices"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/block"
	"github.com/openecs/openecs/internal/state"
)

// Keeps reports whether a disk outlives the instance it is attached to. What was
// made with an instance that never was ends with it in any case, and so does all
// that an instance has that is locked for security, and what is paid with it in
// advance.
func Keeps(i *ecs.Instance, d *ecs.Disk) bool {
	return !d.DeleteWithInstance && d.ChargeType != ecs.PrePaid && !d.Flags.Has(ecs.Replaced) && i.Seen.Provisioned && i.Locks&ecs.LockSecurity == 0
}

// DetachKept asks for the detachment of an instance's disks that outlive it; its
// machine is not to be removed before that is done. Whatever else was under way
// with such a disk is part of the same goal.
func DetachKept(tx *state.Tx, k ecs.Key, r *ecs.Instance) {
	for _, d := range disksOf(tx, k) {
		if Keeps(r, d.rec) && !d.rec.Work.Doing(ecs.WorkDetach) && !cannotDetach(d.rec) {
			block.Work(tx, d.k, *d.rec, ecs.WorkDetach)
		}
	}
}

// cannotDetach reports whether the engine failed to detach a disk.
func cannotDetach(d *ecs.Disk) bool { return d.Work.Op == ecs.WorkDetach && d.Work.Failure != 0 }

// KeepNext tells what is to be done for the disks that outlive an instance before
// its machine is removed: DetachKept, or to wait until that is done. A disk that
// the engine failed to detach holds nothing up.
func KeepNext(v state.View, k ecs.Key, r *ecs.Instance) (detach, wait bool) {
	for _, d := range state.DisksByInstance.Ascend(v, uint64(k), 0) {
		if Keeps(r, d) && !cannotDetach(d) {
			wait = true
			detach = detach || !d.Work.Doing(ecs.WorkDetach)
		}
	}
	return detach, wait
}

// forgive forgets failures to detach that an instance's disks met earlier, so
// that it is tried once more.
func forgive(tx *state.Tx, k ecs.Key) {
	for _, d := range disksOf(tx, k) {
		if cannotDetach(d.rec) {
			again := *d.rec
			again.Work.Failure = 0
			state.Disks.Put(tx, d.k, &again)
		}
	}
}

type disk struct {
	k   ecs.Key
	rec *ecs.Disk
}

// disksOf are an instance's disks, collected so that they may be changed.
func disksOf(v state.View, k ecs.Key) []disk {
	var all []disk
	for dk, d := range state.DisksByInstance.Ascend(v, uint64(k), 0) {
		all = append(all, disk{dk, d})
	}
	return all
}

func releaseDisks(tx *state.Tx, k ecs.Key, r *ecs.Instance) {
	for _, d := range disksOf(tx, k) {
		if !Keeps(r, d.rec) {
			block.Release(tx, d.k, *d.rec)
			continue
		}
		// The engine could not detach it, or keeps no disks of their own. Work that
		// is still under way goes on without the machine.
		free := *d.rec
		free.Instance, free.Device, free.System = 0, 0, false
		free.Detached = tx.Now().Unix()
		free.Flags |= ecs.EverAttached
		if free.Work.Doing(ecs.WorkAttach) {
			free.Work.Done = free.Work.Gen
		}
		state.Disks.Put(tx, d.k, &free)
	}
}

// DiskDone is block.DiskDone, and what follows for the instance of the disk: its
// start after a refill that was to end with one, the end of a replacement of its
// system disk, and the next step of its own end.
func DiskDone(tx *state.Tx, k ecs.Key, d *ecs.Disk, failure ecs.Sym) {
	block.DiskDone(tx, k, d, failure)
	i, ok := state.Instances.Get(tx, d.Instance)
	if !ok {
		return
	}
	switch {
	case d.Replaces != 0:
		replaced(tx, d, i, failure != 0)
	case d.Flags.Has(ecs.StartAfter) && failure == 0 && i.Status() == ecs.Stopped && !i.Want.Deleted:
		Power(tx, d.Instance, i, ecs.OpStart, false, StartTime)
	}
	if i.Want.Deleted {
		tx.Wake(byte(ecs.KindInstance), d.Instance)
	}
}

// replaced ends the replacement of a system disk: the old one goes, or if the
// new one could not be made is the system disk again.
func replaced(tx *state.Tx, d *ecs.Disk, i *ecs.Instance, failed bool) {
	next := *i
	next.Locks &^= ecs.LockReplacing
	old, ok := state.Disks.Get(tx, d.Replaces)
	switch {
	case ok && failed:
		again := *old
		again.Flags &^= ecs.Replaced
		state.Disks.Put(tx, d.Replaces, &again)
		next.SystemDisk, next.Image = d.Replaces, old.Image
		next.Want.SpecGen++
	case ok:
		gone := *old
		gone.Instance, gone.Device = 0, 0
		block.Delete(tx, d.Replaces, gone)
	}
	state.Instances.Put(tx, d.Instance, &next)
}

// Refilling reports whether the content of one of an instance's disks is being
// made: it cannot start before that is done.
func Refilling(v state.View, k ecs.Key) bool {
	return slices.ContainsFunc(disksOf(v, k), func(d disk) bool {
		return d.rec.Work.Doing(ecs.WorkReset) || d.rec.Work.Doing(ecs.WorkCreate) && d.rec.System
	})
}
