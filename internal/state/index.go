package state

import (
	"iter"
	"slices"

	"github.com/tidwall/btree"

	"github.com/openecs/openecs/internal/ecs"
)

// Index describes an index: for every record the keys that its function adds, each once. The function must depend on
// its arguments alone, for it is asked again when the record goes. Look-ups by a string use a hash of it as the key and
// compare the record.
//
// An entry is the pair of key and row, so the rows under a key come in the order of their own keys, which is that of
// creation.
type Index[R any] struct {
	table *Table[R]
	ord   int
	name  string
	keys  func(k ecs.Key, r *R, add func(uint64))

	sparse bool
}

// entry of an index: no pointers, so the collector does not look into the nodes.
type entry struct {
	key uint64
	row ecs.Key
}

func entryLess(a, b entry) bool { return a.key < b.key || a.key == b.key && a.row < b.row }

// countFrom is how many rows a key has when they begin to be counted: fewer are looked at. So an index whose keys have
// a row or two each keeps no counts.
const countFrom = 4

type indexData struct {
	entries *btree.BTreeG[entry]
	counts  *btree.Map[uint64, uint32] // of keys with countFrom rows or more; nil where nobody counts
	last    *tally                     // of the working tables only: what counts does not have yet
}

// tally is the number of rows of the key that was written last. The rows of one request mostly share their keys (account,
// type, vSwitch), so that counts is asked and told once for all of them.
type tally struct {
	key   uint64
	n     uint32
	valid bool
	stale bool // counts has another number
}

func newIndexData() indexData {
	return indexData{
		entries: btree.NewBTreeGOptions(entryLess, btree.Options{Degree: degree, NoLocks: true}),
		counts:  btree.NewMap[uint64, uint32](degree),
		last:    new(tally),
	}
}

// few counts the rows of a key that is not in counts, up to countFrom. hint may be nil.
func (d indexData) few(key uint64, hint *btree.PathHint) (n uint32) {
	d.entries.AscendHint(entry{key: key}, func(e entry) bool {
		if e.key != key {
			return false
		}
		n++
		return n < countFrom
	}, hint)
	return n
}

func (d indexData) insert(e entry, hint *btree.PathHint) {
	if d.counts == nil {
		d.entries.SetHint(e, hint)
		return
	}
	d.tallied(e.key, hint)
	if _, replaced := d.entries.SetHint(e, hint); !replaced {
		d.last.n++
		d.last.stale = true
	}
}

func (d indexData) remove(e entry) {
	if d.counts != nil {
		d.tallied(e.key, nil)
	}
	if _, found := d.entries.Delete(e); found && d.counts != nil {
		d.last.n--
		d.last.stale = true
	}
}

// tallied makes last the tally of key.
func (d indexData) tallied(key uint64, hint *btree.PathHint) {
	if d.last.valid && d.last.key == key {
		return
	}
	d.tell()
	n, counted := d.counts.Get(key)
	if !counted {
		n = d.few(key, hint)
	}
	*d.last = tally{key: key, n: n, valid: true}
}

// tell makes counts know what last does.
func (d indexData) tell() {
	t := d.last
	if t == nil || !t.stale {
		return
	}
	t.stale = false
	if t.n >= countFrom {
		d.counts.Set(t.key, t.n)
	} else {
		d.counts.Delete(t.key)
	}
}

func (x *Index[R]) in(v View) indexData { return x.table.in(v).idx[x.ord] }

// Sparse says that a key has a few rows at most, as an address or an instance has: no counts are kept, and nothing looks
// for them when a row is written. Count looks at every row of the key instead. It returns x.
func (x *Index[R]) Sparse() *Index[R] {
	x.sparse = true
	return x
}

// copied is a copy for a root.
func (d indexData) copied() indexData {
	d.tell()
	d.entries, d.last = d.entries.Copy(), nil
	if d.counts != nil {
		d.counts = d.counts.Copy()
	}
	return d
}

// Name is the index's name, told apart within its table.
func (x *Index[R]) Name() string { return x.name }

