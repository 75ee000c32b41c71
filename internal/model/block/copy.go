package block

import (
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// CopySnapshot begins a copy of a whole snapshot in a region, kept by the
// engine of the zone there. s holds what the source does not tell. A copy has no
// disk: no disk is reset from it.
func CopySnapshot(tx *state.Tx, from ecs.Key, src *ecs.Snapshot, region uint8, zone ecs.Sym, s ecs.Snapshot) ecs.Key {
	k := tx.NewKey(region)
	s.Account, s.CopyOf, s.Zone, s.Size, s.System = src.Account, from, zone, src.Size, src.System
	s.DiskCategory, s.Image, s.Encrypted = src.DiskCategory, src.Image, s.Encrypted || src.Encrypted
	begin(tx, k, s)
	return k
}
