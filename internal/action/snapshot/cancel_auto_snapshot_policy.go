package snapshot

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "CancelAutoSnapshotPolicy", (*Service).CancelAutoSnapshotPolicy)

// CancelAutoSnapshotPolicy takes their policy from disks, or only the policy
// that is named. Disks that have none are no error.
func (s *Service) CancelAutoSnapshotPolicy(c *action.Call, in *api.CancelAutoSnapshotPolicyRequest) (*api.CancelAutoSnapshotPolicyResponse, error) {
	snap := s.DB.Snapshot()
	var policy ecs.Key
	if in.AutoSnapshotPolicyID != "" {
		var err error
		if policy, _, err = findPolicy(c, snap, in.AutoSnapshotPolicyID); err != nil {
			return nil, err
		}
	}
	disks, err := diskKeys(c, snap, in.DiskIDs)
	if err != nil {
		return nil, err
	}
	return &api.CancelAutoSnapshotPolicyResponse{}, s.DB.Update(c.Context, func(tx *state.Tx) error {
		for _, k := range disks {
			d, ok := state.Disks.Get(tx, k)
			if !ok {
				return noDisk()
			}
			if d.Policy == 0 || policy != 0 && d.Policy != policy {
				continue
			}
			next := *d
			next.Policy = 0
			state.Disks.Put(tx, k, &next)
		}
		return nil
	})
}
