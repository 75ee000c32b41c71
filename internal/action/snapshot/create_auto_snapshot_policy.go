package snapshot

import (
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/block"
	"github.com/openecs/openecs/internal/model/resource"
	"github.com/openecs/openecs/internal/model/tag"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "CreateAutoSnapshotPolicy", (*Service).CreateAutoSnapshotPolicy)

// CreateAutoSnapshotPolicy makes a policy, which is applied to disks by another
// action.
func (s *Service) CreateAutoSnapshotPolicy(c *action.Call, in *api.CreateAutoSnapshotPolicyRequest) (*api.CreateAutoSnapshotPolicyResponse, error) {
	p := ecs.SnapshotPolicy{Account: c.Caller.Account, Created: c.Now.Unix()}
	switch {
	case in.TimePoints == "":
		return nil, badPolicy("timePoints")
	case in.RepeatWeekdays == "":
		return nil, badPolicy("repeatWeekdays")
	}
	if err := tag.Check(in.Tag); err != nil {
		return nil, err
	}
	zone, err := s.apply(c, &policyForm{
		name: strings.Clone(in.AutoSnapshotPolicyName), hours: in.TimePoints, weekdays: in.RepeatWeekdays, retention: in.RetentionDays,
		copyRetention: in.CopiedSnapshotsRetentionDays, enableCopy: in.EnableCrossRegionCopy, regions: in.TargetCopyRegions,
		encrypted: in.CopyEncryptionConfiguration.Encrypted, kmsKey: in.CopyEncryptionConfiguration.KMSKeyID, roles: len(in.CopyEncryptionConfiguration.Arn) > 0,
	}, &p)
	if err != nil {
		return nil, err
	}
	if err := checkPlace(c, s.DB.Snapshot(), in.ResourceGroupID, in.StorageLocationArn); err != nil {
		return nil, err
	}
	var k ecs.Key
	err = s.DB.Update(c.Context, func(tx *state.Tx) error {
		if state.SnapshotPoliciesByAccount.Count(tx, state.Scope(p.Account, c.RegionCode())) >= maxPolicies {
			return api.Errorf(api.CodeAutoSnapshotPolicyQuotaExceed, "The quota of automatic snapshot policies exceeds.")
		}
		group, ok := resource.Group(tx, p.Account, in.ResourceGroupID)
		if !ok {
			return noResourceGroup()
		}
		rec := p
		rec.CopyZone, rec.Tags, rec.ResourceGroup = tx.Sym(zone), tag.Store(tx, in.Tag), group
		k = tx.NewKey(c.RegionCode())
		state.SnapshotPolicies.Put(tx, k, &rec)
		block.ArmPolicy(tx, k, &rec)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &api.CreateAutoSnapshotPolicyResponse{AutoSnapshotPolicyID: ecs.ID(ecs.KindSnapshotPolicy, k)}, nil
}
