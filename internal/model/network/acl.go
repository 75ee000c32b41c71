package network

import (
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// aclDue ends the phase of a vSwitch's association with a network ACL.
func aclDue(tx *state.Tx, vswitch ecs.Key) {
	if w, ok := state.VSwitches.Get(tx, vswitch); !ok || w.ACLPhase == ecs.PhaseReady {
		return
	}
	Change(tx, state.VSwitches, vswitch, func(w *ecs.VSwitch) {
		if w.ACLPhase == ecs.PhaseDeleting {
			w.ACL = 0
		}
		w.ACLPhase = ecs.PhaseReady
	})
}

// ACLOf is the network ACL that filters what enters and leaves a vSwitch; nil:
// none does.
func ACLOf(v state.View, vswitch ecs.Key) *ecs.NetworkACL {
	w, ok := state.VSwitches.Get(v, vswitch)
	if !ok || w.ACL == 0 || w.ACLPhase == ecs.PhaseCreating {
		return nil
	}
	acl, _ := state.NetworkACLs.Get(v, w.ACL)
	return acl
}

// ACLMoving reports whether a vSwitch is being associated with a network ACL, or
// taken from it.
func ACLMoving(v state.View, acl ecs.Key) bool {
	for _, w := range state.VSwitchesByACL.Ascend(v, uint64(acl), 0) {
		if w.ACLPhase != ecs.PhaseReady {
			return true
		}
	}
	return false
}
