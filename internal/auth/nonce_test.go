package auth

import (
	"errors"
	"fmt"
	"iter"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
)

const day0 = int64(1_786_276_800) // 2026-08-09T12:00:00Z, the start of a bucket

func TestNoncePerKey(t *testing.T) {
	n := NewNonces(10)
	if n.seen("a", "x") {
		t.Error("seen before it was recorded")
	}
	for _, key := range []string{"a", "b", "ax", ""} {
		if err := n.record(key, "x", day0, day0); err != nil {
			t.Errorf("key %q: %v", key, err)
		}
	}
	if err := n.record("a", "x", day0, day0); codeOf(err) != codeNonceUsed {
		t.Errorf("second use: %v", err)
	}
	if err := n.record("a", "x", day0+600, day0+300); codeOf(err) != codeNonceUsed {
		t.Errorf("second use under another timestamp: %v", err)
	}
	if !n.seen("a", "x") || n.seen("a", "y") || n.Len() != 4 || n.Cap() != 10 {
		t.Errorf("len %d", n.Len())
	}
}

// TestNonceLifetime: a nonce stays for as long as its timestamp passes the time
// check, from the earliest clock to the last, and goes soon after.
func TestNonceLifetime(t *testing.T) {
	for offset := int64(-400); offset <= 400; offset += 7 {
		n, stamp := NewNonces(0), day0+offset
		if err := n.record("k", "n", stamp, stamp-windowSeconds); err != nil {
			t.Fatal(err)
		}
		for now := stamp - windowSeconds; now <= stamp+windowSeconds; now += 50 {
			if err := n.record("k", "n", stamp, now); codeOf(err) != codeNonceUsed {
				t.Fatalf("offset %d, %d s before its end: %v", offset, stamp+windowSeconds-now, err)
			}
		}
		if err := n.record("k", "n", stamp, stamp+windowSeconds); codeOf(err) != codeNonceUsed {
			t.Fatalf("offset %d, at the last second: %v", offset, err)
		}
		later := stamp + windowSeconds + bucketLength
		if err := n.record("k", "other", later, later); err != nil || n.Len() != 1 {
			t.Fatalf("offset %d: %d held after the end, %v", offset, n.Len(), err)
		}
	}
}

// TestNonceClockBack: what was dropped cannot be replayed by a clock that goes back.
func TestNonceClockBack(t *testing.T) {
	n := NewNonces(0)
	mustRecord := func(nonce string, at, now int64) {
		t.Helper()
		if err := n.record("k", nonce, at, now); err != nil {
			t.Fatal(err)
		}
	}
	mustRecord("old", day0, day0)
	mustRecord("new", day0+86400, day0+86400)
	if err := n.record("k", "old", day0, day0); codeOf(err) != codeTimeExpired {
		t.Errorf("replayed after the clock went back: %v", err)
	}
	if n.Len() != 1 {
		t.Errorf("%d held", n.Len())
	}
}

func TestNonceFull(t *testing.T) {
	n := NewNonces(100)
	for i := range 100 {
		if err := n.record("k", strconv.Itoa(i), day0, day0); err != nil {
			t.Fatal(err)
		}
	}
	for range 3 {
		if err := n.record("k", "one more", day0, day0); codeOf(err) != codeUnavailable {
			t.Fatalf("full: %v", err)
		}
	}
	if err := n.record("k", "7", day0, day0); codeOf(err) != codeNonceUsed {
		t.Errorf("forgot while full: %v", err)
	}
	now := day0 + windowSeconds + bucketLength // day0 can no longer pass
	if err := n.record("k", "one more", now, now); err != nil || n.Len() != 1 {
		t.Errorf("after expiry: %v, %d held", err, n.Len())
	}
}

