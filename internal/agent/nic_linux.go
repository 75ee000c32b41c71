package agent

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/netip"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/openecs/openecs/internal/agent/plan"
	"github.com/openecs/openecs/internal/ecs"
)

// plug brings the host ends that have appeared to their VPCs, and removes those
// whose other end has come back: Incus, which does not find the host end where
// it left it, leaves the pair of an instance that stopped to us.
func (a *Agent) plug() error {
	var first error
	note := func(err error) {
		if err != nil && first == nil {
			first = err
		}
	}
	plugged := map[string]bool{}
	for _, v := range a.vpcs {
		if v.now != nil {
			note(a.tidy(v, plugged))
		}
	}
	found, err := list(a.links.LinkList)
	if err != nil {
		return err
	}
	for _, l := range found {
		name := l.Attrs().Name
		if _, ok := ecs.ParseHostNIC(name); !ok || l.Attrs().NetNsID < 0 || a.plan == nil {
			continue // not ours, or its other end is not in an instance yet
		}
		p, nic := a.plan.NIC(name)
		if nic == nil {
			continue // its record is not here yet, or is gone: it stays where it reaches nothing
		}
		v := a.vpcs[p.Key]
		if v == nil || v.now == nil || a.failed[p.Key] {
			continue
		}
		if err := a.bring(v, l, nic); err != nil {
			note(fmt.Errorf("plugging %s: %w", name, err))
			continue
		}
		plugged[name] = true
	}
	a.mu.Lock()
	if !maps.Equal(a.plugged, plugged) {
		a.plugged = plugged
		a.tell()
	}
	a.mu.Unlock()
	return first
}

// bring moves a host end into its VPC's namespace.
func (a *Agent) bring(v *vpc, l netlink.Link, nic *plan.NIC) error {
	if stale, err := v.links.LinkByName(nic.Name); err == nil {
		if err := v.links.LinkDel(stale); err != nil && !missingLink(err) {
			return err
		}
	}
	if err := a.links.LinkSetNsFd(l, int(v.ns)); err != nil {
		return err
	}
	in, err := v.links.LinkByName(nic.Name)
	if err != nil {
		return err
	}
	return v.settle(in, nic, &ways{})
}

// settle makes an interface in a VPC's namespace lead to the addresses of its
// instance, and to nothing else. there is what leads to it already.
func (v *vpc) settle(l netlink.Link, nic *plan.NIC, there *ways) error {
	if l.Attrs().Flags&net.FlagUp == 0 {
		// Without a delay: what asks for the address of a neighbour is answered at once.
		if err := within(v.ns, func() error { return set([][2]string{{"ipv4/neigh/" + nic.Name + "/proxy_delay", "0"}}) }); err != nil {
			return err
		}
		if err := v.links.LinkSetUp(l); err != nil {
			return err
		}
	}
	mac, err := net.ParseMAC(nic.MAC)
	if err != nil {
		return err
	}
	to := map[netip.Addr]net.HardwareAddr{}
	for _, a := range nic.Addrs {
		to[a] = mac
	}
	return v.lead(l, to, there)
}

// lead makes an interface the way to some addresses, and their neighbours known
// for good: nobody can claim to be one.
func (v *vpc) lead(l netlink.Link, to map[netip.Addr]net.HardwareAddr, there *ways) error {
	index := l.Attrs().Index
	known, routed := map[netip.Addr]bool{}, map[netip.Addr]bool{}
	for i := range there.neighbours[index] {
		k := &there.neighbours[index][i]
		a, _ := netip.AddrFromSlice(k.IP.To4())
		mac, ours := to[a]
		switch permanent := k.State&netlink.NUD_PERMANENT != 0; {
		case ours && permanent && bytes.Equal(k.HardwareAddr, mac):
			known[a] = true
		case !ours && permanent:
			if err := v.links.NeighDel(k); err != nil && !errors.Is(err, unix.ENOENT) {
				return err
			}
		}
	}
	for i := range there.routes[index] {
		r := &there.routes[index][i]
		if r.Dst != nil {
			if a, _ := netip.AddrFromSlice(r.Dst.IP.To4()); to[a] != nil {
				routed[a] = true
				continue
			}
		}
		if err := v.links.RouteDel(r); err != nil && !errors.Is(err, unix.ESRCH) { // another way has taken its place
			return err
		}
	}
	for a, mac := range to {
		if !known[a] {
			if err := v.links.NeighSet(&netlink.Neigh{LinkIndex: index, Family: netlink.FAMILY_V4, State: netlink.NUD_PERMANENT, IP: a.AsSlice(), HardwareAddr: mac}); err != nil {
				return err
			}
		}
		if !routed[a] {
			if err := v.links.RouteReplace(&netlink.Route{LinkIndex: index, Dst: host(a), Scope: unix.RT_SCOPE_LINK, Protocol: routeProtocol}); err != nil {
				return err
			}
		}
	}
	return nil
}

// ways are the routes and neighbours of a namespace by interface.
type ways struct {
	routes     map[int][]netlink.Route
	neighbours map[int][]netlink.Neigh
}

// ways asks for all of a namespace at once: the kernel knows no other question.
func (v *vpc) ways() (*ways, error) {
	w := &ways{map[int][]netlink.Route{}, map[int][]netlink.Neigh{}}
	routes, err := list(func() ([]netlink.Route, error) { return v.links.RouteList(nil, netlink.FAMILY_V4) })
	if err != nil {
		return nil, err
	}
	for _, r := range routes {
		w.routes[r.LinkIndex] = append(w.routes[r.LinkIndex], r)
	}
	neighbours, err := list(func() ([]netlink.Neigh, error) { return v.links.NeighList(0, netlink.FAMILY_V4) })
	if err != nil {
		return nil, err
	}
	for _, n := range neighbours {
		w.neighbours[n.LinkIndex] = append(w.neighbours[n.LinkIndex], n)
	}
	return w, nil
}

// tidy removes from a namespace the host ends that do not belong there any more,
// and sets the others right.
func (a *Agent) tidy(v *vpc, plugged map[string]bool) error {
	found, err := list(v.links.LinkList)
	if err != nil {
		return err
	}
	outside, err := v.links.GetNetNsIdByFd(int(a.ns))
	if err != nil {
		return err
	}
	there, err := v.ways()
	if err != nil {
		return err
	}
	for _, l := range found {
		name := l.Attrs().Name
		if _, ok := ecs.ParseHostNIC(name); !ok {
			continue
		}
		nic := v.now.NIC(name)
		// One whose other end is back on the host, or that is of no plan: its instance stopped, or it was taken off.
		if back := l.Attrs().NetNsID < 0 || l.Attrs().NetNsID == outside; back || nic == nil {
			if err := v.links.LinkDel(l); err != nil && !missingLink(err) {
				return err
			}
			continue
		}
		if err := v.settle(l, nic, there); err != nil {
			return err
		}
		plugged[name] = true
	}
	return nil
}
