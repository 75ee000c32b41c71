package ecs

import "strings"

// Task is an import or an export of an image, as DescribeTasks shows it. Work:
// Create carries it out; the row stays afterwards. What actions on instances do
// at once is a task too, finished from the start.
type Task struct {
	_ struct{} `cbor:",toarray"`

	Account   uint64
	Action    Sym // ImportImage, ExportImage, or that of an instance or a disk
	Image     Key
	Created   int64
	Finished  int64
	Cancelled bool // by CancelTask; its work has then failed
	Bucket    string
	Prefix    string // of the names of the exported objects
	Format    Sym    // RAW
	Work      Work
	Instance  Key

	// Of an action on a disk: what follows the disk's work.
	Disk    Key
	DiskGen uint32 // the generation of the disk's work that the task is
	Group   Key    // of the first task of its task group; 0: it is in none
}

// TaskStatus is the state that the API shows for a task.
type TaskStatus uint8

// The statuses. A task that was cancelled is Deleted.
const (
	TaskProcessing TaskStatus = iota
	TaskFinished
	TaskFailed
	TaskDeleted
)

var taskStatusNames = [...]string{"Processing", "Finished", "Failed", "Deleted"}

func (s TaskStatus) String() string { return taskStatusNames[s] }

// Status computes the state to show; it reads no clock.
func (t *Task) Status() TaskStatus {
	switch {
	case t.Cancelled:
		return TaskDeleted
	case !t.Work.Settled():
		return TaskProcessing
	case t.Work.Failure != 0:
		return TaskFailed
	}
	return TaskFinished
}

// TaskGroupID is the identifier of the task group that a task is the first of.
func TaskGroupID(first Key) string { return "tg-" + ID(KindTask, first)[len("t-"):] }

// ParseTaskGroupID is the first task of the group with an identifier.
func ParseTaskGroupID(id string) (first Key, ok bool) {
	rest, ok := strings.CutPrefix(id, "tg-")
	if !ok {
		return 0, false
	}
	return ParseID(KindTask, "t-"+rest)
}
