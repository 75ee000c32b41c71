package state

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"runtime"
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

func put(f *fixture, k ecs.Key, text string) func(*Tx) error {
	return func(tx *Tx) error { f.notes.Put(tx, k, &note{Text: text}); return nil }
}

func is503(err error) bool {
	var e *api.Error
	return errors.As(err, &e) && e.Status == 503 && e.Code == api.CodeServiceUnavailable
}

// pipeline holds a commit, with the next batch already run on top of it.
func pipeline(t *testing.T, st *mem.Store, db *DB, f *fixture) (release func(), first, second *request) {
	t.Helper()
	release = st.Hold()
	first = submit(t, db, put(f, 1, "first"))
	eventually(t, "the first batch commits", func() bool { return st.Waiting() == 1 })
	ran := make(chan struct{})
	second = submit(t, db, func(tx *Tx) error {
		defer close(ran)
		if n, ok := f.notes.Get(tx, 1); !ok || n.Text != "first" {
			return errors.New("does not see what runs before it")
		}
		f.notes.Put(tx, 2, &note{Text: tx.Str(tx.Sym("second"))})
		return nil
	})
	<-ran
	if f.notes.Len(db.Snapshot()) != 0 {
		t.Fatal("published before it is durable")
	}
	return release, first, second
}

func TestPipelineCommits(t *testing.T) {
	f, st := newFixture(), mem.New(mem.Options{})
	db := open(t, &f.Schema, st, Options{})
	defer closeDB(t, db)
	release, first, second := pipeline(t, st, db, f)
	release()
	if err := errors.Join(<-first.done, <-second.done); err != nil {
		t.Fatal(err)
	}
	if got := db.Snapshot().Rev(); got != 2 {
		t.Fatalf("revision %d, want 2: a batch each", got)
	}
}

func TestPipelineFalls(t *testing.T) {
	for _, c := range []struct {
		name  string
		fault mem.Fault
		kept  bool
	}{
		{"not committed", mem.NotCommitted, false},
		{"full", mem.Full, false},
		{"lost and absent", mem.LostAbsent, false},
		{"lost and present", mem.LostPresent, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, st := newFixture(), mem.New(mem.Options{})
			db := open(t, &f.Schema, st, Options{})
			defer closeDB(t, db)
			st.Inject(c.fault)
			release, first, second := pipeline(t, st, db, f)
			release()
			err1, err2 := <-first.done, <-second.done
			if c.kept {
				if err1 != nil || err2 != nil {
					t.Fatal(err1, err2)
				}
				return
			}
			if !is503(err1) || !is503(err2) || !errors.Is(err1, store.ErrNotCommitted) {
				t.Fatal(err1, err2)
			}
			if c.fault == mem.Full && !errors.Is(err1, store.ErrFull) {
				t.Fatal(err1)
			}
			// The DB goes on, with nothing of either batch.
			update(t, db, func(tx *Tx) {
				if n := f.notes.Len(tx); n != 0 || len(tx.c.strs) != 1 {
					t.Errorf("%d notes, symbols %q", n, tx.c.strs)
				}
			})
			if err := db.Update(t.Context(), put(f, 3, "third")); err != nil {
				t.Fatal(err)
			}
			if got := db.Snapshot().Rev(); got != 1 {
				t.Errorf("revision %d, want 1", got)
			}
		})
	}
}

// An error that may rest on what is not durable yet falls with it.
func TestErrorWaits(t *testing.T) {
	f, st := newFixture(), mem.New(mem.Options{})
	db := open(t, &f.Schema, st, Options{})
	defer closeDB(t, db)
	st.Inject(mem.NotCommitted)
	release, first, second := pipeline(t, st, db, f)
	third := submit(t, db, func(*Tx) error { return errOwn })
	select {
	case err := <-third.done:
		t.Fatalf("answered %v before what it read is durable", err)
	case <-time.After(10 * time.Millisecond):
	}
	release()
	<-first.done
	<-second.done
	if err := <-third.done; !is503(err) {
		t.Fatalf("answered %v", err)
	}
	if err := db.Update(t.Context(), func(*Tx) error { return errOwn }); !errors.Is(err, errOwn) {
		t.Fatal(err)
	}
}

