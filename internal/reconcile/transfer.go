package reconcile

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/engine"
	"github.com/openecs/openecs/internal/model/image"
	"github.com/openecs/openecs/internal/oss"
	"github.com/openecs/openecs/internal/state"
)

// Objects is the object store that images are imported from and exported to.
// Its errors oss.ErrNotFound and oss.ErrDenied are for good.
type Objects interface {
	Head(ctx context.Context, bucket, object string) (size int64, err error)
	Put(ctx context.Context, bucket, object string, body []byte) error
}

// outOfReach is how long an object store may not be reached before what wants
// something of it fails.
const outOfReach = 10 * time.Minute

// checked is how far an import has come, in percent, when its objects were
// found.
const checked = 10

var taskFlow = &tableFlow[ecs.Task, engine.Storage]{
	of: ecs.KindTask, table: state.Tasks, unsettled: state.TasksOpen,
	work:   func(t *ecs.Task) *ecs.Work { return &t.Work },
	zone:   func(*ecs.Task) ecs.Sym { return 0 },
	finish: image.TaskDone,
	advance: func(ctx context.Context, r *Reconciler, _ engine.Storage, snap *state.Snapshot, k ecs.Key, t *ecs.Task) (engine.Progress, error) {
		if t.Disk != 0 {
			return diskTask(snap, t)
		}
		img, ok := state.Images.Get(snap, t.Image)
		if !ok {
			return engine.Progress{}, fmt.Errorf("the image does not exist any more: %w", engine.ErrPermanent)
		}
		if snap.Str(t.Action) == image.ExportTask {
			return r.export(ctx, snap, t, img)
		}
		switch {
		case img.Status() == ecs.ImageCreateFailed:
			return engine.Progress{}, fmt.Errorf("%s: %w", snap.Str(img.Work.Failure), engine.ErrPermanent)
		case img.Work.Doing(ecs.WorkCreate):
			return engine.Progress{Percent: int(img.Work.Percent)}, nil // looked at again while it is made
		}
		return engine.Progress{Done: true}, nil
	},
}

// diskTask is how far a disk has come with what a task is about.
func diskTask(snap *state.Snapshot, t *ecs.Task) (engine.Progress, error) {
	d, ok := state.Disks.Get(snap, t.Disk)
	switch {
	case !ok:
		return engine.Progress{}, fmt.Errorf("the disk does not exist any more: %w", engine.ErrPermanent)
	case d.Work.Done < t.DiskGen:
		return engine.Progress{Percent: int(d.Work.Percent)}, nil // looked at again until it is
	case d.Work.Done == t.DiskGen && d.Work.Failure != 0:
		return engine.Progress{}, fmt.Errorf("%s: %w", snap.Str(d.Work.Failure), engine.ErrPermanent)
	}
	return engine.Progress{Done: true}, nil
}

// find looks for the objects of an image that is being imported; done is false
// as long as another transfer is under way.
func (r *Reconciler) find(ctx context.Context, img *ecs.Image) (done bool, err error) {
	return r.transfer(img.Created, func() error {
		for i := range img.Disks {
			if d := &img.Disks[i]; d.Object != "" {
				if _, err := r.Objects.Head(ctx, d.Bucket, d.Object); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// export writes an object for each disk. The simulator has no content: what is
// written is a placeholder that says so.
func (r *Reconciler) export(ctx context.Context, snap *state.Snapshot, t *ecs.Task, img *ecs.Image) (engine.Progress, error) {
	done, err := r.transfer(t.Created, func() error {
		for i := range img.Disks {
			d := &img.Disks[i]
			name := ExportName(t.Prefix, ecs.ID(ecs.KindImage, t.Image), snap.Str(d.Device), d.System)
			if err := r.Objects.Put(ctx, t.Bucket, name, placeholder(ecs.ID(ecs.KindImage, t.Image), snap.Str(d.Device), d.Size)); err != nil {
				return err
			}
		}
		return nil
	})
	return engine.Progress{Done: done}, err
}

// ExportName is the name of the object that a disk of an image is exported to:
// prefix_m-…_system.raw, prefix_m-…_data_xvdb.raw.
func ExportName(prefix, imageID, device string, system bool) string {
	if prefix != "" {
		prefix += "_"
	}
	if system {
		return prefix + imageID + "_system.raw"
	}
	return prefix + imageID + "_data_" + strings.TrimPrefix(device, "/dev/") + ".raw"
}

// sector is the size of a disk's first block, which ends with the mark of a boot
// sector.
const sector = 512

// placeholder is a raw disk of one sector that says what it stands for.
func placeholder(imageID, device string, size int32) []byte {
	b := make([]byte, sector)
	copy(b[:sector-2], fmt.Sprintf("OpenECS placeholder: %s of image %s, %d GiB. The simulator keeps no content.\n", device, imageID, size))
	b[sector-2], b[sector-1] = 0x55, 0xAA
	return b
}

// transfer does something with the object store, one thing at a time, so that a
// store that hangs holds up one worker only. What the store refuses, and a store
// that was not reached for long since the beginning, is ErrPermanent.
func (r *Reconciler) transfer(begun int64, do func() error) (done bool, err error) {
	if r.Objects == nil {
		return false, fmt.Errorf("there is no object store: %w", engine.ErrPermanent)
	}
	if !r.transferring.TryLock() {
		return false, nil
	}
	defer r.transferring.Unlock()
	err = do()
	late := r.Clock.Now().Sub(time.Unix(begun, 0)) >= outOfReach
	switch {
	case err == nil:
		return true, nil
	case errors.Is(err, oss.ErrNotFound), errors.Is(err, oss.ErrDenied), late:
		return false, fmt.Errorf("%w: %w", engine.ErrPermanent, err)
	}
	return false, err
}
