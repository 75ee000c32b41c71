package snapshot

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DescribeLockedSnapshots", (*Service).DescribeLockedSnapshots)

// DescribeLockedSnapshots lists the snapshots that are or were locked, newest
// first.
func (s *Service) DescribeLockedSnapshots(c *action.Call, in *api.DescribeLockedSnapshotsRequest) (*api.DescribeLockedSnapshotsResponse, error) {
	f := action.NewFilter(c, s.DB.Snapshot(), state.Snapshots, account, state.SnapshotsLocked)
	f.Require(func(_ ecs.Key, r *ecs.Snapshot) bool { return r.LockMode != 0 && !r.Work.Doing(ecs.WorkDelete) })
	switch in.LockStatus {
	case "":
	case lockCoolOff, lockCompliance, lockExpired:
		f.Require(func(_ ecs.Key, r *ecs.Snapshot) bool { return lockStatus(r, c.Now) == in.LockStatus })
	default:
		return nil, action.Invalid("LockStatus")
	}
	if len(in.SnapshotIDs) > maxIDs {
		return nil, action.Invalid("SnapshotIds")
	}
	if len(in.SnapshotIDs) > 0 {
		f.IDList(c, ecs.KindSnapshot, in.SnapshotIDs)
	}
	page, err := s.Pager.Page(c, byToken(in.MaxResults, in.NextToken, 10))
	if err != nil {
		return nil, err
	}
	if action.Flag(in.DryRun) {
		return nil, action.DryRun()
	}
	rows, _, next := f.List(page)
	out := &api.DescribeLockedSnapshotsResponse{NextToken: next, LockedSnapshotsInfo: make([]api.DescribeLockedSnapshotsLockedSnapshotsInfo, len(rows))}
	for i, r := range rows {
		out.LockedSnapshotsInfo[i] = lockInfo(r.Key, r.Record, c.Now)
	}
	return out, nil
}

// byToken is the paging of an action that has no page numbers: 10 rows unless
// asked for otherwise, least to 100.
func byToken(size *int, token string, least int) action.PageRequest {
	if size == nil {
		size = new(10)
	}
	return action.PageRequest{MaxResults: size, NextToken: token, MinResults: least, MaximumResults: 100}
}