func TestDeposed(t *testing.T) {
	f, st := newFixture(), mem.New(mem.Options{})
	db := open(t, &f.Schema, st, Options{})
	if err := db.Update(t.Context(), put(f, 9, "before")); err != nil {
		t.Fatal(err)
	}
	release, first, second := pipelineAfter(t, st, db, f)
	st.Depose()
	release()
	if err1, err2 := <-first.done, <-second.done; !errors.Is(err1, store.ErrDeposed) || !is503(err2) {
		t.Fatal(err1, err2)
	}
	<-db.Failed()
	if err := db.Update(t.Context(), put(f, 3, "late")); !is503(err) || !errors.Is(err, store.ErrDeposed) {
		t.Fatal(err)
	}
	if err := db.WaitFor(t.Context(), func(s *Snapshot) bool { return s.Rev() == 2 }); !errors.Is(err, store.ErrDeposed) {
		t.Fatal(err)
	}
	if f.notes.Len(db.Snapshot()) != 1 || db.Err() == nil {
		t.Fatal("the snapshot before must stay", db.Err())
	}
	closeDB(t, db)
}

func pipelineAfter(t *testing.T, st *mem.Store, db *DB, f *fixture) (release func(), first, second *request) {
	release = st.Hold()
	first = submit(t, db, put(f, 1, "first"))
	eventually(t, "the first batch commits", func() bool { return st.Waiting() == 1 })
	return release, first, submit(t, db, put(f, 2, "second"))
}

// An idle DB notices that its term is over.
func TestDeposedIdle(t *testing.T) {
	f, st := newFixture(), mem.New(mem.Options{})
	db := open(t, &f.Schema, st, Options{})
	defer closeDB(t, db)
	st.Depose()
	<-db.Failed()
}

// Close does not wait for ever for a commit that hangs; the closure's outcome is unknown then.
func TestCloseGivesUp(t *testing.T) {
	f, st := newFixture(), mem.New(mem.Options{})
	db := open(t, &f.Schema, st, Options{})
	defer st.Hold()()
	first := submit(t, db, put(f, 1, "first"))
	eventually(t, "the batch commits", func() bool { return st.Waiting() == 1 })
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := db.Close(ctx); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if err := <-first.done; !is503(err) || !errors.Is(err, ErrUnknown) {
		t.Fatal(err)
	}
	if err := db.Update(t.Context(), put(f, 1, "x")); !is503(err) {
		t.Fatal(err)
	}
}

// Close lets what was queued finish.
func TestCloseDrains(t *testing.T) {
	f, st := newFixture(), mem.New(mem.Options{})
	db := open(t, &f.Schema, st, Options{})
	var requests []*request
	for i := range 50 {
		requests = append(requests, submit(t, db, put(f, ecs.Key(i+1), "x")))
	}
	closeDB(t, db)
	for _, r := range requests {
		if err := <-r.done; err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Update(t.Context(), put(f, 1, "x")); !errors.Is(err, ErrClosed) {
		t.Fatal(err)
	}
	db = open(t, &f.Schema, st, Options{})
	defer closeDB(t, db)
	if n := f.notes.Len(db.Snapshot()); n != 50 {
		t.Fatalf("%d notes", n)
	}
}

func TestContext(t *testing.T) {
	f, st := newFixture(), mem.New(mem.Options{})
	db := open(t, &f.Schema, st, Options{})
	defer closeDB(t, db)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := db.Update(ctx, put(f, 1, "x")); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}

	// Not started: it never runs.
	blocked, unblock := make(chan struct{}), make(chan struct{})
	first := submit(t, db, func(*Tx) error { close(blocked); <-unblock; return nil })
	<-blocked
	ctx, cancel = context.WithCancel(t.Context())
	answer := make(chan error)
	go func() { answer <- db.Update(ctx, put(f, 2, "x")) }()
	eventually(t, "queued", func() bool { return db.Stats().Queued == 1 })
	cancel()
	if err := <-answer; !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	close(unblock)
	<-first.done

	// Started: the outcome is awaited.
	release := st.Hold()
	ctx, cancel = context.WithCancel(t.Context())
	go func() { answer <- db.Update(ctx, put(f, 3, "x")) }()
	eventually(t, "commits", func() bool { return st.Waiting() == 1 })
	cancel()
	select {
	case err := <-answer:
		t.Fatalf("answered %v before the outcome is known", err)
	case <-time.After(10 * time.Millisecond):
	}
	release()
	if err := <-answer; err != nil {
		t.Fatal(err)
	}
	var have []ecs.Key
	for k := range f.notes.Ascend(db.Snapshot(), 0, 0) {
		have = append(have, k)
	}
	if !slices.Equal(have, []ecs.Key{3}) {
		t.Fatalf("rows %v", have)
	}
}

