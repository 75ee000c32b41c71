package state

import (
	"reflect"
	"testing"
	"time"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/store/mem"
)

// openTables opens the service's own tables on a store in memory.
func openTables(t *testing.T, now *time.Time) *DB {
	t.Helper()
	db, err := Open(t.Context(), Tables(), mem.New(mem.Options{}), Options{Clock: func() time.Time { return *now }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close(t.Context()) })
	return db
}

// names are the names and zones of all instances.
func names(v View) (out []string) {
	for _, r := range Instances.Ascend(v, 0, 0) {
		out = append(out, r.Name+"@"+v.Str(r.Zone))
	}
	return out
}

func addNamed(t *testing.T, db *DB, name, zone string) {
	t.Helper()
	update(t, db, func(tx *Tx) {
		z := tx.Sym(zone)
		Instances.Put(tx, tx.NewKey(1), &ecs.Instance{Account: 1, Name: name, Zone: z, Tags: []ecs.Tag{{Key: tx.Sym("k"), Value: z}}})
	})
}

// TestRestore: back to a snapshot of the same tables, and to that of others, whose
// symbols are other numbers; indexes, bitmaps, keys and durability follow.
func TestRestore(t *testing.T) {
	now := time.Date(2026, 8, 9, 5, 0, 0, 0, time.UTC)
	a, b := openTables(t, &now), openTables(t, &now)
	addNamed(t, a, "one", "zone-1")
	first := a.Snapshot()
	addNamed(t, a, "two", "zone-2")
	var last ecs.Key
	update(t, a, func(tx *Tx) {
		last = tx.NewKey(1)
		tx.Bitmap(7, 8, func(set func(int)) { set(3) })
		tx.At(now, 'x', last)
	})
	if err := a.Restore(t.Context(), first); err != nil {
		t.Fatal(err)
	}
	if got := names(a.Snapshot()); !reflect.DeepEqual(got, []string{"one@zone-1"}) || DueCount(a.Snapshot()) != 0 {
		t.Errorf("%v, %d dues", got, DueCount(a.Snapshot()))
	}
	update(t, a, func(tx *Tx) {
		if k := tx.NewKey(1); k <= last {
			t.Error("a key was drawn twice")
		}
		loaded := false
		tx.Bitmap(7, 8, func(func(int)) { loaded = true })
		if !loaded {
			t.Error("a bitmap was kept")
		}
	})

	for _, s := range []string{"pad-1", "pad-2", "pad-3"} { // other numbers for the same strings
		addNamed(t, b, s, s)
	}
	addNamed(t, b, "three", "zone-1")
	other := b.Snapshot()
	if err := a.Restore(t.Context(), other); err != nil {
		t.Fatal(err)
	}
	v := a.Snapshot()
	if got := names(v); !reflect.DeepEqual(got, names(other)) {
		t.Errorf("%v, want %v", got, names(other))
	}
	zone, _ := LookupSym(v, "zone-1")
	if n := InstancesByZone.Count(v, Within(1, 1, uint64(zone))); n != 1 {
		t.Errorf("the index finds %d", n)
	}
	key, _ := LookupSym(v, "k")
	if n := InstancesByTag.Count(v, TagKey(1, 1, key, zone)); n != 1 {
		t.Errorf("the index of tags finds %d", n)
	}
	if got := names(other); len(got) != 4 {
		t.Errorf("the other tables were changed: %v", got)
	}
}

// TestSymbolsCanBeTranslated: no record hides a symbol where Restore cannot set it.
func TestSymbolsCanBeTranslated(t *testing.T) {
	var walk func(where string, typ reflect.Type)
	walk = func(where string, typ reflect.Type) {
		switch typ.Kind() {
		case reflect.Struct:
			for i := range typ.NumField() {
				f := typ.Field(i)
				if !f.IsExported() && holdsSymbols(f.Type) {
					t.Errorf("%s.%s has symbols and is not exported", where, f.Name)
				}
				walk(where+"."+f.Name, f.Type)
			}
		case reflect.Pointer, reflect.Slice, reflect.Array:
			walk(where, typ.Elem())
		case reflect.Map, reflect.Interface:
			t.Errorf("%s is a %s, which Restore does not look into", where, typ.Kind())
		}
	}
	for _, tab := range Tables().tables {
		walk(tab.name, reflect.TypeOf(tab.typed(tab.blank())).Elem())
	}
}

func TestHistory(t *testing.T) {
	now := time.Date(2026, 8, 9, 5, 0, 0, 0, time.UTC)
	db := openTables(t, &now)
	at := func(ago time.Duration) int { return len(names(db.History().At(now.Add(-ago)))) }
	addNamed(t, db, "one", "z")
	if at(time.Hour) != 1 {
		t.Error("nothing is kept: the present is the past")
	}
	db.History().Keep(10 * time.Second)
	for range 30 {
		now = now.Add(time.Second)
		addNamed(t, db, "more", "z")
	}
	if at(0) != 31 || at(time.Second) != 30 || at(10*time.Second) != 21 || at(time.Hour) != 21 {
		t.Errorf("%d, %d, %d, %d", at(0), at(time.Second), at(10*time.Second), at(time.Hour))
	}
	past := db.Reader(func() *Snapshot { return db.History().At(now.Add(-5 * time.Second)) })
	if n := len(names(past.Snapshot())); n != 26 {
		t.Errorf("%d", n)
	}
	if err := past.Update(t.Context(), func(*Tx) error { return nil }); err == nil {
		t.Error("a reader takes changes")
	}
	if n := len(db.history.list); n > 12 {
		t.Errorf("%d snapshots are kept", n)
	}
	db.History().Keep(0)
	if at(time.Hour) != 31 {
		t.Error("the past is not forgotten")
	}
}
