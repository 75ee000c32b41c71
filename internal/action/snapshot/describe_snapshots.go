package snapshot

import (
	"strings"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DescribeSnapshots", (*Service).DescribeSnapshots)

// maxIDs is how many identifiers a parameter may hold.
const maxIDs = 100

// DescribeSnapshots lists snapshots, newest first. All filters must hold.
func (s *Service) DescribeSnapshots(c *action.Call, in *api.DescribeSnapshotsRequest) (*api.DescribeSnapshotsResponse, error) {
	snap := s.DB.Snapshot()
	f, err := filter(c, snap, in)
	if err != nil {
		return nil, err
	}
	page, err := s.Pager.Page(c, action.PageRequest{
		PageNumber: in.PageNumber, PageSize: in.PageSize, MaxResults: in.MaxResults, NextToken: in.NextToken,
		DefaultSize: 10, MaxSize: 100, MinResults: 10, MaximumResults: 100,
	})
	if err != nil {
		return nil, err
	}
	if action.Flag(in.DryRun) {
		return nil, action.DryRun()
	}
	rows, total, next := f.List(page)
	out := &api.DescribeSnapshotsResponse{PageNumber: page.Number, PageSize: page.Size, TotalCount: total, NextToken: next}
	out.Snapshots.Snapshot = make([]api.DescribeSnapshotsSnapshot, len(rows))
	for i, r := range rows {
		s.show(&out.Snapshots.Snapshot[i], snap, c.Now, r.Key, r.Record)
	}
	return out, nil
}

// filter reads the filters. Values outside a closed set are refused, values
// that nothing has find nothing.
func filter(c *action.Call, snap *state.Snapshot, in *api.DescribeSnapshotsRequest) (*action.Filter[ecs.Snapshot], error) {
	f := action.NewFilter(c, snap, state.Snapshots, account, state.SnapshotsByAccount)
	f.Require(func(_ ecs.Key, r *ecs.Snapshot) bool { return !r.Work.Doing(ecs.WorkDelete) })
	for _, step := range [...]func(*action.Call, *action.Filter[ecs.Snapshot], *api.DescribeSnapshotsRequest) error{
		filterSets, filterUsage, filterTimes, filterNames, filterLinks,
	} {
		if err := step(c, f, in); err != nil {
			return nil, err
		}
	}
	if err := f.Tags(c, in.Tag, state.SnapshotsByTag, func(r *ecs.Snapshot) []ecs.Tag { return r.Tags }); err != nil {
		return nil, err
	}
	if in.SnapshotIDs == "" {
		return f, nil
	}
	ids, err := action.Strings("SnapshotIds", in.SnapshotIDs, maxIDs)
	if err != nil {
		return nil, api.Errorf(api.CodeInvalidSnapshotIdsMalformed, "The amount of specified snapshot Ids exceeds the limit, or it is no JSON array.")
	}
	f.IDList(c, ecs.KindSnapshot, ids)
	return f, nil
}

// filterSets reads the filters whose values are closed sets.
func filterSets(_ *action.Call, f *action.Filter[ecs.Snapshot], in *api.DescribeSnapshotsRequest) error {
	if in.Status != "" && in.Status != "all" {
		want, ok := ecs.ParseSnapshotStatus(in.Status)
		if !ok {
			return api.Errorf(api.CodeInvalidStatusNotFound, "The specified Status is not found.").WithStatus(404)
		}
		f.Require(func(_ ecs.Key, r *ecs.Snapshot) bool { return r.Status() == want })
	}
	switch in.SnapshotType {
	case "", "all":
	case "auto", "timer", "user":
		f.Require(func(_ ecs.Key, r *ecs.Snapshot) bool { return (r.Policy == 0) == (in.SnapshotType == "user") })
	default:
		return api.Errorf(api.CodeInvalidSnapshotTypeNotFound, "The specified SnapshotType is not found.")
	}
	switch kind := strings.ToLower(in.SourceDiskType); kind {
	case "":
	case "system", "data":
		f.Require(func(_ ecs.Key, r *ecs.Snapshot) bool { return diskType(r) == kind })
	default:
		return api.Errorf(api.CodeInvalidSourceDiskType, "The specified SourceDiskType is not found.")
	}
	switch category := strings.ToLower(in.Category); category {
	case "":
	case "standard", "flash", "archive":
		f.Symbol(category, func(r *ecs.Snapshot) ecs.Sym { return r.Category })
	default:
		return api.Errorf(api.CodeInvalidSnapshotCategoryMalformed, "The specified snapshot category is not valid.")
	}
	if action.Flag(in.Encrypted) {
		f.Require(func(_ ecs.Key, r *ecs.Snapshot) bool { return r.Encrypted })
	}
	return nil
}

// filterUsage reads the filter on what was made from a snapshot.
func filterUsage(_ *action.Call, f *action.Filter[ecs.Snapshot], in *api.DescribeSnapshotsRequest) error {
	switch in.Usage {
	case "":
	case "image", "disk", "image_disk", "none":
		f.Require(func(k ecs.Key, _ *ecs.Snapshot) bool { return usageOf(f.View, k) == in.Usage })
	default:
		return api.Errorf(api.CodeInvalidUsage, "The specified Usage is not found.")
	}
	return nil
}

// filterTimes reads Filter.N: snapshots taken from and until.
func filterTimes(_ *action.Call, f *action.Filter[ecs.Snapshot], in *api.DescribeSnapshotsRequest) error {
	for _, e := range in.Filter {
		if e.Key == "" {
			continue
		}
		if e.Key != "CreationStartTime" && e.Key != "CreationEndTime" {
			return api.Errorf(api.CodeInvalidFilterKeyNotFound, "The specified Filter Key is not found.")
		}
		t, ok := ecs.ParseTime(e.Value)
		if !ok {
			return api.Errorf(api.CodeInvalidFilterValue, "The specified Filter Value is not valid.")
		}
		at, from := t.Unix(), e.Key == "CreationStartTime"
		f.Require(func(_ ecs.Key, r *ecs.Snapshot) bool { return from && r.Created >= at || !from && r.Created <= at })
	}
	return nil
}

// filterNames reads the filters on what a snapshot is called, and of what it is.
func filterNames(c *action.Call, f *action.Filter[ecs.Snapshot], in *api.DescribeSnapshotsRequest) error {
	f.Symbol(in.KMSKeyID, func(r *ecs.Snapshot) ecs.Sym { return r.KMSKey })
	f.Group(c, in.ResourceGroupID, state.SnapshotsByResourceGroup, func(r *ecs.Snapshot) ecs.Sym { return r.ResourceGroup })
	if in.SnapshotName != "" && !strings.Contains(in.SnapshotName, "*") {
		f.Index(state.SnapshotsByName, state.Within(c.Caller.Account, c.RegionCode(), state.Hash(in.SnapshotName)))
	}
	f.Name(in.SnapshotName, func(_ ecs.Key, r *ecs.Snapshot) string { return r.Name })
	if in.DiskID != "" {
		disk, ok := ecs.ParseID(ecs.KindDisk, in.DiskID)
		if !ok {
			f.None()
			return nil
		}
		f.Index(state.SnapshotsByDisk, uint64(disk))
		f.Require(func(_ ecs.Key, r *ecs.Snapshot) bool { return r.Disk == disk })
	}
	if in.InstanceID != "" {
		k, _, err := action.Instance(c, f.View, in.InstanceID)
		if err != nil {
			f.None()
			return nil
		}
		f.Keys(ofInstance(f.View, k))
	}
	return nil
}

// ofInstance is the snapshots of the disks that an instance has now.
func ofInstance(v state.View, instance ecs.Key) []ecs.Key {
	var keys []ecs.Key
	for d := range state.DisksByInstance.Ascend(v, uint64(instance), 0) {
		for k := range state.SnapshotsByDisk.Ascend(v, uint64(d), 0) {
			keys = append(keys, k)
		}
	}
	return keys
}

// filterLinks reads SnapshotLinkId: one link, or a JSON array of them. One that
// does not exist is refused, as documented.
func filterLinks(c *action.Call, f *action.Filter[ecs.Snapshot], in *api.DescribeSnapshotsRequest) error {
	if in.SnapshotLinkID == "" {
		return nil
	}
	ids := []string{in.SnapshotLinkID}
	if strings.HasPrefix(in.SnapshotLinkID, "[") {
		var err error
		if ids, err = action.Strings("SnapshotLinkId", in.SnapshotLinkID, maxIDs); err != nil {
			return err
		}
	}
	var keys []ecs.Key
	for _, id := range ids {
		disk, ok := parseLink(id)
		found := false
		if ok {
			for k, r := range state.SnapshotsByDisk.Ascend(f.View, uint64(disk), 0) {
				if r.Account == c.Caller.Account && k.Region() == c.RegionCode() {
					keys, found = append(keys, k), true
				}
			}
		}
		if !found {
			return api.Errorf(api.CodeInvalidSnapshotLinkIdNotFound, "The specified SnapshotLinkId does not exist.")
		}
	}
	f.Keys(keys)
	return nil
}
