package disk_test

import (
	"testing"

	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

func TestResetDisk(t *testing.T) {
	s := actiontest.Start(t, actiontest.Stepped())
	instance := s.Stopped()
	root := system(s, instance).DiskID
	snapshot := s.Snapshot(s.Key(ecs.KindDisk, root))
	refuse(s, "ResetDisk", 400, "DryRunOperation", "DiskId", root, "SnapshotId", snapshot, "DryRun", "true")
	s.Do("ResetDisk", "DiskId", root, "SnapshotId", snapshot)
	s.Quiet()
	if d := see(s, root); d.Status != "ReIniting" || d.SourceSnapshotID != "" {
		t.Errorf("%+v", d)
	}
	s.Step(root)
	if d := see(s, root); d.Status != "In_use" {
		t.Errorf("%+v", d)
	}
	if d := actiontest.Record(s, state.Disks, root); d.Restored != s.Key(ecs.KindSnapshot, snapshot) || d.Content != 1 {
		t.Errorf("%+v", d)
	}
	free := s.DataDisk()
	s.Do("ResetDisk", "DiskId", free, "SnapshotId", s.Snapshot(s.Key(ecs.KindDisk, free)))
	s.Settle()
	if d := see(s, free); d.Status != "Available" {
		t.Errorf("%+v", d)
	}
}

func TestResetDiskRefused(t *testing.T) {
	s := start(t)
	instance := s.Running()
	id, other := attached(s, instance), s.DataDisk()
	snapshot, foreign := s.Snapshot(s.Key(ecs.KindDisk, id)), s.Snapshot(s.Key(ecs.KindDisk, other))
	failed := s.Snapshot(s.Key(ecs.KindDisk, id), func(r *ecs.Snapshot) { r.Work.Failure = 1 })
	good := []string{"DiskId", id, "SnapshotId", snapshot}
	const action = "ResetDisk"
	refuse(s, action, 403, "IncorrectInstanceStatus", good...)
	s.Do("StopInstance", "InstanceId", instance)
	s.Settle()
	refuse(s, action, 404, "InvalidSnapshotId.NotFound", "DiskId", id, "SnapshotId", "s-none")
	refuse(s, action, 403, "InvalidParameter.Mismatch", "DiskId", id, "SnapshotId", foreign)
	refuse(s, action, 403, "InvalidSnapshotId.NotReady", "DiskId", id, "SnapshotId", failed)
	refuse(s, action, 404, "InvalidDiskId.NotFound", "DiskId", "d-none", "SnapshotId", snapshot)
	strangers(s, action, 404, "InvalidDiskId.NotFound", good...)
	busyDisk(s, id, action, "Operation.Conflict", good...)
	lock(s, instance, ecs.LockFinancial)
	refuse(s, action, 403, "InstanceExpiredOrInArrears", good...)
	lock(s, instance, ecs.LockSecurity)
	refuse(s, action, 403, "InstanceLockedForSecurity", good...)
}
