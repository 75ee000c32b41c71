package state

import (
	"math/bits"

	"github.com/openecs/openecs/internal/ecs"
)

// Bitmap is the free and taken numbers of an owner: the addresses of a vSwitch, say. It is the committer's own, is
// never stored, and is built from the rows when it is first asked for. What a transaction does to it is taken back when the
// transaction is. Use it inside the closure only.
type Bitmap struct {
	c      *core
	words  []uint64
	size   int
	taken  int
	cursor int // the number after the last taken
}

// Bitmap is the bitmap of owner, of the numbers 0 to size-1. The first time, load must set every number taken by
// the rows as tx sees them; it is not called again while the process lives, so every later change must go through the
// bitmap. Numbers outside are ignored.
func (tx *Tx) Bitmap(owner ecs.Key, size int, load func(set func(int))) *Bitmap {
	tx.check()
	c := tx.c
	if b := c.bitmaps[owner]; b != nil {
		return b
	}
	b := &Bitmap{c: c, words: make([]uint64, (size+63)/64), size: size}
	load(func(i int) {
		if i >= 0 && i < size && !b.Has(i) {
			b.flip(i)
			b.cursor = (i + 1) % size
		}
	})
	// Built with the transaction's own changes in it: it must go with them.
	c.log = append(c.log, undo{op: opBitmap, key: uint64(owner), old: (*Bitmap)(nil)})
	c.bitmaps[owner] = b
	return b
}

// DropBitmap forgets the bitmap of an owner that is gone.
func (tx *Tx) DropBitmap(owner ecs.Key) {
	tx.check()
	if b := tx.c.bitmaps[owner]; b != nil {
		tx.c.log = append(tx.c.log, undo{op: opBitmap, key: uint64(owner), old: b})
		tx.c.setBitmap(owner, nil)
	}
}

func (c *core) setBitmap(owner ecs.Key, b *Bitmap) {
	if b == nil {
		delete(c.bitmaps, owner)
	} else {
		c.bitmaps[owner] = b
	}
}

// Len is how many numbers are taken.
func (b *Bitmap) Len() int { return b.taken }

// Size is how many numbers there are.
func (b *Bitmap) Size() int { return b.size }

// Has tells whether i is taken.
func (b *Bitmap) Has(i int) bool {
	return i >= 0 && i < b.size && b.words[i/64]&(1<<(i%64)) != 0
}

// Take takes i; false if it is taken or outside.
func (b *Bitmap) Take(i int) bool {
	if i < 0 || i >= b.size || b.Has(i) {
		return false
	}
	b.change(i)
	b.cursor = (i + 1) % b.size
	return true
}

// TakeNext takes the next free number after the last one taken, going round; false if all are taken.
func (b *Bitmap) TakeNext() (int, bool) {
	if b.taken == b.size {
		return 0, false
	}
	i, ok := b.free(b.cursor)
	if !ok {
		i, _ = b.free(0)
	}
	b.change(i)
	b.cursor = (i + 1) % b.size
	return i, true
}

// Free gives i back; false if it is not taken.
func (b *Bitmap) Free(i int) bool {
	if !b.Has(i) {
		return false
	}
	b.change(i)
	return true
}

// free is the first free number from i on.
func (b *Bitmap) free(i int) (int, bool) {
	for w := i / 64; w < len(b.words); w++ {
		open := ^b.words[w]
		if w == i/64 {
			open &= ^uint64(0) << (i % 64)
		}
		if n := w*64 + bits.TrailingZeros64(open); open != 0 && n < b.size {
			return n, true
		}
	}
	return 0, false
}

func (b *Bitmap) change(i int) {
	if b.c.tx == nil {
		panic("state: a bitmap is changed outside a transaction")
	}
	b.c.log = append(b.c.log, undo{op: opBit, key: uint64(i), aux: b.cursor, old: b})
	b.flip(i)
}

func (b *Bitmap) flip(i int) {
	bit := uint64(1) << (i % 64)
	if b.words[i/64] ^= bit; b.words[i/64]&bit != 0 {
		b.taken++
	} else {
		b.taken--
	}
}
