// Package image is what several groups and the reconciler do to custom images
// within a transaction.
package image

import (
	"time"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// WorkTime is how long work on an image may take before it counts as failed.
const WorkTime = 6 * time.Hour

// Work asks for work on an image: next is the record as it is to be, without
// the new generation.
func Work(tx *state.Tx, k ecs.Key, next ecs.Image, op ecs.WorkOp) {
	next.Work = next.Work.Ask(op, tx.Now().Add(WorkTime).UnixMilli())
	state.Images.Put(tx, k, &next)
	tx.Wake(byte(ecs.KindImage), k)
}

// Done makes the end of an image's work a fact.
func Done(tx *state.Tx, k ecs.Key, i *ecs.Image, failure ecs.Sym) {
	if i.Work.Op == ecs.WorkDelete && failure == 0 {
		state.Images.Delete(tx, k)
		return
	}
	next := *i
	next.Work.Done, next.Work.Failure, next.Work.Percent = i.Work.Gen, failure, 0
	state.Images.Put(tx, k, &next)
}
