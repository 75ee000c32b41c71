package state

import (
	"slices"

	"github.com/tidwall/btree"

	"github.com/openecs/openecs/internal/ecs"
)

// workTable is a *workingTable[R] to those who do not know R.
type workTable interface {
	data() any
	value(k ecs.Key) any      // a *R, nil inside when there is none
	restore(k ecs.Key, v any) // sets or, with a nil *R, deletes, and logs nothing
	rewrite(k ecs.Key, v any) // the same, logged
	seal(before any) any      // the data as they are, sharing with before what has not changed since
	clean()                   // nothing has changed since the last seal
}

// workingTable is the committer's copy of a table. Only its goroutine touches it.
type workingTable[R any] struct {
	c     *core
	t     *Table[R]
	d     tableData[R]
	dirty bool
	moved []bool           // indexes that changed
	hints []btree.PathHint // by index: where the last key went in; the next one mostly goes beside it
	gone  []*keyList       // by index: the keys of the record that goes,
	come  []*keyList       // and of the one that comes
}

func (t *Table[R]) newWork(c *core) workTable {
	w := &workingTable[R]{c: c, t: t, d: *newTableData[R](t.indexes), moved: make([]bool, len(t.indexes)), hints: make([]btree.PathHint, len(t.indexes))}
	for range t.indexes {
		w.gone, w.come = append(w.gone, newKeyList()), append(w.come, newKeyList())
	}
	return w
}

func (w *workingTable[R]) data() any { return &w.d }

func (w *workingTable[R]) get(k ecs.Key) *R {
	b, _ := w.d.rows.Get(k)
	return unbox[R](b)
}

func (w *workingTable[R]) value(k ecs.Key) any { return w.get(k) }

func (w *workingTable[R]) restore(k ecs.Key, v any) {
	old, r := w.get(k), v.(*R)
	w.prepare(k, old, r)
	w.set(k, old, r)
}

func (w *workingTable[R]) rewrite(k ecs.Key, v any) { w.write(k, w.get(k), v.(*R)) }

// write logs the old record before it sets the new one; nil is none.
func (w *workingTable[R]) write(k ecs.Key, old, r *R) {
	w.prepare(k, old, r)
	w.c.log = append(w.c.log, undo{op: opRow, tab: uint8(w.t.ord), existed: old != nil, key: uint64(k), old: old})
	w.set(k, old, r)
}

// prepare asks the index functions, which may panic: nothing has been changed or logged yet.
func (w *workingTable[R]) prepare(k ecs.Key, old, r *R) {
	for i, x := range w.t.indexes {
		fill(w.gone[i], x, k, old)
		fill(w.come[i], x, k, r)
	}
}

// set changes what was prepared.
func (w *workingTable[R]) set(k ecs.Key, old, r *R) {
	w.dirty = true
	w.d.mods++
	switch {
	case r != nil:
		w.d.rows.Set(k, box(r))
	case old != nil:
		w.d.rows.Delete(k)
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

func (w *workingTable[R]) seal(before any) any {
	if !w.dirty {
		return before
	}
	var was []indexData
	if before != nil {
		was = before.(*tableData[R]).idx
	}
	out := &tableData[R]{rows: w.d.rows.Copy(), idx: make([]indexData, len(w.d.idx))}
	for i, d := range w.d.idx {
		if was != nil && !w.moved[i] {
			out.idx[i] = was[i]
		} else {
			out.idx[i] = d.copied()
		}
	}
	w.clean()
	return out
}

func (w *workingTable[R]) clean() {
	w.dirty = false
	clear(w.moved)
}
