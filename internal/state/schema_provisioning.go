package state

import "github.com/openecs/openecs/internal/ecs"

// The table of auto provisioning groups. Members of a group are found by its key.
var (
	ProvisioningGroups          = Define[ecs.ProvisioningGroup](schema, byte(ecs.KindProvisioning), "provisioning-group")
	ProvisioningGroupsByAccount = ProvisioningGroups.Index("account", func(k ecs.Key, r *ecs.ProvisioningGroup, add func(uint64)) { add(Scope(r.Account, k.Region())) })
	ProvisioningGroupsByTag     = ProvisioningGroups.Index("tag", func(k ecs.Key, r *ecs.ProvisioningGroup, add func(uint64)) { addTags(r.Account, k, r.Tags, add) })

	ProvisioningGroupsByResourceGroup = byResourceGroup(ProvisioningGroups, func(r *ecs.ProvisioningGroup) ecs.Sym { return r.ResourceGroup })
	// ProvisioningGroupsShort are those whose capacity is to be looked at.
	ProvisioningGroupsShort = ProvisioningGroups.Index("short", func(_ ecs.Key, r *ecs.ProvisioningGroup, add func(uint64)) {
		if r.Short {
			add(0)
		}
	}).Sparse()

	InstancesByProvisioning = Instances.Index("provisioning-group", func(_ ecs.Key, r *ecs.Instance, add func(uint64)) {
		if g := r.Placement.Provisioning; g != 0 {
			add(uint64(g))
		}
	}).Sparse()
)
