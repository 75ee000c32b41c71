package image

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/block"
	"github.com/openecs/openecs/internal/model/image"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "CancelCopyImage", (*Service).CancelCopyImage)

// CancelCopyImage ends a copy under way: the copy, which ImageId names in its
// own region, goes with what was copied of its snapshots.
func (s *Service) CancelCopyImage(c *action.Call, in *api.CancelCopyImageRequest) (*api.CancelCopyImageResponse, error) {
	return &api.CancelCopyImageResponse{}, s.DB.Update(c.Context, func(tx *state.Tx) error {
		k, r, err := find(c, tx, in.ImageID)
		switch {
		case err != nil:
			return err
		case r.CopyOf == 0:
			return api.Errorf(api.CodeImageCreatedNotFromCopy, "The specified image is not created by a copy.").WithStatus(400)
		case !r.Work.Doing(ecs.WorkCreate):
			return incorrectStatus()
		}
		for _, d := range r.Disks {
			if s, ok := state.Snapshots.Get(tx, d.Snapshot); ok {
				block.WorkSnapshot(tx, d.Snapshot, *s, ecs.WorkDelete)
			}
		}
		image.Work(tx, k, *r, ecs.WorkDelete)
		return nil
	})
}
