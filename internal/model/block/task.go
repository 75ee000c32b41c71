package block

import (
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// Task makes the task of what was asked of a disk last, in the same transaction;
// it ends as that ends. With grouped it is the first of a task group.
func Task(tx *state.Tx, disk ecs.Key, action string, grouped bool) ecs.Key {
	k := tx.NewKey(disk.Region())
	d, ok := state.Disks.Get(tx, disk)
	if !ok {
		return k
	}
	t := &ecs.Task{
		Account: d.Account, Action: tx.Sym(action), Created: tx.Now().Unix(), Work: ecs.Work{}.Ask(ecs.WorkModify, 0), Disk: disk, DiskGen: d.Work.Gen,
	}
	if grouped {
		t.Group = k
	}
	state.Tasks.Put(tx, k, t)
	tx.Wake(byte(ecs.KindTask), k)
	return k
}
