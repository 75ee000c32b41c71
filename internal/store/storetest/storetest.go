// Package storetest is the contract of internal/store as a suite of tests that every kind of store passes.
// It may be imported by tests only.
package storetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/openecs/openecs/internal/store"
)

// Run checks the store that open makes: a new and empty one for each call, which the suite closes.
func Run(t *testing.T, open func(t *testing.T) store.Store) {
	for _, c := range []struct {
		name string
		f    func(*testing.T, *fixture)
	}{
		{"Empty", testEmpty},
		{"Commit", testCommit},
		{"CommitCopies", testCommitCopies},
		{"Revision", testRevision},
		{"Keys", testKeys},
		{"Limits", testLimits},
		{"CommitCancelled", testCommitCancelled},
		{"CommitCancelledInFlight", testCommitCancelledInFlight},
		{"Model", testModel},
		{"LoadOnce", testLoadOnce},
		{"LoadImage", testLoadImage},
		{"LoadWhileCommitting", testLoadWhileCommitting},
		{"LoadEnds", testLoadEnds},
		{"Watch", testWatch},
		{"WatchEnds", testWatchEnds},
		{"LoadThenWatch", testLoadThenWatch},
		{"Campaign", testCampaign},
		{"CampaignFences", testCampaignFences},
		{"Resign", testResign},
		{"Recover", testRecover},
		{"Close", testClose},
		{"CloseWaits", testCloseWaits},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := runtime.NumGoroutine()
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			f := &fixture{Store: open(t), t: t, ctx: ctx}
			c.f(t, f)
			if err := f.Close(); err != nil {
				t.Errorf("Close: %v", err)
			}
			cancel()
			noLeak(t, before)
		})
	}
}

// noLeak waits for the goroutines that a store has started to be gone.
func noLeak(t *testing.T, before int) {
	t.Helper()
	for range 500 {
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(2 * time.Millisecond)
	}
	buf := make([]byte, 1<<16)
	t.Errorf("%d goroutines before, %d after Close:\n%s", before, runtime.NumGoroutine(), buf[:runtime.Stack(buf, true)])
}

// fixture is the store under test with helpers that end the test on an error.
type fixture struct {
	store.Store
	t   *testing.T
	ctx context.Context
}

func (f *fixture) campaign(addr string) store.Term {
	f.t.Helper()
	term, err := f.Campaign(f.ctx, addr)
	if err != nil {
		f.t.Fatalf("Campaign: %v", err)
	}
	return term
}

// commit commits the changes on top of the term's head.
func (f *fixture) commit(term store.Term, changes ...store.Change) store.Rev {
	f.t.Helper()
	rev := term.Head() + 1
	if err := term.Commit(f.ctx, store.Batch{Rev: rev, Changes: changes}); err != nil {
		f.t.Fatalf("Commit %d: %v", rev, err)
	}
	return rev
}

// content is a whole Load.
func (f *fixture) content() (store.Rev, map[string]string) {
	f.t.Helper()
	rev, rows := f.Load(f.ctx)
	got, err := collect(rows)
	if err != nil {
		f.t.Fatalf("Load: %v", err)
	}
	return rev, got
}

// expect compares the store with what it should hold, the head by three ways.
func (f *fixture) expect(rev store.Rev, want map[string]string) {
	f.t.Helper()
	got, rows := f.content()
	if got != rev || !maps.Equal(rows, want) {
		f.t.Errorf("Load is %d %.200q, want %d %.200q", got, rows, rev, want)
	}
	if head, err := f.Head(f.ctx); head != rev || err != nil {
		f.t.Errorf("Head is %d, %v, want %d", head, err, rev)
	}
}

// collect reads a load to its end, checking the order.
func collect(rows iter.Seq2[store.Change, error]) (map[string]string, error) {
	got := make(map[string]string)
	var last []byte
	for c, err := range rows {
		if err != nil {
			return got, err
		}
		if c.Value == nil {
			return got, fmt.Errorf("key %q has no value", c.Key)
		}
		if last != nil && bytes.Compare(last, c.Key) >= 0 {
			return got, fmt.Errorf("key %q after %q", c.Key, last)
		}
		last = slices.Clone(c.Key)
		got[string(c.Key)] = string(c.Value)
	}
	return got, nil
}

func set(key, value string) store.Change {
	return store.Change{Key: []byte(key), Value: []byte(value)}
}

func del(key string) store.Change { return store.Change{Key: []byte(key)} }

// apply is what a batch does to a model.
func apply(model map[string]string, changes []store.Change) {
	for _, c := range changes {
		if c.Value == nil {
			delete(model, string(c.Key))
		} else {
			model[string(c.Key)] = string(c.Value)
		}
	}
}

// refused checks an answer that commits nothing and lets the term go on.
func refused(t *testing.T, err error, kinds ...error) {
	t.Helper()
	for _, kind := range append(kinds, store.ErrNotCommitted) {
		if !errors.Is(err, kind) {
			t.Errorf("got %v, want it to be %q", err, kind)
		}
	}
}
