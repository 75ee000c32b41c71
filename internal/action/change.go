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

// Create is an action that makes one row, once for its token: check is asked on a
// snapshot, before a dry run ends; write asks again what can race.
func (c *Call) Create(db *state.DB, token string, dryRun *bool, check func(state.View) error, write func(*state.Tx) (ecs.Key, error)) (made ecs.Key, err error) {
	once, err := c.Once(token, dryRun)
	if err != nil {
		return 0, err
	}
	snap := db.Snapshot()
	if made, found, err := once.EarlierOne(snap, c.Now); err != nil || found {
		return made, err
	}
	if err := check(snap); err != nil {
		return 0, err
	}
	if Flag(dryRun) {
		return 0, DryRun()
	}
	err = db.Update(c.Context, func(tx *state.Tx) error {
		made, err = once.DoOne(tx, func() (ecs.Key, error) { return write(tx) })
		return err
	})
	return made, err
}
