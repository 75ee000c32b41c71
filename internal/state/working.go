package state

import (
	"slices"

	"github.com/tidwall/btree"

	"github.com/openecs/openecs/internal/ecs"
)

// workingTable is the committer's copy of a table. Only its goroutine touches it.
type workingTable struct {
	c     *core
	t     *table
	d     tableData
	dirty bool
	moved []bool           // indexes that changed
	hints []btree.PathHint // by index: where the last key went in; the next one mostly goes beside it
	gone  []*keyList       // by index: the keys of the record that goes,
	come  []*keyList       // and of the one that comes
	moves []bool           // sums that changed
	less  []*termList      // by sum: what the record that goes adds,
	more  []*termList      // and the one that comes
}

func newWork(c *core, t *table) *workingTable {
	w := &workingTable{c: c, t: t, d: *newTableData(t.indexes, t.sums), moved: make([]bool, len(t.indexes)), moves: make([]bool, len(t.sums)), hints: make([]btree.PathHint, len(t.indexes))}
	for range t.indexes {
		w.gone, w.come = append(w.gone, newKeyList()), append(w.come, newKeyList())
	}
	for range t.sums {
		w.less, w.more = append(w.less, newTermList()), append(w.more, newTermList())
	}
	return w
}

// get is the record under k, nil for none.
func (w *workingTable) get(k ecs.Key) row {
	b, _ := w.d.rows.Get(k)
	return b.p
}

// restore sets a record or, with nil, deletes it, and logs nothing.
func (w *workingTable) restore(k ecs.Key, r row) {
	old := w.get(k)
	w.prepare(k, old, r)
	w.set(k, old, r)
}

// write logs the old record before it sets the new one; nil is none.
func (w *workingTable) write(k ecs.Key, old, r row) {
	w.prepare(k, old, r)
	w.c.log = append(w.c.log, undo{op: opRow, tab: uint8(w.t.ord), existed: old != nil, key: uint64(k), old: old})
	w.set(k, old, r)
}

// prepare asks the index functions, which may panic: nothing has been changed or logged yet.
func (w *workingTable) prepare(k ecs.Key, old, r row) {
	for i, x := range w.t.indexes {
		fill(w.gone[i], x, k, old)
		fill(w.come[i], x, k, r)
	}
	for i, s := range w.t.sums {
		w.less[i].fill(s, k, old)
		w.more[i].fill(s, k, r)
	}
}

// set changes what was prepared.
func (w *workingTable) set(k ecs.Key, old, r row) {
	w.dirty = true
	w.d.mods++
	switch {
	case r != nil:
		w.d.rows.Set(k, boxed{r})
	case old != nil:
		w.d.rows.Delete(k)
	}
	for i, d := range w.d.sums {
		if changeSum(d, w.less[i].terms, w.more[i].terms) {
			w.moves[i] = true
		}
	}
	for i, d := range w.d.idx {
		gone, come := w.gone[i].keys, w.come[i].keys
		if slices.Equal(gone, come) {
			continue
		}
		w.moved[i] = true
		for len(gone) > 0 || len(come) > 0 {
			switch {
			case len(come) == 0 || len(gone) > 0 && gone[0] < come[0]:
				d.remove(entry{gone[0], k})
				gone = gone[1:]
			case len(gone) == 0 || come[0] < gone[0]:
				d.insert(entry{come[0], k}, &w.hints[i])
				come = come[1:]
			default:
				gone, come = gone[1:], come[1:]
			}
		}
	}
}

// seal is the data as they are, sharing with before what has not changed since.
func (w *workingTable) seal(before *tableData) *tableData {
	if !w.dirty {
		return before
	}
	out := &tableData{rows: w.d.rows.Copy(), idx: make([]indexData, len(w.d.idx)), sums: make([]sumData, len(w.d.sums))}
	for i, d := range w.d.sums {
		if before != nil && !w.moves[i] {
			out.sums[i] = before.sums[i]
		} else {
			out.sums[i] = d.Copy()
		}
	}
	for i, d := range w.d.idx {
		if before != nil && !w.moved[i] {
			out.idx[i] = before.idx[i]
		} else {
			out.idx[i] = d.copied()
		}
	}
	w.clean()
	return out
}

// clean says that nothing has changed since the last seal.
func (w *workingTable) clean() {
	w.dirty = false
	clear(w.moved)
	clear(w.moves)
}
