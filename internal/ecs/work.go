package ecs

// Work is what is under way with a resource whose content an engine keeps: a
// disk, a snapshot, an image. As with an instance's power, a generation is one
// request and runs once; an action asks for it, the reconciler carries it out
// and finishes it.
type Work struct {
	_ struct{} `cbor:",toarray"`

	Op       WorkOp
	Gen      uint32 // the last generation asked for
	Done     uint32 // the last generation that finished
	Percent  uint8  // how far the one under way has come, 0 to 99
	Deadline int64  // Unix milliseconds after which it counts as failed; 0: none
	Failure  Sym    // why the last generation failed; 0: it did not
}

// WorkOp is what a generation of work does.
type WorkOp uint8

// The operations. What each means is said where the resource is.
const (
	WorkNone WorkOp = iota
	WorkCreate
	WorkDelete
	WorkAttach
	WorkDetach
	WorkResize
	WorkReset  // content anew: from the disk's source, or from a snapshot
	WorkModify // another category or performance level
)

// Settled reports whether nothing is under way.
func (w *Work) Settled() bool { return w.Done == w.Gen }

// Doing reports whether op is under way.
func (w *Work) Doing(op WorkOp) bool { return !w.Settled() && w.Op == op }

// Ask is the work with one more generation, to be finished by the deadline
// (Unix milliseconds).
func (w Work) Ask(op WorkOp, deadline int64) Work {
	w.Op, w.Deadline, w.Percent, w.Failure = op, deadline, 0, 0
	w.Gen++
	return w
}
