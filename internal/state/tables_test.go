package state

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/store"
	"github.com/openecs/openecs/internal/store/mem"
)

func TestRanges(t *testing.T) {
	f := newFixture()
	db := open(t, &f.Schema, mem.New(mem.Options{}), Options{})
	defer closeDB(t, db)
	update(t, db, func(tx *Tx) {
		for _, k := range []ecs.Key{0, 10, 20, 30, ^ecs.Key(0)} {
			f.things.Put(tx, k, &thing{Owner: 5, Tags: []uint64{uint64(k), 7, 7}})
		}
		f.things.Put(tx, 40, &thing{Owner: 6})
	})
	const top = ^ecs.Key(0)
	read := func(v View) {
		for _, c := range []struct {
			from, to ecs.Key
			want     []ecs.Key
		}{
			{0, 0, []ecs.Key{0, 10, 20, 30, 40, top}},
			{10, 30, []ecs.Key{10, 20}},
			{11, 31, []ecs.Key{20, 30}},
			{50, 60, nil},
			{top, 0, []ecs.Key{top}},
			{0, top, []ecs.Key{0, 10, 20, 30, 40}},
		} {
			var up, down []ecs.Key
			for k := range f.things.Ascend(v, c.from, c.to) {
				up = append(up, k)
			}
			for k := range f.things.Descend(v, c.from, c.to) {
				down = append(down, k)
			}
			slices.Reverse(down)
			if !slices.Equal(up, c.want) || !slices.Equal(down, c.want) {
				t.Errorf("%T: [%d, %d) is %v up, %v down, want %v", v, c.from, c.to, up, down, c.want)
			}
		}
		var up, down, keys []ecs.Key
		for k, r := range f.byOwner.Ascend(v, 5, 10) {
			if r.Owner != 5 {
				t.Error(k, r)
			}
			up = append(up, k)
		}
		for k := range f.byOwner.Descend(v, 5, 0) {
			down = append(down, k)
		}
		for k := range f.byTag.Keys(v, 7, 11) {
			keys = append(keys, k)
		}
		if !slices.Equal(up, []ecs.Key{10, 20, 30, top}) || !slices.Equal(down, []ecs.Key{top, 30, 20, 10, 0}) || !slices.Equal(keys, []ecs.Key{20, 30, top}) {
			t.Error(up, down, keys)
		}
		if k, _, ok := f.byOwner.First(v, 6); !ok || k != 40 {
			t.Error(k, ok)
		}
		if _, _, ok := f.byOwner.First(v, 4); ok {
			t.Error("found")
		}
		if !f.byTag.Has(v, 7, 10) || f.byTag.Has(v, 7, 40) || f.byTag.Count(v, 7) != 5 || f.byTag.Count(v, 20) != 1 || f.byTag.Count(v, 99) != 0 {
			t.Error("Has or Count")
		}
	}
	read(db.Snapshot())
	update(t, db, func(tx *Tx) { read(tx) })
	// Loops that change what they walk over.
	update(t, db, func(tx *Tx) {
		n := 0
		for k := range f.things.Descend(tx, 0, 0) {
			f.things.Delete(tx, k)
			n++
		}
		if n != 6 || f.things.Len(tx) != 0 {
			t.Error(n, f.things.Len(tx))
		}
		f.things.Put(tx, 1, &thing{Owner: 9})
		n = 0
		for k, r := range f.things.Ascend(tx, 0, 0) {
			if n++; k < 200 {
				f.things.Put(tx, k+1, &thing{Owner: r.Owner})
			}
		}
		for k := range f.byOwner.Descend(tx, 9, 101) {
			f.things.Delete(tx, k)
		}
		if n != 200 || f.byOwner.Count(tx, 9) != 100 {
			t.Error(n, f.byOwner.Count(tx, 9))
		}
	})
	f.check(t, db.Snapshot())
}

