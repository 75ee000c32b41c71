package state

import "github.com/openecs/openecs/internal/ecs"

// HaVips.
var (
	HaVips                = Define[ecs.HaVip](schema, byte(ecs.KindHaVip), "havip")
	HaVipsByAccount       = HaVips.Index("account", func(k ecs.Key, r *ecs.HaVip, add func(uint64)) { add(Scope(r.Account, k.Region())) })
	HaVipsByTag           = byTag(HaVips, func(r *ecs.HaVip) (uint64, []ecs.Tag) { return r.Account, r.Tags })
	HaVipsByResourceGroup = byResourceGroup(HaVips, func(r *ecs.HaVip) ecs.Sym { return r.ResourceGroup })
	HaVipsByVPC           = HaVips.Index("vpc", func(_ ecs.Key, r *ecs.HaVip, add func(uint64)) { add(uint64(r.VPC)) })
	HaVipsByVSwitch       = HaVips.Index("vswitch", func(_ ecs.Key, r *ecs.HaVip, add func(uint64)) { add(uint64(r.VSwitch)) })
	// HaVipsByMember finds those of an instance or an interface, which leaves them when it ends.
	HaVipsByMember = HaVips.Index("member", func(_ ecs.Key, r *ecs.HaVip, add func(uint64)) {
		for _, k := range r.Members {
			add(uint64(k))
		}
	}).Sparse()
)
