package state

import (
	"slices"

	"github.com/openecs/openecs/internal/ecs"
)

// What is asked of network interfaces beside what instances need.
var (
	InterfacesOpen = Interfaces.Index("open", func(_ ecs.Key, r *ecs.NetworkInterface, add func(uint64)) { addOpen(&r.Rest().Work, add) })
	// InterfacesSecondary has an account's interfaces that are not the primary one of an instance.
	InterfacesSecondary = Interfaces.Index("secondary", func(k ecs.Key, r *ecs.NetworkInterface, add func(uint64)) {
		if !r.Primary {
			add(Scope(r.Account, k.Region()))
		}
	})
	// InterfacesByPermission finds the interface that a permission is for.
	InterfacesByPermission = Interfaces.Index("permission", func(_ ecs.Key, r *ecs.NetworkInterface, add func(uint64)) {
		for _, p := range r.Rest().Permissions {
			add(uint64(p.Key))
		}
	}).Sparse()
	// InterfacesByExtra counts the addresses that interfaces hold beside their primary one: an interface that holds n is
	// under (vSwitch, b) for each bit b of n, so that Extra needs to look at no row.
	InterfacesByExtra = Interfaces.Index("extra", func(_ ecs.Key, r *ecs.NetworkInterface, add func(uint64)) {
		n := r.Extra()
		for b := 0; n>>b != 0; b++ {
			if n>>b&1 != 0 {
				add(extraKey(r.VSwitch, b))
			}
		}
	})
)

func extraKey(vswitch ecs.Key, bit int) uint64 { return blend(uint64(vswitch), uint64(bit)) }

// extraBits is more bits than the count of an interface's addresses has.
const extraBits = 12

// Extra is how many addresses of a vSwitch its interfaces hold beside their
// primary ones.
func Extra(v View, vswitch ecs.Key) (n int) {
	for b := range extraBits {
		n += InterfacesByExtra.Count(v, extraKey(vswitch, b)) << b
	}
	return n
}

// InterfacesByIP6 finds an IPv6 address, and a block that is assigned as a
// prefix; InterfacesByBlock6 the addresses within a block. Their keys are not
// exact: what is found is to be compared.
var (
	InterfacesByIP6 = Interfaces.Index("ip6", func(_ ecs.Key, r *ecs.NetworkInterface, add func(uint64)) {
		m := r.Rest()
		for _, ip := range m.IPv6 {
			add(AddressKey6(ip))
		}
		for _, p := range m.Prefixes6 {
			add(PrefixKey6(p))
		}
	}).Sparse()
	InterfacesByBlock6 = Interfaces.Index("block6", func(_ ecs.Key, r *ecs.NetworkInterface, add func(uint64)) {
		var added []uint64 // a key is added once
		for _, ip := range r.Rest().IPv6 {
			if k := PrefixKey6(ip.Block6()); !slices.Contains(added, k) {
				added = append(added, k)
				add(k)
			}
		}
	}).Sparse()
	// InterfacesWithIP6 has the interfaces of a vSwitch that have anything of IPv6.
	InterfacesWithIP6 = Interfaces.Index("with-ip6", func(_ ecs.Key, r *ecs.NetworkInterface, add func(uint64)) {
		if m := r.Rest(); len(m.IPv6)+len(m.Prefixes6) > 0 {
			add(uint64(r.VSwitch))
		}
	}).Sparse()
)

// AddressKey6 is the index key of an IPv6 address, PrefixKey6 that of a block.
func AddressKey6(ip ecs.IPv6) uint64 { return blend(ip.Hi, ip.Lo) }

// PrefixKey6 is the index key of a block.
func PrefixKey6(p ecs.Prefix6) uint64 { return blend(^p.Addr.Hi, p.Addr.Lo) }
