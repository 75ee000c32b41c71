package snapshot

import (
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/model/block"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "ModifyAutoSnapshotPolicyEx", (*Service).ModifyAutoSnapshotPolicyEx)

// ModifyAutoSnapshotPolicyEx changes a policy at once for all of its disks; what
// it took before keeps its retention.
func (s *Service) ModifyAutoSnapshotPolicyEx(c *action.Call, in *api.ModifyAutoSnapshotPolicyExRequest) (*api.ModifyAutoSnapshotPolicyExResponse, error) {
	k, _, err := findPolicy(c, s.DB.Snapshot(), in.AutoSnapshotPolicyID)
	if err != nil {
		return nil, err
	}
	form := &policyForm{
		name: strings.Clone(in.AutoSnapshotPolicyName), hours: in.TimePoints, weekdays: in.RepeatWeekdays, retention: in.RetentionDays,
		copyRetention: in.CopiedSnapshotsRetentionDays, enableCopy: in.EnableCrossRegionCopy, regions: in.TargetCopyRegions,
		encrypted: in.CopyEncryptionConfiguration.Encrypted, kmsKey: in.CopyEncryptionConfiguration.KMSKeyID, roles: len(in.CopyEncryptionConfiguration.Arn) > 0,
	}
	return &api.ModifyAutoSnapshotPolicyExResponse{}, s.DB.Update(c.Context, func(tx *state.Tx) error {
		rec, ok := state.SnapshotPolicies.Get(tx, k)
		if !ok {
			return badPolicy("AutoSnapshotPolicyId")
		}
		next := *rec
		zone, err := s.apply(c, form, &next)
		if err != nil {
			return err
		}
		if zone != "" {
			next.CopyZone = tx.Sym(zone)
		}
		state.SnapshotPolicies.Put(tx, k, &next)
		block.ArmPolicy(tx, k, &next)
		return nil
	})
}
