package state

import (
	"time"

	"github.com/openecs/openecs/internal/ecs"
)

// core is everything that only the committer's goroutine touches: the working tables and what goes with them, and
// the undo log of the batch that is being run.
type core struct {
	schema  *Schema
	work    []*workingTable
	strs    []string // symbol n is strs[n]; roots share the array, each up to its own length
	symbols *symbolIndex
	bitmaps map[ecs.Key]*Bitmap
	lastKey uint64    // of NewKey, without the region
	now     time.Time // of the last closure
	rev     Rev       // of the last sealed batch

	log   []undo
	wakes []Wake
	tx    *Tx // the running closure's
	draws *Draws

	observer *Observer // nil: none
}

func newCore(s *Schema) *core {
	c := &core{schema: s, strs: []string{""}, bitmaps: map[ecs.Key]*Bitmap{}}
	c.symbols = newSymbolIndex(c.strs)
	for _, t := range s.tables {
		c.work = append(c.work, newWork(c, t))
	}
	return c
}

// What an undo entry is of.
const (
	opRow    uint8 = iota // old: the record as it was, a row, nil inside for none
	opSymbol              // key: the symbol that was added
	opBitmap              // key: the owner; old: the *Bitmap that was there, nil inside for none
	opBit                 // key: the bit that was flipped; aux: the cursor as it was; old: the *Bitmap
)

// undo is one entry of the log: how to take one change back.
type undo struct {
	op      uint8
	tab     uint8 // opRow
	existed bool  // opRow: there was a record
	key     uint64
	aux     int
	old     any
}

// mark is a place to unwind to.
type mark struct{ log, wakes int }

func (c *core) mark() mark { return mark{len(c.log), len(c.wakes)} }

// unwind takes back everything since m.
func (c *core) unwind(m mark) {
	c.revert(c.log[m.log:])
	clear(c.log[m.log:])
	c.log = c.log[:m.log]
	c.wakes = c.wakes[:m.wakes]
}

// revert takes the entries back, the last one first.
func (c *core) revert(log []undo) {
	for i := len(log) - 1; i >= 0; i-- {
		switch e := &log[i]; e.op {
		case opRow:
			c.work[e.tab].restore(ecs.Key(e.key), e.old.(row))
		case opSymbol:
			c.forget(uint32(e.key))
		case opBitmap:
			c.setBitmap(ecs.Key(e.key), e.old.(*Bitmap))
		case opBit:
			b := e.old.(*Bitmap)
			b.flip(int(e.key))
			b.cursor = e.aux
		}
	}
}

// sym is the symbol of s, added and logged if it has none.
func (c *core) sym(s string) ecs.Sym {
	if s == "" {
		return 0
	}
	if n, ok := c.symbols.find(s, c.strs); ok {
		return n
	}
	n := len(c.strs)
	c.log = append(c.log, undo{op: opSymbol, key: uint64(n)})
	c.strs = append(c.strs, s)
	c.symbols.add(c.strs)
	return ecs.Sym(n)
}

// forget drops symbol n, the last one. A root that was published does not reach it.
func (c *core) forget(n uint32) {
	c.symbols.remove(c.strs[n], n)
	c.strs = c.strs[:n]
}

// seal makes a root of the working tables. It shares with the root before it what has not changed.
func (c *core) seal(before *Snapshot) *Snapshot {
	s := &Snapshot{
		schema: c.schema, rev: c.rev, time: c.now, lastKey: c.lastKey,
		data: make([]*tableData, len(c.work)), strs: c.strs[:len(c.strs):len(c.strs)], symbols: c.symbols,
	}
	for i, w := range c.work {
		var was *tableData
		if before != nil {
			was = before.data[i]
		}
		s.data[i] = w.seal(was)
	}
	return s
}

// moved is one change of a closure that is moved to the next batch.
type moved struct {
	undo
	val any // opRow: the record it set, a row; opSymbol: the string
}

// lift takes back what the closure at the end of the log did to rows and symbols, and returns it for apply. What it
// did to bitmaps, which are not stored, stays; its entries move along.
func (c *core) lift(m mark) []moved {
	log := c.log[m.log:]
	out := make([]moved, len(log))
	for i := len(log) - 1; i >= 0; i-- {
		e := log[i]
		out[i].undo = e
		switch e.op {
		case opRow:
			out[i].val = c.work[e.tab].get(ecs.Key(e.key))
			c.work[e.tab].restore(ecs.Key(e.key), e.old.(row))
		case opSymbol:
			out[i].val = c.strs[e.key]
			c.forget(uint32(e.key))
		}
	}
	clear(log)
	c.log = c.log[:m.log]
	return out
}

// apply does again what lift took back.
func (c *core) apply(changes []moved) {
	for _, e := range changes {
		switch e.op {
		case opRow:
			w, k := c.work[e.tab], ecs.Key(e.key)
			w.write(k, w.get(k), e.val.(row))
		case opSymbol:
			c.sym(e.val.(string))
		default:
			c.log = append(c.log, e.undo)
		}
	}
}
