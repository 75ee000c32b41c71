package reconcile

import (
	"context"
	"errors"
	"fmt"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/engine"
	"github.com/openecs/openecs/internal/model/block"
	"github.com/openecs/openecs/internal/model/compute"
	"github.com/openecs/openecs/internal/model/image"
	"github.com/openecs/openecs/internal/state"
)

var diskFlow = &tableFlow[ecs.Disk, engine.Storage]{
	of: ecs.KindDisk, table: state.Disks, unsettled: state.DisksOpen,
	work:   func(d *ecs.Disk) *ecs.Work { return &d.Work },
	zone:   func(d *ecs.Disk) ecs.Sym { return d.Zone },
	finish: compute.DiskDone,
	advance: func(ctx context.Context, r *Reconciler, s engine.Storage, snap *state.Snapshot, k ecs.Key, d *ecs.Disk) (engine.Progress, error) {
		p, err := s.Disk(ctx, diskGoal(r.Cell, snap, k, d))
		if errors.Is(err, engine.ErrNotFound) && d.Instance != 0 {
			// Its machine, of the same zone, ended with the engine's process: it is adopted, then this is tried again.
			if h := r.host(d.Zone); h != nil {
				h.queue.add(d.Instance)
			}
		}
		return p, err
	},
}

func diskGoal(cell string, snap *state.Snapshot, k ecs.Key, d *ecs.Disk) *engine.DiskGoal {
	g := &engine.DiskGoal{
		Disk: engineDisk(snap, k, d), Cell: cell, Zone: snap.Str(d.Zone), Gen: engine.Gen(d.Work.Gen), Machine: engine.ID(d.Instance),
		CloneOf: uint64(d.Source), Content: d.Content, Gone: d.Work.Op == ecs.WorkDelete,
	}
	switch {
	case d.Restored != 0:
		g.Snapshot, g.CloneOf = uint64(d.Restored), 0
	case d.System:
		g.Image = snap.Str(d.Image)
	}
	if d.Work.Op == ecs.WorkDetach || g.Gone {
		g.Machine, g.Device = 0, ""
	}
	return g
}

// engineDisk is a disk as its engine needs to know it.
func engineDisk(snap *state.Snapshot, k ecs.Key, d *ecs.Disk) engine.Disk {
	out := engine.Disk{
		ID: uint64(k), Name: ecs.ID(ecs.KindDisk, k), Category: snap.Str(d.Category), SizeGiB: int(d.Size), Device: snap.Str(d.Device),
		Encrypted: d.Encrypted,
	}
	if src, ok := ecs.ParseID(ecs.KindSnapshot, snap.Str(d.Snapshot)); ok {
		out.Snapshot = uint64(src)
	}
	return out
}

var snapshotFlow = &tableFlow[ecs.Snapshot, engine.Storage]{
	of: ecs.KindSnapshot, table: state.Snapshots, unsettled: state.SnapshotsOpen,
	work:   func(s *ecs.Snapshot) *ecs.Work { return &s.Work },
	zone:   func(s *ecs.Snapshot) ecs.Sym { return s.Zone },
	finish: block.SnapshotDone,
	advance: func(ctx context.Context, r *Reconciler, s engine.Storage, snap *state.Snapshot, k ecs.Key, rec *ecs.Snapshot) (engine.Progress, error) {
		return s.Snapshot(ctx, &engine.SnapshotGoal{
			ID: uint64(k), Name: ecs.ID(ecs.KindSnapshot, k), Cell: r.Cell, Zone: snap.Str(rec.Zone), Gen: engine.Gen(rec.Work.Gen),
			Disk: uint64(rec.Disk), SizeGiB: int(rec.Size), CopyOf: uint64(rec.CopyOf), Gone: rec.Work.Op == ecs.WorkDelete,
		})
	},
}

var imageFlow = &tableFlow[ecs.Image, engine.Storage]{
	of: ecs.KindImage, table: state.Images, unsettled: state.ImagesOpen,
	work:   func(i *ecs.Image) *ecs.Work { return &i.Work },
	zone:   func(*ecs.Image) ecs.Sym { return 0 }, // an image belongs to a region
	finish: image.Done,
	advance: func(ctx context.Context, r *Reconciler, s engine.Storage, snap *state.Snapshot, k ecs.Key, rec *ecs.Image) (engine.Progress, error) {
		region, ok := r.Catalog.RegionByCode(k.Region())
		if !ok {
			return engine.Progress{}, fmt.Errorf("region code %d: %w", k.Region(), engine.ErrPermanent)
		}
		g := &engine.ImageGoal{
			ID: uint64(k), Name: ecs.ID(ecs.KindImage, k), Cell: r.Cell, Region: region.ID, Gen: engine.Gen(rec.Work.Gen),
			CopyOf: ecs.ID(ecs.KindImage, rec.CopyOf), Gone: rec.Work.Op == ecs.WorkDelete,
		}
		for _, d := range rec.Disks {
			if d.Snapshot == 0 {
				continue
			}
			src, ok := state.Snapshots.Get(snap, d.Snapshot)
			switch {
			case g.Gone:
			case !ok, src.Status() == ecs.SnapshotFailed:
				return engine.Progress{}, fmt.Errorf("there is no snapshot %s: %w", ecs.ID(ecs.KindSnapshot, d.Snapshot), engine.ErrPermanent)
			case src.Status() == ecs.SnapshotProgressing:
				return engine.Progress{Percent: int(src.Work.Percent) / 2}, nil // looked at again while it is taken
			}
			g.Snapshots = append(g.Snapshots, uint64(d.Snapshot))
		}
		if rec.Flags.Has(ecs.ImageImported) && !g.Gone && rec.Work.Percent < checked {
			if found, err := r.find(ctx, rec); !found {
				return engine.Progress{}, err
			}
			return engine.Progress{Percent: checked, ReadyAt: r.Clock.Now()}, nil
		}
		return s.Image(ctx, g)
	},
}
