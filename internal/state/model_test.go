package state

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/store"
	"github.com/openecs/openecs/internal/store/mem"
)

const addresses = 12 // of each owner's bitmap

func bitmapOf(f *fixture, tx *Tx, owner uint64) *Bitmap {
	return tx.Bitmap(ecs.Key(owner), addresses, func(set func(int)) {
		for _, r := range f.things.Ascend(tx, 0, 0) {
			if r.Owner == owner && r.Addr > 0 {
				set(r.Addr - 1)
			}
		}
	})
}

// checkBitmaps compares every bitmap there is with the rows.
func checkBitmaps(t fataler, f *fixture, tx *Tx) {
	t.Helper()
	for owner, b := range tx.c.bitmaps {
		var want []int
		for _, r := range f.things.Ascend(tx, 0, 0) {
			if ecs.Key(r.Owner) == owner && r.Addr > 0 {
				want = append(want, r.Addr-1)
			}
		}
		slices.Sort(want)
		var got []int
		for i := range addresses {
			if b.Has(i) {
				got = append(got, i)
			}
		}
		if !slices.Equal(got, want) || b.Len() != len(want) {
			t.Fatalf("bitmap of %d has %v (%d), rows have %v", owner, got, b.Len(), want)
		}
	}
}

var errOwn = errors.New("the closure's own")

// step is one random closure. did is what it changes when it is committed, in rows as dump shows them.
type step struct {
	run  func(*Tx) error
	did  map[string]string // "" deletes
	keys []ecs.Key         // drawn
	fate string            // "", "error", "panic"
}

func drawStep(rt *rapid.T, f *fixture) *step {
	s := &step{did: map[string]string{}}
	s.fate = rapid.SampledFrom([]string{"", "", "", "", "error", "panic"}).Draw(rt, "fate")
	type op struct {
		what  string
		k     ecs.Key
		owner uint64
		tags  []uint64
		name  string
		when  int
	}
	ops := rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) op {
		return op{
			what:  rapid.SampledFrom([]string{"put", "put", "put", "touch", "delete", "note", "due", "token", "key", "drop", "loop"}).Draw(rt, "what"),
			k:     ecs.Key(rapid.IntRange(1, 40).Draw(rt, "k")),
			owner: uint64(rapid.IntRange(1, 3).Draw(rt, "owner")),
			tags:  rapid.SliceOfN(rapid.Uint64Range(1, 6), 0, 4).Draw(rt, "tags"),
			name:  rapid.SampledFrom([]string{"", "a", "b", "c", "d", "e", "f", "g"}).Draw(rt, "name"),
			when:  rapid.IntRange(0, 5).Draw(rt, "when"),
		}
	}), 0, 9).Draw(rt, "ops")
	check := rapid.Bool().Draw(rt, "check")
	s.run = func(tx *Tx) error {
		clear(s.did)
		if check {
			f.check(rt, tx)
			checkBitmaps(rt, f, tx)
		}
		remove := func(k ecs.Key) {
			if old, ok := f.things.Get(tx, k); ok && old.Addr > 0 {
				if !bitmapOf(f, tx, old.Owner).Free(old.Addr - 1) {
					rt.Fatalf("address %d of %d was free", old.Addr, old.Owner)
				}
			}
			f.things.Delete(tx, k)
		}
		for _, o := range ops {
			name := fmt.Sprintf("thing %d", o.k)
			switch o.what {
			case "put":
				remove(o.k)
				r := &thing{Owner: o.owner, Tags: o.tags, Name: tx.Sym(o.name)}
				if i, ok := bitmapOf(f, tx, o.owner).TakeNext(); ok {
					r.Addr = i + 1
				}
				f.things.Put(tx, o.k, r)
				s.did[name] = fmt.Sprint(r.Owner, r.Tags, o.name, r.Addr, r.Note)
			case "touch": // reads what others have written: the outcome goes into did
				if r, ok := f.things.Get(tx, o.k); ok {
					c := *r
					c.Note += "x"
					f.things.Put(tx, o.k, &c)
					s.did[name] = fmt.Sprint(c.Owner, c.Tags, tx.Str(c.Name), c.Addr, c.Note)
				}
			case "delete":
				remove(o.k)
				s.did[name] = ""
			case "note":
				f.notes.Put(tx, o.k, &note{Text: o.name})
				s.did[fmt.Sprintf("note %d", o.k)] = o.name
			case "due":
				for d := range DuesOf(tx, byte(o.owner), o.k) {
					s.did[fmt.Sprintf("due %d", d.Seq)] = ""
				}
				d := tx.Reschedule(tx.Now().Add(time.Duration(o.when)*time.Hour), byte(o.owner), o.k)
				s.did[fmt.Sprintf("due %d", d.Seq)] = fmt.Sprint(d.Time, d.Kind, d.Key)
			case "token":
				for k := range f.tokens.Ascend(tx, 0, 0) { // a sweep may take any
					s.did[fmt.Sprintf("token %d", k)] = ""
				}
				tx.PutToken(o.owner, 1, "A", o.name, [16]byte{}, AppendKeys(nil, o.k), tx.Now().Add(time.Duration(o.when)*time.Hour))
				for k, r := range f.tokens.Ascend(tx, 0, 0) {
					s.did[fmt.Sprintf("token %d", k)] = fmt.Sprint(*r)
				}
			case "key":
				s.keys = append(s.keys, tx.NewKey(byte(o.owner)))
				text := fmt.Sprint(s.keys)
				f.notes.Put(tx, 100, &note{Text: text})
				s.did["note 100"] = text
			case "drop":
				tx.DropBitmap(ecs.Key(o.owner))
			case "loop": // changes the table under the loop
				for k := range f.byOwner.Ascend(tx, o.owner, 0) {
					if int(k)%3 == o.when%3 {
						remove(k)
						s.did[fmt.Sprintf("thing %d", k)] = ""
					}
				}
			}
		}
		if check {
			f.check(rt, tx)
			checkBitmaps(rt, f, tx)
		}
		switch s.fate {
		case "error":
			return errOwn
		case "panic":
			panic("the closure's own")
		}
		return nil
	}
	return s
}

