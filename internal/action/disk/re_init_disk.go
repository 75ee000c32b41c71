package disk

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/block"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "ReInitDisk", (*Service).ReInitDisk)

// ReInitDisk makes the content of a disk of a stopped instance what it was at
// first: that of its image or snapshot, or nothing. It is ReIniting until that is
// done; then the instance is started if AutoStartInstance asks for it.
func (s *Service) ReInitDisk(c *action.Call, in *api.ReInitDiskRequest) (*api.ReInitDiskResponse, error) {
	l := login{password: in.Password, keyPair: in.KeyPairName, security: in.SecurityEnhancementStrategy}
	return &api.ReInitDiskResponse{}, s.change(c, in.DiskID, nil, func(v state.View, k ecs.Key, d *ecs.Disk) error {
		if err := refillable(v, k, d, true); err != nil {
			return err
		}
		if !d.System && l != (login{}) {
			return api.Errorf(api.CodeInvalidParameter, "A login goes with a system disk only.")
		}
		image, known := s.Catalog.Image(v.Str(d.Image))
		if err := l.check(v, d.Account, k.Region(), known && image.OSType == "windows"); err != nil {
			return err
		}
		return sourceThere(v, d, known)
	}, func(tx *state.Tx, k ecs.Key, d *ecs.Disk) error {
		next := *d
		next.Restored = 0
		next.Content++
		set(&next.Flags, ecs.StartAfter, in.AutoStartInstance, true)
		block.Work(tx, k, next, ecs.WorkReset)
		if i, ok := state.Instances.Get(tx, d.Instance); ok && d.System {
			booted := *i
			l.store(tx, d.Instance, &booted)
			state.Instances.Put(tx, d.Instance, &booted)
		}
		return nil
	})
}

// refillable checks whether the content of a disk can be made anew: nothing is
// under way with it, and its instance is stopped; attached asks that there is one.
func refillable(v state.View, k ecs.Key, d *ecs.Disk, attached bool) error {
	if err := quiet(v, k, d); err != nil {
		return err
	}
	if d.Instance == 0 && attached {
		return incorrectStatus()
	}
	_, err := host(v, d, ecs.Stopped)
	return err
}

// sourceThere checks that what a disk was made from still is; known tells that
// its image is one of the catalogue.
func sourceThere(v state.View, d *ecs.Disk, known bool) error {
	if k, ok := ecs.ParseID(ecs.KindSnapshot, v.Str(d.Snapshot)); ok {
		if src, ok := state.Snapshots.Get(v, k); !ok || src.Work.Doing(ecs.WorkDelete) {
			return api.Errorf(api.CodeInvalidSourceSnapshot, "The snapshot that the disk was created from does not exist any more.")
		}
	}
	if !d.System || known {
		return nil
	}
	if k, ok := ecs.ParseID(ecs.KindImage, v.Str(d.Image)); ok {
		if _, ok := state.Images.Get(v, k); ok {
			return nil
		}
	}
	return api.Errorf(api.CodeInvalidImageIdNotFound, "The image that the disk was created from does not exist any more.")
}
