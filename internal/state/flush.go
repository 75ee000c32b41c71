package state

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/store"
)

const metaSize = keySize + 17

var batches = sync.Pool{New: func() any { return new(batch) }}

func newBatch() *batch { return batches.Get().(*batch) }

// recycle keeps the batch's memory for another, unless it was extraordinary.
func (b *batch) recycle() {
	const keep = 1 << 14
	if cap(b.log) > keep || cap(b.requests) > keep || cap(b.wakes) > keep {
		return
	}
	clear(b.requests)
	clear(b.log)
	*b = batch{requests: b.requests[:0], log: b.log[:0], wakes: b.wakes[:0]}
	batches.Put(b)
}

// changes counts the entries of log that are of something stored; a row that was changed twice counts twice.
func (c *core) changes(log []undo) (n int) {
	for i := range log {
		if log[i].op <= opSymbol {
			n++
		}
	}
	return n
}

// widest is an estimate, from above as far as is known, of the stored value of what e is of.
func (c *core) widest(e *undo) int {
	if e.op == opSymbol {
		return len(c.strs[e.key])
	}
	if n := c.schema.tables[e.tab].widest.Load(); n > 0 {
		return int(n)
	}
	return 512
}

// touch is one changed row of a batch.
type touch struct {
	key  uint64
	pos  uint32 // in the log
	code byte
}

// touches are the changed rows of a batch, each once, in the order of their stored keys. pos is that of the first
// entry: it tells whether the row was there before the batch.
func (c *core) touches(log []undo, to []touch) []touch { return touches(c.schema, log, to) }

func touches(s *Schema, log []undo, to []touch) []touch {
	for i := range log {
		switch e := &log[i]; e.op {
		case opRow:
			to = append(to, touch{e.key, uint32(i), s.tables[e.tab].code})
		case opSymbol:
			to = append(to, touch{e.key, uint32(i), codeSymbol})
		}
	}
	slices.SortFunc(to, func(a, b touch) int {
		if a.code != b.code {
			return cmp.Compare(a.code, b.code)
		}
		if a.key != b.key {
			return cmp.Compare(a.key, b.key)
		}
		return cmp.Compare(a.pos, b.pos)
	})
	return slices.CompactFunc(to, func(a, b touch) bool { return a.key == b.key && a.code == b.code })
}

// measure is the exact number of changes of a closure, and its exact size.
func (c *core) measure(log []undo) (changes, size int) {
	ts := c.touches(log, nil)
	changes, size = 1+len(ts), metaSize+keySize*len(ts)
	var buf bytes.Buffer
	for _, t := range ts {
		if t.code == codeSymbol {
			size += len(c.strs[t.key])
			continue
		}
		tab := c.schema.byCode[t.code]
		buf.Reset()
		if present, err := tab.encode(&c.work[tab.ord].d, ecs.Key(t.key), &buf); present && err == nil {
			size += buf.Len()
		}
	}
	return changes, size
}

// flusher makes sealed batches durable, one after the other, and publishes them.
type flusher struct {
	db      *DB
	schema  *Schema
	buf     bytes.Buffer
	touches []touch
	ends    []int // of each key and its value in buf
	changes []store.Change
}

func (f *flusher) run(ctx context.Context) {
	for b := range f.db.toFlush {
		if b.root != nil {
			b.err, b.fatal = f.commit(ctx, b)
		}
		if b.err == nil {
			f.publish(b)
		}
		f.db.flushed <- b
	}
	close(f.db.done)
}