// TestNonceRace: of many simultaneous uses of one nonce exactly one succeeds,
// and the bound holds.
func TestNonceRace(t *testing.T) {
	const distinct, users = 500, 8
	n := NewNonces(distinct)
	var won atomic.Int64
	var group sync.WaitGroup
	for range users {
		group.Go(func() {
			for i := range distinct {
				n.seen("k", strconv.Itoa(i))
				switch err := n.record("k", strconv.Itoa(i), day0+int64(i), day0); codeOf(err) {
				case "ok":
					won.Add(1)
				case codeNonceUsed:
				default:
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	if won.Load() != distinct || n.Len() != distinct {
		t.Errorf("%d won, %d held", won.Load(), n.Len())
	}
}

// TestNonceMemory: at most 22 bytes a nonce once there are many.
func TestNonceMemory(t *testing.T) {
	n := NewNonces(0)
	for i := range 300_000 {
		if err := n.record("k", strconv.Itoa(i), day0+int64(i%900), day0); err != nil {
			t.Fatal(err)
		}
		if i%50_000 != 49_999 {
			continue
		}
		slots := 0
		for s := range n.shard {
			for b := range n.shard[s].buckets {
				slots += len(n.shard[s].buckets[b].set.slots)
			}
		}
		if each := 8 * float64(slots) / float64(i+1); each > 22 || n.Len() != i+1 {
			t.Errorf("%d nonces: %.1f bytes each", n.Len(), each)
		}
	}
}

func TestHashSet(t *testing.T) {
	var s hashSet
	for i := uint64(1); i <= 5000; i++ {
		h := i << 32 // worst case: all lower bits alike
		if i%2 == 0 {
			h = i // and the upper ones
		}
		if s.has(h) {
			t.Fatalf("%d present before", i)
		}
		s.add(h)
		if !s.has(h) {
			t.Fatalf("%d absent after", i)
		}
	}
	if s.n != 5000 || len(s.slots) != 8192 {
		t.Errorf("%d in %d slots", s.n, len(s.slots))
	}
}

func TestNilNonces(t *testing.T) {
	var n *Nonces
	if n.seen("k", "n") || !errors.Is(n.record("k", "n", day0, day0), nil) {
		t.Error("a nil table must know nothing")
	}
}

func BenchmarkNonces(b *testing.B) {
	n := NewNonces(0)
	names := make([]string, 1<<16)
	for i := range names {
		names[i] = fmt.Sprintf("%032x", i)
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		at := day0 + int64(i>>16)*60
		n.seen("testak", names[i&0xffff])
		if err := n.record("testak", names[i&0xffff], at, at); err != nil && codeOf(err) != codeNonceUsed {
			b.Fatal(err)
		}
	}
}

// memoryJournal is a journal that a test looks into.
type memoryJournal struct {
	mu      sync.Mutex
	entries [][2]int64
}

func (j *memoryJournal) Key() [16]byte { return [16]byte{1, 2, 3} }

func (j *memoryJournal) Load() iter.Seq2[uint64, int64] {
	return func(yield func(uint64, int64) bool) {
		for _, e := range j.entries {
			if !yield(uint64(e[0]), e[1]) {
				return
			}
		}
	}
}

func (j *memoryJournal) Append(h uint64, at, _ int64) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.entries = append(j.entries, [2]int64{int64(h), at})
}

// TestNonceResume: a table that goes on from a journal refuses what the one
// before it accepted, for as long as its timestamp passes and no longer.
func TestNonceResume(t *testing.T) {
	j := &memoryJournal{}
	resume := func(now int64) *Nonces {
		n := NewNonces(0)
		n.Resume(j, now)
		return n
	}
	n := resume(day0)
	for _, at := range []int64{-900, 0, 900} {
		if err := n.record("k", strconv.FormatInt(at, 10), day0+at, day0); err != nil {
			t.Fatal(err)
		}
	}
	if err := n.record("k", "0", day0, day0); codeOf(err) != codeNonceUsed || len(j.entries) != 3 {
		t.Errorf("%v, %d kept", err, len(j.entries))
	}
	for later, left := range map[int64]int{0: 3, 900: 2, 1800: 1, 2400: 0} {
		n := resume(day0 + later)
		if n.Len() != left {
			t.Errorf("%d s later: %d held, want %d", later, n.Len(), left)
		}
		for _, at := range []int64{-900, 0, 900} {
			want := codeNonceUsed
			if at < later-900 {
				continue // its timestamp is refused before
			}
			if err := n.record("k", strconv.FormatInt(at, 10), day0+at, day0+later); codeOf(err) != want {
				t.Errorf("%d s later: request of %d: %v", later, at, err)
			}
		}
	}
	if n := resume(day0); n.seen("k", "other") || !n.seen("k", "0") || n.seen("l", "0") {
		t.Error("a nonce is per key")
	}
	if len(j.entries) != 3 {
		t.Errorf("%d kept: what is loaded is kept again, or what was refused", len(j.entries))
	}
}
