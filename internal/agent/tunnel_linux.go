package agent

import (
	"errors"
	"fmt"
	"net"
	"net/netip"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/openecs/openecs/internal/agent/plan"
)

const (
	tunnelPort     = 4789 // VXLAN's own
	tunnelOverhead = 50
)

// tunnelMAC is the hardware address of a host's end of every tunnel. It follows
// from the host's address, so that no host asks for it.
func tunnelMAC(host netip.Addr) net.HardwareAddr {
	b := host.As4()
	return net.HardwareAddr{0x02, 0x6f, b[0], b[1], b[2], b[3]}
}

// tunnel joins the namespace to those of the VPC on other hosts: VXLAN, whose
// outer packets are the host's, with routes, neighbours and hosts from the
// records. Nothing is flooded and nothing is learnt.
func (v *vpc) tunnel(a *Agent, p *plan.VPC) error {
	l, err := v.links.LinkByName(plan.Tunnel)
	if err != nil && !missingLink(err) {
		return err
	}
	if there := err == nil; there {
		vx, ok := l.(*netlink.Vxlan)
		if !ok || p.VNI == 0 || vx.VxlanId != int(p.VNI) || !vx.SrcAddr.Equal(a.Underlay.AsSlice()) {
			if err := v.links.LinkDel(l); err != nil && !missingLink(err) {
				return err
			}
			l = nil
		}
	} else {
		l = nil
	}
	if p.VNI == 0 || !a.Underlay.IsValid() {
		if len(p.Remotes) > 0 {
			a.Log.Warn("a VPC has no tunnel to its other hosts", "namespace", v.name, "vni", plan.VNI(v.key))
		}
		return nil
	}
	if l == nil {
		if l, err = v.dig(a, p); err != nil {
			return fmt.Errorf("the tunnel of %s: %w", v.name, err)
		}
	}
	if l.Attrs().Flags&net.FlagUp == 0 {
		if err := within(v.ns, func() error { return set([][2]string{{"ipv4/conf/" + plan.Tunnel + "/proxy_arp", "0"}}) }); err != nil {
			return err
		}
		if err := v.links.LinkSetUp(l); err != nil {
			return err
		}
	}
	index := l.Attrs().Index
	to := map[netip.Addr]net.HardwareAddr{}
	hosts := map[netip.Addr]bool{}
	for _, r := range p.Remotes {
		to[r.Addr], hosts[r.Host] = tunnelMAC(r.Host), true
	}
	have, err := list(func() ([]netlink.Neigh, error) { return v.links.NeighList(index, unix.AF_BRIDGE) })
	if err != nil {
		return err
	}
	for i := range have {
		at, _ := netip.AddrFromSlice(have[i].IP.To4())
		if !hosts[at] && at.IsValid() {
			if err := v.links.NeighDel(&have[i]); err != nil && !errors.Is(err, unix.ENOENT) {
				return err
			}
		}
	}
	for h := range hosts {
		if err := v.links.NeighSet(&netlink.Neigh{
			LinkIndex: index, Family: unix.AF_BRIDGE, State: netlink.NUD_PERMANENT, Flags: netlink.NTF_SELF, IP: h.AsSlice(), HardwareAddr: tunnelMAC(h),
		}); err != nil {
			return fmt.Errorf("the way to host %s: %w", h, err)
		}
	}
	there, err := v.ways()
	if err != nil {
		return err
	}
	return v.lead(l, to, there)
}

// dig makes the tunnel's end in the host's namespace, where its outer packets
// stay, and moves it to the VPC's.
func (v *vpc) dig(a *Agent, p *plan.VPC) (netlink.Link, error) {
	under, err := a.underlay()
	if err != nil {
		return nil, err
	}
	attrs := netlink.NewLinkAttrs()
	attrs.Name = "ot" + plan.HostUplink(v.key)[2:]
	attrs.HardwareAddr, attrs.MTU = tunnelMAC(a.Underlay), under.Attrs().MTU-tunnelOverhead
	for _, h := range []*netlink.Handle{a.links, v.links} {
		if left, err := h.LinkByName(attrs.Name); err == nil { // by an agent that ended in between
			if err := h.LinkDel(left); err != nil && !missingLink(err) {
				return nil, err
			}
		}
	}
	vx := &netlink.Vxlan{LinkAttrs: attrs, VxlanId: int(p.VNI), VtepDevIndex: under.Attrs().Index, SrcAddr: a.Underlay.AsSlice(), Port: tunnelPort}
	if err := a.links.LinkAdd(vx); err != nil {
		return nil, err
	}
	made, err := a.links.LinkByName(attrs.Name)
	if err != nil {
		return nil, err
	}
	if err := a.links.LinkSetNsFd(made, int(v.ns)); err != nil {
		return nil, err
	}
	in, err := v.links.LinkByName(attrs.Name)
	if err != nil {
		return nil, err
	}
	if err := v.links.LinkSetName(in, plan.Tunnel); err != nil {
		return nil, err
	}
	return in, nil
}

// underlay is the interface that has the host's address.
func (a *Agent) underlay() (netlink.Link, error) {
	addrs, err := list(func() ([]netlink.Addr, error) { return a.links.AddrList(nil, netlink.FAMILY_V4) })
	if err != nil {
		return nil, err
	}
	for _, h := range addrs {
		if h.IP.Equal(a.Underlay.AsSlice()) {
			return a.links.LinkByIndex(h.LinkIndex)
		}
	}
	return nil, fmt.Errorf("no interface of the host has its address %s", a.Underlay)
}
