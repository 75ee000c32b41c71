package network

import (
	"slices"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// haVipDue ends the phase of a HaVip: one that was being deleted gives its
// address back, a member that was leaving is out.
func haVipDue(tx *state.Tx, k ecs.Key) {
	h, ok := state.HaVips.Get(tx, k)
	switch {
	case !ok || h.Phase == ecs.PhaseReady:
		return
	case h.Phase == ecs.PhaseDeleting:
		if w, ok := state.VSwitches.Get(tx, h.VSwitch); ok {
			FreeAddress(tx, h.VSwitch, w.Prefix, h.IP)
		}
		state.HaVips.Delete(tx, k)
		return
	}
	next := h.Without(h.Leaving)
	next.Phase = ecs.PhaseReady
	state.HaVips.Put(tx, k, &next)
}

// LeaveHaVips takes an instance or interface that ends out of its HaVips.
func LeaveHaVips(tx *state.Tx, member ecs.Key) {
	if state.HaVips.Len(tx) == 0 {
		return
	}
	for _, k := range slices.Collect(state.HaVipsByMember.Keys(tx, uint64(member), 0)) {
		h, _ := state.HaVips.Get(tx, k)
		next := h.Without(member)
		state.HaVips.Put(tx, k, &next)
	}
}
