package compute

import (
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// DoneTask makes the task of an action on an instance that the client may ask
// for, though the action did all there was to do.
func DoneTask(tx *state.Tx, instance ecs.Key, r *ecs.Instance, action string) ecs.Key {
	k, now := tx.NewKey(instance.Region()), tx.Now().Unix()
	state.Tasks.Put(tx, k, &ecs.Task{
		Account: r.Account, Action: tx.Sym(action), Created: now, Finished: now, Work: ecs.Work{Op: ecs.WorkModify, Gen: 1, Done: 1}, Instance: instance,
	})
	return k
}