// Count is the number of rows under key.
func (x *Index[R]) Count(v View, key uint64) int {
	d := x.in(v)
	if d.counts == nil {
		n := 0
		for range x.Keys(v, key, 0) {
			n++
		}
		return n
	}
	if d.last != nil && d.last.valid && d.last.key == key {
		return int(d.last.n)
	}
	if n, ok := d.counts.Get(key); ok {
		return int(n)
	}
	return int(d.few(key, nil))
}

// Has tells whether row is under key.
func (x *Index[R]) Has(v View, key uint64, row ecs.Key) bool {
	_, ok := x.in(v).entries.Get(entry{key, row})
	return ok
}

// First is the lowest row under key.
func (x *Index[R]) First(v View, key uint64) (ecs.Key, *R, bool) {
	for k, r := range x.Ascend(v, key, 0) {
		return k, r, true
	}
	return 0, nil, false
}

// Ascend yields the rows under key from row from on, ascending. In a Tx the loop may change the table.
func (x *Index[R]) Ascend(v View, key uint64, from ecs.Key) iter.Seq2[ecs.Key, *R] {
	return func(yield func(ecs.Key, *R) bool) {
		d := x.table.in(v)
		for k := range x.Keys(v, key, from) {
			if b, ok := d.rows.Get(k); ok && !yield(k, b.p) {
				return
			}
		}
	}
}

// Descend yields the rows under key that are below to, descending; to 0 is no bound. In a Tx the loop may change the
// table.
func (x *Index[R]) Descend(v View, key uint64, to ecs.Key) iter.Seq2[ecs.Key, *R] {
	return func(yield func(ecs.Key, *R) bool) {
		d := x.table.in(v)
		for next := (entry{key, to - 1}); ; { // to 0 wraps to the highest row
			again, mods := false, d.mods
			d.idx[x.ord].entries.Descend(next, func(e entry) bool {
				if e.key != key {
					return false
				}
				if b, ok := d.rows.Get(e.row); ok && !yield(e.row, b.p) {
					return false
				}
				if d.mods != mods {
					next, again = entry{key, e.row - 1}, e.row != 0
					return false
				}
				return true
			})
			if !again {
				return
			}
		}
	}
}

// Keys yields what Ascend does without the records.
func (x *Index[R]) Keys(v View, key uint64, from ecs.Key) iter.Seq[ecs.Key] {
	return func(yield func(ecs.Key) bool) {
		x.scan(v, entry{key, from}, func(e entry) bool { return e.key == key && yield(e.row) })
	}
}

// Entries yields the pairs of key and row with from <= key < to, ascending; to 0 is no bound. In a Tx the loop may
// change the table.
func (x *Index[R]) Entries(v View, from, to uint64) iter.Seq2[uint64, ecs.Key] {
	return func(yield func(uint64, ecs.Key) bool) {
		x.scan(v, entry{key: from}, func(e entry) bool { return (to == 0 || e.key < to) && yield(e.key, e.row) })
	}
}

func (x *Index[R]) scan(v View, next entry, yield func(entry) bool) {
	for d := x.table.in(v); ; {
		again, mods := false, d.mods
		d.idx[x.ord].entries.Ascend(next, func(e entry) bool {
			if !yield(e) {
				return false
			}
			if d.mods != mods {
				next, again = entry{e.key, e.row + 1}, true
				if e.row == ^ecs.Key(0) {
					next = entry{e.key + 1, 0}
					again = next.key != 0
				}
				return false
			}
			return true
		})
		if !again {
			return
		}
	}
}

// keyList gathers what an index function adds.
type keyList struct {
	keys []uint64
	add  func(uint64)
}

func newKeyList() *keyList {
	l := &keyList{}
	l.add = func(k uint64) { l.keys = append(l.keys, k) }
	return l
}

// fill asks for the keys of r, sorts them, and drops what was added twice. nil has none.
func fill[R any](l *keyList, x *Index[R], k ecs.Key, r *R) {
	l.keys = l.keys[:0]
	if r != nil {
		x.keys(k, r, l.add)
	}
	if len(l.keys) > 1 {
		slices.Sort(l.keys)
		l.keys = slices.Compact(l.keys)
	}
}