// TestModel runs random closures with errors, panics, failing commits, tight limits and restarts. What was acknowledged,
// in the order it was submitted, is the state; nothing else has left a trace.
func TestModel(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		f := newFixture()
		st := mem.New(mem.Options{Limits: store.Limits{
			Changes: rapid.SampledFrom([]int{20, 40, 10000}).Draw(rt, "limit"),
			Bytes:   rapid.SampledFrom([]int{2000, 1 << 20}).Draw(rt, "bytes"),
		}})
		clock := newTestClock()
		options := Options{Clock: clock.now, Workers: 2}
		db := open(rt, &f.Schema, st, options)
		defer func() { closeDB(rt, db) }()
		model := map[string]string{}
		var keys []ecs.Key

		same := func(what string, v View) {
			rt.Helper()
			if got := f.dump(v); !maps.Equal(got, model) {
				rt.Fatalf("%s: have\n%v\nwant\n%v", what, got, model)
			}
			f.check(rt, v)
		}
		round := func(rt *rapid.T, faults bool) {
			release := st.Hold()
			defer release() // a draw may panic
			var steps []*step
			var requests []*request
			for range rapid.IntRange(1, 12).Draw(rt, "closures") {
				s := drawStep(rt, f)
				steps = append(steps, s)
				requests = append(requests, submit(rt, db, s.run))
			}
			if faults {
				for range rapid.IntRange(1, 3).Draw(rt, "faults") {
					st.Inject(rapid.SampledFrom([]mem.Fault{0, mem.NotCommitted, mem.Full, mem.LostAbsent, mem.LostPresent}).Draw(rt, "fault"))
				}
			}
			release()
			for i, r := range requests {
				err := <-r.done
				switch s := steps[i]; {
				case err == nil && s.fate == "":
					keys = append(keys, s.keys...)
					for k, v := range s.did {
						if model[k] = v; v == "" && !strings.HasPrefix(k, "note") {
							delete(model, k)
						}
					}
				case err == nil:
					rt.Fatalf("a closure meant to end in %s ended well", s.fate)
				case errors.Is(err, errOwn) && s.fate == "error", errors.Is(err, ErrPanic) && s.fate == "panic":
				case errors.Is(err, store.ErrNotCommitted), errors.Is(err, ErrTooLarge):
				default:
					rt.Fatalf("closure answered %v", err)
				}
			}
			same("snapshot", db.Snapshot())
			update(rt, db, func(tx *Tx) {
				same("working tables", tx)
				checkBitmaps(rt, f, tx)
				if got, want := tx.c.strs, db.Snapshot().strs; !slices.Equal(got, want) {
					rt.Fatalf("symbols %q, published %q", got, want)
				}
				for n, s := range tx.c.strs {
					if m, ok := LookupSym(tx, s); !ok || int(m) != n {
						rt.Fatalf("symbol %q is %d, %v, not %d", s, m, ok, n)
					}
				}
			})
		}
		rt.Repeat(map[string]func(*rapid.T){
			"round":  func(rt *rapid.T) { round(rt, false) },
			"faulty": func(rt *rapid.T) { round(rt, true) },
			"later": func(rt *rapid.T) {
				clock.advance(time.Duration(rapid.IntRange(-3, 9).Draw(rt, "hours")) * time.Hour)
			},
			"restart": func(rt *rapid.T) {
				st.Inject() // nothing left over matters: faults hit commits only
				closeDB(rt, db)
				db = open(rt, &f.Schema, st, options)
				same("reopened", db.Snapshot())
			},
		})
		const low = 1<<56 - 1
		for i := 1; i < len(keys); i++ {
			if keys[i]&low <= keys[i-1]&low {
				rt.Fatalf("key %#x after %#x", keys[i], keys[i-1])
			}
		}
	})
}
