package reach

import (
	"net/netip"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// Which public address an interface has, and which interface is behind one, is
// known here alone: every further kind of public address is a line in both.

// public is the public address of an interface, the zero Addr for none.
func public(v state.View, n *ecs.NetworkInterface) netip.Addr {
	if i, ok := state.Instances.Get(v, n.Instance); ok && n.Primary {
		return i.PublicIP.Addr()
	}
	return netip.Addr{}
}

// behind is the interface that a public address leads to.
func behind(v state.View, a netip.Addr) (nic ecs.Key, ok bool) {
	ip, ok := ecs.ParseIPv4(a.String())
	if !ok || ip == 0 {
		return 0, false
	}
	for _, i := range state.InstancesByPublicIP.Ascend(v, uint64(ip), 0) {
		return i.Interface, true
	}
	return 0, false
}
