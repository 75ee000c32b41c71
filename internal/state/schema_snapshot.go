package state

import "github.com/openecs/openecs/internal/ecs"

// What the snapshot group needs beside the tables of storage.
var (
	// SnapshotsByName finds snapshots by their whole name.
	SnapshotsByName = Snapshots.Index("name", func(k ecs.Key, r *ecs.Snapshot, add func(uint64)) {
		if r.Name != "" {
			add(Within(r.Account, k.Region(), Hash(r.Name)))
		}
	})
	// SnapshotsByCopy finds the copies of a snapshot, in whatever region.
	SnapshotsByCopy = Snapshots.Index("copy", func(_ ecs.Key, r *ecs.Snapshot, add func(uint64)) {
		if r.CopyOf != 0 {
			add(uint64(r.CopyOf))
		}
	})
	// DisksBySnapshot finds the disks made from a snapshot, by the symbol of its identifier.
	DisksBySnapshot = Disks.Index("snapshot", func(_ ecs.Key, r *ecs.Disk, add func(uint64)) {
		if r.Snapshot != 0 {
			add(uint64(r.Snapshot))
		}
	})
)

// SnapshotsLocked finds an account's snapshots that are or were locked.
var SnapshotsLocked = Snapshots.Index("locked", func(k ecs.Key, r *ecs.Snapshot, add func(uint64)) {
	if r.LockMode != 0 {
		add(Scope(r.Account, k.Region()))
	}
})

// Automatic snapshot policies, and which disks have one.
var (
	SnapshotPolicies          = Define[ecs.SnapshotPolicy](schema, byte(ecs.KindSnapshotPolicy), "snapshot-policy")
	SnapshotPoliciesByAccount = SnapshotPolicies.Index("account", func(k ecs.Key, r *ecs.SnapshotPolicy, add func(uint64)) { add(Scope(r.Account, k.Region())) })
	SnapshotPoliciesByTag     = SnapshotPolicies.Index("tag", func(k ecs.Key, r *ecs.SnapshotPolicy, add func(uint64)) { addTags(r.Account, k, r.Tags, add) })

	SnapshotPoliciesByResourceGroup = byResourceGroup(SnapshotPolicies, func(r *ecs.SnapshotPolicy) ecs.Sym { return r.ResourceGroup })

	DisksByPolicy = Disks.Index("policy", func(_ ecs.Key, r *ecs.Disk, add func(uint64)) {
		if r.Policy != 0 {
			add(uint64(r.Policy))
		}
	})
	// DisksWithPolicy finds an account's disks that have any policy.
	DisksWithPolicy = Disks.Index("with-policy", func(k ecs.Key, r *ecs.Disk, add func(uint64)) {
		if r.Policy != 0 {
			add(Scope(r.Account, k.Region()))
		}
	})
)

// Snapshot-consistent groups, and what is in them.
var (
	SnapshotGroups                = Define[ecs.SnapshotGroup](schema, byte(ecs.KindSnapshotGroup), "snapshot-group")
	SnapshotGroupsByAccount       = SnapshotGroups.Index("account", func(k ecs.Key, r *ecs.SnapshotGroup, add func(uint64)) { add(Scope(r.Account, k.Region())) })
	SnapshotGroupsByTag           = SnapshotGroups.Index("tag", func(k ecs.Key, r *ecs.SnapshotGroup, add func(uint64)) { addTags(r.Account, k, r.Tags, add) })
	SnapshotGroupsByResourceGroup = byResourceGroup(SnapshotGroups, func(r *ecs.SnapshotGroup) ecs.Sym { return r.ResourceGroup })
	// SnapshotGroupsByInstance finds the groups of the disks of one instance, which may be gone.
	SnapshotGroupsByInstance = SnapshotGroups.Index("instance", func(_ ecs.Key, r *ecs.SnapshotGroup, add func(uint64)) {
		if r.Instance != 0 {
			add(uint64(r.Instance))
		}
	})

	SnapshotsByGroup = Snapshots.Index("group", func(_ ecs.Key, r *ecs.Snapshot, add func(uint64)) {
		if r.Group != 0 {
			add(uint64(r.Group))
		}
	})
)
