package snapshot

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/model/block"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "ApplyAutoSnapshotPolicy", (*Service).ApplyAutoSnapshotPolicy)

// ApplyAutoSnapshotPolicy has a policy take snapshots of disks, in place of the
// policy they had. It is for all of them or for none.
func (s *Service) ApplyAutoSnapshotPolicy(c *action.Call, in *api.ApplyAutoSnapshotPolicyRequest) (*api.ApplyAutoSnapshotPolicyResponse, error) {
	snap := s.DB.Snapshot()
	policy, _, err := findPolicy(c, snap, in.AutoSnapshotPolicyID)
	if err != nil {
		return nil, err
	}
	disks, err := diskKeys(c, snap, in.DiskIDs)
	if err != nil {
		return nil, err
	}
	local := 0
	for _, k := range disks {
		if d, ok := state.Disks.Get(snap, k); ok && block.LocalDisk(snap.Str(d.Category)) {
			local++
		}
	}
	switch {
	case local == len(disks):
		return nil, api.Errorf(api.CodeDiskCategoryOperationNotSupported, "The operation is not supported for the category of the specified disk.")
	case local > 0:
		return nil, api.Errorf(api.CodePartofDiskCategoryOperationNotSupported, "The operation is not supported for the category of some of the specified disks.")
	}
	return &api.ApplyAutoSnapshotPolicyResponse{}, s.DB.Update(c.Context, func(tx *state.Tx) error {
		if _, ok := state.SnapshotPolicies.Get(tx, policy); !ok {
			return badPolicy("AutoSnapshotPolicyId")
		}
		for _, k := range disks {
			d, ok := state.Disks.Get(tx, k)
			if !ok {
				return noDisk()
			}
			next := *d
			next.Policy = policy
			state.Disks.Put(tx, k, &next)
		}
		return nil
	})
}
