package compute

import (
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// KeyPair finds an account's key pair by its name.
func KeyPair(v state.View, account uint64, region uint8, name string) (ecs.Key, *ecs.KeyPair, bool) {
	for k, r := range state.KeyPairsByName.Ascend(v, state.Within(account, region, state.Hash(name)), 0) {
		if r.Name == name && r.Account == account && k.Region() == region {
			return k, r, true
		}
	}
	return 0, nil, false
}

// KeyPairInUse reports whether a key pair is attached to an instance.
func KeyPairInUse(v state.View, account uint64, region uint8, name string) bool {
	sym, ok := state.LookupSym(v, name)
	if !ok {
		return false
	}
	for k, r := range state.InstancesByKeyPair.Ascend(v, state.Within(account, region, uint64(sym)), 0) {
		if r.KeyPair == sym && r.Account == account && k.Region() == region {
			return true
		}
	}
	return false
}

// SetKeyPair attaches a key pair to an instance in place of the one it has, or
// with the name "" detaches it. The guest sees it at its next boot.
func SetKeyPair(tx *state.Tx, k ecs.Key, r *ecs.Instance, name string) {
	sym := tx.Sym(name)
	if r.KeyPair == sym {
		return
	}
	next := *r
	next.KeyPair = sym
	next.Want.SpecGen++
	state.Instances.Put(tx, k, &next)
}
