package block

import (
	"errors"
	"strings"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// Why no snapshot of a disk can be taken now. Actions have codes of their own
// for each.
var (
	ErrDiskKind       = errors.New("block: no snapshots are taken of disks of this category")
	ErrDiskBusy       = errors.New("block: something is under way with the disk")
	ErrDiskUnattached = errors.New("block: the disk was never attached")
	ErrDiskUnused     = errors.New("block: the disk's instance has not been started yet")
	ErrDiskSnapshot   = errors.New("block: another snapshot of the disk is being taken")
	ErrInstanceBusy   = errors.New("block: the disk's instance is neither running nor stopped")
	ErrSecurityLock   = errors.New("block: the disk's instance is locked for security")
	ErrArrears        = errors.New("block: the disk's instance is not paid for")
)

// Snapshotable tells why no snapshot of a disk can be taken now, nil if one can.
func Snapshotable(v state.View, k ecs.Key, d *ecs.Disk) error {
	switch {
	case LocalDisk(v.Str(d.Category)):
		return ErrDiskKind
	case !d.Work.Settled():
		return ErrDiskBusy
	case d.Instance == 0 && d.Attached == 0 && !d.Flags.Has(ecs.EverAttached):
		return ErrDiskUnattached
	}
	if i, ok := state.Instances.Get(v, d.Instance); ok {
		switch {
		case i.Locks&ecs.LockSecurity != 0:
			return ErrSecurityLock
		case i.Locks&ecs.LockFinancial != 0:
			return ErrArrears
		case i.Want.Deleted, i.Status() != ecs.Running && i.Status() != ecs.Stopped:
			return ErrInstanceBusy
		case i.Seen.Started == 0:
			return ErrDiskUnused
		}
	}
	if SnapshotUnderWay(v, k) {
		return ErrDiskSnapshot
	}
	return nil
}

// LocalDisk reports whether disks of a category are parts of a host: they have
// no snapshots.
func LocalDisk(category string) bool {
	for _, prefix := range [...]string{"local_", "ephemeral", "elastic_ephemeral"} {
		if strings.HasPrefix(category, prefix) {
			return true
		}
	}
	return false
}
