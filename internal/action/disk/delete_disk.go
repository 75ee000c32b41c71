package disk

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/block"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DeleteDisk", (*Service).DeleteDisk)

// DeleteDisk removes a disk that is attached to nothing. One that does not
// exist is no error, as with the real service.
func (s *Service) DeleteDisk(c *action.Call, in *api.DeleteDiskRequest) (*api.DeleteDiskResponse, error) {
	out := &api.DeleteDiskResponse{}
	k, d, err := find(c, s.DB.Snapshot(), in.DiskID)
	if err != nil || d.Work.Doing(ecs.WorkDelete) {
		return out, nil
	}
	return out, s.DB.Update(c.Context, func(tx *state.Tx) error {
		d, ok := state.Disks.Get(tx, k)
		if !ok {
			return nil
		}
		if err := deletable(tx, k, d); err != nil {
			return err
		}
		next := *d
		block.Delete(tx, k, next)
		return nil
	})
}

func deletable(v state.View, k ecs.Key, d *ecs.Disk) error {
	switch {
	case d.System && d.Instance != 0:
		return api.Errorf(api.CodeDiskTypeViolation, "The specified disk is a system disk and does not support the operation.")
	case d.Flags.Has(ecs.NotPortable):
		return api.Errorf(api.CodeDiskNotPortable, "The specified disk is not a portable disk.")
	case d.Instance != 0 && d.Work.Settled():
		return api.Errorf(api.CodeDiskStillAttached, "The specified disk is still attached to an instance.")
	case block.SnapshotUnderWay(v, k):
		return api.Errorf(api.CodeDiskCreatingSnapshot, "The operation is denied due to a snapshot of the specified disk is not completed yet.")
	}
	return calm(d)
}
