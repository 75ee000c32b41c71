package enginetest

import (
	"context"
	"errors"
	"fmt"

	"github.com/openecs/openecs/internal/engine"
)

// storage is the engine's storage, or errSkip.
func (s *Subject) storage() (engine.Storage, error) {
	if st, ok := s.Engine.(engine.Storage); ok {
		return st, nil
	}
	return nil, errSkip
}

// achieve repeats a goal until it is reached. What it tells on the way must not
// fall.
func (s *Subject) achieve(ctx context.Context, what string, goal func() (engine.Progress, error)) error {
	last := 0
	return s.until(ctx, what, func() (bool, error) {
		p, err := goal()
		if errors.Is(err, engine.ErrBusy) {
			return false, nil
		}
		if p.Percent < last || p.Percent > 100 {
			return false, fmt.Errorf("progress of %d %% after %d %%", p.Percent, last)
		}
		last = p.Percent
		return p.Done, err
	})
}

func (s *Subject) disk(id uint64, gen engine.Gen) *engine.DiskGoal {
	return &engine.DiskGoal{
		Disk: engine.Disk{ID: id, Name: fmt.Sprintf("d-%d", id), Category: "cloud_essd", SizeGiB: 20}, Cell: s.Machine(1).Cell,
		Zone: s.Machine(1).Zone, Gen: gen,
	}
}

// storageLifecycle makes a disk, attaches, grows and detaches it, takes a
// snapshot of it and one of the system disk, makes an image of that, and removes
// all; then once more, as removing what is not there is done at once or soon.
func storageLifecycle(ctx context.Context, s *Subject) error {
	st, err := s.storage()
	if err != nil {
		return err
	}
	m, err := s.make(ctx, 1)
	if err != nil {
		return err
	}
	disk := s.disk(10, 1)
	snapshot := &engine.SnapshotGoal{ID: 11, Name: "s-11", Cell: disk.Cell, Zone: disk.Zone, Gen: 1, Disk: 10, SizeGiB: 40}
	system := &engine.SnapshotGoal{ID: 13, Name: "s-13", Cell: disk.Cell, Zone: disk.Zone, Gen: 1, SizeGiB: 20}
	if len(m.Disks) > 0 {
		system.Disk = m.Disks[0].ID
	}
	image := &engine.ImageGoal{ID: 12, Name: "m-12", Cell: disk.Cell, Region: m.Region, Gen: 1, Snapshots: []uint64{13}}
	onDisk := func() (engine.Progress, error) { return st.Disk(ctx, disk) }
	onSnapshot := func() (engine.Progress, error) { return st.Snapshot(ctx, snapshot) }
	onSystem := func() (engine.Progress, error) { return st.Snapshot(ctx, system) }
	onImage := func() (engine.Progress, error) { return st.Image(ctx, image) }
	for _, step := range []struct {
		what   string
		change func()
		goal   func() (engine.Progress, error)
	}{
		{"the disk is made", func() {}, onDisk},
		{"it is attached", func() { disk.Gen, disk.Machine, disk.Device = 2, 1, "/dev/xvdb" }, onDisk},
		{"it has grown", func() { disk.Gen, disk.SizeGiB = 3, 40 }, onDisk},
		{"a snapshot is taken", func() {}, onSnapshot},
		{"a snapshot of the system disk is taken", func() {}, onSystem},
		{"an image is made", func() {}, onImage},
		{"the disk is detached", func() { disk.Gen, disk.Machine, disk.Device = 4, 0, "" }, onDisk},
		{"the image is gone", func() { image.Gen, image.Gone = 2, true }, onImage},
		{"the snapshot is gone", func() { snapshot.Gen, snapshot.Gone = 2, true }, onSnapshot},
		{"the system disk's snapshot is gone", func() { system.Gen, system.Gone = 2, true }, onSystem},
		{"the disk is gone", func() { disk.Gen, disk.Gone = 5, true }, onDisk},
		{"the disk is gone still", func() { disk.Gen = 6 }, onDisk},
	} {
		step.change()
		if err := s.achieve(ctx, step.what, step.goal); err != nil {
			return err
		}
	}
	return nil
}

// storageGenerations shows that a newer goal takes the place of an older one,
// and that the older one then is answered without effect.
func storageGenerations(ctx context.Context, s *Subject) error {
	st, err := s.storage()
	if err != nil {
		return err
	}
	if _, err := st.Disk(ctx, s.disk(10, 1)); err != nil {
		return err
	}
	if _, err := st.Disk(ctx, s.disk(10, 2)); err != nil {
		return err
	}
	if p, err := st.Disk(ctx, s.disk(10, 1)); err != nil || !p.Done {
		return fmt.Errorf("an older goal: %+v, error %v, want it done", p, err)
	}
	if err := s.achieve(ctx, "the newer goal is reached", func() (engine.Progress, error) { return st.Disk(ctx, s.disk(10, 2)) }); err != nil {
		return err
	}
	gone := s.disk(10, 3)
	gone.Gone = true
	return s.achieve(ctx, "the disk is gone", func() (engine.Progress, error) { return st.Disk(ctx, gone) })
}

// storageNeedsMachine shows that a disk is not attached to nothing.
func storageNeedsMachine(ctx context.Context, s *Subject) error {
	st, err := s.storage()
	if err != nil {
		return err
	}
	disk := s.disk(10, 1)
	disk.Machine, disk.Device = 404, "/dev/xvdb"
	if _, err := st.Disk(ctx, disk); !errors.Is(err, engine.ErrNotFound) {
		return fmt.Errorf("attached to a machine that does not exist: error %v, want ErrNotFound", err)
	}
	return nil
}
