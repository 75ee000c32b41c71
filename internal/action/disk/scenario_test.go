package disk_test

import (
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/engine"
	"github.com/openecs/openecs/internal/engine/sim"
	"github.com/openecs/openecs/internal/state"
)

// life takes disks through all that is asynchronous, and ends with nothing left.
func life(s *actiontest.Service) {
	s.T.Helper()
	want := func(id, status, in string, size int) {
		s.T.Helper()
		if d := see(s, id); d.Status != status || d.InstanceID != in || d.Size != size {
			s.T.Fatalf("%s in %q with %d GiB, want %s in %q with %d", d.Status, d.InstanceID, d.Size, status, in, size)
		}
	}
	n := s.Network()
	instance := actiontest.Call[api.CreateInstanceResponse](s, "CreateInstance", "InstanceType", actiontest.InstanceType, "ImageId", actiontest.Image,
		"SecurityGroupId", n.Group, "VSwitchId", n.VSwitch, "SystemDisk.Category", "cloud_essd", "DataDisk.1.Size", "30", "DataDisk.1.Category", "cloud_essd",
		"DataDisk.1.DiskName", "made", "DataDisk.1.DeleteWithInstance", "false").InstanceID
	kept, goes := create(s), create(s)
	s.Settle()
	made := disks(s, "DiskName", "made")[0].DiskID
	want(kept, "Available", "", 20)
	s.Do("AttachDisk", "DiskId", kept, "InstanceId", instance)
	s.Do("AttachDisk", "DiskId", goes, "InstanceId", instance, "DeleteWithInstance", "true")
	s.Settle()
	want(kept, "In_use", instance, 20)
	s.Do("ResizeDisk", "DiskId", kept, "NewSize", "40")
	s.Do("ModifyDiskSpec", "DiskId", goes, "DiskCategory", "cloud_auto")
	s.Settle()
	want(kept, "In_use", instance, 40)
	s.Do("ReInitDisk", "DiskId", goes)
	replace(s, instance)
	s.Settle()
	want(goes, "In_use", instance, 20)
	s.Do("DetachDisk", "DiskId", goes, "InstanceId", instance)
	s.Settle()
	want(goes, "Available", "", 20)
	s.Do("AttachDisk", "DiskId", goes, "InstanceId", instance, "DeleteWithInstance", "true")
	s.Settle()
	s.Do("DeleteInstance", "InstanceId", instance)
	s.Settle()
	s.Want(instance, "gone")
	want(kept, "Available", "", 40)
	want(made, "Available", "", 30)
	if n := len(disks(s)); n != 2 {
		s.T.Fatalf("%d disks are left", n)
	}
	s.Do("DeleteDisk", "DiskId", kept)
	s.Do("DeleteDisk", "DiskId", made)
	s.Settle()
	s.NothingLeft()
}

func TestLifeEachFault(t *testing.T) { actiontest.EachFault(t, life) }

func TestLifeEachRestart(t *testing.T) { actiontest.EachRestart(t, life) }

// TestDeleteWhileAtWork deletes an instance while something is under way with each
// of its disks.
func TestDeleteWhileAtWork(t *testing.T) {
	s := actiontest.Start(t, actiontest.Stepped())
	instance := s.Stopped()
	attaching, resizing, refilling := s.DataDisk(), s.DataDisk(), s.DataDisk()
	for _, id := range []string{resizing, refilling} {
		s.Do("AttachDisk", "DiskId", id, "InstanceId", instance)
	}
	s.Settle()
	s.Do("AttachDisk", "DiskId", attaching, "InstanceId", instance)
	s.Do("ResizeDisk", "DiskId", resizing, "NewSize", "40")
	s.Do("ReInitDisk", "DiskId", refilling)
	replace(s, instance)
	s.Quiet()
	s.Do("DeleteInstance", "InstanceId", instance)
	s.Quiet()
	s.Want(instance, "Stopped") // until its disks are detached
	s.Settle()
	s.Want(instance, "gone")
	for id, size := range map[string]int{attaching: 20, resizing: 40, refilling: 20} {
		if d := see(s, id); d.Status != "Available" || d.InstanceID != "" || d.Size != size {
			t.Errorf("%+v", d)
		}
	}
	if n := len(disks(s)); n != 3 {
		t.Errorf("%d disks", n)
	}
}

// TestKeptDiskLeavesFirst: the engine removes the machine only when the disks that
// outlive it are detached; one that it cannot detach holds nothing up.
func TestKeptDiskLeavesFirst(t *testing.T) {
	s := actiontest.Start(t, actiontest.Stepped())
	instance := s.Stopped()
	id := s.DataDisk()
	s.Do("AttachDisk", "DiskId", id, "InstanceId", instance)
	s.Settle()
	s.Do("DeleteInstance", "InstanceId", instance)
	s.Quiet()
	if p := s.Sim.Pending(); len(p) != 1 || p[0].Op != sim.DiskWork || see(s, id).Status != "Detaching" {
		t.Fatalf("%+v is under way", p)
	}
	s.Step(id)
	if p := s.Sim.Pending(); len(p) != 1 || p[0].Op != sim.Remove || see(s, id).Status != "Available" {
		t.Fatalf("%+v is under way", p)
	}
	s.Settle()

	instance = s.Stopped()
	s.Do("AttachDisk", "DiskId", id, "InstanceId", instance)
	s.Settle()
	s.Sim.Inject(sim.Fault{Match: sim.Match{Op: sim.DiskWork}, Times: -1, Err: engine.ErrPermanent})
	s.Do("DetachDisk", "DiskId", id, "InstanceId", instance) // fails once by itself, once for the deletion
	s.Settle()
	if d := see(s, id); d.Status != "In_use" {
		t.Errorf("%+v", d)
	}
	s.Do("DeleteInstance", "InstanceId", instance)
	s.Settle()
	s.Want(instance, "gone")
	if d := see(s, id); d.Status != "Available" || d.InstanceID != "" || d.Device != "" {
		t.Errorf("%+v", d)
	}
}