// encode gathers one change per changed row, in the order of their keys. It reads the sealed root only.
func (f *flusher) encode(b *batch) error {
	f.touches = touches(f.schema, b.log, f.touches[:0])
	buf := &f.buf
	buf.Reset()
	f.ends, f.changes = f.ends[:0], f.changes[:0]
	f.key(codeMeta, 0)
	buf.Write(b.meta.append(buf.AvailableBuffer()))
	f.ends = append(f.ends, buf.Len())
	for _, t := range f.touches {
		start, present := buf.Len(), true
		f.key(t.code, t.key)
		if t.code == codeSymbol {
			buf.WriteString(b.root.strs[t.key])
		} else {
			var err error
			tab := f.schema.byCode[t.code]
			if present, err = tab.encode(b.root.data[tab.ord], ecs.Key(t.key), buf); err != nil {
				return err
			}
		}
		switch {
		case present:
			f.ends = append(f.ends, buf.Len())
		case b.log[t.pos].existed:
			f.ends = append(f.ends, deleted)
		default: // came and went within the batch
			buf.Truncate(start)
			f.ends = f.ends[:len(f.ends)-1]
		}
	}
	from, all := 0, buf.Bytes()
	for i := 0; i < len(f.ends); i += 2 {
		k, v := f.ends[i], f.ends[i+1]
		ch := store.Change{Key: all[from:k:k]}
		if from = k; v != deleted {
			ch.Value, from = all[k:v:v], v
		}
		f.changes = append(f.changes, ch)
	}
	return nil
}

// deleted is the end of a value that there is none of.
const deleted = -1

func (f *flusher) key(code byte, key uint64) {
	f.buf.Write(appendKey(f.buf.AvailableBuffer(), code, key))
	f.ends = append(f.ends, f.buf.Len())
}

// commit makes the batch durable. An error with fatal false means that nothing of it is there.
func (f *flusher) commit(ctx context.Context, b *batch) (err error, fatal bool) {
	db := f.db
	if err := f.encode(b); err != nil {
		return err, false
	}
	sb := store.Batch{Rev: b.root.rev, Changes: f.changes}
	if n := sb.Size(); n > db.limits.Bytes {
		return fmt.Errorf("%w: %d bytes, at most %d", ErrTooLarge, n, db.limits.Bytes), false
	}
	err = db.term.Commit(ctx, sb)
	switch {
	case err == nil:
	case errors.Is(err, store.ErrNotCommitted):
		db.stats.commitErrors.Add(1)
		db.log.Warn("a batch was not committed", "rev", uint64(sb.Rev), "closures", len(b.requests), "err", err)
		return err, false
	case errors.Is(err, store.ErrDeposed) || errors.Is(err, store.ErrClosed):
		db.stats.commitErrors.Add(1)
		return err, true
	default:
		db.stats.commitErrors.Add(1)
		db.log.Warn("the outcome of a commit is unknown", "rev", uint64(sb.Rev), "err", err)
		head, rerr := db.term.Recover(ctx)
		switch {
		case rerr != nil:
			return fmt.Errorf("%w: %w; %w", ErrUnknown, err, rerr), true
		case head == sb.Rev:
			err = nil
		case head == sb.Rev-1:
			return fmt.Errorf("%w: %w", store.ErrNotCommitted, err), false
		default:
			return fmt.Errorf("%w: the store is at revision %d, not %d: %w", ErrUnknown, head, sb.Rev, err), true
		}
	}
	db.stats.commits.Add(1)
	db.stats.committed.Add(uint64(b.changing))
	db.stats.changes.Add(uint64(len(sb.Changes)))
	db.stats.bytes.Add(uint64(f.buf.Len()))
	return nil, false
}

// publish shows the batch to readers and answers its closures.
func (f *flusher) publish(b *batch) {
	db := f.db
	db.stats.batches.Add(1)
	if b.root != nil {
		if f := db.follow.Load(); f != nil {
			(*f)(b.root)
		}
		db.root.Store(b.root)
		db.pub.publish(b.root.rev, f.schema, f.touches)
	}
	if len(b.wakes) > 0 && db.opts.OnWake != nil {
		wakes := slices.Clone(b.wakes)
		slices.SortFunc(wakes, func(x, y Wake) int {
			return cmp.Or(cmp.Compare(x.Kind, y.Kind), cmp.Compare(x.Key, y.Key))
		})
		wakes = slices.Compact(wakes)
		db.stats.wakes.Add(uint64(len(wakes)))
		db.opts.OnWake(wakes)
	}
	for i, r := range b.requests {
		err := r.err
		b.requests[i] = nil // it is its caller's again
		r.done <- err
	}
}
