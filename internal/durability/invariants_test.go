package durability

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
	"github.com/openecs/openecs/internal/store"
)

// openState opens the tables of a store as a starting service does.
func openState(t *testing.T, st store.Store) *state.DB {
	t.Helper()
	db, err := state.Open(context.Background(), state.Tables(), st, state.Options{Clock: func() time.Time { return time.Now().UTC() }})
	if err != nil {
		t.Fatalf("the state does not open: %v", err)
	}
	return db
}

// checkWhole fails when an instance is half made, or anything is left of one
// that is gone.
func checkWhole(v *state.Snapshot) error {
	addresses := map[[2]uint64]ecs.Key{}
	for k, r := range state.Instances.Ascend(v, 0, ^ecs.Key(0)) {
		id := ecs.ID(ecs.KindInstance, k)
		n, ok := state.Interfaces.Get(v, r.Interface)
		if !ok || n.Instance != k || !n.Primary {
			return fmt.Errorf("%s has no interface of its own", id)
		}
		d, ok := state.Disks.Get(v, r.SystemDisk)
		if !ok || d.Instance != k || !d.System {
			return fmt.Errorf("%s has no system disk of its own", id)
		}
		if len(n.Groups) == 0 {
			return fmt.Errorf("%s is in no group", id)
		}
		for _, g := range n.Groups {
			if !state.InterfacesByGroup.Has(v, uint64(g), r.Interface) {
				return fmt.Errorf("%s is not listed in its group", id)
			}
			if _, ok := state.Groups.Get(v, g); !ok {
				return fmt.Errorf("%s is in a group that does not exist", id)
			}
		}
		at := [2]uint64{uint64(n.VSwitch), uint64(n.IP)}
		if other, taken := addresses[at]; taken {
			return fmt.Errorf("%s and %s have one address", id, ecs.ID(ecs.KindInstance, other))
		}
		addresses[at] = k
		if !state.InstancesByAccount.Has(v, state.Scope(r.Account, k.Region()), k) {
			return fmt.Errorf("%s is missing from the index of its account", id)
		}
	}
	for k, n := range state.Interfaces.Ascend(v, 0, ^ecs.Key(0)) {
		if r, ok := state.Instances.Get(v, n.Instance); !ok || r.Interface != k {
			return fmt.Errorf("interface %s belongs to no instance", ecs.ID(ecs.KindNetworkInterface, k))
		}
	}
	for k, d := range state.Disks.Ascend(v, 0, ^ecs.Key(0)) {
		if _, ok := state.Instances.Get(v, d.Instance); !ok && d.DeleteWithInstance {
			return fmt.Errorf("disk %s belongs to no instance", ecs.ID(ecs.KindDisk, k))
		}
	}
	return nil
}
