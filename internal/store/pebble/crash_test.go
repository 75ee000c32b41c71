package pebble

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"

	"github.com/openecs/openecs/internal/store"
)

// small makes Pebble rotate its log, flush and compact every few batches, so that a short test passes through all of it.
func small(o *pebble.Options) {
	o.MemTableSize = 32 << 10
	o.L0CompactionThreshold = 2
	o.LBaseMaxBytes = 64 << 10
	o.TargetFileSizes[0] = 16 << 10
	o.MaxManifestFileSize = 1 << 10
}

// batchOf is the batch of a revision in the tests below: one row that every batch sets, some that come and go.
func batchOf(rev store.Rev) store.Batch {
	text := fmt.Sprint(rev)
	row := func(r store.Rev) []byte { return fmt.Appendf(nil, "row %d", r%23) }
	return store.Batch{Rev: rev, Changes: []store.Change{
		{Key: []byte("all"), Value: []byte(text)},
		{Key: row(rev), Value: []byte(text + strings.Repeat("x", int(rev*397%1500)))},
		{Key: row(rev + 7)},
		{Key: fmt.Appendf(nil, "one %d", rev), Value: []byte{}},
	}}
}

// modelOf is what the store holds at a revision.
func modelOf(rev store.Rev) map[string]string {
	m := make(map[string]string)
	for r := store.Rev(1); r <= rev; r++ {
		for _, c := range batchOf(r).Changes {
			if c.Value == nil {
				delete(m, string(c.Key))
			} else {
				m[string(c.Key)] = string(c.Value)
			}
		}
	}
	return m
}

// injecting is errorfs.FS with the files that are reused wrapped as well: Pebble's logs are, from the third on.
type injecting struct {
	*errorfs.FS
	inj errorfs.Injector
}

func inject(fs vfs.FS, inj errorfs.Injector) vfs.FS { return injecting{errorfs.Wrap(fs, inj), inj} }

func (f injecting) ReuseForWrite(old, name string, c vfs.DiskWriteCategory) (vfs.File, error) {
	file, err := f.FS.ReuseForWrite(old, name, c)
	if err != nil {
		return nil, err
	}
	return errorfs.WrapFile(file, f.inj), nil
}

// cut is what a crash at one operation of the file system leaves.
type cut struct {
	fs    *vfs.MemFS
	acked store.Rev // acknowledged before the crash
	op    string
}

// cutting is a file system that can be cut at each of its operations.
type cutting struct {
	vfs.FS
	mu   sync.Mutex
	cuts []cut
}

// newCutting wraps mem and clones it before every operation that changes something. Of what was not synced, percent of the blocks survive.
func newCutting(mem *vfs.MemFS, acked *atomic.Uint64, percent int) *cutting {
	c := new(cutting)
	rng := rand.New(rand.NewPCG(uint64(percent), 5))
	c.FS = inject(mem, errorfs.InjectorFunc(func(op errorfs.Op) error {
		if op.Kind.ReadOrWrite() == errorfs.OpIsWrite && op.Kind != errorfs.OpLock && op.Kind != errorfs.OpFileClose {
			c.mu.Lock()
			defer c.mu.Unlock()
			rev := acked.Load() // before the clone: these must be in it
			clone := mem.CrashClone(vfs.CrashCloneCfg{UnsyncedDataPercent: percent, RNG: rng})
			c.cuts = append(c.cuts, cut{clone, store.Rev(rev), fmt.Sprint(len(c.cuts), " ", op.Kind, " ", op.Path)})
		}
		return nil
	}))
	return c
}

// inspectCut reopens what a crash left. It answers the head, or what is wrong with it.
func inspectCut(fs vfs.FS) (store.Rev, error) {
	s, err := Open("parent/data", Options{FS: fs, tune: small})
	if err != nil {
		return 0, err
	}
	defer s.Close()
	term, err := s.Campaign(context.Background(), "")
	if err != nil {
		return 0, err
	}
	rev, rows := s.Load(context.Background())
	got := make(map[string]string)
	for c, err := range rows {
		if err != nil {
			return rev, err
		}
		got[string(c.Key)] = string(c.Value)
	}
	if !maps.Equal(got, modelOf(rev)) {
		return rev, fmt.Errorf("the rows are not those of revision %d: %.100q", rev, got)
	}
	if term.Head() != rev {
		return rev, fmt.Errorf("the term begins at %d and the image is of %d", term.Head(), rev)
	}
	return rev, term.Commit(context.Background(), batchOf(rev+1))
}

// stream makes a store and commits to it, reopening it on the way, with every operation cut.
func stream(t *testing.T, percent int, revs store.Rev, o Options) []cut {
	var acked atomic.Uint64
	c := newCutting(vfs.NewCrashableMem(), &acked, percent)
	o.FS, o.tune = c, small
	for rev := store.Rev(1); rev <= revs; {
		s := open(t, "parent/data", o)
		term, err := s.Campaign(t.Context(), "addr")
		if err != nil {
			t.Fatal(err)
		}
		for end := min(rev+revs/2, revs); rev <= end; rev++ {
			if err := term.Commit(t.Context(), batchOf(rev)); err != nil {
				t.Fatal(err)
			}
			acked.Store(uint64(rev))
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.cuts
}

// A crash at any write or sync loses nothing that was acknowledged, and leaves no half of a batch.
func TestCrashAnywhere(t *testing.T) {
	for _, percent := range []int{0, 50, 100} {
		t.Run(fmt.Sprint(percent), func(t *testing.T) {
			t.Parallel()
			cuts := stream(t, percent, 120, Options{Reserve: -1})
			if len(cuts) < 300 {
				t.Fatalf("only %d operations were cut", len(cuts))
			}
			for i, c := range cuts {
				fs := vfs.FS(c.fs)
				var again *cutting
				if i%20 == 0 { // and a second crash while the first is being recovered from
					var acked atomic.Uint64
					acked.Store(uint64(c.acked))
					again = newCutting(c.fs, &acked, percent)
					fs = again
				}
				if rev, err := inspectCut(fs); err != nil || rev < c.acked {
					t.Errorf("%s: revision %d after %d was acknowledged: %v", c.op, rev, c.acked, err)
				}
				if again == nil {
					continue
				}
				for _, c2 := range again.cuts {
					if rev, err := inspectCut(c2.fs); err != nil || rev < c2.acked {
						t.Errorf("%s, then %s: revision %d after %d was acknowledged: %v", c.op, c2.op, rev, c2.acked, err)
					}
				}
			}
			t.Logf("%d operations cut", len(cuts))
		})
	}
}

// The test above notices a store that does not sync.
func TestCrashAnywhereNoticesMissingSync(t *testing.T) {
	lost := 0
	for _, c := range stream(t, 0, 60, Options{Reserve: -1, UnsafeNoSync: true}) {
		if rev, err := inspectCut(c.fs); err != nil || rev < c.acked {
			lost++
		}
	}
	if lost == 0 {
		t.Error("batches acknowledged without a sync survived every crash: the crash test proves nothing")
	}
	t.Logf("%d crashes lost something acknowledged", lost)
}
