// Package plan computes what the networks of one host are to be from the
// records. It is pure: no system call and no clock, so that whatever a host is
// made to do can be tested without being root, and two plans can be compared.
// Package agent makes a host so.
package plan

import (
	"cmp"
	"net/netip"
	"slices"
	"strconv"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/state"
)

// Host is how the networks of a host are to be.
type Host struct {
	Rev  state.Rev
	VPCs []VPC // those with an interface on this host, by key
}

// VPC is one VPC on one host: a network namespace of its own.
type VPC struct {
	Key      ecs.Key
	Networks []netip.Prefix // in order
	Gateways []netip.Addr   // of its vSwitches, in order
	NICs     []NIC          // on this host, by key
	Publics  []Public       // by address
	Table    Table

	VNI     uint32   // of the tunnel to other hosts; 0: there is none
	Remotes []Remote // what is on other hosts, by address
}

// Remote is an address of a VPC's interface on another host.
type Remote struct {
	Addr netip.Addr
	Host netip.Addr // where that host's end of the tunnel is
}

// NIC is a network interface of an instance on this host.
type NIC struct {
	Key      ecs.Key
	Instance ecs.Key
	Name     string // of its host end
	MAC      string
	Addrs    []netip.Addr // all that are its own, in order
}

// Public is a public address that leads into a VPC of this host.
type Public struct {
	Addr netip.Addr
	Out  int // Mbit/s; 0 is no limit
	In   int
}

// Options say what a host is.
type Options struct {
	// Here reports whether an instance runs on this host.
	Here func(k ecs.Key, i *ecs.Instance) bool

	// Where is the address of the host that an instance runs on, for the tunnels
	// between hosts; the zero Addr where that is not known. nil: there are no other
	// hosts.
	Where func(k ecs.Key, i *ecs.Instance) netip.Addr
}

// Names of what the agent makes. Those of interfaces fit Linux's 15 characters.
const (
	Uplink   = "uplink"          // a VPC's way out, inside its namespace
	Tunnel   = "tunnel"          // a VPC's way to other hosts, likewise
	Metadata = "100.100.100.200" // where instances ask about themselves
)

// Namespace is the name of a VPC's namespace.
func Namespace(vpc ecs.Key) string { return "oe-" + base36(vpc) }

// HostUplink is the other end of a VPC's Uplink, on the host.
func HostUplink(vpc ecs.Key) string { return "ou" + base36(vpc) }

func base36(k ecs.Key) string { return strconv.FormatUint(uint64(k), 36) }

// Planner computes plans. It keeps compiled groups from one to the next; the
// zero Planner with Options is ready.
type Planner struct {
	Options
	firewall network.Firewall
}

// Host is the plan as of a snapshot.
func (p *Planner) Host(s *state.Snapshot) *Host {
	h := &Host{Rev: s.Rev()}
	here := map[ecs.Key][]ecs.Key{} // of VPCs their interfaces
	for k, n := range state.Interfaces.Ascend(s, 0, 0) {
		if n.VPC != 0 && p.here(s, n) {
			here[n.VPC] = append(here[n.VPC], k)
		}
	}
	for k, nics := range here {
		if vpc, ok := state.VPCs.Get(s, k); ok {
			slices.Sort(nics)
			h.VPCs = append(h.VPCs, p.vpc(s, k, vpc, nics))
		}
	}
	slices.SortFunc(h.VPCs, func(a, b VPC) int { return cmp.Compare(a.Key, b.Key) })
	return h
}

// here reports whether the host has an interface: from when it is to be attached
// until it is to be taken off.
func (p *Planner) here(v state.View, n *ecs.NetworkInterface) bool {
	if w := &n.Rest().Work; n.Instance == 0 || w.Doing(ecs.WorkDetach) || w.Doing(ecs.WorkDelete) {
		return false
	}
	i, ok := state.Instances.Get(v, n.Instance)
	return ok && p.Here(n.Instance, i)
}

func (p *Planner) vpc(v state.View, k ecs.Key, r *ecs.VPC, nics []ecs.Key) VPC {
	out := VPC{Key: k}
	for _, q := range append([]ecs.Prefix{r.Prefix}, r.Secondary...) {
		out.Networks = append(out.Networks, prefix(q))
	}
	out.Networks = disjoint(out.Networks)
	for _, w := range state.VSwitchesByVPC.Ascend(v, uint64(k), 0) {
		out.Gateways = append(out.Gateways, (w.Prefix.Addr + ecs.IPv4(w.Prefix.Size()) - 3).Addr())
	}
	slices.SortFunc(out.Gateways, netip.Addr.Compare)
	b := &builder{v: v, firewall: &p.firewall, vpc: k, record: r, sets: map[string]Set{}, chains: map[string]Chain{}}
	for _, key := range nics {
		n, _ := state.Interfaces.Get(v, key)
		nic := NIC{Key: key, Instance: n.Instance, Name: ecs.HostNIC(key), MAC: ecs.MAC(key), Addrs: addrs(n)}
		out.NICs = append(out.NICs, nic)
		b.nic(&nic, n)
	}
	b.outside(out.NICs)
	out.Publics = b.publics
	if p.Where != nil {
		out.VNI, out.Remotes = vni(v, k), p.remotes(v, k)
	}
	out.Table = b.table(out.Networks, out.Remotes)
	return out
}

// addrs are all IPv4 addresses of an interface. A block of them is 16.
func addrs(n *ecs.NetworkInterface) []netip.Addr {
	m := n.Rest()
	out := []netip.Addr{n.IP.Addr()}
	for _, ip := range m.Secondary {
		out = append(out, ip.Addr())
	}
	for _, p := range m.Prefixes {
		for i := range p.Size() {
			out = append(out, (p.Addr + ecs.IPv4(i)).Addr())
		}
	}
	slices.SortFunc(out, netip.Addr.Compare)
	return slices.Compact(out)
}

func prefix(p ecs.Prefix) netip.Prefix { return netip.PrefixFrom(p.Addr.Addr(), int(p.Bits)) }

// disjoint puts networks in order and leaves out those within others.
func disjoint(list []netip.Prefix) []netip.Prefix {
	slices.SortFunc(list, func(a, b netip.Prefix) int {
		if c := a.Addr().Compare(b.Addr()); c != 0 {
			return c
		}
		return a.Bits() - b.Bits()
	})
	out := list[:0]
	for _, p := range list {
		if n := len(out); n == 0 || !out[n-1].Overlaps(p) {
			out = append(out, p)
		}
	}
	return out
}

// VPC finds a VPC of the plan, nil if the host has none of it.
func (h *Host) VPC(k ecs.Key) *VPC {
	for i := range h.VPCs {
		if h.VPCs[i].Key == k {
			return &h.VPCs[i]
		}
	}
	return nil
}

// NIC finds an interface by its host end's name.
func (h *Host) NIC(name string) (*VPC, *NIC) {
	for i := range h.VPCs {
		if n := h.VPCs[i].NIC(name); n != nil {
			return &h.VPCs[i], n
		}
	}
	return nil, nil
}

// NIC finds an interface by its host end's name, nil if there is none.
func (v *VPC) NIC(name string) *NIC {
	if k, ok := ecs.ParseHostNIC(name); ok {
		if i, ok := slices.BinarySearchFunc(v.NICs, k, func(n NIC, k ecs.Key) int { return cmp.Compare(n.Key, k) }); ok {
			return &v.NICs[i]
		}
	}
	return nil
}
