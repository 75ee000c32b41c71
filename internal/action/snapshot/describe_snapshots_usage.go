package snapshot

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DescribeSnapshotsUsage", (*Service).DescribeSnapshotsUsage)

// DescribeSnapshotsUsage counts the caller's snapshots in a region. Each counts
// with the whole size of its disk.
func (s *Service) DescribeSnapshotsUsage(c *action.Call, in *api.DescribeSnapshotsUsageRequest) (*api.DescribeSnapshotsUsageResponse, error) {
	out := &api.DescribeSnapshotsUsageResponse{}
	for _, r := range state.SnapshotsByAccount.Ascend(s.DB.Snapshot(), state.Scope(c.Caller.Account, c.RegionCode()), 0) {
		if r.Status() == ecs.SnapshotAccomplished && !r.Work.Doing(ecs.WorkDelete) {
			out.SnapshotCount++
			out.SnapshotSize += int64(r.Size) << 30
		}
	}
	return out, nil
}
