package network

import (
	"slices"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// WorkGateway asks for work on a NAT gateway: the row becomes next, with one more
// generation of work for the reconciler.
func WorkGateway(tx *state.Tx, k ecs.Key, next ecs.NATGateway, op ecs.WorkOp) {
	next.Work = next.Work.Ask(op, tx.Now().Add(AddressTime).UnixMilli())
	state.NATGateways.Put(tx, k, &next)
	tx.Wake(byte(ecs.KindNATGateway), k)
}

// WorkSNAT asks for work on an SNAT entry, likewise.
func WorkSNAT(tx *state.Tx, k ecs.Key, next ecs.SNATEntry, op ecs.WorkOp) {
	next.Work = next.Work.Ask(op, tx.Now().Add(AddressTime).UnixMilli())
	state.SNATEntries.Put(tx, k, &next)
	tx.Wake(byte(ecs.KindSNATEntry), k)
}

// WorkForward asks for work on a forward entry, likewise.
func WorkForward(tx *state.Tx, k ecs.Key, next ecs.ForwardEntry, op ecs.WorkOp) {
	next.Work = next.Work.Ask(op, tx.Now().Add(AddressTime).UnixMilli())
	state.ForwardEntries.Put(tx, k, &next)
	tx.Wake(byte(ecs.KindForwardEntry), k)
}

// GatewayDone makes the end of a gateway's work a fact. One that could not be made
// is gone, and so is one that was deleted, with its entries and its address; one
// that could not be deleted is Available again.
func GatewayDone(tx *state.Tx, k ecs.Key, g *ecs.NATGateway, failure ecs.Sym) {
	if ended(&g.Work, failure) {
		for _, e := range slices.Collect(state.SNATEntriesByGateway.Keys(tx, uint64(k), 0)) {
			state.SNATEntries.Delete(tx, e)
		}
		for _, e := range slices.Collect(state.ForwardEntriesByGateway.Keys(tx, uint64(k), 0)) {
			state.ForwardEntries.Delete(tx, e)
		}
		UnbindAll(tx, k)
		if w, ok := state.VSwitches.Get(tx, g.VSwitch); ok {
			FreeAddress(tx, g.VSwitch, w.Prefix, g.IP)
		}
		state.NATGateways.Delete(tx, k)
		return
	}
	next := *g
	next.Work.Done, next.Work.Failure, next.Work.Percent = g.Work.Gen, failure, 0
	state.NATGateways.Put(tx, k, &next)
}

// SNATDone makes the end of an SNAT entry's work a fact, likewise.
func SNATDone(tx *state.Tx, k ecs.Key, e *ecs.SNATEntry, failure ecs.Sym) {
	if ended(&e.Work, failure) {
		state.SNATEntries.Delete(tx, k)
		return
	}
	next := *e
	next.Work.Done, next.Work.Failure, next.Work.Percent = e.Work.Gen, failure, 0
	state.SNATEntries.Put(tx, k, &next)
}

// ForwardDone makes the end of a forward entry's work a fact, likewise.
func ForwardDone(tx *state.Tx, k ecs.Key, e *ecs.ForwardEntry, failure ecs.Sym) {
	if ended(&e.Work, failure) {
		state.ForwardEntries.Delete(tx, k)
		return
	}
	next := *e
	next.Work.Done, next.Work.Failure, next.Work.Percent = e.Work.Gen, failure, 0
	state.ForwardEntries.Put(tx, k, &next)
}

// ended reports whether the row goes with the end of its work.
func ended(w *ecs.Work, failure ecs.Sym) bool {
	return w.Op == ecs.WorkDelete && failure == 0 || w.Op == ecs.WorkCreate && failure != 0
}

// DropSNAT asks for the end of all SNAT entries of a gateway, or, with an address,
// of those that use it.
func DropSNAT(tx *state.Tx, gateway ecs.Key, ip ecs.IPv4) {
	for _, k := range slices.Collect(state.SNATEntriesByGateway.Keys(tx, uint64(gateway), 0)) {
		e, _ := state.SNATEntries.Get(tx, k)
		if !e.Work.Doing(ecs.WorkDelete) && (ip == 0 || slices.Contains(e.IPs, ip)) {
			WorkSNAT(tx, k, *e, ecs.WorkDelete)
		}
	}
}

// DropForward is DropSNAT for forward entries.
func DropForward(tx *state.Tx, gateway ecs.Key, ip ecs.IPv4) {
	for _, k := range slices.Collect(state.ForwardEntriesByGateway.Keys(tx, uint64(gateway), 0)) {
		e, _ := state.ForwardEntries.Get(tx, k)
		if !e.Work.Doing(ecs.WorkDelete) && (ip == 0 || e.Outer == ip) {
			WorkForward(tx, k, *e, ecs.WorkDelete)
		}
	}
}

// UsedBySNAT reports whether an SNAT entry of a gateway uses an address.
func UsedBySNAT(v state.View, gateway ecs.Key, ip ecs.IPv4) bool {
	for _, e := range state.SNATEntriesByGateway.Ascend(v, uint64(gateway), 0) {
		if slices.Contains(e.IPs, ip) {
			return true
		}
	}
	return false
}

// UsedByForward reports whether a forward entry of a gateway uses an address.
func UsedByForward(v state.View, gateway ecs.Key, ip ecs.IPv4) bool {
	for _, e := range state.ForwardEntriesByGateway.Ascend(v, uint64(gateway), 0) {
		if e.Outer == ip {
			return true
		}
	}
	return false
}
