package plan

import (
	"net/netip"
	"slices"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// VNI is the number of a VPC's tunnel: 24 bits of a hash, not zero.
func VNI(vpc ecs.Key) uint32 {
	return uint32(state.Hash("vni "+base36(vpc))%(1<<24-1)) + 1
}

// vni is the number of a VPC's tunnel, or 0 if an older VPC has the same: a VPC
// is rather without its other hosts than in another's network.
func vni(v state.View, vpc ecs.Key) uint32 {
	n := VNI(vpc)
	for k := range state.VPCs.Ascend(v, 0, vpc) {
		if k < vpc && VNI(k) == n {
			return 0
		}
	}
	return n
}

// remotes are the addresses of a VPC's interfaces on other hosts.
func (p *Planner) remotes(v state.View, vpc ecs.Key) (out []Remote) {
	for _, n := range state.InterfacesByVPC.Ascend(v, uint64(vpc), 0) {
		if w := &n.Rest().Work; n.Instance == 0 || w.Doing(ecs.WorkDetach) || w.Doing(ecs.WorkDelete) {
			continue
		}
		i, ok := state.Instances.Get(v, n.Instance)
		if !ok || p.Here(n.Instance, i) {
			continue
		}
		if at := p.Where(n.Instance, i); at.Is4() {
			for _, a := range addrs(n) {
				out = append(out, Remote{Addr: a, Host: at})
			}
		}
	}
	slices.SortFunc(out, func(a, b Remote) int { return a.Addr.Compare(b.Addr) })
	return out
}

// Hosts are the other hosts that VPCs of a plan have tunnels to, in order.
func (h *Host) Hosts() (out []netip.Addr) {
	for i := range h.VPCs {
		for _, r := range h.VPCs[i].Remotes {
			out = append(out, r.Host)
		}
	}
	slices.SortFunc(out, netip.Addr.Compare)
	return slices.Compact(out)
}
