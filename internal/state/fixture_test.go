package state

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/store"
)

// thing is the record of the tests: an owner, some tags, a symbol, an address out of the owner's bitmap.
type thing struct {
	_     struct{} `cbor:",toarray"`
	Owner uint64
	Tags  []uint64
	Name  ecs.Sym
	Addr  int // 0: none
	Note  string
}

// Copy is what the trees must not call.
func (*thing) Copy() *thing { panic("a tree copies records") }

type note struct {
	_    struct{} `cbor:",toarray"`
	Text string
}

type fixture struct {
	Schema
	things                 *Table[thing]
	byOwner, byTag, byName *Index[thing]
	notes                  *Table[note]
}

func newFixture() *fixture {
	f := new(fixture)
	f.things = Define[thing](&f.Schema, 't', "thing")
	f.byOwner = f.things.Index("owner", func(_ ecs.Key, r *thing, add func(uint64)) { add(r.Owner) })
	f.things.Index("owner, sparse", func(_ ecs.Key, r *thing, add func(uint64)) { add(r.Owner) }).Sparse()
	f.byTag = f.things.Index("tag", func(_ ecs.Key, r *thing, add func(uint64)) {
		for _, t := range r.Tags {
			add(t)
		}
	})
	f.byName = f.things.Index("name", func(k ecs.Key, r *thing, add func(uint64)) {
		if r.Owner == 666 {
			panic("an index function's own")
		}
		if r.Name != 0 {
			add(uint64(r.Name))
		}
	})
	f.things.Sum(func(_ ecs.Key, r *thing, add func(uint64, int64)) {
		add(r.Owner%3, int64(r.Addr))
		for _, t := range r.Tags {
			add(100+t, 1)
		}
	})
	f.notes = Define[note](&f.Schema, 'n', "note")
	return f
}

// testClock is set by hand.
type testClock struct{ ns atomic.Int64 }

func newTestClock() *testClock {
	c := new(testClock)
	c.ns.Store(time.Date(2026, 8, 9, 5, 0, 0, 0, time.UTC).UnixNano())
	return c
}

func (c *testClock) now() time.Time          { return time.Unix(0, c.ns.Load()) }
func (c *testClock) advance(d time.Duration) { c.ns.Add(int64(d)) }

var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

type fataler interface {
	Helper()
	Fatalf(string, ...any)
}

func open(t fataler, s *Schema, st store.Store, o Options) *DB {
	t.Helper()
	if o.Clock == nil {
		o.Clock = newTestClock().now
	}
	if o.Log == nil {
		o.Log = quiet
	}
	db, err := Open(context.Background(), s, st, o)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	return db
}

func closeDB(t fataler, db *DB) {
	t.Helper()
	if err := db.Close(context.Background()); err != nil {
		t.Fatalf("close: %v", err)
	}
}

func update(t fataler, db *DB, f func(*Tx)) {
	t.Helper()
	if err := db.Update(context.Background(), func(tx *Tx) error { f(tx); return nil }); err != nil {
		t.Fatalf("update: %v", err)
	}
}

// submit queues a closure in order and does not wait.
func submit(t fataler, db *DB, f func(*Tx) error) *request {
	t.Helper()
	r := &request{f: f, now: db.opts.Clock(), done: make(chan error, 1)}
	if err := db.submit(r); err != nil {
		t.Fatalf("submit: %v", err)
	}
	return r
}

// eventually waits for what other goroutines do.
func eventually(t testing.TB, what string, cond func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !cond(); time.Sleep(50 * time.Microsecond) {
		if time.Now().After(end) {
			t.Fatalf("%s: not within 10 s", what)
		}
	}
}

// dump is all rows of a view, readable.
func (f *fixture) dump(v View) map[string]string {
	out := map[string]string{}
	for k, r := range f.things.Ascend(v, 0, 0) {
		out[fmt.Sprintf("thing %d", k)] = fmt.Sprint(r.Owner, r.Tags, v.Str(r.Name), r.Addr, r.Note)
	}
	for k, r := range f.notes.Ascend(v, 0, 0) {
		out[fmt.Sprintf("note %d", k)] = r.Text
	}
	for d := range Dues(v) {
		out[fmt.Sprintf("due %d", d.Seq)] = fmt.Sprint(d.Time, d.Kind, d.Key)
	}
	for k, r := range v.tables().tokens.Ascend(v, 0, 0) {
		out[fmt.Sprintf("token %d", k)] = fmt.Sprint(*r)
	}
	return out
}

// check compares the indexes with the rows.
func (f *fixture) check(t fataler, v View) {
	t.Helper()
	checkIndexes(t, f.things, v)
	checkIndexes(t, f.notes, v)
	checkIndexes(t, f.dues, v)
	checkIndexes(t, f.tokens, v)
	for k, r := range f.things.Ascend(v, 0, 0) {
		if s := v.Str(r.Name); r.Name != 0 && s == "" {
			t.Fatalf("row %d has symbol %d, which has no string", k, r.Name)
		} else if n, ok := LookupSym(v, s); !ok || n != r.Name {
			t.Fatalf("symbol of %q is %d, %v, not %d", s, n, ok, r.Name)
		}
	}
}

func checkIndexes[R any](t fataler, tab *Table[R], v View) {
	t.Helper()
	n := 0
	last := ecs.Key(0)
	for k := range tab.Ascend(v, 0, 0) {
		if n > 0 && k <= last {
			t.Fatalf("table %s: %d after %d", tab.name, k, last)
		}
		last = k
		n++
	}
	if got := tab.Len(v); got != n {
		t.Fatalf("table %s: Len %d, rows %d", tab.name, got, n)
	}
	for _, s := range tab.sums {
		want, got := map[uint64]int64{}, map[uint64]int64{}
		for k, r := range tab.Ascend(v, 0, 0) {
			s.terms(k, row(r), func(key uint64, n int64) { want[key] += n })
		}
		maps.DeleteFunc(want, func(_ uint64, n int64) bool { return n == 0 })
		tab.in(v).sums[s.ord].Scan(func(key uint64, n int64) bool {
			got[key] = n
			return true
		})
		if !maps.Equal(got, want) {
			t.Fatalf("a sum of %s is %v, the rows say %v", tab.name, got, want)
		}
	}
	for _, x := range tab.indexes {
		want := map[entry]bool{}
		count := map[uint64]int{}
		for k, r := range tab.Ascend(v, 0, 0) {
			x.keys(k, row(r), func(key uint64) {
				if !want[entry{key, k}] {
					want[entry{key, k}] = true
					count[key]++
				}
			})
		}
		for key, row := range x.Entries(v, 0, 0) {
			if !want[entry{key, row}] {
				t.Fatalf("index %s.%s has (%d, %d)", tab.name, x.name, key, row)
			}
			delete(want, entry{key, row})
		}
		if len(want) > 0 {
			t.Fatalf("index %s.%s lacks %v", tab.name, x.name, slices.Collect(maps.Keys(want)))
		}
		for key, n := range count {
			if got := x.Count(v, key); got != n {
				t.Fatalf("index %s.%s counts %d under %d, not %d", tab.name, x.name, got, key, n)
			}
		}
		if x.sparse != (x.in(v).posts == nil) {
			t.Fatalf("index %s.%s is kept as another sort of index is", tab.name, x.name)
		}
	}
}
