package network

import (
	"time"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// DuePhase is the kind of the due row with which a phase of a route table, a
// route entry, a gateway or a HaVip ends.
const DuePhase = 'N'

// wakeDue tells the reconciler that there is a new due row.
const wakeDue = 'D'

// PhaseTime is how long a phase lasts: as long as a move of a simulated machine,
// the least that a client which polls sees.
const PhaseTime = 20 * time.Millisecond

// Pass has the phase of a row end by itself.
func Pass(tx *state.Tx, k ecs.Key) {
	tx.Reschedule(tx.Now().Add(PhaseTime), DuePhase, k)
	tx.Wake(wakeDue, 0)
}

// PhaseDue ends the phase of a row: what was being deleted goes, the rest is
// ready.
func PhaseDue(tx *state.Tx, k ecs.Key) {
	end(tx, state.RouteTables, k, func(r *ecs.RouteTable) *ecs.Phase { return &r.Phase })
	end(tx, state.RouteEntries, k, func(r *ecs.RouteEntry) *ecs.Phase { return &r.Phase })
	end(tx, state.IPv4Gateways, k, func(r *ecs.IPv4Gateway) *ecs.Phase { return &r.Phase })
	end(tx, state.IPv6Gateways, k, func(r *ecs.IPv6Gateway) *ecs.Phase { return &r.Phase })
	haVipDue(tx, k)
	end(tx, state.NetworkACLs, k, func(r *ecs.NetworkACL) *ecs.Phase { return &r.Phase })
	aclDue(tx, k)
	end(tx, state.DHCPOptionsSets, k, func(r *ecs.DHCPOptionsSet) *ecs.Phase { return &r.Phase })
	dhcpDue(tx, k)
}

func end[R any](tx *state.Tx, t *state.Table[R], k ecs.Key, phase func(*R) *ecs.Phase) {
	r, ok := t.Get(tx, k)
	if !ok {
		return
	}
	c := *r
	switch p := phase(&c); *p {
	case ecs.PhaseReady:
	case ecs.PhaseDeleting:
		t.Delete(tx, k)
	default:
		*p = ecs.PhaseReady
		t.Put(tx, k, &c)
	}
}

// Change is what an action does to a row that then is in a phase: change is told
// the copy it may write to.
func Change[R any](tx *state.Tx, t *state.Table[R], k ecs.Key, change func(*R)) {
	if r, ok := t.Get(tx, k); ok {
		c := *r
		change(&c)
		t.Put(tx, k, &c)
	}
}
