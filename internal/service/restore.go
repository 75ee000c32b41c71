package service

import (
	"context"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// Snapshot is all that a service knows at one moment.
type Snapshot = state.Snapshot

// Draws are ids and addresses that a service gives in place of new ones.
type Draws = state.Draws

// Restore makes everything what it is in a snapshot, of this service or of
// another one, in one transaction while no instance is worked on. hosts empties
// the hosts meanwhile: the machines of instances that are there afterwards are
// taken up again as they were last seen. Requests under way may still change
// something afterwards.
func (s *Service) Restore(ctx context.Context, to *Snapshot, hosts func()) error {
	return s.reconciler.Still(func() error {
		if err := s.DB.Restore(ctx, to); err != nil {
			return err
		}
		hosts()
		return nil
	})
}

// zoneOf is the zone of a vSwitch, "" when there is none.
func (s *Service) zoneOf(id string) string {
	k, ok := ecs.ParseID(ecs.KindVSwitch, id)
	if !ok {
		return ""
	}
	v := s.DB.Snapshot()
	if row, ok := state.VSwitches.Get(v, k); ok {
		return v.Str(row.Zone)
	}
	return ""
}
