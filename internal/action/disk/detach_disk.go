package disk

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/block"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DetachDisk", (*Service).DetachDisk)

// DetachDisk detaches a data disk. It is Detaching until the engine has done
// it; then nothing deletes it with an instance any more.
func (s *Service) DetachDisk(c *action.Call, in *api.DetachDiskRequest) (*api.DetachDiskResponse, error) {
	snap := s.DB.Snapshot()
	disk, _, err := find(c, snap, in.DiskID)
	if err != nil {
		return nil, err
	}
	instance, _, err := action.Instance(c, snap, in.InstanceID)
	if err != nil {
		return nil, err
	}
	if action.Flag(in.DeleteWithInstance) {
		return nil, api.Errorf(api.CodeDeleteWithInstanceConflict, "A disk that is attached to no instance is not deleted with one.")
	}
	return &api.DetachDiskResponse{}, s.DB.Update(c.Context, func(tx *state.Tx) error {
		d, ok := state.Disks.Get(tx, disk)
		if !ok || !shown(d) {
			return notFound()
		}
		i, ok := state.Instances.Get(tx, instance)
		if !ok {
			return api.Errorf(api.CodeInvalidInstanceIdNotFound, "The specified InstanceId does not exist.").WithStatus(404)
		}
		if err := detachable(tx, disk, d, instance, i); err != nil {
			return err
		}
		block.Work(tx, disk, *d, ecs.WorkDetach)
		return nil
	})
}

// detachable checks whether a disk can be taken from an instance as both are
// now.
func detachable(v state.View, k ecs.Key, d *ecs.Disk, instance ecs.Key, i *ecs.Instance) error {
	switch {
	case d.Instance == 0:
		return api.Errorf(api.CodeInvalidDiskAlreadyDetached, "The specified disk has been detached.")
	case d.Instance != instance:
		return api.Errorf(api.CodeDependencyViolation, "The specified disk is not attached to the specified instance.").WithStatus(403)
	case d.System:
		return api.Errorf(api.CodeDiskTypeViolation, "The specified disk is a system disk and does not support the operation.")
	case d.Flags.Has(ecs.NotPortable), d.ChargeType == ecs.PrePaid:
		return api.Errorf(api.CodeDiskNotPortable, "The specified disk is not a portable disk.")
	}
	if !d.Work.Doing(ecs.WorkResize) { // a disk that grows is In_use, and comes off as large as it is to be
		if err := calm(d); err != nil {
			return err
		}
	}
	if i.Locks&ecs.LockSecurity != 0 {
		return locked(i)
	}
	if st := i.Status(); st != ecs.Running && st != ecs.Stopped || i.Want.Deleted {
		return api.Errorf(api.CodeIncorrectInstanceStatus, "The current status of the resource does not support this operation.").WithStatus(403)
	}
	if block.SnapshotUnderWay(v, k) {
		return incorrectStatus()
	}
	return nil
}
