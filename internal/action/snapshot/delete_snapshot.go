package snapshot

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/block"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DeleteSnapshot", (*Service).DeleteSnapshot)

// DeleteSnapshot removes a snapshot; one that is being taken is given up. One
// that does not exist is no error, as with the real service. Disks made from it
// hold it unless Force is given, an image or a lock always.
func (s *Service) DeleteSnapshot(c *action.Call, in *api.DeleteSnapshotRequest) (*api.DeleteSnapshotResponse, error) {
	out := &api.DeleteSnapshotResponse{}
	k, _, err := action.Snapshot(c, s.DB.Snapshot(), in.SnapshotID)
	if err != nil {
		return out, nil
	}
	return out, s.DB.Update(c.Context, func(tx *state.Tx) error {
		rec, ok := state.Snapshots.Get(tx, k)
		if !ok || rec.Work.Doing(ecs.WorkDelete) {
			return nil
		}
		if err := deletable(tx, k, rec, action.Flag(in.Force)); err != nil {
			return err
		}
		block.DeleteSnapshot(tx, k, *rec)
		return nil
	})
}

func deletable(tx *state.Tx, k ecs.Key, s *ecs.Snapshot, force bool) error {
	switch {
	case block.SnapshotLocked(s, tx.Now()):
		return api.Errorf(api.CodeOperationDeniedSnapshotLocked, "The operation is denied because the specified snapshot is locked.").WithStatus(403)
	case block.SnapshotImages(tx, k) > 0:
		return api.Errorf(api.CodeSnapshotCreatedImage, "The specified snapshot is used to create image.")
	case !force && block.SnapshotDisks(tx, k) > 0:
		return api.Errorf(api.CodeSnapshotCreatedDisk, "The snapshot has been used to create disk, and force is not specified.")
	case block.SnapshotCopying(tx, k):
		return api.Errorf(api.CodeOperation_Conflict, "The specified snapshot is being copied.")
	}
	return nil
}
