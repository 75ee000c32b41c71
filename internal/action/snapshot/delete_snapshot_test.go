package snapshot_test

import (
	"strconv"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

func TestDeleteSnapshot(t *testing.T) {
	s := actiontest.Start(t)
	instance := s.Running()
	system, data := take(s, systemDisk(s, instance)), take(s, dataDisk(s, instance))

	image := imageOf(s, system)
	s.Refuse(403, "SnapshotCreatedImage", "", "DeleteSnapshot", "SnapshotId", system)
	s.Refuse(403, "SnapshotCreatedImage", "", "DeleteSnapshot", "SnapshotId", system, "Force", "true")
	s.Update(func(tx *state.Tx) { state.Images.Delete(tx, image) })
	s.Do("DeleteSnapshot", "SnapshotId", system)
	gone(s, system)

	newDisk(s, "SnapshotId", data)
	s.Refuse(403, "SnapshotCreatedDisk", "", "DeleteSnapshot", "SnapshotId", data)
	s.As(s.Other).Do("DeleteSnapshot", "SnapshotId", data, "Force", "true") // another's snapshot does not exist for it
	see(s, data)
	s.Do("DeleteSnapshot", "SnapshotId", data, "Force", "true")
	gone(s, data)

	s.Do("DeleteSnapshot", "SnapshotId", "s-nothing")
	s.Refuse(400, "MissingParameter", "", "DeleteSnapshot")
	s.Settle()
	if n := state.Snapshots.Len(s.DB().Snapshot()); n != 0 {
		t.Errorf("%d snapshots are left", n)
	}
}

// TestDeleteSnapshotCancels gives up a snapshot that is being taken: its disk is
// free for the next at once.
func TestDeleteSnapshotCancels(t *testing.T) {
	s := actiontest.Start(t, actiontest.Stepped())
	disk := systemDisk(s, s.Running())
	id := begin(s, disk, "RetentionDays", "1")
	s.Do("DeleteSnapshot", "SnapshotId", id)
	gone(s, id)
	next := begin(s, disk)
	s.Settle()
	if got := ids(list(s)); len(got) != 1 || got[0] != next {
		t.Errorf("%v, want only %s", got, next)
	}
	s.Advance(2 * day)
	if n := state.DueCount(s.DB().Snapshot()); n != 1 { // the settlement of what the disk costs
		t.Errorf("%d due rows are left", n)
	}
}

// TestDeletedDisk keeps what was taken by hand when its disk goes, and drops
// what a policy took, unless that is to stay.
func TestDeletedDisk(t *testing.T) {
	for _, keep := range []bool{false, true} {
		s := actiontest.Start(t)
		instance := s.Running()
		disk := dataDisk(s, instance)
		manual, auto := take(s, disk), take(s, disk)
		actiontest.Edit(s, state.Snapshots, auto, func(r *ecs.Snapshot) { r.Policy = 1 })
		s.Do("ModifyDiskAttribute", "DiskId", disk, "DeleteAutoSnapshot", strconv.FormatBool(!keep))
		s.Do("DetachDisk", "DiskId", disk, "InstanceId", instance)
		s.Settle()
		s.Do("DeleteDisk", "DiskId", disk)
		s.Settle()
		if got := see(s, manual); got.SourceDiskID != disk {
			t.Errorf("%+v", got)
		}
		if keep {
			see(s, auto)
		} else {
			gone(s, auto)
		}
	}
}

// TestSnapshotScenario is the life of a snapshot under faults and restarts.
func TestSnapshotScenario(t *testing.T) {
	scenario := func(s *actiontest.Service) {
		id := s.Instance()
		s.Settle()
		s.Do("StartInstance", "InstanceId", id)
		s.Settle()
		kept := actiontest.Call[api.CreateSnapshotResponse](s, "CreateSnapshot", "DiskId", systemDisk(s, id)).SnapshotID
		s.Settle()
		given := actiontest.Call[api.CreateSnapshotResponse](s, "CreateSnapshot", "DiskId", systemDisk(s, id)).SnapshotID
		s.Do("DeleteSnapshot", "SnapshotId", given)
		s.Settle()
		gone(s, given)
		if got := see(s, kept); got.Status != "accomplished" && got.Status != "failed" {
			s.T.Errorf("%s is %s", kept, got.Status)
		}
		s.Do("DeleteSnapshot", "SnapshotId", kept)
		s.Do("DeleteInstance", "InstanceId", id, "Force", "true")
		s.Settle()
		if n := state.Snapshots.Len(s.DB().Snapshot()); n != 0 {
			s.T.Errorf("%d snapshots are left", n)
		}
		s.NothingLeft()
	}
	t.Run("faults", func(t *testing.T) { actiontest.EachFault(t, scenario) })
	t.Run("restarts", func(t *testing.T) { actiontest.EachRestart(t, scenario) })
}
