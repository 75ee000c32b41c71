package storetest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/openecs/openecs/internal/store"
)

func testEmpty(t *testing.T, f *fixture) {
	f.expect(0, map[string]string{})
	if head := f.campaign("").Head(); head != 0 {
		t.Errorf("the term's head is %d", head)
	}
}

func testCommit(t *testing.T, f *fixture) {
	term := f.campaign("")
	f.commit(term, set("b", "1"), set("a", "2"), set("\x00", "nul"), set("\xff\xff", "high"), set("empty", ""))
	want := map[string]string{"b": "1", "a": "2", "\x00": "nul", "\xff\xff": "high", "empty": ""}
	f.expect(1, want)
	f.commit(term, set("a", "3"), del("b"), del("never there"))
	want["a"] = "3"
	delete(want, "b")
	f.expect(2, want)
	f.commit(term)
	f.expect(3, want)
	if term.Head() != 3 {
		t.Errorf("the term's head is %d", term.Head())
	}
}

// The caller may use its memory again once Commit has answered.
func testCommitCopies(t *testing.T, f *fixture) {
	term := f.campaign("")
	c := set("key", "value")
	f.commit(term, c)
	copy(c.Key, "xxx")
	copy(c.Value, "xxxxx")
	f.expect(1, map[string]string{"key": "value"})
	for b, err := range f.Watch(f.ctx, 0) {
		if err != nil || len(b.Changes) != 1 || string(b.Changes[0].Key) != "key" || string(b.Changes[0].Value) != "value" {
			t.Errorf("watched %q, %v", b.Changes, err)
		}
		break
	}
}

func testRevision(t *testing.T, f *fixture) {
	term := f.campaign("")
	f.commit(term, set("a", "1"))
	for _, rev := range []store.Rev{0, 1, 3, 1 << 63} {
		refused(t, term.Commit(f.ctx, store.Batch{Rev: rev, Changes: []store.Change{set("a", "2")}}), store.ErrInvalid)
	}
	f.expect(1, map[string]string{"a": "1"})
	f.commit(term, set("a", "2"))
	f.expect(2, map[string]string{"a": "2"})
}

func testKeys(t *testing.T, f *fixture) {
	term := f.campaign("")
	for _, changes := range [][]store.Change{
		{set("a", "1"), set("a", "2")},
		{set("b", "1"), set("a", "1"), set("b", "2")},
		{set("a", "1"), del("a")},
		{set("", "1")},
		{set("a", "1"), del("")},
	} {
		refused(t, term.Commit(f.ctx, store.Batch{Rev: 1, Changes: changes}), store.ErrInvalid)
	}
	f.expect(0, map[string]string{})
	f.commit(term, set("b", "1"), set("a", "1"))
}

func testLimits(t *testing.T, f *fixture) {
	l := f.Limits()
	if l.Changes < 64 || l.Bytes < 1<<20 {
		t.Fatalf("limits of %+v carry no ordinary transaction", l)
	}
	term := f.campaign("")
	want := make(map[string]string)
	many := make([]store.Change, l.Changes, l.Changes+1)
	for i := range many {
		many[i] = set(fmt.Sprintf("%08d", i), "")
	}
	refused(t, term.Commit(f.ctx, store.Batch{Rev: 1, Changes: append(many, set("x", ""))}), store.ErrInvalid)
	f.commit(term, many...)
	apply(want, many)
	f.expect(1, want)

	big := strings.Repeat("v", l.Bytes-1)
	refused(t, term.Commit(f.ctx, store.Batch{Rev: 2, Changes: []store.Change{set("kk", big)}}), store.ErrInvalid)
	for range 3 { // more than any buffer holds
		f.commit(term, set("k", big))
	}
	want["k"] = big
	f.expect(4, want)
}

func testCommitCancelled(t *testing.T, f *fixture) {
	term := f.campaign("")
	cause := errors.New("the reason")
	ctx, cancel := context.WithCancelCause(f.ctx)
	cancel(cause)
	refused(t, term.Commit(ctx, store.Batch{Rev: 1, Changes: []store.Change{set("a", "1")}}), cause)
	f.expect(0, map[string]string{})
	f.commit(term, set("a", "1"))
}

// A context that ends anywhere in a commit leaves one of the three outcomes, and the store tells which.
func testCommitCancelledInFlight(t *testing.T, f *fixture) {
	term := f.campaign("")
	want := map[string]string{}
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range 200 {
		b := store.Batch{Rev: term.Head() + 1, Changes: []store.Change{set(fmt.Sprint(i%7), fmt.Sprint(i)), set("last", fmt.Sprint(i))}}
		ctx, cancel := context.WithTimeout(f.ctx, time.Duration(rng.IntN(400))*time.Microsecond)
		err := term.Commit(ctx, b)
		cancel()
		switch {
		case err == nil:
			apply(want, b.Changes)
		case errors.Is(err, store.ErrNotCommitted):
		default:
			refused(t, term.Commit(f.ctx, b))
			head, err := term.Recover(f.ctx)
			switch {
			case err != nil || head != term.Head():
				t.Fatalf("Recover: %d, %v, with Head %d", head, err, term.Head())
			case head == b.Rev:
				apply(want, b.Changes)
			case head != b.Rev-1:
				t.Fatalf("Recover says %d after an unknown outcome of %d", head, b.Rev)
			}
		}
	}
	f.expect(term.Head(), want)
}

// Random batches against a map, with loads and new terms in between.
func testModel(t *testing.T, f *fixture) {
	rng := rand.New(rand.NewPCG(3, 4))
	model := make(map[string]string)
	term := f.campaign("")
	for i := range 300 {
		var changes []store.Change
		for _, k := range rng.Perm(40)[:rng.IntN(12)] {
			key := fmt.Sprintf("key %d", k)
			if rng.IntN(3) == 0 {
				changes = append(changes, del(key))
			} else {
				changes = append(changes, set(key, fmt.Sprint(i, strings.Repeat("x", rng.IntN(2000)))))
			}
		}
		f.commit(term, changes...)
		apply(model, changes)
		switch rng.IntN(20) {
		case 0:
			f.expect(term.Head(), model)
		case 1:
			term = f.campaign("again")
		case 2:
			if err := term.Resign(f.ctx); err != nil {
				t.Fatal(err)
			}
			term = f.campaign("once more")
		}
	}
	f.expect(300, model)
}
