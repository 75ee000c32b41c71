package disk

import (
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// settle changes the caller's settings in the request's region.
func (s *Service) settle(c *action.Call, change func(*state.Tx, *ecs.Settings) error) error {
	k := ecs.SettingsKey(c.Caller.Account, c.RegionCode())
	return s.DB.Update(c.Context, func(tx *state.Tx) error {
		var next ecs.Settings
		if was, ok := state.Settings.Get(tx, k); ok {
			next = *was
		}
		if err := change(tx, &next); err != nil {
			return err
		}
		state.Settings.Put(tx, k, &next)
		return nil
	})
}
