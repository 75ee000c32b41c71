package store

import (
	"errors"
	"fmt"
)

// What a Commit, a Load or an opening can answer. Compare with errors.Is; ErrHeld is a type, use errors.As.
var (
	// ErrNotCommitted: nothing of the batch is in the store, and nothing of it will be. The term goes on.
	ErrNotCommitted = errors.New("not committed")

	// ErrInvalid: the batch breaks a rule: a revision other than head + 1, a key twice, an empty key, above Limits.
	// It comes with ErrNotCommitted, and it is a mistake of the caller.
	ErrInvalid = errors.New("invalid batch")

	// ErrFull: there is no room, or less than is held in reserve. On Commit it comes with ErrNotCommitted, and the next
	// Commit succeeds once there is room.
	ErrFull = errors.New("no space left for the store")

	// ErrDeposed: the term is over, because it was resigned or another one began.
	ErrDeposed = errors.New("no longer the writer")

	// ErrFailed: a write or a sync failed beneath the store. Whether the last batch is there is decided at the next
	// opening; whatever was acknowledged is. The store takes no more writes, and the process should end.
	ErrFailed = errors.New("store failed")

	// ErrCompacted: the batch that a Watch needs next is no longer kept. Load anew, and watch from there.
	ErrCompacted = errors.New("batches no longer kept")

	// ErrCorrupt: the data cannot be what a store wrote. Nothing is changed; the text says what to do.
	ErrCorrupt = errors.New("data directory is damaged")

	// ErrNewer: a later version of the program wrote the data. Nothing is changed; the text says what to do.
	ErrNewer = errors.New("data directory is of a newer version")

	// ErrClosed: the store was closed.
	ErrClosed = errors.New("store closed")
)

// Holder is who writes to a data directory.
type Holder struct {
	Addr string `json:"addr"` // where it can be reached, as given to Campaign; may be empty
	PID  int    `json:"pid"`  // its process, 0 when not known
}

// ErrHeld: another process holds the data directory, or another Store in this one.
type ErrHeld struct{ Holder }

// Error says who holds it, as far as is known.
func (e ErrHeld) Error() string {
	switch {
	case e.PID == 0:
		return "data directory is in use by another process"
	case e.Addr == "":
		return fmt.Sprintf("data directory is in use by process %d", e.PID)
	}
	return fmt.Sprintf("data directory is in use by process %d, which serves %s", e.PID, e.Addr)
}
