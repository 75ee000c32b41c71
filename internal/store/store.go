// Package store is the contract of the durable store beneath the tables: bytes in batches, one writer at a time,
// any number of readers.
//
// The tables (internal/state) live in memory. What makes them survive is a Store: the committer hands it one Batch per
// group of transactions, and at start the tables are built from one Load. Three kinds exist: mem for tests and for
// services that keep nothing, pebble on one machine, etcd where there are several. All pass the suite in storetest;
// what the comments here promise is what that suite checks.
//
// The package may be imported by internal/state, by internal/service, which chooses a kind, and by the kinds
// themselves. It imports the standard library only.
package store

import (
	"context"
	"iter"
)

// Rev numbers a batch: 1, 2, 3 and so on without a gap. 0 is the empty store. It is the store's own numbering and
// never the revision of whatever lies beneath.
type Rev uint64

// Change sets Key to Value, or deletes Key when Value is nil. An empty Value that is not nil is a value. A Key is
// never empty. Deleting a key that is not there is allowed.
type Change struct{ Key, Value []byte }

// Batch is what commits as a whole or not at all.
type Batch struct {
	Rev     Rev      // the head it is built upon, plus one
	Changes []Change // a key at most once; may be empty
}

// Limits is how much one batch may carry. A store refuses a larger one and commits nothing of it.
type Limits struct {
	Changes int // changes
	Bytes   int // sum of the lengths of all keys and values
}

// Store is what every replica holds: it reads, follows, and may campaign to become the writer. All methods may be
// called from several goroutines at once. After Close all but Close answer ErrClosed.
type Store interface {
	// Limits does not change over the life of a store.
	Limits() Limits

	// Load takes one consistent image: all batches up to Rev and nothing of a later one, keys strictly ascending
	// bytewise, whatever commits meanwhile. The sequence may be ranged over once. Key and Value are valid until the
	// next step. An error is the last element. The image is held until the sequence has been left, ctx is done or
	// the store is closed.
	Load(ctx context.Context) (Rev, iter.Seq2[Change, error])

	// Watch yields the batches after the given revision, whole, ascending and without a gap, and then waits for the
	// next; a revision above the head is waited for. What it yields is durable and must not be modified. It ends with one
	// error: the cause of ctx, ErrClosed, or ErrCompacted when the next batch is no longer kept (then Load anew).
	Watch(ctx context.Context, after Rev) iter.Seq2[Batch, error]

	// Head is the revision of the last committed batch. It is linearizable: no Commit that returned nil before the
	// call is missing.
	Head(ctx context.Context) (Rev, error)

	// Campaign makes the caller the one writer and ends the term that this Store held before. A cluster's store waits for
	// its turn until ctx is done; a store on one machine answers ErrHeld at once when another process holds it.
	// addr is where the writer can be reached and what Leader tells others; it may be empty.
	Campaign(ctx context.Context, addr string) (Term, error)

	// Leader is the addr of the present writer, "" when there is none. After a crash it may name a writer that is
	// gone: whoever finds nobody there campaigns.
	Leader(ctx context.Context) (addr string, err error)

	// Close ends the term, the loads and the watches, and waits for what they hold. A second Close does nothing.
	Close() error
}

// Term is the right to write, from a Campaign until it is resigned, lost, or its store closed. One goroutine at a time
// calls Commit and Recover.
type Term interface {
	// Head is the revision this term goes on from: that of the last batch it knows to be committed. No batch of an
	// earlier term can commit any more.
	Head() Rev

	// Commit makes the batch durable, atomically. The answer is one of:
	//   - nil: all of it is durable;
	//   - an error that is ErrNotCommitted: nothing of it is there and never will be, and the term goes on. A batch that
	//     breaks a rule (ErrInvalid) or finds no room (ErrFull) is answered so;
	//   - ErrDeposed, or ErrClosed: nothing of it is there, and the term is over;
	//   - any other error: unknown, it may be there now or later. Until Recover has answered, every Commit is
	//     ErrNotCommitted.
	// The store keeps no reference to the batch's memory once Commit returned with a known outcome or Recover
	// returned.
	Commit(ctx context.Context, b Batch) error

	// Recover settles an unknown outcome: it makes sure that nothing in flight can commit any more, then answers the
	// true head, which is either that of the lost batch or the one before. With nothing unknown it answers Head.
	Recover(ctx context.Context) (Rev, error)

	// Done is closed when the term is over, for whatever reason.
	Done() <-chan struct{}

	// Resign ends the term and lets others campaign at once. On a term that is over it does nothing.
	Resign(ctx context.Context) error
}

// Stats counts since the store was opened. Bytes are those of keys and values as handed to Commit.
type Stats struct {
	Commits uint64 // batches made durable
	Changes uint64 // changes in them
	Bytes   uint64 // bytes in them
	Syncs   uint64 // times the log was forced to the disk; 0 in memory
}
