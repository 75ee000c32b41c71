package compute

import (
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// LockFinancial locks an instance that is not paid for, and stops it. It keeps
// its place, its addresses and its disks, which cannot be used either: the lock
// of an instance is that of its disks. An instance that is locked already, or on
// its way out, is left as it is. The answer is the record as it is then.
func LockFinancial(tx *state.Tx, k ecs.Key, r *ecs.Instance) *ecs.Instance {
	if r.Want.Deleted || r.Locks&ecs.LockFinancial != 0 {
		return r
	}
	next := *r
	next.Locks |= ecs.LockFinancial
	if up(r) {
		next.Flags |= ecs.StoppedByLock
		return Power(tx, k, &next, ecs.OpStop, false, StopTime)
	}
	state.Instances.Put(tx, k, &next)
	return &next
}

// UnlockFinancial lifts the financial lock of an instance that is paid for
// again, and brings it back to the state before: it starts if the lock stopped
// it. The answer is the record as it is then.
func UnlockFinancial(tx *state.Tx, k ecs.Key, r *ecs.Instance) *ecs.Instance {
	if r.Want.Deleted || r.Locks&ecs.LockFinancial == 0 {
		return r
	}
	next := *r
	next.Locks &^= ecs.LockFinancial
	next.Flags &^= ecs.StoppedByLock
	if r.Flags.Has(ecs.StoppedByLock) && next.Locks == 0 {
		return Power(tx, k, &next, ecs.OpStart, false, StartTime)
	}
	state.Instances.Put(tx, k, &next)
	return &next
}

// up reports whether an instance runs, or will when what is under way is done.
func up(r *ecs.Instance) bool {
	if r.Seen.Gen != r.Want.Gen {
		return r.Want.Op != ecs.OpStop
	}
	return r.Status() == ecs.Running
}
