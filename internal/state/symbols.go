package state

import (
	"hash/maphash"
	"sync/atomic"

	"github.com/openecs/openecs/internal/ecs"
)

// symbolIndex finds symbols by string. One writer, and readers that never wait: an open-addressed table of numbers whose
// strings lie in the reader's view. A number that the view does not hold yet is passed over.
type symbolIndex struct {
	seed  maphash.Seed
	slots atomic.Pointer[[]atomic.Uint32] // length a power of two; 0 is empty
	used  int                             // slots that are not empty, tombs included
}

// tomb is a slot whose symbol was unwound.
const tomb = ^uint32(0)

func newSymbolIndex(strs []string) *symbolIndex {
	x := &symbolIndex{seed: maphash.MakeSeed()}
	x.rebuild(strs)
	return x
}

func (x *symbolIndex) rebuild(strs []string) {
	size := 64
	for size < 3*len(strs) {
		size *= 2
	}
	slots := make([]atomic.Uint32, size)
	x.used = 0
	for n := 1; n < len(strs); n++ {
		x.put(slots, strs[n], uint32(n))
	}
	x.slots.Store(&slots)
}

func (x *symbolIndex) put(slots []atomic.Uint32, s string, n uint32) {
	mask := uint64(len(slots) - 1)
	for i := maphash.String(x.seed, s) & mask; ; i = (i + 1) & mask {
		switch slots[i].Load() {
		case 0:
			x.used++
			slots[i].Store(n)
			return
		case tomb:
			slots[i].Store(n)
			return
		}
	}
}

// add enters the last of strs.
func (x *symbolIndex) add(strs []string) {
	slots := *x.slots.Load()
	if 2*(x.used+1) > len(slots) {
		x.rebuild(strs)
		return
	}
	n := len(strs) - 1
	x.put(slots, strs[n], uint32(n))
}

// remove takes symbol n, of string s, out again.
func (x *symbolIndex) remove(s string, n uint32) {
	slots := *x.slots.Load()
	mask := uint64(len(slots) - 1)
	for i := maphash.String(x.seed, s) & mask; ; i = (i + 1) & mask {
		switch slots[i].Load() {
		case n:
			slots[i].Store(tomb)
			return
		case 0:
			return
		}
	}
}

func (x *symbolIndex) find(s string, strs []string) (ecs.Sym, bool) {
	slots := *x.slots.Load()
	mask := uint64(len(slots) - 1)
	for i := maphash.String(x.seed, s) & mask; ; i = (i + 1) & mask {
		n := slots[i].Load()
		if n == 0 {
			return 0, false
		}
		if uint64(n) < uint64(len(strs)) && strs[n] == s {
			return ecs.Sym(n), true
		}
	}
}
