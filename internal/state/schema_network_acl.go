package state

import "github.com/openecs/openecs/internal/ecs"

// Network ACLs. That a vSwitch is associated with one stands in the vSwitch.
var (
	NetworkACLs          = Define[ecs.NetworkACL](schema, byte(ecs.KindNetworkACL), "network-acl")
	NetworkACLsByAccount = NetworkACLs.Index("account", func(k ecs.Key, r *ecs.NetworkACL, add func(uint64)) { add(Scope(r.Account, k.Region())) })
	NetworkACLsByTag     = byTag(NetworkACLs, func(r *ecs.NetworkACL) (uint64, []ecs.Tag) { return r.Account, r.Tags })
	NetworkACLsByVPC     = NetworkACLs.Index("vpc", func(_ ecs.Key, r *ecs.NetworkACL, add func(uint64)) { add(uint64(r.VPC)) })

	VSwitchesByACL = VSwitches.Index("network-acl", func(_ ecs.Key, r *ecs.VSwitch, add func(uint64)) {
		if r.ACL != 0 {
			add(uint64(r.ACL))
		}
	}).Sparse()
)