// TestSecurityLockTakesAll: of an instance that is locked for security no disk
// stays.
func TestSecurityLockTakesAll(t *testing.T) {
	s := start(t)
	instance := s.Stopped()
	attached(s, instance)
	lock(s, instance, ecs.LockSecurity)
	s.Do("DeleteInstance", "InstanceId", instance)
	s.Settle()
	s.NothingLeft()
}

// TestNeverMade: the disks of an instance that could not be made go with it, kept
// or not.
func TestNeverMade(t *testing.T) {
	s := actiontest.Start(t, actiontest.Stepped())
	s.Sim.SetStock(actiontest.Zone, actiontest.InstanceType, 1)
	first := s.Instance()
	instance := s.Instance("DataDisk.1.Size", "20", "DataDisk.1.Category", "cloud_essd", "DataDisk.1.DeleteWithInstance", "false")
	s.Want(instance, "gone")
	for _, d := range disks(s) {
		if d.InstanceID != first || d.Status != "Creating" {
			t.Errorf("%+v", d)
		}
	}
	if n := len(disks(s, "Status", "Creating")); n != 1 {
		t.Errorf("%d disks are Creating", n)
	}
	s.Step(first)
	if n := len(disks(s, "Status", "In_use")); n != 1 {
		t.Errorf("%d disks are In_use", n)
	}
}

// TestAutoSnapshotsFollow: with an instance's disk go its automatic snapshots,
// unless DeleteAutoSnapshot is off; those taken by hand stay.
func TestAutoSnapshotsFollow(t *testing.T) {
	s := start(t)
	for _, keep := range []bool{false, true} {
		instance := s.Stopped()
		root := system(s, instance).DiskID
		if keep {
			s.Do("ModifyDiskAttribute", "DiskId", root, "DeleteAutoSnapshot", "false")
		}
		k := s.Key(ecs.KindDisk, root)
		hand, auto := s.Snapshot(k), s.Snapshot(k, func(r *ecs.Snapshot) { r.Policy = 1 })
		s.Do("DeleteInstance", "InstanceId", instance)
		s.Settle()
		v := s.DB().Snapshot()
		_, byHand := state.Snapshots.Get(v, s.Key(ecs.KindSnapshot, hand))
		_, byPolicy := state.Snapshots.Get(v, s.Key(ecs.KindSnapshot, auto))
		if !byHand || byPolicy != keep {
			t.Errorf("DeleteAutoSnapshot=%v: by hand %v, automatic %v", !keep, byHand, byPolicy)
		}
	}
}

// contents takes a disk of a running instance through what changes its size and
// its content: a snapshot, online growth, going back to the snapshot.
func contents(s *actiontest.Service) {
	s.T.Helper()
	want := func(id, status string, size int) {
		s.T.Helper()
		if d := see(s, id); d.Status != status || d.Size != size {
			s.T.Fatalf("%s with %d GiB, want %s with %d", d.Status, d.Size, status, size)
		}
	}
	instance, id := s.Instance(), create(s)
	s.Settle()
	s.Do("AttachDisk", "DiskId", id, "InstanceId", instance)
	s.Do("StartInstance", "InstanceId", instance)
	s.Settle()
	s.Want(instance, "Running")
	s.Do("ResizeDisk", "DiskId", id, "NewSize", "40", "Type", "online")
	s.Settle()
	want(id, "In_use", 40)
	snapshot := actiontest.Call[api.CreateSnapshotResponse](s, "CreateSnapshot", "DiskId", id).SnapshotID
	s.Settle()
	taken := actiontest.Call[api.DescribeSnapshotsResponse](s, "DescribeSnapshots").Snapshots.Snapshot
	if len(taken) != 1 || taken[0].SnapshotID != snapshot || taken[0].Status != "accomplished" || taken[0].Progress != "100%" {
		s.T.Fatalf("%+v", taken)
	}
	s.Do("StopInstance", "InstanceId", instance)
	s.Settle()
	s.Do("ResetDisk", "DiskId", id, "SnapshotId", snapshot)
	s.Settle()
	want(id, "In_use", 40)
	if d := actiontest.Record(s, state.Disks, id); d.Restored != s.Key(ecs.KindSnapshot, snapshot) || !d.Work.Settled() {
		s.T.Errorf("%+v", d)
	}
	s.Do("DetachDisk", "DiskId", id, "InstanceId", instance)
	s.Settle()
	s.Do("DeleteSnapshot", "SnapshotId", snapshot)
	s.Do("DeleteDisk", "DiskId", id)
	s.Do("DeleteInstance", "InstanceId", instance)
	s.Settle()
	s.NothingLeft()
}

func TestContentsEachFault(t *testing.T) { actiontest.EachFault(t, contents) }

func TestContentsEachRestart(t *testing.T) { actiontest.EachRestart(t, contents) }
