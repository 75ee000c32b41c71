package durability

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
	"github.com/openecs/openecs/internal/store/pebble"
)

// cut is the disk as a power cut at one moment would leave it, and what had
// been acknowledged by then.
type cut struct {
	fs           *vfs.MemFS
	acknowledged []ecs.Key
}

// record runs writes on a file system that forgets what was not synced, and
// takes a copy of what would be left at every write and sync.
func record(t *testing.T, noSync bool) []cut {
	t.Helper()
	mem := vfs.NewCrashableMem()
	var cuts []cut
	var acknowledged []ecs.Key
	fs := errorfs.Wrap(mem, errorfs.InjectorFunc(func(op errorfs.Op) error {
		if op.Kind.ReadOrWrite() == errorfs.OpIsWrite {
			cuts = append(cuts, cut{mem.CrashClone(vfs.CrashCloneCfg{}), append([]ecs.Key(nil), acknowledged...)})
		}
		return nil
	}))
	st, err := pebble.Open("data", pebble.Options{FS: fs, Reserve: -1, UnsafeNoSync: noSync})
	if err != nil {
		t.Fatal(err)
	}
	db := openState(t, st)
	var group ecs.Key
	if err := db.Update(context.Background(), func(tx *state.Tx) error {
		group = tx.NewKey(1)
		state.Groups.Put(tx, group, &ecs.SecurityGroup{Account: 1})
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	for i := range 60 {
		var made ecs.Key
		if err := db.Update(context.Background(), func(tx *state.Tx) error {
			made = writeInstance(tx, group, ecs.IPv4(10<<24|i+1))
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		acknowledged = append(acknowledged, made)
	}
	if err := db.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
	st.Close()
	return cuts
}

// writeInstance writes an instance with its interface and disk, as one
// transaction of CreateInstance does.
func writeInstance(tx *state.Tx, group ecs.Key, ip ecs.IPv4) ecs.Key {
	k, nic, disk := tx.NewKey(1), tx.NewKey(1), tx.NewKey(1)
	now := tx.Now().Unix()
	state.Interfaces.Put(tx, nic, &ecs.NetworkInterface{Account: 1, Instance: k, Primary: true, IP: ip, Groups: []ecs.Key{group}, Created: now})
	state.Disks.Put(tx, disk, &ecs.Disk{Account: 1, Instance: k, System: true, Size: 40, Category: tx.Sym("cloud_essd"), DeleteWithInstance: true})
	state.Instances.Put(tx, k, &ecs.Instance{Account: 1, Zone: tx.Sym("cn-hangzhou-h"), Interface: nic, SystemDisk: disk, Created: now})
	return k
}

// lost opens what a cut left, and tells what is missing of what was
// acknowledged or is only half there.
func (c cut) lost(t *testing.T) error {
	t.Helper()
	st, err := pebble.Open("data", pebble.Options{FS: c.fs, Reserve: -1})
	if err != nil {
		return fmt.Errorf("the store does not open: %w", err)
	}
	defer st.Close()
	db, err := state.Open(context.Background(), state.Tables(), st, state.Options{Clock: func() time.Time { return time.Now().UTC() }})
	if err != nil {
		return fmt.Errorf("the state does not open: %w", err)
	}
	defer db.Close(context.Background())
	v := db.Snapshot()
	for _, k := range c.acknowledged {
		if _, ok := state.Instances.Get(v, k); !ok {
			return fmt.Errorf("%s was acknowledged and is gone", ecs.ID(ecs.KindInstance, k))
		}
	}
	return checkWhole(v)
}

// TestPowerCut cuts the power at every write and sync point.
func TestPowerCut(t *testing.T) {
	cuts := record(t, false)
	if len(cuts) < 100 {
		t.Fatalf("only %d places to cut: the test shows too little", len(cuts))
	}
	for i, c := range cuts {
		if err := c.lost(t); err != nil {
			t.Fatalf("cut %d of %d, %d acknowledged: %v", i, len(cuts), len(c.acknowledged), err)
		}
	}
	t.Logf("%d cuts, nothing lost", len(cuts))
}

// TestPowerCutNoticesAMissingSync proves that TestPowerCut would notice a store
// that acknowledges before it has synced.
func TestPowerCutNoticesAMissingSync(t *testing.T) {
	for _, c := range record(t, true) {
		if c.lost(t) != nil {
			return
		}
	}
	t.Fatal("a store that does not sync passed: the test cannot see a missing sync")
}
