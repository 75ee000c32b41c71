// Package reconcile makes the world what the records want it to be. A worker is
// handed the key of a row, looks at the record and at the host, takes one step
// that is safe to repeat, writes what it saw, and says when to look again. It
// works by level, not by message: events and wakes only say that a look pays,
// so a lost or repeated one does no harm, and after a restart everything that
// is not settled is looked at once.
//
// It is the only package that sees both the state and the engines, and the only
// one that writes the observed half of a record. Package service runs it.
package reconcile
