package storetest

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/openecs/openecs/internal/store"
)

func testCampaign(t *testing.T, f *fixture) {
	f.leader("")
	one := f.campaign("one:1")
	f.leader("one:1")
	f.commit(one, set("a", "1"))
	two := f.campaign("two:2")
	f.leader("two:2")
	over(t, f, one, store.ErrDeposed)
	if two.Head() != 1 {
		t.Errorf("the second term begins at %d", two.Head())
	}
	f.commit(two, set("a", "2"))
	if err := one.Resign(f.ctx); err != nil {
		t.Errorf("Resign of a term that is over: %v", err)
	}
	f.leader("two:2")
	f.commit(two, set("a", "3"))
	f.expect(3, map[string]string{"a": "3"})
}

func (f *fixture) leader(want string) {
	f.t.Helper()
	if got, err := f.Leader(f.ctx); got != want || err != nil {
		f.t.Errorf("Leader is %q, %v, want %q", got, err, want)
	}
}

// over checks that a term has ended and commits nothing.
func over(t *testing.T, f *fixture, term store.Term, cause error) {
	t.Helper()
	select {
	case <-term.Done():
	case <-f.ctx.Done():
		t.Error("the term's Done stays open")
	}
	b := store.Batch{Rev: term.Head() + 1, Changes: []store.Change{set("from a term that is over", "")}}
	if err := term.Commit(f.ctx, b); !errors.Is(err, cause) {
		t.Errorf("Commit in a term that is over: %v", err)
	}
	if _, err := term.Recover(f.ctx); !errors.Is(err, cause) {
		t.Errorf("Recover in a term that is over: %v", err)
	}
}

// A writer that does not know it is deposed commits as fast as it can. From the moment that the next term begins its
// batches must not be there.
func testCampaignFences(t *testing.T, f *fixture) {
	const terms = 20
	var wg sync.WaitGroup
	var mu sync.Mutex
	by := make(map[store.Rev]int) // who was told that a revision is committed
	heads := make([]store.Rev, terms+1)
	for i := range terms {
		term := f.campaign("")
		heads[i] = term.Head()
		begun := make(chan struct{})
		wg.Go(func() {
			for rev := term.Head() + 1; ; rev++ {
				err := term.Commit(f.ctx, store.Batch{Rev: rev, Changes: []store.Change{set("writer", fmt.Sprint(i))}})
				if err != nil {
					if !errors.Is(err, store.ErrDeposed) {
						t.Errorf("term %d: %v", i, err)
					}
					return
				}
				mu.Lock()
				if other, ok := by[rev]; ok {
					t.Errorf("terms %d and %d were both told that %d is committed", other, i, rev)
				}
				by[rev] = i
				mu.Unlock()
				if rev == heads[i]+3 {
					close(begun)
				}
			}
		})
		<-begun
	}
	last := f.campaign("")
	heads[terms] = last.Head()
	wg.Wait()
	for rev, i := range by {
		if rev <= heads[i] || rev > heads[i+1] {
			t.Errorf("term %d, from %d to %d, was told that %d is committed", i, heads[i], heads[i+1], rev)
		}
	}
	f.expect(heads[terms], map[string]string{"writer": fmt.Sprint(terms - 1)})
	f.commit(last)
}

func testResign(t *testing.T, f *fixture) {
	term := f.campaign("a:1")
	f.commit(term, set("a", "1"))
	for range 2 {
		if err := term.Resign(f.ctx); err != nil {
			t.Fatal(err)
		}
	}
	over(t, f, term, store.ErrDeposed)
	f.leader("")
	f.expect(1, map[string]string{"a": "1"})
	next := f.campaign("b:1")
	f.commit(next, set("a", "2"))
	f.expect(2, map[string]string{"a": "2"})
}

func testRecover(t *testing.T, f *fixture) {
	term := f.campaign("")
	for rev := range store.Rev(3) {
		if head, err := term.Recover(f.ctx); head != rev || err != nil {
			t.Errorf("Recover is %d, %v, want %d", head, err, rev)
		}
		f.commit(term)
	}
}

func testClose(t *testing.T, f *fixture) {
	term := f.campaign("")
	f.commit(term, set("a", "1"))
	_, open := f.Load(f.ctx) // never ranged over
	for range 3 {
		if err := f.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	}
	over(t, f, term, store.ErrClosed)
	if err := term.Resign(f.ctx); err != nil {
		t.Errorf("Resign: %v", err)
	}
	_, err := f.Head(f.ctx)
	_, rows := f.Load(f.ctx)
	_, campaign := f.Campaign(f.ctx, "")
	_, leader := f.Leader(f.ctx)
	for name, err := range map[string]error{
		"Head": err, "Load": first(rows), "Watch": first(f.Watch(f.ctx, 0)), "Campaign": campaign, "Leader": leader,
		"a load taken before": first(open),
	} {
		if !errors.Is(err, store.ErrClosed) {
			t.Errorf("%s after Close: %v", name, err)
		}
	}
	if f.Limits() == (store.Limits{}) {
		t.Error("no limits after Close")
	}
}

// Close in the middle of everything: each caller gets an answer, and nothing is left running (see Run).
func testCloseWaits(t *testing.T, f *fixture) {
	term := f.campaign("")
	f.commit(term, set("a", "1"))
	var wg sync.WaitGroup
	busy := make(chan struct{}, 3)
	wg.Go(func() {
		for rev := term.Head() + 1; ; rev++ {
			if err := term.Commit(f.ctx, store.Batch{Rev: rev}); err != nil {
				if !errors.Is(err, store.ErrClosed) {
					t.Errorf("Commit: %v", err)
				}
				return
			}
			ready(busy)
		}
	})
	wg.Go(func() {
		for {
			_, rows := f.Load(f.ctx)
			if _, err := collect(rows); err != nil {
				if !errors.Is(err, store.ErrClosed) {
					t.Errorf("Load: %v", err)
				}
				return
			}
			ready(busy)
		}
	})
	wg.Go(func() {
		for _, err := range f.Watch(f.ctx, 1) {
			if err != nil && !errors.Is(err, store.ErrClosed) && !errors.Is(err, store.ErrCompacted) {
				t.Errorf("Watch: %v", err)
			}
			ready(busy)
		}
	})
	for range 3 {
		<-busy
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
	wg.Wait()
}

func ready(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