func TestLimits(t *testing.T) {
	f := newFixture()
	st := mem.New(mem.Options{Limits: store.Limits{Changes: 11, Bytes: 2000}})
	db := open(t, &f.Schema, st, Options{})
	defer closeDB(t, db)
	rows := func(n int, text string) func(*Tx) error {
		return func(tx *Tx) error {
			for range n {
				f.notes.Put(tx, tx.NewKey(0), &note{Text: text})
			}
			tx.Sym(fmt.Sprint(n))
			return nil
		}
	}
	for _, c := range []struct {
		name string
		n    int
		text string
		ok   bool
	}{
		{"as many as there may be", 9, "x", true},
		{"one more", 10, "x", false},
		{"large", 3, strings.Repeat("x", 600), true},
		{"too large", 4, strings.Repeat("x", 600), false},
		{"after large ones", 9, "x", true}, // the estimate is of large rows now
	} {
		err := db.Update(t.Context(), rows(c.n, c.text))
		if c.ok && err != nil || !c.ok && !errors.Is(err, ErrTooLarge) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	before := f.notes.Len(db.Snapshot())
	// Together they exceed a batch: they are spread, in order, each run once.
	release := st.Hold()
	var requests []*request
	var runs atomic.Int32
	for range 30 {
		requests = append(requests, submit(t, db, func(tx *Tx) error { runs.Add(1); return rows(4, "y")(tx) }))
	}
	release()
	for _, r := range requests {
		if err := <-r.done; err != nil {
			t.Fatal(err)
		}
	}
	if got := f.notes.Len(db.Snapshot()) - before; got != 120 || runs.Load() != 30 {
		t.Errorf("%d rows by %d runs", got, runs.Load())
	}
	if s := db.Stats(); s.Overflows == 0 || s.Commits < 15 {
		t.Errorf("stats %+v", s)
	}
}

// One row changed by many closures of a batch is written once, one that came and went not at all.
func TestOneChangePerRow(t *testing.T) {
	f, st := newFixture(), mem.New(mem.Options{})
	db := open(t, &f.Schema, st, Options{})
	defer closeDB(t, db)
	release, first, second := pipelineAfter(t, st, db, f)
	var requests []*request
	for i := range 20 {
		requests = append(requests, submit(t, db, put(f, 7, fmt.Sprint(i))), submit(t, db, put(f, 8, "x")),
			submit(t, db, func(tx *Tx) error { f.notes.Delete(tx, 8); return nil }))
	}
	// The second batch must hold them all.
	eventually(t, "all have run", func() bool { return db.Stats().Closures == 62 })
	release()
	for _, r := range append(requests, first, second) {
		<-r.done
	}
	s := db.Stats()
	if s.Commits != 2 || s.Changes != 2+3 || s.SyncsSaved() != 60 {
		t.Fatalf("%+v", s)
	}
	if n, _ := f.notes.Get(db.Snapshot(), 7); n.Text != "19" {
		t.Fatal(n.Text)
	}
}

func TestPanics(t *testing.T) {
	f, st := newFixture(), mem.New(mem.Options{})
	db := open(t, &f.Schema, st, Options{})
	defer closeDB(t, db)
	update(t, db, func(tx *Tx) { f.notes.Put(tx, 1, &note{Text: "one"}) })
	var leaked *Tx
	for name, do := range map[string]func(tx *Tx){
		"own":     func(*Tx) { panic("own") },
		"nil":     func(tx *Tx) { f.notes.Put(tx, 1, nil) },
		"in situ": func(tx *Tx) { n, _ := f.notes.Get(tx, 1); n.Text = "one"; f.notes.Put(tx, 1, n) },
		"leaked":  func(tx *Tx) { leaked.NewKey(0) },
		"index":   func(tx *Tx) { f.things.Put(tx, 1, &thing{Owner: 666}) },
		"reading": func(tx *Tx) { f.notes.Len(leaked) },
		"goexit":  func(tx *Tx) { runtime.Goexit() },
	} {
		update(t, db, func(tx *Tx) { leaked = tx })
		err := db.Update(t.Context(), func(tx *Tx) error { f.notes.Put(tx, 2, &note{}); do(tx); return nil })
		var e *api.Error
		if !errors.Is(err, ErrPanic) || !errors.As(err, &e) || e.Status != 500 {
			t.Errorf("%s: %v", name, err)
		}
	}
	update(t, db, func(tx *Tx) { f.check(t, tx) })
	if f.notes.Len(db.Snapshot()) != 1 || f.things.Len(db.Snapshot()) != 0 || db.Stats().Panics != 6 {
		t.Errorf("%d rows, stats %+v", f.notes.Len(db.Snapshot()), db.Stats())
	}
}

func TestBusy(t *testing.T) {
	f, st := newFixture(), mem.New(mem.Options{})
	db := open(t, &f.Schema, st, Options{MaxQueue: 2})
	defer closeDB(t, db)
	blocked, unblock := make(chan struct{}), make(chan struct{})
	submit(t, db, func(*Tx) error { close(blocked); <-unblock; return nil })
	<-blocked
	submit(t, db, put(f, 1, ""))
	submit(t, db, put(f, 2, ""))
	if err := db.Update(t.Context(), put(f, 3, "")); !is503(err) || !errors.Is(err, ErrBusy) {
		t.Error(err)
	}
	close(unblock)
}

// TestIsolation has readers look at snapshots while writers change three tables together: in every snapshot, what is
// written together is seen together, and a snapshot never changes.
func TestIsolation(t *testing.T) {
	f, st := newFixture(), mem.New(mem.Options{})
	db := open(t, &f.Schema, st, Options{})
	defer closeDB(t, db)
	var writers, readers sync.WaitGroup
	stop := make(chan struct{})
	for w := range 8 {
		writers.Go(func() {
			for i := range 300 {
				err := db.Update(context.Background(), func(tx *Tx) error {
					k := tx.NewKey(1)
					f.things.Put(tx, k, &thing{Owner: uint64(w), Name: tx.Sym(fmt.Sprint("n", w, "-", i/4))})
					f.notes.Put(tx, k, &note{Text: tx.Str(tx.Sym(fmt.Sprint("n", w, "-", i/4)))})
					if old, _, ok := f.byOwner.First(tx, uint64(w)); ok && i%3 == 0 {
						f.things.Delete(tx, old)
						f.notes.Delete(tx, old)
					}
					if i%7 == 0 {
						return errOwn
					}
					return nil
				})
				if err != nil && !errors.Is(err, errOwn) {
					t.Error(err)
				}
			}
		})
	}
	for range 2 {
		readers.Go(func() {
			for {
				s := db.Snapshot()
				before := f.dump(s)
				f.check(t, s)
				if f.things.Len(s) != f.notes.Len(s) {
					t.Errorf("%d things, %d notes", f.things.Len(s), f.notes.Len(s))
				}
				for k, r := range f.things.Ascend(s, 0, 0) {
					if n, ok := f.notes.Get(s, k); !ok || n.Text != s.Str(r.Name) {
						t.Errorf("row %d", k)
					}
				}
				if !maps.Equal(before, f.dump(s)) {
					t.Error("a snapshot changed")
				}
				select {
				case <-stop:
					return
				default:
				}
			}
		})
	}
	writers.Wait()
	close(stop)
	readers.Wait()
}
