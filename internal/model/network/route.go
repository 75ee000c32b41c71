package network

import (
	"cmp"
	"slices"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// ServicePrefix is the provider's own network, of which no VPC may have a part.
var ServicePrefix = ecs.Prefix{Addr: 100<<24 | 64<<16, Bits: 10}

// MaxRouteEntries is how many custom entries a route table has.
const MaxRouteEntries = 200

// Routes is what a route table of a VPC routes, by the service and by custom
// entries, the last made first. An entry that is being made or deleted is not
// among them unless all asks for it.
func Routes(v state.View, table, vpc ecs.Key, all bool) []ecs.Route {
	out := []ecs.Route{{Prefix: ServicePrefix, Hop: ecs.NextHop{Type: ecs.HopService}, Entry: table, System: true}}
	for k, w := range state.VSwitchesByVPC.Ascend(v, uint64(vpc), 0) {
		out = append(out, ecs.Route{Prefix: w.Prefix, Entry: k, System: true})
		if !w.Prefix6.IsZero() {
			out = append(out, ecs.Route{Prefix6: w.Prefix6, IPv6: true, Entry: k, System: true})
		}
	}
	for k, e := range state.RouteEntriesByTable.Ascend(v, uint64(table), 0) {
		if all || e.Phase == ecs.PhaseReady || e.Phase == ecs.PhaseModifying {
			out = append(out, ecs.Route{Prefix: e.Prefix, Prefix6: e.Prefix6, IPv6: e.IPv6, Hop: e.Hop, Entry: k})
		}
	}
	slices.SortStableFunc(out, func(a, b ecs.Route) int { return cmp.Compare(b.Entry, a.Entry) })
	return out
}

// TableOf is the route table that a vSwitch uses.
func TableOf(w *ecs.VSwitch) ecs.Key {
	if w.RouteTable != 0 {
		return w.RouteTable
	}
	return w.VPC // the system route table has its VPC's key
}

// Route finds the route that a packet from a vSwitch to an IPv4 address takes;
// ok is false where it takes none.
func Route(v state.View, vswitch ecs.Key, to ecs.IPv4) (r ecs.Route, ok bool) {
	w, ok := state.VSwitches.Get(v, vswitch)
	if !ok {
		return ecs.Route{}, false
	}
	return ecs.RouteTo(Routes(v, TableOf(w), w.VPC, false), to)
}

// Hops is how many route entries send packets to a resource.
func Hops(v state.View, k ecs.Key) int { return state.RouteEntriesByHop.Count(v, uint64(k)) }

// DropRoutes deletes the route entries that send packets to a resource that is
// gone. Actions that delete one refuse while there are any; what ends by time, or
// with its instance, asks nobody.
func DropRoutes(tx *state.Tx, hop ecs.Key) {
	clear(tx, state.RouteEntries, state.RouteEntriesByHop, hop)
}

// VPCPhase reports whether any route table of a VPC, or entry of one, is being
// changed.
func VPCPhase(v state.View, vpc ecs.Key) bool {
	for k, t := range state.RouteTablesByVPC.Ascend(v, uint64(vpc), 0) {
		if t.Phase != ecs.PhaseReady || state.RouteEntriesChanging.Count(v, uint64(k)) > 0 {
			return true
		}
	}
	return false
}
