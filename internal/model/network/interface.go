package network

import (
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// InterfaceTime is how long work on an interface may take before it counts as
// failed.
const InterfaceTime = 10 * time.Minute

// MaxInterfaces is how many secondary interfaces an account has in a region. The
// real service has a quota that grows with the account; this is far above where
// it begins (inferred).
const MaxInterfaces = 50_000

// InterfaceRoom refuses one more secondary interface of an account with 403
// MaxEniCountExceeded.
func InterfaceRoom(v state.View, account uint64, region uint8) error {
	if state.InterfacesSecondary.Count(v, state.Scope(account, region)) >= MaxInterfaces {
		return api.Errorf(api.CodeMaxEniCountExceeded, "The maximum number of network interfaces of the account in the region is exceeded.")
	}
	return nil
}

// Work asks for work on an interface: n is the record as it is to be, without the
// new generation.
func Work(tx *state.Tx, k ecs.Key, n *ecs.NetworkInterface, op ecs.WorkOp) {
	state.Interfaces.Put(tx, k, n.Change(func(m *ecs.InterfaceMore) {
		m.Work = m.Work.Ask(op, tx.Now().Add(InterfaceTime).UnixMilli())
	}))
	tx.Wake(byte(ecs.KindNetworkInterface), k)
}

// Changed writes an interface whose addresses or limits changed. The engine is
// told, if it knows the interface: work that is under way already has another
// goal then, and goes on with that.
func Changed(tx *state.Tx, k ecs.Key, n *ecs.NetworkInterface) {
	if n.Instance == 0 {
		state.Interfaces.Put(tx, k, n)
		return
	}
	op := ecs.WorkModify
	if w := &n.Rest().Work; !w.Settled() {
		op = w.Op
	}
	Work(tx, k, n, op)
}

// InterfaceDone makes the end of an interface's work a fact. With a failure it is
// what it was before: not attached, still attached, or still there.
func InterfaceDone(tx *state.Tx, k ecs.Key, n *ecs.NetworkInterface, failure ecs.Sym) {
	op, failed := n.Rest().Work.Op, failure != 0
	// A primary interface that is being deleted has no machine any more and nobody
	// else can delete it: it goes whatever the engine says.
	if op == ecs.WorkDelete && (!failed || n.Primary) {
		Delete(tx, k, n)
		return
	}
	next := n.Change(func(m *ecs.InterfaceMore) { m.Work.Done, m.Work.Failure = m.Work.Gen, failure })
	if op == ecs.WorkDetach && !failed || op == ecs.WorkAttach && failed {
		next.Instance = 0
	}
	state.Interfaces.Put(tx, k, next)
}

// Release ends what an instance whose machine is gone has of interfaces: the
// primary one and those that are to end with it go, the others are free.
func Release(tx *state.Tx, instance ecs.Key) {
	type nic struct {
		k ecs.Key
		r *ecs.NetworkInterface
	}
	var nics []nic
	for k, n := range state.InterfacesByInstance.Ascend(tx, uint64(instance), 0) {
		nics = append(nics, nic{k, n})
	}
	for _, n := range nics {
		settled := n.r.Rest().Work.Settled()
		free := *n.r
		free.Instance = 0
		switch {
		case settled && n.r.EndsWith():
			Delete(tx, n.k, n.r)
		case settled:
			state.Interfaces.Put(tx, n.k, &free)
		case n.r.EndsWith(): // the engine is in the middle of something with it
			Work(tx, n.k, &free, ecs.WorkDelete)
		default:
			Work(tx, n.k, &free, ecs.WorkDetach)
		}
	}
}

// Delete removes an interface and gives its addresses back.
func Delete(tx *state.Tx, k ecs.Key, n *ecs.NetworkInterface) {
	UnbindAll(tx, k)
	if n.VPC == 0 {
		classic(tx, k.Region()).Free(int(n.IP - ClassicPool(k.Region()).Addr - ecs.FirstUsable))
	} else if w, ok := state.VSwitches.Get(tx, n.VSwitch); ok {
		FreeAddress(tx, n.VSwitch, w.Prefix, n.IP)
		m := n.Rest()
		for _, ip := range m.Secondary {
			FreeAddress(tx, n.VSwitch, w.Prefix, ip)
		}
		for _, p := range m.Prefixes {
			FreePrefix(tx, n.VSwitch, w.Prefix, p)
		}
	}
	LeaveHaVips(tx, k)
	DropRoutes(tx, k)
	state.Interfaces.Delete(tx, k)
}
