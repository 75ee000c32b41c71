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
	v.whole = false
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
	v.now = &next
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
