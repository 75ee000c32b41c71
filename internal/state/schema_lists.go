package state

import "github.com/openecs/openecs/internal/ecs"

// Prefix lists, port-range lists, and the security groups whose rules name them.
var (
	PrefixLists                = Define[ecs.PrefixList](schema, byte(ecs.KindPrefixList), "prefix-list")
	PrefixListsByAccount       = PrefixLists.Index("account", func(k ecs.Key, r *ecs.PrefixList, add func(uint64)) { add(Scope(r.Account, k.Region())) })
	PrefixListsByTag           = byTag(PrefixLists, func(r *ecs.PrefixList) (uint64, []ecs.Tag) { return r.Account, r.Tags })
	PrefixListsByResourceGroup = byResourceGroup(PrefixLists, func(r *ecs.PrefixList) ecs.Sym { return r.ResourceGroup })

	PortRangeLists                = Define[ecs.PortRangeList](schema, byte(ecs.KindPortRangeList), "port-range-list")
	PortRangeListsByAccount       = PortRangeLists.Index("account", func(k ecs.Key, r *ecs.PortRangeList, add func(uint64)) { add(Scope(r.Account, k.Region())) })
	PortRangeListsByTag           = byTag(PortRangeLists, func(r *ecs.PortRangeList) (uint64, []ecs.Tag) { return r.Account, r.Tags })
	PortRangeListsByResourceGroup = byResourceGroup(PortRangeLists, func(r *ecs.PortRangeList) ecs.Sym { return r.ResourceGroup })

	// A list that these find is not deleted.
	GroupsByPrefixList    = groupsByList("prefix-list", func(r *ecs.Rule) ecs.Key { return r.PrefixList })
	GroupsByPortRangeList = groupsByList("port-range-list", func(r *ecs.Rule) ecs.Key { return r.PortList })
)

func groupsByList(name string, of func(*ecs.Rule) ecs.Key) *Index[ecs.SecurityGroup] {
	return Groups.Index(name, func(_ ecs.Key, r *ecs.SecurityGroup, add func(uint64)) {
		for i := range r.Rules {
			if l := of(&r.Rules[i]); l != 0 {
				add(uint64(l))
			}
		}
	}).Sparse()
}
