// Package state holds everything the service knows: tables of immutable records with indexes, in memory, over a
// durable store of bytes (internal/store).
//
// Reading never waits. A Snapshot is all tables at one revision, taken by one atomic load; it stays as it is for as long
// as it is held. A Table and an Index are descriptors, declared once in schema.go; the data lie in the View that is passed
// to their methods, which is a Snapshot or, inside a transaction, the Tx.
//
// Writing is done by closures (DB.Update). They run one after the other on the committer's goroutine, on the working
// tables, each all-or-nothing: every change is written to an undo log first, and an error or a panic unwinds it. What
// is queued while a batch is being made durable forms the next batch, so many writers share one sync. A batch's root is
// published, and its closures answered, only once it is durable; a batch that fails is unwound, and what ran on top of it
// with it. Closures run at most once, do no I/O, and read no clock: Tx.Now is given.
//
// Four goroutines matter: any number of readers and submitters; the committer (commit.go), the only one that touches
// working tables, undo log, bitmaps and counters; the flusher (flush.go), which encodes a sealed batch, commits it and
// publishes its root while the committer is already running the next closures.
//
// Package model and everything above it may import state. It imports internal/store, internal/ecs and api.
package state
