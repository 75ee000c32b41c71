package state

import "github.com/openecs/openecs/internal/ecs"

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
