package storetest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"sync"
	"testing"

	"github.com/openecs/openecs/internal/store"
)

func testLoadOnce(t *testing.T, f *fixture) {
	f.commit(f.campaign(""), set("a", "1"))
	_, rows := f.Load(f.ctx)
	if got, err := collect(rows); err != nil || len(got) != 1 {
		t.Fatalf("loaded %q, %v", got, err)
	}
	if got, err := collect(rows); err == nil {
		t.Errorf("the second time: %q and no error", got)
	}
}

// An image does not see what commits after it was taken.
func testLoadImage(t *testing.T, f *fixture) {
	term := f.campaign("")
	want := make(map[string]string)
	var changes []store.Change
	for i := range 1000 {
		changes = append(changes, set(fmt.Sprintf("%04d", i), "old"))
	}
	f.commit(term, changes...)
	apply(want, changes)
	rev, rows := f.Load(f.ctx)
	f.commit(term, set("0000", "new"), del("0500"), set("0999", "new"), set("9999", "new"))
	got := make(map[string]string)
	for c, err := range rows {
		if err != nil {
			t.Fatal(err)
		}
		if len(got) == 300 {
			f.commit(term, set("0301", "newer"), del("0998"))
		}
		got[string(c.Key)] = string(c.Value)
	}
	if rev != 1 || !maps.Equal(got, want) {
		t.Errorf("the image of %d has %d rows and is not that of revision 1", rev, len(got))
	}
	for range 3 { // leaving early holds nothing
		_, rows := f.Load(f.ctx)
		for range rows {
			break
		}
	}
}

// Every batch sets every key to its revision: a load that mixes two of them shows it.
func testLoadWhileCommitting(t *testing.T, f *fixture) {
	const keys, revs, loaders = 50, 200, 3
	batch := func(rev store.Rev) []store.Change {
		out := make([]store.Change, keys)
		for i := range out {
			out[i] = set(fmt.Sprintf("key %02d", i), fmt.Sprint(rev))
		}
		return out
	}
	term := f.campaign("")
	f.commit(term, batch(1)...)
	done := make(chan struct{})
	var wg sync.WaitGroup
	for range loaders {
		wg.Go(func() {
			for last := store.Rev(0); ; {
				rev, rows := f.Load(f.ctx)
				got, err := collect(rows)
				if err != nil || len(got) != keys || rev < last {
					t.Errorf("loaded %d rows of %d after %d: %v", len(got), rev, last, err)
					return
				}
				for k, v := range got {
					if v != fmt.Sprint(rev) {
						t.Errorf("%s is of revision %s in an image of %d", k, v, rev)
						return
					}
				}
				last = rev
				select {
				case <-done:
					return
				default:
				}
			}
		})
	}
	for rev := store.Rev(2); rev <= revs; rev++ {
		f.commit(term, batch(rev)...)
		if head, err := f.Head(f.ctx); head != rev || err != nil {
			t.Errorf("Head is %d, %v right after %d", head, err, rev)
		}
	}
	close(done)
	wg.Wait()
}

func testLoadEnds(t *testing.T, f *fixture) {
	term := f.campaign("")
	var changes []store.Change
	for i := range 3000 {
		changes = append(changes, set(fmt.Sprintf("%04d", i), "value"))
	}
	f.commit(term, changes...)

	cause := errors.New("the reason")
	ctx, cancel := context.WithCancelCause(f.ctx)
	defer cancel(nil)
	_, rows := f.Load(ctx)
	n := 0
	var last error
	for _, err := range rows {
		if last = err; err == nil {
			n++
		}
		if n == 1 {
			cancel(cause)
			<-ctx.Done()
		}
	}
	// A store need not look at the context at every row.
	if last != nil && !errors.Is(last, cause) || last == nil && n != 3000 {
		t.Errorf("cancelled after a row: %d rows and %v", n, last)
	}
	if _, rows := f.Load(ctx); !errors.Is(first(rows), cause) {
		t.Error("a load with a context that is done does not answer its cause")
	}
	if _, err := f.Head(ctx); !errors.Is(err, cause) {
		t.Errorf("Head with a context that is done: %v", err)
	}
	if _, err := f.Campaign(ctx, ""); !errors.Is(err, cause) {
		t.Errorf("Campaign with a context that is done: %v", err)
	}

	_, rows = f.Load(f.ctx)
	n, last = 0, nil
	for _, err := range rows {
		if last = err; err == nil {
			n++
		}
		if n == 1 {
			if err := f.Close(); err != nil {
				t.Error(err)
			}
		}
	}
	if !errors.Is(last, store.ErrClosed) {
		t.Errorf("closed after a row: %d rows and %v", n, last)
	}
}

