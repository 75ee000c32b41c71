package state

import (
	"context"
	"errors"
	"iter"
	"slices"
	"sync"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/store"
)

// Published is a revision that readers can see.
type Published struct {
	Rev     Rev
	Changes []Changed // each row once, by table code and key; not to be modified
}

// Changed names a row that was put or deleted.
type Changed struct {
	Table byte // its code
	Key   ecs.Key
}

// keepChanges is how many changes a Watch can look back on.
const keepChanges = 1 << 14

// publication is what watchers and waiters look at.
type publication struct {
	mu     sync.Mutex
	last   Rev
	recent []Published // consecutive, the last one is of revision last
	kept   int         // changes in recent
	next   chan struct{}
	closed bool
}

func (p *publication) start(rev Rev) { p.last = rev }

func (p *publication) publish(rev Rev, s *Schema, ts []touch) {
	out := Published{Rev: rev, Changes: make([]Changed, 0, len(ts))}
	for _, t := range ts {
		if t.code != codeSymbol {
			out.Changes = append(out.Changes, Changed{t.code, ecs.Key(t.key)})
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.last = rev
	p.recent = append(p.recent, out)
	p.kept += len(out.Changes) + 1
	drop := 0
	for ; p.kept > keepChanges && drop < len(p.recent)-1; drop++ {
		p.kept -= len(p.recent[drop].Changes) + 1
		p.recent[drop] = Published{}
	}
	p.recent = p.recent[drop:]
	p.signal()
}

func (p *publication) signal() {
	if p.next != nil {
		close(p.next)
		p.next = nil
	}
}

func (p *publication) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	p.signal()
}

// after returns the revisions after rev, or what to wait for.
func (p *publication) after(rev Rev) (out []Published, wait <-chan struct{}, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if rev < p.last {
		first := p.last + 1 - Rev(len(p.recent))
		if rev+1 < first {
			return nil, nil, store.ErrCompacted
		}
		return slices.Clone(p.recent[rev+1-first:]), nil, nil
	}
	if p.closed {
		return nil, nil, ErrClosed
	}
	if p.next == nil {
		p.next = make(chan struct{})
	}
	return nil, p.next, nil
}

// Watch yields the revisions published after the given one, in order, and waits for more. When it yields, Snapshot is at
// that revision or later. It ends with one error: the cause of ctx, ErrClosed, or store.ErrCompacted when after is too
// long ago (then read a Snapshot and watch from its revision).
func (db *DB) Watch(ctx context.Context, after Rev) iter.Seq2[Published, error] {
	return func(yield func(Published, error) bool) {
		for {
			out, wait, err := db.pub.after(after)
			if err == nil {
				err = context.Cause(ctx)
			}
			if err != nil {
				yield(Published{}, err)
				return
			}
			for _, p := range out {
				if !yield(p, nil) {
					return
				}
				after = p.Rev
			}
			if wait != nil {
				select {
				case <-wait:
				case <-ctx.Done():
				}
			}
		}
	}
}

// WaitFor returns nil once cond holds for a published snapshot; it looks at the present one and then at those that follow, not
// necessarily at each. It ends early with the cause of ctx, ErrClosed, or the error of a DB that failed.
func (db *DB) WaitFor(ctx context.Context, cond func(*Snapshot) bool) error {
	for {
		s := db.Snapshot()
		if cond(s) {
			return nil
		}
		_, wait, err := db.pub.after(s.rev)
		switch {
		case errors.Is(err, store.ErrCompacted): // many since
			continue
		case err != nil:
			return err
		case wait == nil:
			continue
		}
		select {
		case <-wait:
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-db.failed:
			if cond(db.Snapshot()) {
				return nil
			}
			return db.Err()
		}
	}
}
