package state

import "github.com/openecs/openecs/internal/ecs"

// schema is the tables of the service. A new kind of resource is a record in
// package ecs and a few lines here. Codes are part of the stored keys: never
// reuse one for another table.
var schema = new(Schema)

// The tables, and the indexes that Describe actions and dependency checks use.
// The key of an index that is not itself a row is made by Scope or Hash; such
// keys may collide, so a reader compares the record as well.
var (
	Instances          = Define[ecs.Instance](schema, byte(ecs.KindInstance), "instance")
	InstancesByAccount = Instances.Index("account", func(k ecs.Key, r *ecs.Instance, add func(uint64)) { add(Scope(r.Account, k.Region())) })
	InstancesByStatus  = Instances.Index("status", func(k ecs.Key, r *ecs.Instance, add func(uint64)) {
		add(Within(r.Account, k.Region(), uint64(r.Status())))
	})
	InstancesByZone  = Instances.Index("zone", func(k ecs.Key, r *ecs.Instance, add func(uint64)) { add(Within(r.Account, k.Region(), uint64(r.Zone))) })
	InstancesByType  = Instances.Index("type", func(k ecs.Key, r *ecs.Instance, add func(uint64)) { add(Within(r.Account, k.Region(), uint64(r.Type))) })
	InstancesByImage = Instances.Index("image", func(k ecs.Key, r *ecs.Instance, add func(uint64)) {
		add(Within(r.Account, k.Region(), uint64(r.Image)))
	})
	InstancesByPublicIP = Instances.Index("public-ip", func(k ecs.Key, r *ecs.Instance, add func(uint64)) {
		if r.PublicIP != 0 {
			add(uint64(r.PublicIP))
		}
	}).Sparse()
	InstancesByName = Instances.Index("name", func(k ecs.Key, r *ecs.Instance, add func(uint64)) {
		if r.Name != "" {
			add(Within(r.Account, k.Region(), Hash(r.Name)))
		}
	})
	InstancesByTag = Instances.Index("tag", func(k ecs.Key, r *ecs.Instance, add func(uint64)) { addTags(r.Account, k, r.Tags, add) })
	// InstancesUnsettled is what a starting reconciler must look at: key 0.
	InstancesUnsettled = Instances.Index("unsettled", func(_ ecs.Key, r *ecs.Instance, add func(uint64)) {
		if !r.Settled() {
			add(0)
		}
	})

	Secrets = Define[ecs.Secret](schema, 'p', "secret") // under the instance's key

	Disks           = Define[ecs.Disk](schema, byte(ecs.KindDisk), "disk")
	DisksByAccount  = Disks.Index("account", func(k ecs.Key, r *ecs.Disk, add func(uint64)) { add(Scope(r.Account, k.Region())) })
	DisksByInstance = Disks.Index("instance", func(_ ecs.Key, r *ecs.Disk, add func(uint64)) {
		if r.Instance != 0 {
			add(uint64(r.Instance))
		}
	}).Sparse()

	Interfaces           = Define[ecs.NetworkInterface](schema, byte(ecs.KindNetworkInterface), "interface")
	InterfacesByInstance = Interfaces.Index("instance", func(_ ecs.Key, r *ecs.NetworkInterface, add func(uint64)) {
		if r.Instance != 0 {
			add(uint64(r.Instance))
		}
	}).Sparse()
	InterfacesByVPC = Interfaces.Index("vpc", func(_ ecs.Key, r *ecs.NetworkInterface, add func(uint64)) {
		if r.VPC != 0 {
			add(uint64(r.VPC))
		}
	})
	InterfacesByVSwitch = Interfaces.Index("vswitch", func(_ ecs.Key, r *ecs.NetworkInterface, add func(uint64)) {
		if r.VSwitch != 0 {
			add(uint64(r.VSwitch))
		}
	})
	InterfacesByGroup = Interfaces.Index("group", func(_ ecs.Key, r *ecs.NetworkInterface, add func(uint64)) {
		for _, g := range r.Groups {
			add(uint64(g))
		}
	})
	// InterfacesByIP finds an address, primary or secondary, within a VPC, or in a region's classic network.
	InterfacesByIP = Interfaces.Index("ip", func(k ecs.Key, r *ecs.NetworkInterface, add func(uint64)) {
		add(AddressKey(k.Region(), r.VPC, r.IP))
		for _, ip := range r.Rest().Secondary {
			add(AddressKey(k.Region(), r.VPC, ip))
		}
	}).Sparse()

	Groups          = Define[ecs.SecurityGroup](schema, byte(ecs.KindSecurityGroup), "security-group")
	GroupsByAccount = Groups.Index("account", func(k ecs.Key, r *ecs.SecurityGroup, add func(uint64)) { add(Scope(r.Account, k.Region())) })
	GroupsByVPC     = Groups.Index("vpc", func(_ ecs.Key, r *ecs.SecurityGroup, add func(uint64)) {
		if r.VPC != 0 {
			add(uint64(r.VPC))
		}
	})
	// GroupsByPeer finds the groups whose rules name a group: such a group is not deleted.
	GroupsByPeer = Groups.Index("peer", func(k ecs.Key, r *ecs.SecurityGroup, add func(uint64)) {
		for i := range r.Rules {
			if p := r.Rules[i].PeerGroup; p != 0 && p != k {
				add(uint64(p))
			}
		}
	})

	VPCs          = Define[ecs.VPC](schema, byte(ecs.KindVPC), "vpc")
	VPCsByAccount = VPCs.Index("account", func(k ecs.Key, r *ecs.VPC, add func(uint64)) { add(Scope(r.Account, k.Region())) })

	VSwitches          = Define[ecs.VSwitch](schema, byte(ecs.KindVSwitch), "vswitch")
	VSwitchesByAccount = VSwitches.Index("account", func(k ecs.Key, r *ecs.VSwitch, add func(uint64)) { add(Scope(r.Account, k.Region())) })
	VSwitchesByVPC     = VSwitches.Index("vpc", func(_ ecs.Key, r *ecs.VSwitch, add func(uint64)) { add(uint64(r.VPC)) })
)