func first[T any](seq func(func(T, error) bool)) error {
	for _, err := range seq {
		return err
	}
	return nil
}

// Batches arrive whole and without a gap, those of before and those to come.
func testWatch(t *testing.T, f *fixture) {
	const revs = 150
	term := f.campaign("")
	changes := func(rev store.Rev) []store.Change {
		return []store.Change{set("b", fmt.Sprint(rev)), del("a"), set(fmt.Sprint(rev), "")}
	}
	for rev := store.Rev(1); rev <= 10; rev++ {
		f.commit(term, changes(rev)...)
	}
	var wg sync.WaitGroup
	for after := range store.Rev(13) { // 10 is the head, 12 is to come
		wg.Go(func() {
			next := after + 1
			for b, err := range f.Watch(f.ctx, after) {
				if err != nil {
					t.Errorf("watching after %d, at %d: %v", after, next, err)
					return
				}
				if b.Rev != next || !equal(b.Changes, changes(next)) {
					t.Errorf("watched %d %q, want %d", b.Rev, b.Changes, next)
				}
				if next++; next > revs {
					return
				}
			}
		})
	}
	for rev := store.Rev(11); rev <= revs; rev++ {
		if rev == 50 {
			term = f.campaign("") // a watch outlives a term
		}
		f.commit(term, changes(rev)...)
	}
	wg.Wait()
}

func equal(a, b []store.Change) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if string(a[i].Key) != string(b[i].Key) || string(a[i].Value) != string(b[i].Value) || (a[i].Value == nil) != (b[i].Value == nil) {
			return false
		}
	}
	return true
}

func testWatchEnds(t *testing.T, f *fixture) {
	f.commit(f.campaign(""), set("a", "1"))
	cause := errors.New("the reason")
	ctx, cancel := context.WithCancelCause(f.ctx)
	ended := make(chan error, 2)
	watch := func(ctx context.Context) {
		var last error
		for _, err := range f.Watch(ctx, 0) {
			last = err
		}
		ended <- last
	}
	go watch(ctx)
	cancel(cause)
	if err := <-ended; !errors.Is(err, cause) {
		t.Errorf("a watch whose context is done ends with %v", err)
	}
	go watch(f.ctx)
	if err := f.Close(); err != nil {
		t.Error(err)
	}
	if err := <-ended; !errors.Is(err, store.ErrClosed) {
		t.Errorf("a watch of a closed store ends with %v", err)
	}
}

// What a replica does: load, then follow from there. It must arrive at the same rows.
func testLoadThenWatch(t *testing.T, f *fixture) {
	const revs = 200
	term := f.campaign("")
	model := make(map[string]string)
	change := func(rev store.Rev) []store.Change {
		return []store.Change{set(fmt.Sprint(rev%17), fmt.Sprint(rev)), del(fmt.Sprint((rev + 5) % 17))}
	}
	var wg sync.WaitGroup
	replicas := make([]map[string]string, 3)
	for i := range replicas {
		wg.Go(func() {
			rev, rows := f.Load(f.ctx)
			got, err := collect(rows)
			if err != nil {
				t.Error(err)
			}
			replicas[i] = got
			if rev == revs {
				return
			}
			for b, err := range f.Watch(f.ctx, rev) {
				if err != nil {
					t.Error(err)
					return
				}
				apply(got, b.Changes)
				if b.Rev == revs {
					return
				}
			}
		})
	}
	for rev := store.Rev(1); rev <= revs; rev++ {
		f.commit(term, change(rev)...)
		apply(model, change(rev))
	}
	wg.Wait()
	for _, got := range replicas {
		if !maps.Equal(got, model) {
			t.Errorf("a replica arrived at %q, want %q", got, model)
		}
	}
}
