package snapshot

import (
	"cmp"
	"iter"
	"slices"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DescribeSnapshotLinks", (*Service).DescribeSnapshotLinks)

// link is the snapshots of one disk, which may be gone.
type link struct {
	last  *ecs.Snapshot
	count int
	gib   int64
}

// DescribeSnapshotLinks lists the disks that have snapshots, the newest disk
// first. A snapshot counts with the whole size of its disk.
func (s *Service) DescribeSnapshotLinks(c *action.Call, in *api.DescribeSnapshotLinksRequest) (*api.DescribeSnapshotLinksResponse, error) {
	snap := s.DB.Snapshot()
	disks, err := linkDisks(c, snap, in)
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
	rows, total, next := action.List(page, func(below ecs.Key) iter.Seq2[ecs.Key, *link] {
		return func(yield func(ecs.Key, *link) bool) {
			for _, k := range disks {
				if below != 0 && k >= below {
					continue
				}
				if l := linkOf(c, snap, k); l.count > 0 && !yield(k, l) {
					return
				}
			}
		}
	}, nil, -1)
	out := &api.DescribeSnapshotLinksResponse{PageNumber: page.Number, PageSize: page.Size, TotalCount: total, NextToken: next}
	out.SnapshotLinks.SnapshotLink = make([]api.DescribeSnapshotLinksSnapshotLink, len(rows))
	for i, r := range rows {
		s.showLink(&out.SnapshotLinks.SnapshotLink[i], snap, r.Key, r.Record)
	}
	return out, nil
}

// linkDisks is the disks to look at, newest first: those asked for, or all that
// the caller's snapshots in the region name.
func linkDisks(c *action.Call, v state.View, in *api.DescribeSnapshotLinksRequest) ([]ecs.Key, error) {
	var disks []ecs.Key
	asked := false
	narrow := func(keys []ecs.Key) {
		if asked {
			keys = slices.DeleteFunc(keys, func(k ecs.Key) bool { return !slices.Contains(disks, k) })
		}
		disks, asked = keys, true
	}
	for _, list := range [...]struct {
		value, code string
		parse       func(string) (ecs.Key, bool)
	}{
		{in.DiskIDs, api.CodeInvalidDiskIds, func(id string) (ecs.Key, bool) { return ecs.ParseID(ecs.KindDisk, id) }},
		{in.SnapshotLinkIDs, api.CodeInvalidSnapshotLinkIds, parseLink},
	} {
		if list.value == "" {
			continue
		}
		names, err := action.Strings("", list.value, maxIDs)
		if err != nil {
			return nil, api.Errorf(list.code, "The specified list of identifiers is not valid: a JSON array of at most %d.", maxIDs)
		}
		var keys []ecs.Key
		for _, name := range names {
			if k, ok := list.parse(name); ok {
				keys = append(keys, k)
			}
		}
		narrow(keys)
	}
	if in.InstanceID != "" {
		var keys []ecs.Key
		if k, _, err := action.Instance(c, v, in.InstanceID); err == nil {
			keys = slices.Collect(state.DisksByInstance.Keys(v, uint64(k), 0))
		}
		narrow(keys)
	}
	if !asked {
		seen := map[ecs.Key]bool{0: true} // copies have no disk
		for _, r := range state.SnapshotsByAccount.Ascend(v, state.Scope(c.Caller.Account, c.RegionCode()), 0) {
			if !seen[r.Disk] {
				seen[r.Disk] = true
				disks = append(disks, r.Disk)
			}
		}
	}
	slices.SortFunc(disks, func(a, b ecs.Key) int { return cmp.Compare(b, a) })
	return slices.Compact(disks), nil
}

func linkOf(c *action.Call, v state.View, disk ecs.Key) *link {
	l := &link{}
	for k, r := range state.SnapshotsByDisk.Ascend(v, uint64(disk), 0) {
		if r.Account != c.Caller.Account || k.Region() != c.RegionCode() || r.Work.Doing(ecs.WorkDelete) {
			continue
		}
		l.last = r
		l.count++
		l.gib += int64(r.Size)
	}
	return l
}

func (s *Service) showLink(o *api.DescribeSnapshotLinksSnapshotLink, v state.View, disk ecs.Key, l *link) {
	o.SnapshotLinkID, o.SourceDiskID, o.RegionID = linkID(disk), ecs.ID(ecs.KindDisk, disk), s.region(disk)
	o.SourceDiskSize, o.SourceDiskType = int(l.last.Size), diskType(l.last)
	o.TotalCount, o.TotalSize = l.count, l.gib<<30
	o.Category, o.InstantAccess = v.Str(l.last.Category), l.last.Instant != 0 && !l.last.Flags.Has(ecs.SnapshotNotInstant)
	d, ok := state.Disks.Get(v, disk)
	if !ok {
		return
	}
	o.SourceDiskName, o.InstanceID = d.Name, ecs.ID(ecs.KindInstance, d.Instance)
	if i, ok := state.Instances.Get(v, d.Instance); ok {
		if o.InstanceName = i.Name; o.InstanceName == "" {
			o.InstanceName = o.InstanceID
		}
	}
}
