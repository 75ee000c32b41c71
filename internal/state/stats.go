package state

import "sync/atomic"

// counters are what Stats reads.
type counters struct {
	closures, failed, panics, batches, commits, committed, commitErrors atomic.Uint64
	changes, bytes, wakes, overflows                                    atomic.Uint64
}

// Stats counts since Open, but for Queued, Rows and Symbols.
type Stats struct {
	Rev          Rev
	Closures     uint64 // run
	Failed       uint64 // of these, unwound by an error or a panic of their own
	Panics       uint64 // of these, panicked
	Committed    uint64 // of all, changed something and are durable
	Batches      uint64 // answered together
	Commits      uint64 // batches that the store made durable, one sync each
	CommitErrors uint64 // commits that failed or whose outcome was unknown at first
	Overflows    uint64 // closures moved to the next batch because the store's limits were reached
	Changes      uint64 // rows in all commits
	Bytes        uint64 // keys and values in all commits
	Wakes        uint64
	Queued       int // closures waiting now
	Rows         int // in all tables
	Symbols      int
}

// SyncsSaved is how many syncs sharing them has saved.
func (s Stats) SyncsSaved() uint64 { return s.Committed - min(s.Commits, s.Committed) }

// Stats is cheap.
func (db *DB) Stats() Stats {
	c, root := &db.stats, db.Snapshot()
	s := Stats{
		Rev: root.rev, Closures: c.closures.Load(), Failed: c.failed.Load(), Panics: c.panics.Load(),
		Committed: c.committed.Load(), Batches: c.batches.Load(), Commits: c.commits.Load(),
		CommitErrors: c.commitErrors.Load(), Overflows: c.overflows.Load(), Changes: c.changes.Load(),
		Bytes: c.bytes.Load(), Wakes: c.wakes.Load(), Symbols: len(root.strs) - 1,
	}
	for _, d := range root.data {
		s.Rows += d.rows.Len()
	}
	db.mu.Lock()
	s.Queued = len(db.queue)
	db.mu.Unlock()
	return s
}