func TestKeys(t *testing.T) {
	f, st, clock := newFixture(), mem.New(mem.Options{}), newTestClock()
	const low = 1<<56 - 1
	var last ecs.Key
	for range 3 {
		db := open(t, &f.Schema, st, Options{Clock: clock.now})
		update(t, db, func(tx *Tx) {
			for i := range 70_000 { // more than the counter holds
				k := tx.NewKey(byte(i))
				if k&low <= last || k.Region() != byte(i) {
					t.Fatalf("%#x after %#x", k, last)
				}
				last = k & low
			}
			f.notes.Put(tx, last, &note{})
		})
		update(t, db, func(tx *Tx) { f.notes.Delete(tx, last) }) // gone, and still not drawn again
		closeDB(t, db)
		clock.advance(-time.Hour)
	}
	db := open(t, &f.Schema, st, Options{Clock: clock.now})
	defer closeDB(t, db)
	clock.advance(24 * time.Hour)
	update(t, db, func(tx *Tx) {
		if k := tx.NewKey(3); k != ecs.MakeKey(3, clock.now()) {
			t.Errorf("%#x is not the first key of its instant", k)
		}
	})
}

func TestNow(t *testing.T) {
	f, clock := newFixture(), newTestClock()
	st := mem.New(mem.Options{})
	db := open(t, &f.Schema, st, Options{Clock: clock.now})
	start := clock.now()
	var at time.Time
	tick := func(want time.Time) {
		t.Helper()
		update(t, db, func(tx *Tx) { at = tx.Now(); f.notes.Put(tx, 1, &note{}) })
		if !at.Equal(want) || at.Location() != time.UTC || !db.Snapshot().Time().Equal(want) {
			t.Errorf("%v, snapshot %v, want %v", at, db.Snapshot().Time(), want)
		}
	}
	tick(start)
	clock.advance(time.Minute)
	tick(start.Add(time.Minute))
	clock.advance(-time.Hour)
	tick(start.Add(time.Minute))
	closeDB(t, db)
	db = open(t, &f.Schema, st, Options{Clock: clock.now})
	defer closeDB(t, db)
	if got := db.Snapshot().Time(); !got.Equal(start.Add(time.Minute)) {
		t.Errorf("reopened: %v", got)
	}
}

func TestSymbols(t *testing.T) {
	f, st := newFixture(), mem.New(mem.Options{})
	db := open(t, &f.Schema, st, Options{})
	const n = 1000
	old := db.Snapshot()
	for i := range n {
		update(t, db, func(tx *Tx) {
			if s := tx.Sym(fmt.Sprint("s", i)); int(s) != i+1 || tx.Sym(fmt.Sprint("s", i)) != s || tx.Sym("") != 0 {
				t.Fatal(s)
			}
		})
		db.Update(t.Context(), func(tx *Tx) error { tx.Sym("never"); return errOwn })
	}
	for range 2 {
		s := db.Snapshot()
		for i := range n {
			name := fmt.Sprint("s", i)
			if k, ok := LookupSym(s, name); !ok || s.Str(k) != name {
				t.Fatal(name, k, ok)
			}
		}
		if _, ok := LookupSym(s, "never"); ok || s.Str(n+1) != "" || db.Stats().Symbols != n {
			t.Fatal("an unwound symbol is there")
		}
		closeDB(t, db)
		db = open(t, &f.Schema, st, Options{})
	}
	if _, ok := LookupSym(old, "s1"); ok {
		t.Error("an old snapshot knows a new symbol")
	}
	closeDB(t, db)
}

