package image

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/image"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DeleteImage", (*Service).DeleteImage)

// DeleteImage removes a custom image. Its snapshots stay. One that instances
// use needs Force; one that does not exist is no error, as with the real
// service.
func (s *Service) DeleteImage(c *action.Call, in *api.DeleteImageRequest) (*api.DeleteImageResponse, error) {
	if err := regional(c); err != nil {
		return nil, err
	}
	out := &api.DeleteImageResponse{}
	if _, _, err := find(c, s.DB.Snapshot(), in.ImageID); err != nil {
		if action.Flag(in.DryRun) {
			return nil, action.DryRun()
		}
		return out, nil
	}
	return out, s.DB.Update(c.Context, func(tx *state.Tx) error {
		k, r, err := find(c, tx, in.ImageID)
		if err != nil {
			return nil
		}
		if err := deletable(tx, k, r, action.Flag(in.Force)); err != nil {
			return err
		}
		if action.Flag(in.DryRun) {
			return action.DryRun()
		}
		image.Work(tx, k, *r, ecs.WorkDelete)
		return nil
	})
}

// deletable checks whether an image may go. One that could not be made always
// may.
func deletable(v state.View, k ecs.Key, r *ecs.Image, force bool) error {
	creating := r.Work.Doing(ecs.WorkCreate)
	switch {
	case creating && r.Flags.Has(ecs.ImageImported):
		return api.Errorf(api.CodeImageIsImporting, "The specified image is being imported.").WithStatus(403)
	case creating && r.CopyOf != 0, state.ImagesByCopying.Count(v, uint64(k)) > 0:
		return api.Errorf(api.CodeOperationDeniedImageCopying, "The specified image is being copied.").WithStatus(403)
	case creating:
		return api.Errorf(api.CodeImageIsCreating, "The specified image is being created.").WithStatus(403)
	case image.Exporting(v, k):
		return api.Errorf(api.CodeImageIsExporting, "The specified image is being exported.").WithStatus(403)
	case len(r.Shared) > 0:
		return api.Errorf(api.CodeImageUseShared, "The specified image has been shared.").WithStatus(403)
	case !force && image.Resident(v, k, r):
		return api.Errorf(api.CodeImageUsingByInstance, "The specified image is used by an instance.").WithStatus(403)
	}
	return nil
}
