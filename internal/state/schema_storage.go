package state

import "github.com/openecs/openecs/internal/ecs"

// The tables of what storage is made of beside disks. An index "open" holds,
// under key 0, the rows with work under way: what a starting reconciler must
// look at.
var (
	DisksOpen = Disks.Index("open", func(_ ecs.Key, r *ecs.Disk, add func(uint64)) { addOpen(&r.Work, add) })

	Snapshots          = Define[ecs.Snapshot](schema, byte(ecs.KindSnapshot), "snapshot")
	SnapshotsByAccount = Snapshots.Index("account", func(k ecs.Key, r *ecs.Snapshot, add func(uint64)) { add(Scope(r.Account, k.Region())) })
	SnapshotsByDisk    = Snapshots.Index("disk", func(_ ecs.Key, r *ecs.Snapshot, add func(uint64)) { add(uint64(r.Disk)) })
	SnapshotsByTag     = Snapshots.Index("tag", func(k ecs.Key, r *ecs.Snapshot, add func(uint64)) { addTags(r.Account, k, r.Tags, add) })
	SnapshotsOpen      = Snapshots.Index("open", func(_ ecs.Key, r *ecs.Snapshot, add func(uint64)) { addOpen(&r.Work, add) })

	Images          = Define[ecs.Image](schema, byte(ecs.KindImage), "image")
	ImagesByAccount = Images.Index("account", func(k ecs.Key, r *ecs.Image, add func(uint64)) { add(Scope(r.Account, k.Region())) })
	ImagesByTag     = Images.Index("tag", func(k ecs.Key, r *ecs.Image, add func(uint64)) { addTags(r.Account, k, r.Tags, add) })
	// ImagesBySnapshot finds the images that hold a snapshot: it is not deleted.
	ImagesBySnapshot = Images.Index("snapshot", func(_ ecs.Key, r *ecs.Image, add func(uint64)) {
		for i := range r.Disks {
			if s := r.Disks[i].Snapshot; s != 0 {
				add(uint64(s))
			}
		}
	})
	// ImagesByShare finds the images that an account may use though they are another's.
	ImagesByShare = Images.Index("share", func(k ecs.Key, r *ecs.Image, add func(uint64)) {
		for _, a := range r.Shared {
			add(Scope(a, k.Region()))
		}
	})
	ImagesOpen = Images.Index("open", func(_ ecs.Key, r *ecs.Image, add func(uint64)) { addOpen(&r.Work, add) })
)

func addOpen(w *ecs.Work, add func(uint64)) {
	if !w.Settled() {
		add(0)
	}
}
