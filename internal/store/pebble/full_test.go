package pebble

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"

	"github.com/openecs/openecs/internal/store"
)

// Below the reserve a commit is refused, definitely, and works again once there is room.
func TestReserve(t *testing.T) {
	fs := &diskFS{FS: vfs.NewMem()}
	fs.avail.Store(1 << 30)
	s := open(t, "data", Options{FS: fs, Reserve: 10 << 20})
	term, err := s.Campaign(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		spare int64 // free beyond the reserve and the batch
		full  bool
	}{{0, false}, {-1, true}, {-10 << 20, true}, {1 << 40, false}} {
		b := batchOf(term.Head() + 1)
		fs.avail.Store(uint64(10<<20 + int64(b.Size()) + step.spare))
		err := term.Commit(t.Context(), b)
		if full := errors.Is(err, store.ErrFull) && errors.Is(err, store.ErrNotCommitted); full != step.full || !full && err != nil {
			t.Errorf("with %d bytes to spare: %v", step.spare, err)
		}
	}
	if head := term.Head(); head != 2 {
		t.Errorf("the head is %d", head)
	}
	if s.Err() != nil {
		t.Errorf("a full disk failed the store: %v", s.Err())
	}
}

// diskFS has as much room as a test says.
type diskFS struct {
	vfs.FS
	avail atomic.Uint64
}

func (f *diskFS) GetDiskUsage(string) (vfs.DiskUsage, error) {
	return vfs.DiskUsage{AvailBytes: f.avail.Load()}, nil
}

// The disk is full from one operation on, or at one operation only, for every operation of a stream of commits. The
// process lives, each answer says what is known, and the next start has everything acknowledged.
func TestFullAnywhere(t *testing.T) {
	for _, once := range []bool{false, true} {
		t.Run(fmt.Sprintf("once=%t", once), func(t *testing.T) {
			failed, refused := 0, 0
			for n := int64(1); ; n++ {
				reached, answer := fullAt(t, n, once)
				if !reached {
					t.Logf("%d operations: %d failed the store, %d refused", n-1, failed, refused)
					if n < 200 || failed < 50 {
						t.Errorf("only %d operations, of which %d failed the store", n, failed)
					}
					return
				}
				switch {
				case errors.Is(answer, store.ErrFailed):
					failed++
				case answer != nil:
					refused++
				}
			}
		})
	}
}

// fullAt runs a stream of commits on a disk that is full at the nth operation. It tells whether that was reached, and
// with what the stream ended.
func newRand() *rand.Rand { return rand.New(rand.NewPCG(1, 2)) }

func fullAt(t *testing.T, n int64, once bool) (bool, error) {
	mem := vfs.NewCrashableMem()
	var ops atomic.Int64
	fs := inject(mem, errorfs.InjectorFunc(func(op errorfs.Op) error {
		switch op.Kind {
		case errorfs.OpLock, errorfs.OpFileClose, errorfs.OpRemove, errorfs.OpRemoveAll:
			return nil
		}
		if op.Kind.ReadOrWrite() != errorfs.OpIsWrite {
			return nil
		}
		if i := ops.Add(1); i == n || i > n && !once {
			return syscall.ENOSPC
		}
		return nil
	}))
	acked, last := commitUntilFull(t, fs)
	for _, percent := range []int{0, 100} {
		clone := mem.CrashClone(vfs.CrashCloneCfg{UnsyncedDataPercent: percent, RNG: newRand()})
		if rev, err := inspectCut(clone); err != nil || rev < acked {
			t.Errorf("full at %d: revision %d after %d was acknowledged: %v", n, rev, acked, err)
		}
	}
	return ops.Load() >= n, last
}

func commitUntilFull(t *testing.T, fs vfs.FS) (acked store.Rev, last error) {
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	s, err := Open("parent/data", Options{FS: fs, Reserve: -1, tune: small})
	if err != nil {
		t.Errorf("Open: %v", err)
		return 0, err
	}
	defer s.Close()
	term, err := s.Campaign(ctx, "addr")
	if err != nil {
		if !errors.Is(err, store.ErrFull) && !errors.Is(err, store.ErrFailed) || !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("Campaign: %v", err)
		}
		return 0, err
	}
	for range 80 {
		b := batchOf(term.Head() + 1)
		err := term.Commit(ctx, b)
		switch {
		case err == nil:
			acked = b.Rev
		case errors.Is(err, store.ErrNotCommitted):
			last = err
		case errors.Is(err, store.ErrFailed) && errors.Is(err, syscall.ENOSPC):
			select {
			case <-term.Done():
			case <-ctx.Done():
				t.Error("the store failed and the term goes on")
			}
			if _, err := term.Recover(ctx); !errors.Is(err, store.ErrFailed) {
				t.Errorf("Recover of a store that failed: %v", err)
			}
			if _, err := s.Campaign(ctx, ""); !errors.Is(err, store.ErrFailed) {
				t.Errorf("Campaign of a store that failed: %v", err)
			}
			select {
			case <-s.Failed():
			default:
				t.Error("a commit failed and Failed is open")
			}
			if !errors.Is(s.Err(), syscall.ENOSPC) || !errors.Is(s.Close(), store.ErrFailed) {
				t.Errorf("Err does not say why: %v", s.Err())
			}
			return acked, err
		default:
			t.Errorf("Commit: %v", err)
			return acked, err
		}
	}
	return acked, last
}
