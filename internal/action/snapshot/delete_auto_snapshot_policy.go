package snapshot

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/model/block"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DeleteAutoSnapshotPolicy", (*Service).DeleteAutoSnapshotPolicy)

// DeleteAutoSnapshotPolicy removes a policy, also from its disks. What it took
// stays.
func (s *Service) DeleteAutoSnapshotPolicy(c *action.Call, in *api.DeleteAutoSnapshotPolicyRequest) (*api.DeleteAutoSnapshotPolicyResponse, error) {
	k, _, err := findPolicy(c, s.DB.Snapshot(), in.AutoSnapshotPolicyID)
	if err != nil {
		return nil, err
	}
	return &api.DeleteAutoSnapshotPolicyResponse{}, s.DB.Update(c.Context, func(tx *state.Tx) error {
		if _, ok := state.SnapshotPolicies.Get(tx, k); !ok {
			return badPolicy("AutoSnapshotPolicyId")
		}
		block.DeletePolicy(tx, k)
		return nil
	})
}
