package network

import (
	"slices"
	"time"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// AddressTime is how long binding or unbinding an elastic IP, and work on a NAT
// gateway, may take before it counts as failed.
const AddressTime = 10 * time.Minute

// InstanceEIP is the elastic IP of an instance: bound, or being bound or unbound.
// It costs nothing as long as there are none.
func InstanceEIP(v state.View, instance ecs.Key) (ecs.Key, *ecs.EIP, bool) {
	if state.EIPs.Len(v) == 0 {
		return 0, nil, false
	}
	return state.EIPsByInstance.First(v, uint64(instance))
}

// WorkEIP asks for work on an elastic IP: the row becomes next, with one more
// generation of work for the reconciler.
func WorkEIP(tx *state.Tx, k ecs.Key, next ecs.EIP, op ecs.WorkOp) {
	next.Work = next.Work.Ask(op, tx.Now().Add(AddressTime).UnixMilli())
	state.EIPs.Put(tx, k, &next)
	tx.Wake(byte(ecs.KindEIP), k)
}

// EIPDone makes the end of an elastic IP's work a fact. With a failure it is what
// it was before: not bound, or bound still, unless what it was bound to is gone.
func EIPDone(tx *state.Tx, k ecs.Key, e *ecs.EIP, failure ecs.Sym) {
	next := *e
	next.Work.Done, next.Work.Failure, next.Work.Percent = e.Work.Gen, failure, 0
	if bind := e.Work.Op == ecs.WorkAttach; bind == (failure != 0) || !targetExists(tx, e) {
		release(&next)
	}
	state.EIPs.Put(tx, k, &next)
}

func targetExists(v state.View, e *ecs.EIP) (ok bool) {
	switch e.TargetKind {
	case ecs.EIPInstance:
		_, ok = state.Instances.Get(v, e.Target)
	case ecs.EIPInterface:
		_, ok = state.Interfaces.Get(v, e.Target)
	case ecs.EIPGateway:
		_, ok = state.NATGateways.Get(v, e.Target)
	case ecs.EIPHaVip:
		_, ok = state.HaVips.Get(v, e.Target)
	}
	return ok
}

func release(e *ecs.EIP) {
	e.Target, e.TargetKind, e.Instance, e.Private, e.Zone, e.Mode = 0, ecs.EIPUnbound, 0, 0, 0, ecs.EIPNAT
}

// UnbindAll has all elastic IPs of a target that ends unbound; they stay.
func UnbindAll(tx *state.Tx, target ecs.Key) {
	if state.EIPs.Len(tx) == 0 {
		return
	}
	var bound []ecs.Key
	for k, e := range state.EIPsByTarget.Ascend(tx, uint64(target), 0) {
		if !e.Work.Doing(ecs.WorkDetach) {
			bound = append(bound, k)
		}
	}
	for _, k := range bound {
		e, _ := state.EIPs.Get(tx, k)
		WorkEIP(tx, k, *e, ecs.WorkDetach)
	}
}

// UnbindAddress has the elastic IP that stands for an address of an interface, if
// there is one, unbound: the interface has the address no more.
func UnbindAddress(tx *state.Tx, nic ecs.Key, ip ecs.IPv4) {
	if state.EIPs.Len(tx) == 0 {
		return
	}
	for _, k := range slices.Collect(state.EIPsByTarget.Keys(tx, uint64(nic), 0)) {
		if e, _ := state.EIPs.Get(tx, k); e.Private == ip && !e.Work.Doing(ecs.WorkDetach) {
			WorkEIP(tx, k, *e, ecs.WorkDetach)
		}
	}
}

// Readdress has the elastic IPs that stand for an address of an interface stand
// for another one.
func Readdress(tx *state.Tx, nic ecs.Key, from, to ecs.IPv4) {
	if state.EIPs.Len(tx) == 0 {
		return
	}
	for _, k := range slices.Collect(state.EIPsByTarget.Keys(tx, uint64(nic), 0)) {
		if e, _ := state.EIPs.Get(tx, k); e.Private == from {
			next := *e
			next.Private = to
			state.EIPs.Put(tx, k, &next)
		}
	}
}

// ReleaseEIP deletes an elastic IP and gives its address back.
func ReleaseEIP(tx *state.Tx, k ecs.Key, e *ecs.EIP) {
	FreePublic(tx, e.Address)
	state.EIPs.Delete(tx, k)
}
