package snapshot

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DescribeAutoSnapshotPolicyAssociations", (*Service).DescribeAutoSnapshotPolicyAssociations)

// DescribeAutoSnapshotPolicyAssociations lists which disk has which policy: all
// of them, those of one policy, or that of one disk.
func (s *Service) DescribeAutoSnapshotPolicyAssociations(c *action.Call, in *api.DescribeAutoSnapshotPolicyAssociationsRequest) (*api.DescribeAutoSnapshotPolicyAssociationsResponse, error) {
	if in.AutoSnapshotPolicyID != "" && in.DiskID != "" {
		return nil, api.Errorf(api.CodeInvalidParameterConflict, "AutoSnapshotPolicyId and DiskId cannot be given together.").WithStatus(400)
	}
	f := action.NewFilter(c, s.DB.Snapshot(), state.Disks, func(d *ecs.Disk) uint64 { return d.Account }, state.DisksWithPolicy)
	f.Require(func(_ ecs.Key, d *ecs.Disk) bool { return d.Policy != 0 && !d.Work.Doing(ecs.WorkDelete) })
	if in.DiskID != "" {
		f.IDList(c, ecs.KindDisk, []string{in.DiskID})
	}
	if in.AutoSnapshotPolicyID != "" {
		policy, ok := ecs.ParseID(ecs.KindSnapshotPolicy, in.AutoSnapshotPolicyID)
		if !ok {
			f.None()
		}
		f.Index(state.DisksByPolicy, uint64(policy))
		f.Require(func(_ ecs.Key, d *ecs.Disk) bool { return d.Policy == policy })
	}
	page, err := s.Pager.Page(c, byToken(in.MaxResults, in.NextToken, 10))
	if err != nil {
		return nil, err
	}
	rows, _, next := f.List(page)
	out := &api.DescribeAutoSnapshotPolicyAssociationsResponse{NextToken: next}
	list := make([]api.DescribeAutoSnapshotPolicyAssociationsAutoSnapshotPolicyAssociation, len(rows))
	for i, r := range rows {
		list[i].DiskID, list[i].AutoSnapshotPolicyID = ecs.ID(ecs.KindDisk, r.Key), ecs.ID(ecs.KindSnapshotPolicy, r.Record.Policy)
	}
	out.AutoSnapshotPolicyAssociations.AutoSnapshotPolicyAssociation = list
	return out, nil
}
