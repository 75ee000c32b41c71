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

// Done makes the end of an image's work a fact. The import that it may be of
// is looked at.
func Done(tx *state.Tx, k ecs.Key, i *ecs.Image, failure ecs.Sym) {
	for t := range state.TasksByImage.Keys(tx, uint64(k), 0) {
		tx.Wake(byte(ecs.KindTask), t)
	}
	if i.Work.Op == ecs.WorkDelete && failure == 0 {
		state.Images.Delete(tx, k)
		return
	}
	next := *i
	next.Work.Done, next.Work.Failure, next.Work.Percent = i.Work.Gen, failure, 0
	if i.Work.Op == ecs.WorkCreate && failure != 0 {
		next.Flags |= ecs.ImageNotMade
	}
	state.Images.Put(tx, k, &next)
}

// TaskTime is how long an import or an export may take.
const TaskTime = WorkTime

// WorkTask asks for a task's work.
func WorkTask(tx *state.Tx, k ecs.Key, next ecs.Task) {
	next.Work = next.Work.Ask(ecs.WorkCreate, tx.Now().Add(TaskTime).UnixMilli())
	state.Tasks.Put(tx, k, &next)
	tx.Wake(byte(ecs.KindTask), k)
}

// TaskDone makes the end of a task's work a fact.
func TaskDone(tx *state.Tx, k ecs.Key, t *ecs.Task, failure ecs.Sym) {
	next := *t
	next.Work.Done, next.Work.Failure, next.Work.Percent = t.Work.Gen, failure, 0
	next.Finished = tx.Now().Unix()
	state.Tasks.Put(tx, k, &next)
}

// Exporting reports whether an export of the image is under way.
func Exporting(v state.View, k ecs.Key) bool {
	for _, t := range state.TasksByImage.Ascend(v, uint64(k), 0) {
		if v.Str(t.Action) == ExportTask && !t.Work.Settled() {
			return true
		}
	}
	return false
}

// What tasks do, as their TaskAction shows.
const (
	ImportTask = "ImportImage"
	ExportTask = "ExportImage"
)
