package pebble

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"sync/atomic"

	"github.com/cockroachdb/pebble/v2"

	"github.com/openecs/openecs/internal/store"
)

// The first byte of every key in the database. The head lies before all rows, so that one iterator sees both.
const (
	metaPrefix = 0
	rowPrefix  = 1
)

// headKey holds the revision of the last batch, 8 bytes big-endian, written by that batch itself.
var headKey = []byte{metaPrefix, 'h'}

// engine is the open database, from the moment that somebody needs it until nobody does.
type engine struct {
	db    *pebble.DB
	lock  io.Closer
	guard *guard
	users int           // guarded by Store.mu
	slot  chan struct{} // holds one token; who has it may commit
	head  atomic.Uint64 // changed by who has the slot

	opened uint64 // the head at opening
}

// open takes the directory and opens or creates its database.
func (s *Store) open() (*engine, error) {
	if err := s.create(); err != nil {
		return nil, s.opening(err)
	}
	lock, err := s.lock()
	if err != nil {
		return nil, s.opening(err)
	}
	db, head, err := s.openLocked()
	if err != nil {
		if s.guard.failure() == nil {
			err = errors.Join(err, lock.Close())
		}
		return nil, err
	}
	e := &engine{db: db, lock: lock, guard: s.guard, slot: make(chan struct{}, 1), opened: uint64(head)}
	e.slot <- struct{}{}
	e.head.Store(uint64(head))
	return e, nil
}

// openLocked is open once the directory is ours. Pebble is called from a goroutine of its own, because a failed write
// stops that one for ever.
func (s *Store) openLocked() (*pebble.DB, store.Rev, error) {
	type opened struct {
		db   *pebble.DB
		head store.Rev
		err  error
	}
	s.guard.closing.Store(false)
	done := run(s.guard, func() (o opened) {
		o.db, o.head, o.err = s.openDatabase()
		return o
	})
	select {
	case o := <-done:
		return o.db, o.head, s.opening(o.err)
	case <-s.guard.dead:
		return nil, 0, s.opening(s.guard.err)
	}
}

func (s *Store) openDatabase() (*pebble.DB, store.Rev, error) {
	st, err := s.inspect()
	if err != nil {
		return nil, 0, err
	}
	opts := s.tuned()
	switch st {
	case absent:
		err = s.mark(formatNew)
	case unready:
		err = s.fs.RemoveAll(s.path(dbName))
	case complete:
		opts.ErrorIfNotExists = true
	}
	if err != nil {
		return nil, 0, err
	}
	db, err := pebble.Open(s.path(dbName), opts)
	if st == complete && errors.Is(err, fs.ErrNotExist) {
		err = s.corrupt(err.Error())
	}
	if err != nil {
		return nil, 0, err
	}
	var head store.Rev
	if st == complete {
		head, err = readHead(db)
	} else {
		err = s.finish(db)
	}
	if err != nil {
		return nil, 0, errors.Join(err, db.Close())
	}
	return db, head, nil
}

// finish completes a new database. Its first log is of Pebble's oldest format, in which damage to the middle cannot be
// told from an end that was never written; a flush begins the next log, in ours.
func (s *Store) finish(db *pebble.DB) error {
	if err := db.Set(headKey, make([]byte, 8), pebble.Sync); err != nil {
		return err
	}
	if err := db.Flush(); err != nil {
		return err
	}
	return s.mark("")
}

// opening says what an error of opening means.
func (s *Store) opening(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, store.ErrCorrupt), errors.Is(err, store.ErrNewer), errors.As(err, new(store.ErrHeld)):
		return err
	case errors.Is(err, pebble.ErrDBDoesNotExist), errors.Is(err, pebble.ErrDBNotPristine), pebble.IsCorruptionError(err):
		return s.corrupt(err.Error())
	case strings.Contains(err.Error(), "unknown format major version"):
		return s.newer(err.Error())
	case isFull(err):
		return fmt.Errorf("%w: open %s: %w", store.ErrFull, s.dir, err)
	}
	return fmt.Errorf("open %s: %w", s.dir, err)
}

func readHead(db *pebble.DB) (store.Rev, error) {
	v, closer, err := db.Get(headKey)
	switch {
	case errors.Is(err, pebble.ErrNotFound):
		return 0, nil
	case err != nil:
		return 0, err
	}
	defer closer.Close()
	return decodeHead(v)
}

func decodeHead(v []byte) (store.Rev, error) {
	if len(v) != 8 {
		return 0, fmt.Errorf("%w: the head has %d bytes", store.ErrCorrupt, len(v))
	}
	return store.Rev(binary.BigEndian.Uint64(v)), nil
}

// commit writes the batch. The caller has the slot. An error means that nothing was attempted: what fails later ends
// in the guard, and commit does not return.
func (e *engine) commit(b store.Batch, o *pebble.WriteOptions) error {
	const perChange = 12 // bytes of kind, prefix and lengths
	wb := e.db.NewBatchWithSize(b.Size() + perChange*(len(b.Changes)+2))
	defer wb.Close()
	for _, c := range b.Changes {
		if c.Value == nil {
			op := wb.DeleteDeferred(1 + len(c.Key))
			op.Key[0] = rowPrefix
			copy(op.Key[1:], c.Key)
			if err := op.Finish(); err != nil {
				return err
			}
			continue
		}
		op := wb.SetDeferred(1+len(c.Key), len(c.Value))
		op.Key[0] = rowPrefix
		copy(op.Key[1:], c.Key)
		copy(op.Value, c.Value)
		if err := op.Finish(); err != nil {
			return err
		}
	}
	if err := wb.Set(headKey, binary.BigEndian.AppendUint64(nil, uint64(b.Rev)), nil); err != nil {
		return err
	}
	if err := wb.Commit(o); err != nil {
		return err
	}
	e.head.Store(uint64(b.Rev))
	return nil
}

// close gives the directory back. A database that failed is abandoned with its lock, which ends with the process.
//
// With flush it leaves the log empty: the next opening has nothing to replay, and rows in a table are better guarded
// against rot than the end of a log.
func (e *engine) close(flush bool) error {
	if err := e.guard.failure(); err != nil {
		return err
	}
	e.guard.closing.Store(true)
	select {
	case err := <-run(e.guard, func() error { return e.shut(flush) }):
		return errors.Join(err, e.lock.Close())
	case <-e.guard.dead:
		return e.guard.err
	}
}

func (e *engine) shut(flush bool) error {
	if flush && e.head.Load() != e.opened {
		if err := e.db.Flush(); err != nil {
			return errors.Join(err, e.db.Close())
		}
	}
	return e.db.Close()
}
