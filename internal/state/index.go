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

// indexData is an index in a view, one of the two.
type indexData struct {
	entries *btree.BTreeG[entry] // of a sparse index
	posts   *postings            // of any other
}

func newIndexData(sparse bool) indexData {
	if sparse {
		return indexData{entries: btree.NewBTreeGOptions(entryLess, btree.Options{Degree: degree, NoLocks: true})}
	}
	return indexData{posts: newPostings()}
}

func (d indexData) insert(e entry, hint *btree.PathHint) {
	if d.posts != nil {
		d.posts.insert(e)
		return
	}
	d.entries.SetHint(e, hint)
}

func (d indexData) remove(e entry) {
	if d.posts != nil {
		d.posts.remove(e)
		return
	}
	d.entries.Delete(e)
}

func (d indexData) ascend(from entry, yield func(entry) bool) {
	if d.posts != nil {
		d.posts.ascend(from, yield)
		return
	}
	d.entries.Ascend(from, yield)
}

func (d indexData) descend(from entry, yield func(entry) bool) {
	if d.posts != nil {
		d.posts.descend(from, yield)
		return
	}
	d.entries.Descend(from, yield)
}

// copied is a copy for a root.
func (d indexData) copied() indexData {
	if d.posts != nil {
		return indexData{posts: d.posts.copied()}
	}
	return indexData{entries: d.entries.Copy()}
}

func (x *Index[R]) in(v View) indexData { return x.table.in(v).idx[x.ord] }

// Sparse says that a key has a few rows at most, as an address or an instance has: such entries are kept one by one, with
// nothing in them that the collector has to look at. It returns x.
func (x *Index[R]) Sparse() *Index[R] {
	x.sparse = true
	return x
}

// Name is the index's name, told apart within its table.
func (x *Index[R]) Name() string { return x.name }

// Count is the number of rows under key. In a sparse index it looks at them.
func (x *Index[R]) Count(v View, key uint64) int {
	d := x.in(v)
	if d.posts != nil {
		return d.posts.count(key)
	}
	n := 0
	for range x.Keys(v, key, 0) {
		n++
	}
	return n
}

// Has tells whether row is under key.
func (x *Index[R]) Has(v View, key uint64, row ecs.Key) bool {
	d := x.in(v)
	if d.posts != nil {
		return d.posts.has(entry{key, row})
	}
	_, ok := d.entries.Get(entry{key, row})
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
			if b, ok := d.rows.Get(k); ok && !yield(k, unbox[R](b)) {
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
			d.idx[x.ord].descend(next, func(e entry) bool {
				if e.key != key {
					return false
				}
				if b, ok := d.rows.Get(e.row); ok && !yield(e.row, unbox[R](b)) {
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
		d.idx[x.ord].ascend(next, func(e entry) bool {
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
