package state

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"

	"github.com/openecs/openecs/internal/store"
)

// Open campaigns for st, loads the tables of s from it and starts taking transactions. The store stays the caller's to
// close, after the DB. Data that this program cannot read whole (a table it does not know, a newer record) is refused
// with an error that says so, and nothing is changed. ctx bounds the opening only.
func Open(ctx context.Context, s *Schema, st store.Store, o Options) (*DB, error) {
	if o.Clock == nil {
		return nil, errors.New("state: Options.Clock is not set")
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.MaxQueue <= 0 {
		o.MaxQueue = 1 << 16
	}
	if o.Workers <= 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	s.init()
	s.opened.Store(true)
	term, err := st.Campaign(ctx, o.Addr)
	if err != nil {
		return nil, fmt.Errorf("open state: %w", err)
	}
	c := newCore(s)
	c.draws = o.Draws
	c.observer = o.Observer
	if err := load(ctx, st, term, c, o.Workers); err != nil {
		return nil, errors.Join(fmt.Errorf("open state: %w", err), term.Resign(context.WithoutCancel(ctx)))
	}
	life, cancel := context.WithCancel(context.WithoutCancel(ctx))
	db := &DB{
		opts: o, log: o.Log, term: term, limits: st.Limits(),
		kick: make(chan struct{}, 1), toFlush: make(chan *batch, 1), flushed: make(chan *batch, 1),
		failed: make(chan struct{}), done: make(chan struct{}), cancel: cancel,
	}
	db.history.db = db
	root := c.seal(nil)
	db.root.Store(root)
	db.pub.start(root.rev)
	m := &committer{db: db, c: c, cur: newBatch(), sealed: root}
	c.log, c.wakes = m.cur.log, m.cur.wakes
	go m.run()
	go (&flusher{db: db, schema: s}).run(life)
	return db, nil
}
