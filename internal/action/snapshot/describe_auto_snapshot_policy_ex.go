package snapshot

import (
	"encoding/json"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/tag"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DescribeAutoSnapshotPolicyEx", (*Service).DescribeAutoSnapshotPolicyEx)

// DescribeAutoSnapshotPolicyEx lists policies, newest first. All filters must
// hold.
func (s *Service) DescribeAutoSnapshotPolicyEx(c *action.Call, in *api.DescribeAutoSnapshotPolicyExRequest) (*api.DescribeAutoSnapshotPolicyExResponse, error) {
	snap := s.DB.Snapshot()
	f := action.NewFilter(c, snap, state.SnapshotPolicies, policyAccount, state.SnapshotPoliciesByAccount)
	f.Name(in.AutoSnapshotPolicyName, func(_ ecs.Key, p *ecs.SnapshotPolicy) string { return p.Name })
	f.Group(c, in.ResourceGroupID, state.SnapshotPoliciesByResourceGroup, func(p *ecs.SnapshotPolicy) ecs.Sym { return p.ResourceGroup })
	if err := f.Tags(c, in.Tag, state.SnapshotPoliciesByTag, func(p *ecs.SnapshotPolicy) []ecs.Tag { return p.Tags }); err != nil {
		return nil, err
	}
	if in.AutoSnapshotPolicyID != "" {
		f.IDList(c, ecs.KindSnapshotPolicy, []string{in.AutoSnapshotPolicyID})
	}
	page, err := s.Pager.Page(c, action.PageRequest{PageNumber: in.PageNumber, PageSize: in.PageSize, DefaultSize: 10, MaxSize: 100})
	if err != nil {
		return nil, err
	}
	rows, total, _ := f.List(page)
	out := &api.DescribeAutoSnapshotPolicyExResponse{PageNumber: page.Number, PageSize: page.Size, TotalCount: total}
	out.AutoSnapshotPolicies.AutoSnapshotPolicy = make([]api.DescribeAutoSnapshotPolicyExAutoSnapshotPolicy, len(rows))
	for i, r := range rows {
		s.showPolicy(&out.AutoSnapshotPolicies.AutoSnapshotPolicy[i], snap, r.Key, r.Record)
	}
	return out, nil
}

func (s *Service) showPolicy(o *api.DescribeAutoSnapshotPolicyExAutoSnapshotPolicy, v state.View, k ecs.Key, p *ecs.SnapshotPolicy) {
	o.AutoSnapshotPolicyID, o.AutoSnapshotPolicyName, o.RegionID = ecs.ID(ecs.KindSnapshotPolicy, k), p.Name, s.region(k)
	o.TimePoints, o.RepeatWeekdays, o.RetentionDays = showSet(p.Hours), showSet(uint32(p.Weekdays)), showDays(p.Retention)
	o.CreationTime, o.Status, o.Type, o.ResourceGroupID = ecs.Second(p.Created), "Normal", "Custom", v.Str(p.ResourceGroup)
	o.DiskNums = state.DisksByPolicy.Count(v, uint64(k))
	o.EnableCrossRegionCopy, o.CopiedSnapshotsRetentionDays = p.Copy, showDays(p.CopyRetention)
	o.CopyEncryptionConfiguration.Encrypted = p.CopyEncrypted
	if r, ok := s.Catalog.RegionByCode(p.CopyRegion); ok {
		b, _ := json.Marshal([]string{r.ID}) // strings can always be encoded
		o.TargetCopyRegions = string(b)
	}
	o.Tags.Tag = tag.Show(v, p.Tags)
}