// Tables is the schema of the service, for Open.
func Tables() *Schema { return schema }

// Scope is the index key of an account's rows in a region.
func Scope(account uint64, region uint8) uint64 { return account<<8 | uint64(region) }

// Within is the index key of one value among an account's rows in a region.
func Within(account uint64, region uint8, value uint64) uint64 {
	return blend(Scope(account, region), value)
}

// AddressKey is the index key of a private address: addresses are told apart
// within a VPC, or within a region's classic network. Those that follow each
// other have keys that do, so one that is given after another goes in beside it.
func AddressKey(region uint8, vpc ecs.Key, ip ecs.IPv4) uint64 {
	if vpc == 0 {
		vpc = ecs.Key(region)
	}
	return blend(uint64(vpc), 0)&^(1<<32-1) | uint64(ip)
}

// TagKey is the index key of a tag, with value 0 of a tag's key alone, and with
// neither of any tag at all.
func TagKey(account uint64, region uint8, key, value ecs.Sym) uint64 {
	return Within(account, region, uint64(key)<<32|uint64(value))
}

func addTags(account uint64, k ecs.Key, tags []ecs.Tag, add func(uint64)) {
	if len(tags) > 0 {
		add(TagKey(account, k.Region(), 0, 0))
	}
	for _, t := range tags {
		add(TagKey(account, k.Region(), t.Key, t.Value))
		if t.Value != 0 {
			add(TagKey(account, k.Region(), t.Key, 0))
		}
	}
}

// Hash is the FNV-1a hash of a string, for index keys.
func Hash(s string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return h
}

func blend(a, b uint64) uint64 {
	x := a*0x9e3779b97f4a7c15 ^ b
	x = (x ^ x>>32) * 0xd6e8feb86659fd93
	return x ^ x>>32
}
