package state

import (
	"iter"

	"github.com/openecs/openecs/internal/ecs"
)

func (t *table) in(v View) *tableData { return v.table(t.ord) }

// Get returns the record under k. It must not be changed.
func (t *Table[R]) Get(v View, k ecs.Key) (*R, bool) {
	b, ok := t.in(v).rows.Get(k)
	return (*R)(b.p), ok
}

// Len is the number of records.
func (t *table) Len(v View) int { return t.in(v).rows.Len() }

// Put sets the record under k. From then on it belongs to the table and must not be changed; putting the very record that
// is there panics, because it has been changed in place or not at all.
func (t *Table[R]) Put(tx *Tx, k ecs.Key, r *R) { t.put(tx, k, row(r)) }

func (t *table) put(tx *Tx, k ecs.Key, r row) {
	if r == nil {
		panic("state: a nil record is put into table " + t.name)
	}
	w := t.work(tx)
	old := w.get(k)
	if old == r {
		panic("state: a record of table " + t.name + " is put again without a copy")
	}
	tx.c.observer.see(tx, t, k, old, r)
	w.write(k, old, r)
}

// Delete removes the record under k, if there is one.
func (t *table) Delete(tx *Tx, k ecs.Key) {
	w := t.work(tx)
	if old := w.get(k); old != nil {
		tx.c.observer.see(tx, t, k, old, nil)
		w.write(k, old, nil)
	}
}

// Ascend yields the records with from <= key < to, ascending; to 0 is no bound. In a Tx the loop may change the table:
// what it puts ahead of itself is seen.
func (t *Table[R]) Ascend(v View, from, to ecs.Key) iter.Seq2[ecs.Key, *R] {
	return func(yield func(ecs.Key, *R) bool) {
		t.ascend(v, from, to, func(k ecs.Key, r row) bool { return yield(k, (*R)(r)) })
	}
}

func (t *table) ascend(v View, from, to ecs.Key, yield func(ecs.Key, row) bool) {
	for d, next := t.in(v), from; ; {
		again, mods := false, d.mods
		d.rows.Ascend(next, func(k ecs.Key, b boxed) bool {
			if to != 0 && k >= to || !yield(k, b.p) {
				return false
			}
			if d.mods != mods { // the nodes under the scan may have moved
				next, again = k+1, k != ^ecs.Key(0)
				return false
			}
			return true
		})
		if !again {
			return
		}
	}
}

// Descend yields the same records as Ascend, descending.
func (t *Table[R]) Descend(v View, from, to ecs.Key) iter.Seq2[ecs.Key, *R] {
	return func(yield func(ecs.Key, *R) bool) {
		t.descend(v, from, to, func(k ecs.Key, r row) bool { return yield(k, (*R)(r)) })
	}
}

func (t *table) descend(v View, from, to ecs.Key, yield func(ecs.Key, row) bool) {
	for d, next := t.in(v), to-1; ; { // to 0 wraps to the highest key
		again, mods := false, d.mods
		d.rows.Descend(next, func(k ecs.Key, b boxed) bool {
			if k < from || !yield(k, b.p) {
				return false
			}
			if d.mods != mods {
				next, again = k-1, k != 0
				return false
			}
			return true
		})
		if !again {
			return
		}
	}
}

func (t *table) work(tx *Tx) *workingTable {
	tx.check()
	return tx.c.work[t.ord]
}
