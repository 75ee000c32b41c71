package snapshot

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "UnlockSnapshot", (*Service).UnlockSnapshot)

// UnlockSnapshot takes back a lock in its cooling-off period; later it cannot
// be taken back.
func (s *Service) UnlockSnapshot(c *action.Call, in *api.UnlockSnapshotRequest) (*api.UnlockSnapshotResponse, error) {
	once, err := c.Once(in.ClientToken, in.DryRun)
	if err != nil {
		return nil, err
	}
	if _, found, err := once.Earlier(s.DB.Snapshot(), c.Now); found || err != nil {
		return &api.UnlockSnapshotResponse{}, err
	}
	return &api.UnlockSnapshotResponse{}, s.change(c, in.SnapshotID, func(tx *state.Tx, k ecs.Key, next *ecs.Snapshot) error {
		_, err := once.Do(tx, func() ([]ecs.Key, error) {
			switch lockStatus(next, tx.Now()) {
			case lockCoolOff:
			case lockCompliance:
				return nil, locked()
			default:
				return nil, api.Errorf(api.CodeOperationDeniedSnapshotNotLocked, "The specified snapshot is not locked.").WithStatus(403)
			}
			if action.Flag(in.DryRun) {
				return nil, action.DryRun()
			}
			next.LockMode, next.LockDays, next.CoolOff, next.Locked, next.LockStart, next.LockUntil = 0, 0, 0, 0, 0, 0
			return []ecs.Key{k}, nil
		})
		return err
	})
}
