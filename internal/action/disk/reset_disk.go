package disk

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/block"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "ResetDisk", (*Service).ResetDisk)

// ResetDisk takes a disk back to a snapshot of it. Its instance, if it has one, is
// stopped. It is ReIniting until that is done.
func (s *Service) ResetDisk(c *action.Call, in *api.ResetDiskRequest) (*api.ResetDiskResponse, error) {
	var snapshot ecs.Key
	return &api.ResetDiskResponse{}, s.change(c, in.DiskID, in.DryRun, func(v state.View, k ecs.Key, d *ecs.Disk) error {
		sk, src, ok := action.Find(c, v, state.Snapshots, ecs.KindSnapshot, func(r *ecs.Snapshot) uint64 { return r.Account }, in.SnapshotID)
		err := action.FirstOf([]action.Check{
			{!ok || src.Work.Doing(ecs.WorkDelete), api.CodeInvalidSnapshotIdNotFound, "The specified SnapshotId does not exist."},
			{ok && src.Disk != k, api.CodeInvalidParameterMismatch, "The snapshot is not one of the specified disk."},
			{ok && src.Status() != ecs.SnapshotAccomplished, api.CodeInvalidSnapshotIdNotReady, "The specified snapshot is not ready."},
		})
		if err != nil {
			return err
		}
		snapshot = sk
		if block.SnapshotUnderWay(v, k) {
			return api.Errorf(api.CodeOperation_Conflict, "A snapshot of the specified disk is being taken.")
		}
		return refillable(v, k, d, false)
	}, func(tx *state.Tx, k ecs.Key, d *ecs.Disk) error {
		next := *d
		next.Restored = snapshot
		next.Content++
		block.Work(tx, k, next, ecs.WorkReset)
		return nil
	})
}
