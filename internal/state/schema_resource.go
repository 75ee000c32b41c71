package state

import "github.com/openecs/openecs/internal/ecs"

// Resource groups, and the indexes by which the resources of all kinds are found
// by their tags and by their group. Package model/resource has the list of kinds.
var (
	ResourceGroups          = Define[ecs.ResourceGroup](schema, byte(ecs.KindResourceGroup), "resource-group")
	ResourceGroupsByAccount = ResourceGroups.Index("account", func(_ ecs.Key, r *ecs.ResourceGroup, add func(uint64)) { add(Scope(r.Account, 0)) })
	ResourceGroupsByTag     = byTag(ResourceGroups, func(r *ecs.ResourceGroup) (uint64, []ecs.Tag) { return r.Account, r.Tags })

	InstancesByResourceGroup = byResourceGroup(Instances, func(r *ecs.Instance) ecs.Sym { return r.ResourceGroup })

	DisksByTag           = byTag(Disks, func(r *ecs.Disk) (uint64, []ecs.Tag) { return r.Account, r.Tags })
	DisksByResourceGroup = byResourceGroup(Disks, func(r *ecs.Disk) ecs.Sym { return r.ResourceGroup })

	// InterfacesByAccount has those that are shown: what a classic instance has is no interface to its owner.
	InterfacesByAccount = Interfaces.Index("account", func(k ecs.Key, r *ecs.NetworkInterface, add func(uint64)) {
		if r.VPC != 0 {
			add(Scope(r.Account, k.Region()))
		}
	})
	InterfacesByTag           = byTag(Interfaces, func(r *ecs.NetworkInterface) (uint64, []ecs.Tag) { return r.Account, r.Tags })
	InterfacesByResourceGroup = byResourceGroup(Interfaces, func(r *ecs.NetworkInterface) ecs.Sym { return r.ResourceGroup })

	GroupsByTag           = byTag(Groups, func(r *ecs.SecurityGroup) (uint64, []ecs.Tag) { return r.Account, r.Tags })
	GroupsByResourceGroup = byResourceGroup(Groups, func(r *ecs.SecurityGroup) ecs.Sym { return r.ResourceGroup })

	VPCsByTag           = byTag(VPCs, func(r *ecs.VPC) (uint64, []ecs.Tag) { return r.Account, r.Tags })
	VPCsByResourceGroup = byResourceGroup(VPCs, func(r *ecs.VPC) ecs.Sym { return r.ResourceGroup })

	SnapshotsByResourceGroup       = byResourceGroup(Snapshots, func(r *ecs.Snapshot) ecs.Sym { return r.ResourceGroup })
	ImagesByResourceGroup          = byResourceGroup(Images, func(r *ecs.Image) ecs.Sym { return r.ResourceGroup })
	KeyPairsByResourceGroup        = byResourceGroup(KeyPairs, func(r *ecs.KeyPair) ecs.Sym { return r.ResourceGroup })
	LaunchTemplatesByResourceGroup = byResourceGroup(LaunchTemplates, func(r *ecs.LaunchTemplate) ecs.Sym { return r.ResourceGroup })

	VSwitchesByTag = byTag(VSwitches, func(r *ecs.VSwitch) (uint64, []ecs.Tag) { return r.Account, r.Tags })
)

// byTag indexes a table by TagKey.
func byTag[R any](t *Table[R], of func(*R) (account uint64, tags []ecs.Tag)) *Index[R] {
	return t.Index("tag", func(k ecs.Key, r *R, add func(uint64)) {
		account, tags := of(r)
		addTags(account, k, tags, add)
	})
}

// byResourceGroup indexes a table by the symbol of the resource group's
// identifier, over all regions. Rows that name no group are in the default one
// and not in the index.
func byResourceGroup[R any](t *Table[R], of func(*R) ecs.Sym) *Index[R] {
	return t.Index("resource-group", func(_ ecs.Key, r *R, add func(uint64)) {
		if g := of(r); g != 0 {
			add(uint64(g))
		}
	})
}
