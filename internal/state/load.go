package state

import (
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"slices"
	"sync"

	"github.com/tidwall/btree"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/store"
)

// chunk is some rows of one table as stored, in the order of their keys. The load is read by one goroutine into chunks,
// which others decode.
type chunk struct {
	table *table
	seq   int // place among the table's chunks
	keys  []uint64
	ends  []int  // of each value
	data  []byte // the values
}

const (
	chunkRows  = 1024
	chunkBytes = 256 << 10
)

func (c *chunk) full() bool { return len(c.keys) >= chunkRows || len(c.data) >= chunkBytes }

func (c *chunk) add(key uint64, value []byte) {
	c.keys = append(c.keys, key)
	c.data = append(c.data, value...)
	c.ends = append(c.ends, len(c.data))
}

// load fills c from st.
func load(ctx context.Context, st store.Store, term store.Term, c *core, workers int) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	l := &loader{c: c, parts: make([][]*decoded, len(c.work)), work: make(chan *chunk, 2*workers)}
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for ch := range l.work {
				part, err := ch.table.decode(ch)
				if err != nil {
					cancel(err)
				}
				l.done(ch, part)
			}
		})
	}
	rev, seq := st.Load(ctx)
	err := l.read(seq)
	close(l.work)
	wg.Wait()
	if cause := context.Cause(ctx); cause != nil {
		err = cause
	}
	if err != nil {
		return err
	}
	if head := term.Head(); rev != head {
		return fmt.Errorf("%w: it was read at revision %d, the term goes on from %d", store.ErrCorrupt, rev, head)
	}
	if rev > 0 && !l.marked {
		return fmt.Errorf("%w: it has batches but not the first row of the tables", store.ErrCorrupt)
	}
	c.rev = rev
	c.symbols.rebuild(c.strs)
	l.build(workers)
	return nil
}

// loader is a load under way.
type loader struct {
	c      *core
	work   chan *chunk
	marked bool // the meta row was there
	cur    *chunk
	free   sync.Pool

	mu    sync.Mutex
	parts [][]*decoded // by table, then chunk
}

// read sorts the rows into chunks; those of the package's own codes it takes itself.
func (l *loader) read(seq func(func(store.Change, error) bool)) error {
	for ch, err := range seq {
		if err != nil {
			return fmt.Errorf("load: %w", err)
		}
		if len(ch.Key) != keySize {
			return fmt.Errorf("%w: a key has %d bytes", store.ErrCorrupt, len(ch.Key))
		}
		code, key := ch.Key[0], binary.BigEndian.Uint64(ch.Key[1:])
		switch {
		case code == codeMeta:
			if key != 0 {
				return fmt.Errorf("%w: row %d of the tables' own data", store.ErrNewer, key)
			}
			m, err := parseMeta(ch.Value)
			if err != nil {
				return err
			}
			l.c.lastKey, l.c.now, l.marked = m.lastKey, m.time, true
		case code == codeSymbol:
			if key != uint64(len(l.c.strs)) {
				return fmt.Errorf("%w: symbol %d where %d was expected", store.ErrCorrupt, key, len(l.c.strs))
			}
			l.c.strs = append(l.c.strs, string(ch.Value))
		default:
			t := l.c.schema.byCode[code]
			if t == nil {
				return fmt.Errorf("%w: it has a table of code %q, which this program does not know: run the version that wrote it, or a later one",
					store.ErrNewer, code)
			}
			l.add(t, key, ch.Value)
		}
	}
	l.send()
	return nil
}

func (l *loader) add(t *table, key uint64, value []byte) {
	if l.cur != nil && (l.cur.table != t || l.cur.full()) {
		l.send()
	}
	if l.cur == nil {
		l.cur, _ = l.free.Get().(*chunk)
		if l.cur == nil {
			l.cur = &chunk{}
		}
		ord := t.ord
		l.mu.Lock()
		l.cur.table, l.cur.seq = t, len(l.parts[ord])
		l.parts[ord] = append(l.parts[ord], nil)
		l.mu.Unlock()
	}
	l.cur.add(key, value)
}

func (l *loader) send() {
	if l.cur != nil {
		l.work <- l.cur
		l.cur = nil
	}
}

