package agent

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netns"
	"golang.org/x/sys/unix"

	"github.com/openecs/openecs/internal/agent/plan"
	"github.com/openecs/openecs/internal/ecs"
)

// vpc is a VPC's namespace as the agent holds it.
type vpc struct {
	key   ecs.Key
	name  string // of the namespace
	ns    netns.NsHandle
	links *netlink.Handle
	rules *nft
	now   *plan.VPC // whose rules are in force; nil: they are not known
	whole bool      // all else of now is as it is to be, too
	meta  *metadata

	shaped []plan.Public // whose bandwidth is limited; nil: not known
}

// The addresses of both ends of an uplink; they are the same for all VPCs, as
// each has a pair of its own.
var (
	outerEnd = net.IPv4(169, 254, 77, 1)
	innerEnd = net.IPv4(169, 254, 77, 2)
)

// routes of ours, so that they are known from others
const routeProtocol = 113

func openVPC(a *Agent, key ecs.Key) (*vpc, error) {
	v := &vpc{key: key, name: a.Prefix + plan.Namespace(key)[len(defaultPrefix):]}
	var err error
	if v.ns, err = makeNamespace(v.name); err != nil {
		return nil, err
	}
	if err = within(v.ns, prepare); err == nil {
		if v.links, err = netlink.NewHandleAt(v.ns, unix.NETLINK_ROUTE, unix.NETLINK_NETFILTER); err == nil {
			v.rules, err = newNFT(int(v.ns))
		}
	}
	if err != nil {
		v.close()
		return nil, err
	}
	return v, nil
}

// close lets go of the namespace and leaves all in it in force, but for the
// metadata service.
func (v *vpc) close() {
	v.meta.close()
	if v.links != nil {
		v.links.Close()
	}
	_ = v.ns.Close()
}

// apply makes the namespace what p says. The rules come first: what the rest
// lets in is guarded by them. The host ends of interfaces come last.
func (v *vpc) apply(a *Agent, p *plan.VPC) error {
	var old *plan.Table
	if v.now != nil {
		old = &v.now.Table
	}
	if err := v.rules.replace(old, &p.Table); err != nil {
		v.now = nil // the next attempt makes the table anew
		return err
	}
	was := v.now
	if v.now == nil {
		was = &plan.VPC{}
	}
	next := *p
	v.now, v.whole = &next, false
	if err := v.forget(was, p); err != nil {
		return err
	}
	if err := v.addresses(p); err != nil {
		return err
	}
	if err := v.uplink(a); err != nil {
		return err
	}
	if err := v.routes(p); err != nil {
		return err
	}
	if err := v.tunnel(a, p); err != nil {
		return err
	}
	if err := v.publics(a, p); err != nil {
		return err
	}
	if err := v.shape(a, p); err != nil {
		return err
	}
	if err := v.serveMetadata(a); err != nil {
		return err
	}
	v.whole = true
	return nil
}

// addresses gives the namespace the gateways of the vSwitches and the address of
// the metadata service.
func (v *vpc) addresses(p *plan.VPC) error {
	lo, err := v.links.LinkByName("lo")
	if err != nil {
		return err
	}
	want := append(slices.Clone(p.Gateways), netip.MustParseAddr(plan.Metadata))
	have, err := v.links.AddrList(lo, netlink.FAMILY_V4)
	if err != nil {
		return err
	}
	for _, h := range have {
		ip, _ := netip.AddrFromSlice(h.IP.To4())
		if i := slices.Index(want, ip); i >= 0 {
			want = slices.Delete(want, i, i+1)
		} else if !ip.IsLoopback() {
			if err := v.links.AddrDel(lo, &h); err != nil {
				return err
			}
		}
	}
	for _, ip := range want {
		if err := v.links.AddrAdd(lo, &netlink.Addr{IPNet: host(ip), Scope: unix.RT_SCOPE_LINK}); err != nil && !errors.Is(err, unix.EEXIST) {
			return err
		}
	}
	return v.links.LinkSetUp(lo)
}

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

// forget ends the connections of addresses that stand for others than before, or
// are no interface's any more: the rules would let them go on.
func (v *vpc) forget(was, is *plan.VPC) error {
	pairs := gone(was, is, "dnat", "snat")
	single := gone(was, is, "owners")
	if len(pairs)+len(single) == 0 {
		return nil
	}
	_, err := v.links.ConntrackDeleteFilters(netlink.ConntrackTable, unix.AF_INET, flows(func(f *netlink.ConntrackFlow) bool {
		has := func(a netip.Addr) bool {
			ip := net.IP(a.AsSlice())
			return f.Forward.SrcIP.Equal(ip) || f.Forward.DstIP.Equal(ip) || f.Reverse.SrcIP.Equal(ip) || f.Reverse.DstIP.Equal(ip)
		}
		return slices.ContainsFunc(pairs, func(e plan.Element) bool { return has(e.Addr) && has(e.To) }) ||
			slices.ContainsFunc(single, func(e plan.Element) bool { return has(e.Addr) })
	}))
	if err != nil {
		return fmt.Errorf("ending connections: %w", err)
	}
	return nil
}

type flows func(*netlink.ConntrackFlow) bool

func (f flows) MatchConntrackFlow(flow *netlink.ConntrackFlow) bool { return f(flow) }

// gone are the elements of some sets that are not there any more.
func gone(was, is *plan.VPC, names ...string) (out []plan.Element) {
	for _, name := range names {
		out = append(out, missing(elementsOf(was, name), elementsOf(is, name))...)
	}
	return out
}

func elementsOf(p *plan.VPC, name string) []plan.Element {
	for i := range p.Table.Sets {
		if p.Table.Sets[i].Name == name {
			return p.Table.Sets[i].Elements
		}
	}
	return nil
}

func host(a netip.Addr) *net.IPNet { return ipNet(netip.PrefixFrom(a, a.BitLen())) }

func ipNet(p netip.Prefix) *net.IPNet {
	return &net.IPNet{IP: p.Addr().AsSlice(), Mask: net.CIDRMask(p.Bits(), p.Addr().BitLen())}
}

func missingLink(err error) bool {
	var not netlink.LinkNotFoundError
	return errors.As(err, &not) || errors.Is(err, unix.ENODEV)
}

// list asks again as long as what was listed changed in between.
func list[T any](f func() ([]T, error)) (out []T, err error) {
	for range 10 {
		if out, err = f(); !errors.Is(err, netlink.ErrDumpInterrupted) {
			break
		}
	}
	return out, err
}
