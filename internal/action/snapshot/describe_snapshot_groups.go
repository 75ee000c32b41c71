package snapshot

import (
	"slices"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/block"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DescribeSnapshotGroups", (*Service).DescribeSnapshotGroups)

// maxGroupIDs is how many groups one request may name.
const maxGroupIDs = 10

// DescribeSnapshotGroups lists snapshot-consistent groups, newest first. All
// filters must hold.
func (s *Service) DescribeSnapshotGroups(c *action.Call, in *api.DescribeSnapshotGroupsRequest) (*api.DescribeSnapshotGroupsResponse, error) {
	snap := s.DB.Snapshot()
	f := action.NewFilter(c, snap, state.SnapshotGroups, groupAccount, state.SnapshotGroupsByAccount)
	if len(in.AdditionalAttributes) > 0 {
		return nil, api.Errorf(api.CodeUnsupportedOperationNotImplemented, "OpenECS knows no AdditionalAttributes of snapshot-consistent groups.")
	}
	if len(in.SnapshotGroupID) > maxGroupIDs {
		return nil, action.Invalid("SnapshotGroupId")
	}
	for _, status := range in.Status {
		if _, ok := ecs.ParseSnapshotStatus(status); !ok {
			return nil, api.Errorf(api.CodeInvalidStatusValueNotSupported, "The specified Status is not valid.").WithStatus(403)
		}
	}
	if len(in.Status) > 0 {
		f.Require(func(k ecs.Key, _ *ecs.SnapshotGroup) bool {
			return slices.Contains(in.Status, block.GroupStatus(snap, k).String())
		})
	}
	if in.InstanceID != "" {
		instance, ok := ecs.ParseID(ecs.KindInstance, in.InstanceID)
		if !ok {
			f.None()
		}
		f.Index(state.SnapshotGroupsByInstance, uint64(instance))
		f.Require(func(_ ecs.Key, g *ecs.SnapshotGroup) bool { return g.Instance == instance })
	}
	f.Name(in.Name, func(_ ecs.Key, g *ecs.SnapshotGroup) string { return g.Name })
	f.Group(c, in.ResourceGroupID, state.SnapshotGroupsByResourceGroup, func(g *ecs.SnapshotGroup) ecs.Sym { return g.ResourceGroup })
	if err := f.Tags(c, in.Tag, state.SnapshotGroupsByTag, func(g *ecs.SnapshotGroup) []ecs.Tag { return g.Tags }); err != nil {
		return nil, err
	}
	if len(in.SnapshotGroupID) > 0 {
		f.IDList(c, ecs.KindSnapshotGroup, in.SnapshotGroupID)
	}
	page, err := s.Pager.Page(c, byToken(in.MaxResults, in.NextToken, 1))
	if err != nil {
		return nil, err
	}
	rows, _, next := f.List(page)
	out := &api.DescribeSnapshotGroupsResponse{NextToken: next}
	out.SnapshotGroups.SnapshotGroup = make([]api.DescribeSnapshotGroupsSnapshotGroup, len(rows))
	for i, r := range rows {
		showGroup(&out.SnapshotGroups.SnapshotGroup[i], snap, c.Now, r.Key, r.Record)
	}
	return out, nil
}

func groupAccount(g *ecs.SnapshotGroup) uint64 { return g.Account }

func showGroup(o *api.DescribeSnapshotGroupsSnapshotGroup, v state.View, now time.Time, k ecs.Key, g *ecs.SnapshotGroup) {
	o.SnapshotGroupID, o.Name, o.Description = ecs.ID(ecs.KindSnapshotGroup, k), g.Name, g.Description
	o.InstanceID, o.CreationTime, o.ResourceGroupID = ecs.ID(ecs.KindInstance, g.Instance), ecs.Second(g.Created), v.Str(g.ResourceGroup)
	o.Status, o.Tags.Tag = block.GroupStatus(v, k).String(), plainTags(v, g.Tags)
	for sk, r := range state.SnapshotsByGroup.Ascend(v, uint64(k), 0) {
		if r.Work.Doing(ecs.WorkDelete) {
			continue
		}
		m := api.DescribeSnapshotGroupsSnapshotGroupSnapshot{
			SnapshotID: ecs.ID(ecs.KindSnapshot, sk), SourceDiskID: ecs.ID(ecs.KindDisk, r.Disk), SourceDiskType: diskType(r), Progress: progress(r), Available: block.SnapshotReady(r),
		}
		m.InstantAccess, m.InstantAccessRetentionDays = instantNow(r, now)
		m.Tags.Tag = plainTags(v, r.Tags)
		o.Snapshots.Snapshot = append(o.Snapshots.Snapshot, m)
	}
}

// plainTags are tags as groups show them: with Key and Value.
func plainTags(v state.View, tags []ecs.Tag) []api.Tag {
	var out []api.Tag
	for _, t := range tags {
		out = append(out, api.Tag{Key: v.Str(t.Key), Value: v.Str(t.Value)})
	}
	return out
}
