package snapshot_test

import (
	"testing"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

func lockOf(s *actiontest.Service, id string) api.DescribeLockedSnapshotsLockedSnapshotsInfo {
	s.T.Helper()
	got := actiontest.Call[api.DescribeLockedSnapshotsResponse](s, "DescribeLockedSnapshots", "SnapshotIds.1", id).LockedSnapshotsInfo
	if len(got) != 1 {
		s.T.Fatalf("%s: %d locks are shown", id, len(got))
	}
	return got[0]
}

// TestLock follows a lock from its cooling-off period to its end.
func TestLock(t *testing.T) {
	s := actiontest.Start(t)
	id := take(s, systemDisk(s, s.Running()), "RetentionDays", "10")
	lock := []string{"SnapshotId", id, "LockMode", "compliance"}
	with := func(days, hours string, more ...string) []string {
		return append(append(lock[:3:3], "compliance", "LockDuration", days, "CoolOffPeriod", hours), more...)
	}
	now := s.Clock.Now().Truncate(time.Second)
	got := actiontest.Call[api.LockSnapshotResponse](s, "LockSnapshot", with("3", "5")...).LockedSnapshotInfo
	if got.LockStatus != "compliance-cooloff" || got.LockDuration != 3 || got.CoolOffPeriod != 5 || got.LockCreationTime != ecs.Second(now.Unix()) ||
		got.CoolOffPeriodExpiredTime != ecs.Second(now.Add(5*time.Hour).Unix()) || got.LockExpiredTime != ecs.Second(now.Add(3*day).Unix()) || got.LockDurationStartTime != got.LockCreationTime {
		t.Errorf("%+v", got)
	}
	s.Refuse(403, "OperationDenied.SnapshotLocked", "", "DeleteSnapshot", "SnapshotId", id, "Force", "true")
	s.Do("UnlockSnapshot", "SnapshotId", id)
	s.Refuse(403, "OperationDenied.SnapshotNotLocked", "", "UnlockSnapshot", "SnapshotId", id)
	s.Do("LockSnapshot", with("4", "1")...)
	s.Do("LockSnapshot", with("2", "2", "ClientToken", "t")...) // shorter, while it cools off
	s.Do("LockSnapshot", with("2", "2", "ClientToken", "t")...)
	s.Advance(2 * time.Hour)
	if got := lockOf(s, id); got.LockStatus != "compliance" {
		t.Errorf("%+v", got)
	}
	s.Refuse(403, "OperationDenied.SnapshotLocked", "", "UnlockSnapshot", "SnapshotId", id)
	s.Refuse(403, "OperationDenied.SnapshotLocked", "", "LockSnapshot", with("1", "0")...)
	s.Refuse(403, "OperationDenied.SnapshotLocked", "", "LockSnapshot", with("5", "1")...)
	s.Refuse(400, "InvalidParameter", "", "LockSnapshot", with("11", "0")...) // beyond the retention
	s.Do("LockSnapshot", with("5", "0")...)
	s.Advance(4 * day)
	s.Refuse(403, "OperationDenied.SnapshotLocked", "", "DeleteSnapshot", "SnapshotId", id)
	s.Restart()
	s.Advance(day)
	if got := lockOf(s, id); got.LockStatus != "expired" {
		t.Errorf("%+v", got)
	}
	s.Do("DeleteSnapshot", "SnapshotId", id)
	gone(s, id)
}

// TestLockOfAnUnfinishedSnapshot counts from when the snapshot is whole, and
// holds it against the end of its disk.
func TestLockOfAnUnfinishedSnapshot(t *testing.T) {
	s := actiontest.Start(t, actiontest.Stepped())
	instance := s.Running()
	disk := dataDisk(s, instance)
	id := begin(s, disk)
	actiontest.Edit(s, state.Snapshots, id, func(r *ecs.Snapshot) { r.Policy = 1 })
	s.Do("LockSnapshot", "SnapshotId", id, "LockMode", "compliance", "LockDuration", "1", "CoolOffPeriod", "0")
	if got := lockOf(s, id); got.LockDurationStartTime != "" || got.LockExpiredTime != "" || got.LockStatus != "compliance" {
		t.Errorf("%+v", got)
	}
	s.Advance(time.Hour)
	s.Step(id)
	if got := lockOf(s, id); got.LockDurationStartTime != ecs.Second(s.Clock.Now().Unix()) {
		t.Errorf("%+v", got)
	}
	s.Do("DetachDisk", "DiskId", disk, "InstanceId", instance)
	s.Settle()
	s.Do("DeleteDisk", "DiskId", disk)
	s.Settle()
	see(s, id)
}

func TestLockRefusals(t *testing.T) {
	s := actiontest.Start(t)
	id := take(s, systemDisk(s, s.Running()))
	s.Refusals(t, "LockSnapshot", []string{"SnapshotId", id, "LockMode", "compliance", "LockDuration", "1", "CoolOffPeriod", "1"}, []actiontest.Refusal{
		{"no such snapshot", []string{"SnapshotId", "s-x"}, 404, "InvalidSnapshotId.NotFound", ""},
		{"mode", []string{"LockMode", "governance"}, 400, "InvalidParameter", ""},
		{"for no time", []string{"LockDuration", "0"}, 400, "InvalidParameter", ""},
		{"for too long", []string{"LockDuration", "36501"}, 400, "InvalidParameter", ""},
		{"cool off", []string{"CoolOffPeriod", "73"}, 400, "InvalidParameter", ""},
		{"token", []string{"ClientToken", "\x7f"}, 400, "InvalidClientToken.ValueNotSupported", ""},
		{"dry run", []string{"DryRun", "true"}, 400, "DryRunOperation", ""},
		{"no mode", []string{"LockMode", ""}, 400, api.CodeMissingParameter, ""},
	})
	s.Refuse(403, "OperationDenied.SnapshotNotLocked", "", "UnlockSnapshot", "SnapshotId", id)
	s.Do("LockSnapshot", "SnapshotId", id, "LockMode", "compliance", "LockDuration", "1", "CoolOffPeriod", "1")
	s.Refusals(t, "UnlockSnapshot", []string{"SnapshotId", id}, []actiontest.Refusal{
		{"no such snapshot", []string{"SnapshotId", "s-x"}, 404, "InvalidSnapshotId.NotFound", ""},
		{"token", []string{"ClientToken", "\x7f"}, 400, "InvalidClientToken.ValueNotSupported", ""},
		{"dry run", []string{"DryRun", "true"}, 400, "DryRunOperation", ""},
	})
	s.Do("UnlockSnapshot", "SnapshotId", id, "ClientToken", "t")
	s.Do("UnlockSnapshot", "SnapshotId", id, "ClientToken", "t")
}

func TestDescribeLockedSnapshots(t *testing.T) {
	s := actiontest.Start(t)
	disk := systemDisk(s, s.Running())
	take(s, disk)
	for range 11 {
		s.Do("LockSnapshot", "SnapshotId", take(s, disk), "LockMode", "compliance", "LockDuration", "1", "CoolOffPeriod", "0")
	}
	show := func(params ...string) *api.DescribeLockedSnapshotsResponse {
		return actiontest.Call[api.DescribeLockedSnapshotsResponse](s, "DescribeLockedSnapshots", params...)
	}
	first := show()
	rest := show("NextToken", first.NextToken)
	if len(first.LockedSnapshotsInfo) != 10 || len(rest.LockedSnapshotsInfo) != 1 || rest.NextToken != "" {
		t.Errorf("%d and %d", len(first.LockedSnapshotsInfo), len(rest.LockedSnapshotsInfo))
	}
	if n := len(show("LockStatus", "compliance", "MaxResults", "100").LockedSnapshotsInfo); n != 11 {
		t.Errorf("%d are locked", n)
	}
	if n := len(show("LockStatus", "expired").LockedSnapshotsInfo); n != 0 {
		t.Errorf("%d locks have ended", n)
	}
	s.Refusals(t, "DescribeLockedSnapshots", nil, []actiontest.Refusal{
		{"status", []string{"LockStatus", "x"}, 400, "InvalidParameter", ""},
		{"token", []string{"NextToken", "x"}, 400, "InvalidParameter.NextToken", ""},
		{"dry run", []string{"DryRun", "true"}, 400, "DryRunOperation", ""},
	})
}
