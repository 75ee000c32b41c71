package state

import (
	"sync"
	"time"
)

// History remembers what the tables were for as long back as it is told to keep, and nothing by default.
type History struct {
	db *DB

	mu   sync.Mutex
	age  time.Duration
	list []*Snapshot // ascending
}

// History is the DB's. There is one.
func (db *DB) History() *History { return &db.history }

// Keep makes the history reach back so long, from now on; 0 forgets all.
func (h *History) Keep(age time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.age = age
	switch {
	case age == 0:
		h.db.follow.Store(nil)
		h.list = nil
	case len(h.list) == 0:
		f := h.add
		h.db.follow.Store(&f)
		h.list = append(h.list, h.db.root.Load())
	}
}

// add is called with each root that is published, before anybody is told of it.
func (h *History) add(s *Snapshot) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.age == 0 || s.rev <= h.list[len(h.list)-1].rev {
		return
	}
	h.list = append(h.list, s)
	drop := 0
	for drop < len(h.list)-1 && !h.list[drop+1].time.After(s.time.Add(-h.age)) {
		h.list[drop] = nil
		drop++
	}
	h.list = h.list[drop:]
}

// At is the tables at an instant of the service's time, or what is nearest to it in what is remembered.
func (h *History) At(t time.Time) *Snapshot {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.list) == 0 {
		return h.db.root.Load()
	}
	at := h.list[0]
	for _, s := range h.list[1:] {
		if s.time.After(t) {
			break
		}
		at = s
	}
	return at
}

// Reader is a DB to read from only: its Snapshot is what f says, and it takes no changes.
func (db *DB) Reader(f func() *Snapshot) *DB {
	return &DB{opts: db.opts, log: db.log, past: f, closing: true, failed: make(chan struct{}), done: make(chan struct{})}
}
