package agent

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/openecs/openecs/internal/agent/plan"
)

// The addresses of both ends of an uplink; they are the same for all VPCs, as
// each has a pair of its own.
var (
	outerEnd = net.IPv4(169, 254, 77, 1)
	innerEnd = net.IPv4(169, 254, 77, 2)
)

// routes of ours, so that they are known from others
const routeProtocol = 113

// uplink joins the namespace to the host's by a pair of interfaces.
func (v *vpc) uplink(a *Agent) error {
	outerName := plan.HostUplink(v.key)
	inner, err := v.links.LinkByName(plan.Uplink)
	if err != nil && !missingLink(err) {
		return err
	}
	outer, err2 := a.links.LinkByName(outerName)
	if err2 != nil && !missingLink(err2) {
		return err2
	}
	if err != nil || err2 != nil || outer.Attrs().ParentIndex != inner.Attrs().Index || inner.Attrs().ParentIndex != outer.Attrs().Index {
		for h, l := range map[*netlink.Handle]netlink.Link{v.links: inner, a.links: outer} {
			if l != nil {
				if err := h.LinkDel(l); err != nil && !missingLink(err) {
					return err
				}
			}
		}
		attrs := netlink.NewLinkAttrs()
		attrs.Name = outerName
		pair := &netlink.Veth{LinkAttrs: attrs, PeerName: plan.Uplink, PeerNamespace: netlink.NsFd(int(v.ns))}
		if err := a.links.LinkAdd(pair); err != nil {
			return fmt.Errorf("joining %s to the host: %w", v.name, err)
		}
		v.shaped = nil
		if inner, err = v.links.LinkByName(plan.Uplink); err != nil {
			return err
		}
		if outer, err = a.links.LinkByName(outerName); err != nil {
			return err
		}
	}
	if err := within(v.ns, func() error { return set([][2]string{{"ipv4/conf/" + plan.Uplink + "/proxy_arp", "0"}}) }); err != nil {
		return err
	}
	if err := within(a.ns, func() error {
		at := "ipv4/conf/" + outerName + "/"
		return set([][2]string{{at + "forwarding", "1"}, {at + "send_redirects", "0"}, {at + "accept_redirects", "0"}, {at + "rp_filter", "1"}})
	}); err != nil {
		return err
	}
	// Each end knows the other: no question is asked that the host, with the same addresses for each VPC, would take for
	// one from somewhere else.
	for _, end := range []struct {
		h        *netlink.Handle
		l, other netlink.Link
		ip, peer net.IP
	}{{v.links, inner, outer, innerEnd, outerEnd}, {a.links, outer, inner, outerEnd, innerEnd}} {
		err := end.h.AddrReplace(end.l, &netlink.Addr{IPNet: &net.IPNet{IP: end.ip, Mask: net.CIDRMask(32, 32)}, Scope: unix.RT_SCOPE_LINK})
		if err != nil {
			return err
		}
		if err := end.h.LinkSetUp(end.l); err != nil {
			return err
		}
		if err := end.h.NeighSet(&netlink.Neigh{
			LinkIndex: end.l.Attrs().Index, Family: netlink.FAMILY_V4, State: netlink.NUD_PERMANENT, IP: end.peer, HardwareAddr: end.other.Attrs().HardwareAddr,
		}); err != nil {
			return err
		}
	}
	return v.links.RouteReplace(&netlink.Route{LinkIndex: inner.Attrs().Index, Dst: anywhere, Gw: outerEnd, Flags: int(netlink.FLAG_ONLINK), Protocol: routeProtocol})
}

var anywhere = &net.IPNet{IP: net.IPv4zero.To4(), Mask: net.CIDRMask(0, 32)}

// routes leads the VPC's networks to nowhere, but for the addresses of
// interfaces, which plug routes.
func (v *vpc) routes(p *plan.VPC) error {
	have, err := list(func() ([]netlink.Route, error) {
		return v.links.RouteListFiltered(netlink.FAMILY_V4, &netlink.Route{Protocol: routeProtocol, Type: unix.RTN_UNREACHABLE}, netlink.RT_FILTER_PROTOCOL|netlink.RT_FILTER_TYPE)
	})
	if err != nil {
		return err
	}
	want := map[string]*net.IPNet{}
	for _, n := range p.Networks {
		want[n.String()] = ipNet(n)
	}
	for i := range have {
		if d := have[i].Dst; d != nil && want[d.String()] == nil {
			if err := v.links.RouteDel(&have[i]); err != nil {
				return err
			}
		}
	}
	for _, d := range want {
		if err := v.links.RouteReplace(&netlink.Route{Dst: d, Type: unix.RTN_UNREACHABLE, Protocol: routeProtocol}); err != nil {
			return fmt.Errorf("routing %s: %w", d, err)
		}
	}
	return nil
}

// publics routes the public addresses from the host to the namespace. A route
// replaces that to the namespace that had the address before.
func (v *vpc) publics(a *Agent, p *plan.VPC) error {
	outer, err := a.links.LinkByName(plan.HostUplink(v.key))
	if err != nil {
		return err
	}
	index := outer.Attrs().Index
	have, err := list(func() ([]netlink.Route, error) {
		return a.links.RouteListFiltered(netlink.FAMILY_V4, &netlink.Route{Protocol: routeProtocol, LinkIndex: index}, netlink.RT_FILTER_PROTOCOL|netlink.RT_FILTER_OIF)
	})
	if err != nil {
		return err
	}
	for i := range have {
		ip, _ := netip.AddrFromSlice(have[i].Dst.IP.To4())
		if !slices.ContainsFunc(p.Publics, func(q plan.Public) bool { return q.Addr == ip }) {
			if err := a.links.RouteDel(&have[i]); err != nil && !errors.Is(err, unix.ESRCH) {
				return err
			}
		}
	}
	for _, q := range p.Publics {
		if err := a.links.RouteReplace(&netlink.Route{LinkIndex: index, Dst: host(q.Addr), Gw: innerEnd, Flags: int(netlink.FLAG_ONLINK), Protocol: routeProtocol}); err != nil {
			return fmt.Errorf("routing %s: %w", q.Addr, err)
		}
	}
	return nil
}
