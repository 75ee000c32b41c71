package network

import (
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// dhcpDue ends the phase of a VPC's DHCP options set: it is attached, or gone.
func dhcpDue(tx *state.Tx, vpc ecs.Key) {
	r, ok := state.VPCs.Get(tx, vpc)
	if !ok || r.DHCPPhase == ecs.PhaseReady {
		return
	}
	next := *r
	if r.DHCPPhase == ecs.PhaseDeleting {
		next.DHCPOptions = 0
	}
	next.DHCPPhase = ecs.PhaseReady
	state.VPCs.Put(tx, vpc, &next)
}

// DHCPStatus is how a VPC shows its DHCP options set, "" without one.
func DHCPStatus(r *ecs.VPC) string {
	switch {
	case r.DHCPOptions == 0:
		return ""
	case r.DHCPPhase != ecs.PhaseReady:
		return "Pending"
	}
	return "InUse"
}