func TestDues(t *testing.T) {
	f, st, clock := newFixture(), mem.New(mem.Options{}), newTestClock()
	db := open(t, &f.Schema, st, Options{Clock: clock.now})
	defer func() { closeDB(t, db) }()
	now := clock.now()
	at := func(d time.Duration) time.Time { return now.Add(d) }
	if _, ok := NextDue(db.Snapshot()); ok {
		t.Fatal("due")
	}
	update(t, db, func(tx *Tx) {
		tx.At(at(3*time.Hour), 'a', 1)
		tx.At(at(time.Hour), 'b', 2)
		tx.At(at(time.Hour), 'b', 1)
		tx.At(at(time.Hour), 'b', 2) // there already
		tx.At(at(-time.Hour), 'c', 9)
		tx.At(time.Date(3000, 1, 1, 0, 0, 0, 0, time.UTC), 'z', 9)
		tx.At(time.Date(1000, 1, 1, 0, 0, 0, 0, time.UTC), 'y', 9)
		if tx.Cancel('c', 1) != 0 || tx.Cancel('z', 9) != 1 {
			t.Error("Cancel")
		}
		tx.Reschedule(at(2*time.Hour), 'a', 1)
	})
	closeDB(t, db)
	db = open(t, &f.Schema, st, Options{Clock: clock.now})
	var got []string
	for DueCount(db.Snapshot()) > 0 {
		d, _ := NextDue(db.Snapshot())
		got = append(got, fmt.Sprintf("%c%d", d.Kind, d.Key))
		update(t, db, func(tx *Tx) {
			if !tx.Done(d) || tx.Done(d) {
				t.Error("Done")
			}
		})
	}
	if s := strings.Join(got, " "); s != "y9 c9 b2 b1 a1" {
		t.Error(s)
	}
}