func (l *loader) done(ch *chunk, part *decoded) {
	l.mu.Lock()
	l.parts[ch.table.ord][ch.seq] = part
	l.mu.Unlock()
	ch.table, ch.keys, ch.ends, ch.data = nil, ch.keys[:0], ch.ends[:0], ch.data[:0]
	l.free.Put(ch)
}

// build makes the trees, each from sorted input, several at a time.
func (l *loader) build(workers int) {
	jobs := make(chan func())
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for f := range jobs {
				f()
			}
		})
	}
	for ord, t := range l.c.schema.tables {
		rows, indexes := t.build(l.c.work[ord], l.parts[ord])
		jobs <- rows
		for _, f := range indexes {
			jobs <- f
		}
	}
	close(jobs)
	wg.Wait()
}

// decoded is a chunk's rows.
type decoded struct {
	keys []ecs.Key
	rows []row
}

func (t *table) decode(c *chunk) (*decoded, error) {
	d := &decoded{keys: make([]ecs.Key, len(c.keys)), rows: make([]row, len(c.keys))}
	from, widest := 0, 0
	for i, k := range c.keys {
		r, err := t.decodeRow(c.data[from:c.ends[i]])
		if err != nil {
			return nil, fmt.Errorf("row %#x of table %s: %w", k, t.name, err)
		}
		d.keys[i], d.rows[i] = ecs.Key(k), r
		widest = max(widest, c.ends[i]-from)
		from = c.ends[i]
	}
	for {
		if was := t.widest.Load(); int64(widest) <= was || t.widest.CompareAndSwap(was, int64(widest)) {
			return d, nil
		}
	}
}

// build returns the jobs that fill w, the second kind indexes and sums; they may run at the same time.
func (t *table) build(w *workingTable, parts []*decoded) (func(), []func()) {
	w.dirty = true
	rows := func() {
		for _, p := range parts {
			for i, k := range p.keys {
				w.d.rows.Load(k, boxed{p.rows[i]})
			}
		}
		w.d.rows = tightMap(w.d.rows)
	}
	indexes := make([]func(), len(t.indexes))
	for i, x := range t.indexes {
		w.moved[i] = true
		indexes[i] = func() { w.d.idx[i] = x.build(parts) }
	}
	for i, s := range t.sums {
		w.moves[i] = true
		indexes = append(indexes, func() { w.d.sums[i] = s.build(parts) })
	}
	return rows, indexes
}

// build makes an index of all rows.
func (x *index) build(parts []*decoded) indexData {
	n := 0
	for _, p := range parts {
		n += len(p.keys)
	}
	entries := make([]entry, 0, n)
	var at ecs.Key
	add := func(k uint64) { entries = append(entries, entry{k, at}) }
	for _, p := range parts {
		for i, r := range p.rows {
			at = p.keys[i]
			x.keys(at, r, add)
		}
	}
	entries = sortEntries(entries)
	entries = slices.Compact(entries)
	d := newIndexData(x.sparse)
	if d.posts != nil {
		d.posts.load(entries)
		return d
	}
	for _, e := range entries {
		d.entries.Load(e)
	}
	d.entries = d.entries.Copy()
	d.entries.ScanMut(func(entry) bool { return true })
	return d
}

// sortEntries sorts by key what is sorted by row, byte by byte: a third of the time of comparing.
func sortEntries(entries []entry) []entry {
	if slices.IsSortedFunc(entries, func(a, b entry) int { return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.row, b.row)) }) {
		return entries
	}
	var counts [8][256]int
	for _, e := range entries {
		for i := range counts {
			counts[i][byte(e.key>>(8*i))]++
		}
	}
	other := make([]entry, len(entries))
	for i := range counts {
		at, n := &counts[i], 0
		if at[byte(entries[0].key>>(8*i))] == len(entries) {
			continue // all have the same byte here
		}
		for b, c := range at {
			at[b] = n
			n += c
		}
		for _, e := range entries {
			b := byte(e.key >> (8 * i))
			other[at[b]] = e
			at[b]++
		}
		entries, other = other, entries
	}
	return entries
}

// tightMap is m without the spare room that loading in order leaves in nearly every node: copying a node leaves it out.
func tightMap[K ~uint64, V any](m *btree.Map[K, V]) *btree.Map[K, V] {
	m = m.Copy()
	m.ScanMut(func(K, V) bool { return true })
	return m
}
