package reach

import (
	"fmt"
	"net/netip"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// find finds what a name of an end stands for.
func find(v state.View, name string) (*end, error) {
	e := &end{name: name}
	if k, ok := ecs.ParseID(ecs.KindInstance, name); ok {
		i, ok := state.Instances.Get(v, k)
		if !ok || !e.attach(v, i.Interface) {
			return nil, fmt.Errorf("There is no instance %s.", name)
		}
		return e, nil
	}
	if k, ok := ecs.ParseID(ecs.KindNetworkInterface, name); ok {
		if !e.attach(v, k) {
			return nil, fmt.Errorf("There is no network interface %s.", name)
		}
		return e, nil
	}
	a, err := netip.ParseAddr(name)
	if err != nil || a.Zone() != "" {
		return nil, fmt.Errorf("%q is no identifier of an instance or a network interface, and no address.", name)
	}
	e.addr = a.Unmap()
	if k, ok := behind(v, e.addr); ok {
		e.byPublic = e.attach(v, k)
	}
	return e, nil
}

// attach makes an interface the end.
func (e *end) attach(v state.View, k ecs.Key) bool {
	n, ok := state.Interfaces.Get(v, k)
	if !ok {
		return false
	}
	e.nic, e.key, e.addr = n, k, n.IP.Addr()
	e.instance, _ = state.Instances.Get(v, n.Instance)
	e.public = public(v, k, n)
	return true
}

// locate finds the interface of a private address in the network of the other
// end.
func (e *end) locate(v state.View, other *end) {
	if e.nic != nil || other.nic == nil || other.byPublic {
		return
	}
	ip, ok := ecs.ParseIPv4(e.addr.String())
	if !ok {
		return
	}
	region := other.key.Region()
	for k, n := range state.InterfacesByIP.Ascend(v, state.AddressKey(region, other.nic.VPC, ip), 0) {
		if n.IP == ip && n.VPC == other.nic.VPC && k.Region() == region { // the index may collide
			e.attach(v, k)
			return
		}
	}
}

// network names the network of an end: its VPC, or a region's classic one.
func (e *end) network() string {
	if e.nic.VPC != 0 {
		return ecs.ID(ecs.KindVPC, e.nic.VPC)
	}
	return "the classic network"
}

// shares reports whether two ends reach each other by private addresses.
func (e *end) shares(o *end) bool {
	return e.nic != nil && o.nic != nil && !e.byPublic && !o.byPublic && e.nic.VPC == o.nic.VPC && e.key.Region() == o.key.Region()
}

// within reports whether an address lies in the network of an end.
func (e *end) within(v state.View, a netip.Addr) bool {
	ip, ok := ecs.ParseIPv4(a.String())
	if !ok || e.nic == nil {
		return false
	}
	if e.nic.VPC == 0 {
		return (ecs.Prefix{Addr: 10 << 24, Bits: 8}).Contains(ip)
	}
	vpc, ok := state.VPCs.Get(v, e.nic.VPC)
	if !ok {
		return false
	}
	for _, p := range vpc.Secondary {
		if p.Contains(ip) {
			return true
		}
	}
	return vpc.Prefix.Contains(ip)
}

// foreign reports whether an address that is no interface's is not of the
// internet.
func (e *end) foreign() bool { return !e.addr.IsGlobalUnicast() || e.addr.IsPrivate() }
