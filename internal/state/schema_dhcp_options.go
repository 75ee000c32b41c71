package state

import "github.com/openecs/openecs/internal/ecs"

var (
	DHCPOptionsSets          = Define[ecs.DHCPOptionsSet](schema, byte(ecs.KindDHCPOptionsSet), "dhcp-options-set")
	DHCPOptionsSetsByAccount = DHCPOptionsSets.Index("account", func(k ecs.Key, r *ecs.DHCPOptionsSet, add func(uint64)) { add(Scope(r.Account, k.Region())) })
	DHCPOptionsSetsByTag     = byTag(DHCPOptionsSets, func(r *ecs.DHCPOptionsSet) (uint64, []ecs.Tag) { return r.Account, r.Tags })
	DHCPOptionsSetsByGroup   = byResourceGroup(DHCPOptionsSets, func(r *ecs.DHCPOptionsSet) ecs.Sym { return r.ResourceGroup })

	// VPCsByDHCPOptions finds the VPCs that a set is attached to, or is being detached from.
	VPCsByDHCPOptions = VPCs.Index("dhcp-options", func(_ ecs.Key, r *ecs.VPC, add func(uint64)) {
		if r.DHCPOptions != 0 {
			add(uint64(r.DHCPOptions))
		}
	})
)
