package instance

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// findTask finds a task, or answers 400 InvalidTaskId.NotFound.
func findTask(c *action.Call, v state.View, id string) (ecs.Key, *ecs.Task, error) {
	k, r, ok := action.Find(c, v, state.Tasks, ecs.KindTask, func(t *ecs.Task) uint64 { return t.Account }, id)
	if !ok {
		return 0, nil, api.Errorf(api.CodeInvalidTaskIdNotFound, `The specified "TaskId" is not found.`)
	}
	return k, r, nil
}

// cancels reports whether a task can be cancelled: while it is under way, and
// only an import or an export of an image.
func cancels(v interface{ Str(ecs.Sym) string }, t *ecs.Task) bool {
	return t.Status() == ecs.TaskProcessing && cancelsAction(v.Str(t.Action))
}

func cancelsAction(name string) bool { return name == "ImportImage" || name == "ExportImage" }

// taskResource is what a task is about: an image, an instance or a disk.
func taskResource(t *ecs.Task) (name, id string) {
	if t.Instance != 0 {
		return "InstanceId", ecs.ID(ecs.KindInstance, t.Instance)
	}
	if t.Disk != 0 {
		return "DiskId", ecs.ID(ecs.KindDisk, t.Disk)
	}
	return "ImageId", ecs.ID(ecs.KindImage, t.Image)
}
