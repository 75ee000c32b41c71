package state

import "github.com/openecs/openecs/internal/ecs"

// The tasks, of which imports and exports of images are the first.
var (
	Tasks          = Define[ecs.Task](schema, byte(ecs.KindTask), "task")
	TasksByAccount = Tasks.Index("account", func(k ecs.Key, r *ecs.Task, add func(uint64)) { add(Scope(r.Account, k.Region())) })
	TasksByImage   = Tasks.Index("image", func(_ ecs.Key, r *ecs.Task, add func(uint64)) {
		if r.Image != 0 {
			add(uint64(r.Image))
		}
	})
	TasksOpen = Tasks.Index("open", func(_ ecs.Key, r *ecs.Task, add func(uint64)) { addOpen(&r.Work, add) })
)
