package action

import (
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// Change is an action that changes one row, once for its token: find looks it up
// for the caller, check is asked on a snapshot, before a dry run ends, and again
// in the transaction that write is called in.
func (c *Call) Change(db *state.DB, token string, dryRun *bool, find func(state.View) (ecs.Key, error), check func(state.View, ecs.Key) error, write func(*state.Tx, ecs.Key)) error {
	once, err := c.Once(token, dryRun)
	if err != nil {
		return err
	}
	snap := db.Snapshot()
	if _, found, err := once.Earlier(snap, c.Now); err != nil || found {
		return err
	}
	k, err := find(snap)
	if err == nil {
		err = check(snap, k)
	}
	if err != nil {
		return err
	}
	if Flag(dryRun) {
		return DryRun()
	}
	return db.Update(c.Context, func(tx *state.Tx) error {
		_, err := once.Do(tx, func() ([]ecs.Key, error) {
			if err := check(tx, k); err != nil {
				return nil, err
			}
			write(tx, k)
			return nil, nil
		})
		return err
	})
}