func TestTokens(t *testing.T) {
	f, st, clock := newFixture(), mem.New(mem.Options{}), newTestClock()
	db := open(t, &f.Schema, st, Options{Clock: clock.now})
	defer func() { closeDB(t, db) }()
	params := [16]byte{1}
	var made atomic.Int32
	create := func(account uint64, region uint8, action, token string, params [16]byte) (ecs.Key, error) {
		var out ecs.Key
		err := db.Update(context.Background(), func(tx *Tx) error {
			result, found, err := LookupToken(tx, tx.Now(), account, region, action, token, params)
			if err != nil {
				return err
			}
			if found {
				keys, ok := ParseKeys(result)
				if !ok || len(keys) != 1 {
					t.Errorf("result %v", result)
				}
				out = keys[0]
				return nil
			}
			made.Add(1)
			out = tx.NewKey(region)
			f.notes.Put(tx, out, &note{})
			tx.PutToken(account, region, action, token, params, AppendKeys(nil, out), tx.Now().Add(24*time.Hour))
			return nil
		})
		return out, err
	}
	// 64 at once make one.
	var wg sync.WaitGroup
	var keys [64]ecs.Key
	for i := range keys {
		wg.Go(func() {
			var err error
			if keys[i], err = create(1, 2, "CreateInstance", "token", params); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if made.Load() != 1 || keys[0] == 0 || len(slices.Compact(keys[:])) != 1 {
		t.Fatalf("made %d, keys %v", made.Load(), keys)
	}
	again := func(want int32, account uint64, region uint8, action, token string) {
		t.Helper()
		made.Store(0)
		if _, err := create(account, region, action, token, params); err != nil || made.Load() != want {
			t.Errorf("%v, made %d, want %d", err, made.Load(), want)
		}
	}
	again(1, 2, 2, "CreateInstance", "token")
	again(1, 1, 3, "CreateInstance", "token")
	again(1, 1, 2, "RunInstances", "token")
	again(1, 1, 2, "CreateInstance", "token2")
	again(1, 1, 2, "CreateInstance", "")
	again(1, 1, 2, "CreateInstance", "")
	_, err := create(1, 2, "CreateInstance", "token", [16]byte{2})
	var e *api.Error
	if !errors.As(err, &e) || e.Code != "IdempotentParameterMismatch" || e.Status != 403 {
		t.Error(err)
	}
	closeDB(t, db)
	db = open(t, &f.Schema, st, Options{Clock: clock.now})
	again(0, 1, 2, "CreateInstance", "token")
	if _, found, err := LookupToken(db.Snapshot(), clock.now(), 1, 2, "CreateInstance", "token", params); !found || err != nil {
		t.Error(found, err)
	}
	clock.advance(24*time.Hour - 1)
	again(0, 1, 2, "CreateInstance", "token")
	clock.advance(1)
	again(1, 1, 2, "CreateInstance", "token")
	if n := TokenCount(db.Snapshot()); n != 4 { // of 5 two went, it itself was one of them
		t.Errorf("%d tokens", n)
	}
	clock.advance(25 * time.Hour)
	update(t, db, func(tx *Tx) { tx.SweepTokens(100) })
	if n := TokenCount(db.Snapshot()); n != 0 {
		t.Errorf("%d tokens", n)
	}
}

func TestBitmap(t *testing.T) {
	f := newFixture()
	db := open(t, &f.Schema, mem.New(mem.Options{}), Options{})
	defer closeDB(t, db)
	const size = 130
	get := func(tx *Tx) *Bitmap {
		return tx.Bitmap(1, size, func(set func(int)) { set(3); set(64); set(-1); set(size) })
	}
	update(t, db, func(tx *Tx) {
		b := get(tx)
		if b.Len() != 2 || b.Take(3) || b.Take(-1) || b.Take(size) || b.Free(4) || b.Size() != size {
			t.Error("loaded", b.Len())
		}
		for n := range size { // 65 to 129, then 0 to 63 without 3
			want := (65 + n) % size
			if want == 3 || want == 64 {
				continue
			}
			if i, ok := b.TakeNext(); !ok || i != want {
				t.Fatalf("took %d, %v, want %d", i, ok, want)
			}
		}
		if _, ok := b.TakeNext(); ok || b.Len() != size {
			t.Error("full")
		}
		b.Free(7)
		b.Free(70)
		if i, _ := b.TakeNext(); i != 70 { // the first after the last taken, 63
			t.Error(i)
		}
	})
	// What fails leaves the cursor, too, as it was.
	for range 2 {
		db.Update(t.Context(), func(tx *Tx) error {
			b := get(tx)
			if b.Has(7) || !b.Has(70) || b.cursor != 71 {
				t.Error("not taken back", b.cursor)
			}
			b.TakeNext()
			b.Free(3)
			b.Free(4)
			b.Take(4)
			tx.DropBitmap(1)
			get(tx).Take(9)
			return errOwn
		})
	}
	var kept *Bitmap
	update(t, db, func(tx *Tx) { kept = get(tx) })
	defer func() {
		if recover() == nil {
			t.Error("changed outside a transaction")
		}
	}()
	kept.Free(3)
}

// A bitmap that was built with a transaction's own rows goes with the transaction.
func TestBitmapBuiltInVain(t *testing.T) {
	f := newFixture()
	db := open(t, &f.Schema, mem.New(mem.Options{}), Options{})
	defer closeDB(t, db)
	err := db.Update(t.Context(), func(tx *Tx) error {
		f.things.Put(tx, 1, &thing{Owner: 1, Addr: 5})
		if !bitmapOf(f, tx, 1).Has(4) {
			t.Error("not loaded")
		}
		return errOwn
	})
	if !errors.Is(err, errOwn) {
		t.Fatal(err)
	}
	update(t, db, func(tx *Tx) {
		if b := bitmapOf(f, tx, 1); b.Len() != 0 {
			t.Error("the address of a row that never was is taken")
		}
	})
}

// A store that this program does not understand whole is refused, in words.
func TestRefusals(t *testing.T) {
	write := func(changes ...store.Change) *mem.Store {
		st := mem.New(mem.Options{})
		term, err := st.Campaign(context.Background(), "")
		if err == nil {
			err = term.Commit(context.Background(), store.Batch{Rev: 1, Changes: changes})
		}
		if err != nil {
			t.Fatal(err)
		}
		return st
	}
	row := func(code byte, key uint64, value ...byte) store.Change {
		return store.Change{Key: appendKey(nil, code, key), Value: append([]byte{}, value...)}
	}
	first := store.Change{Key: appendKey(nil, codeMeta, 0), Value: meta{}.append(nil)}
	for name, c := range map[string]struct {
		st   *mem.Store
		is   error
		text string
	}{
		"unknown table":  {write(first, row('?', 1, 0)), store.ErrNewer, "code '?', which this program does not know"},
		"newer record":   {write(first, row('n', 1, 9, 0x81, 0x60)), store.ErrNewer, "row 0x1 of table note: "},
		"newer format":   {write(row(codeMeta, 0, 7)), store.ErrNewer, "format 7, this program knows up to 1"},
		"no first row":   {write(row('n', 1, 0, 0x81, 0x60)), store.ErrCorrupt, "not the first row"},
		"bad first row":  {write(row(codeMeta, 0, 1, 2)), store.ErrCorrupt, "first row is not"},
		"short key":      {write(store.Change{Key: []byte("n"), Value: []byte{}}), store.ErrCorrupt, "a key has 1 bytes"},
		"symbol missing": {write(first, row(codeSymbol, 2, 'x')), store.ErrCorrupt, "symbol 2 where 1 was expected"},
		"bad record":     {write(first, row('n', 1, 0, 0xff)), nil, "row 0x1 of table note"},
		"empty record":   {write(first, row('n', 1)), nil, "a value is empty"},
	} {
		f := newFixture()
		_, err := Open(context.Background(), &f.Schema, c.st, Options{Clock: time.Now})
		if err == nil || c.is != nil && !errors.Is(err, c.is) || !strings.Contains(err.Error(), c.text) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestUpgrade(t *testing.T) {
	type oldNote struct {
		_ struct{} `cbor:",toarray"`
		A int
	}
	st := mem.New(mem.Options{})
	s0 := new(Schema)
	old := Define[oldNote](s0, 'n', "note")
	db := open(t, s0, st, Options{})
	update(t, db, func(tx *Tx) { old.Put(tx, 1, &oldNote{A: 42}) })
	closeDB(t, db)
	s1 := new(Schema)
	notes := Define[note](s1, 'n', "note").Versioned(1, func(v byte, data []byte) (*note, error) {
		var o oldNote
		err := decMode.Unmarshal(data, &o)
		return &note{Text: fmt.Sprint("v", v, " ", o.A)}, err
	})
	db = open(t, s1, st, Options{})
	defer closeDB(t, db)
	if n, ok := notes.Get(db.Snapshot(), 1); !ok || n.Text != "v0 42" {
		t.Error(n, ok)
	}
}

func TestDefinePanics(t *testing.T) {
	for name, do := range map[string]func(s *Schema){
		"duplicate code": func(s *Schema) { Define[note](s, 'n', "a"); Define[note](s, 'n', "b") },
		"duplicate name": func(s *Schema) { Define[note](s, 'n', "a"); Define[note](s, 'm', "a") },
		"reserved code":  func(s *Schema) { Define[note](s, 3, "a") },
		"no encoding":    func(s *Schema) { Define[struct{ F func() }](s, 'n', "a") },
		"after Open":     func(s *Schema) { s.opened.Store(true); Define[note](s, 'n', "a") },
		"index after Open": func(s *Schema) {
			n := Define[note](s, 'n', "a")
			s.opened.Store(true)
			n.Index("x", nil)
		},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			do(new(Schema))
		}()
	}
}

func TestWakes(t *testing.T) {
	f, st := newFixture(), mem.New(mem.Options{})
	var mu sync.Mutex
	var got []string
	var db *DB
	db = open(t, &f.Schema, st, Options{OnWake: func(ws []Wake) {
		mu.Lock()
		defer mu.Unlock()
		got = append(got, fmt.Sprint(db.Snapshot().Rev(), ws))
	}})
	defer closeDB(t, db)
	update(t, db, func(tx *Tx) {
		f.notes.Put(tx, 1, &note{})
		for _, k := range []ecs.Key{3, 1, 3} {
			tx.Wake('i', k)
		}
		tx.Wake('a', 2)
	})
	db.Update(t.Context(), func(tx *Tx) error { tx.Wake('i', 9); return errOwn })
	update(t, db, func(tx *Tx) { tx.Wake('i', 4) }) // changes nothing
	mu.Lock()
	defer mu.Unlock()
	if s := strings.Join(got, ";"); s != "1 [{97 2} {105 1} {105 3}];1 [{105 4}]" {
		t.Error(s)
	}
}

func TestWatch(t *testing.T) {
	f, st := newFixture(), mem.New(mem.Options{})
	db := open(t, &f.Schema, st, Options{})
	ctx, cancel := context.WithCancelCause(t.Context())
	seen := make(chan string, 100)
	var done sync.WaitGroup
	done.Go(func() {
		for p, err := range db.Watch(ctx, 1) {
			if err != nil {
				if !errors.Is(err, errOwn) {
					t.Error(err)
				}
				return
			}
			if db.Snapshot().Rev() < p.Rev {
				t.Error("told before it is published")
			}
			seen <- fmt.Sprint(p.Rev, p.Changes)
		}
	})
	update(t, db, func(tx *Tx) { f.notes.Put(tx, 1, &note{}) })
	update(t, db, func(tx *Tx) { f.notes.Put(tx, 2, &note{}); f.things.Put(tx, 1, &thing{Name: tx.Sym("x")}) })
	update(t, db, func(tx *Tx) { f.notes.Delete(tx, 2) })
	for _, want := range []string{"2 [{110 2} {116 1}]", "3 [{110 2}]"} {
		if got := <-seen; got != want {
			t.Error(got, want)
		}
	}
	cancel(errOwn)
	done.Wait()

	reached := make(chan error)
	go func() {
		reached <- db.WaitFor(t.Context(), func(s *Snapshot) bool { _, ok := f.notes.Get(s, 77); return ok })
	}()
	for k := range ecs.Key(78) {
		update(t, db, func(tx *Tx) { f.notes.Put(tx, k, &note{}) })
	}
	if err := <-reached; err != nil {
		t.Error(err)
	}
	if err := db.WaitFor(ctx, func(*Snapshot) bool { return false }); !errors.Is(err, errOwn) {
		t.Error(err)
	}
	// Beyond what is kept.
	for range 3 {
		update(t, db, func(tx *Tx) {
			for k := range ecs.Key(keepChanges / 2) {
				f.notes.Put(tx, k, &note{})
			}
		})
	}
	for _, err := range db.Watch(t.Context(), 0) {
		if !errors.Is(err, store.ErrCompacted) {
			t.Error(err)
		}
	}
	rev := db.Snapshot().Rev()
	go closeDB(t, db)
	for _, err := range db.Watch(t.Context(), rev) {
		if !errors.Is(err, ErrClosed) {
			t.Error(err)
		}
	}
	<-db.done
}

// Loading sorts what tables of any size hold: many keys, few, and rows added twice under one key.
func TestLoadSorts(t *testing.T) {
	for _, n := range []int{0, 1, 3, 5000} {
		f, st := newFixture(), mem.New(mem.Options{})
		db := open(t, &f.Schema, st, Options{})
		update(t, db, func(tx *Tx) {
			for k := range ecs.Key(n) {
				key := blend(uint64(k), 1) >> (k % 64)
				f.things.Put(tx, k*7, &thing{Owner: uint64(k % 3), Tags: []uint64{key, uint64(k), key, 1 << 63}})
			}
		})
		want := f.dump(db.Snapshot())
		closeDB(t, db)
		db = open(t, &f.Schema, st, Options{})
		f.check(t, db.Snapshot())
		if got := f.dump(db.Snapshot()); len(got) != n || !maps.Equal(got, want) {
			t.Errorf("%d rows came back as %d", n, len(got))
		}
		closeDB(t, db)
	}
}
