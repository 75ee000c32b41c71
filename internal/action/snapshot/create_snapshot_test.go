package snapshot_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/engine/sim"
	"github.com/openecs/openecs/internal/state"
)

func TestCreateSnapshotRefusals(t *testing.T) {
	s := actiontest.Start(t)
	instance := s.Running()
	disk := systemDisk(s, instance)
	plain := dataDisk(s, instance)
	setCategory(s, plain, "cloud_ssd")
	good := []string{"DiskId", disk}
	s.Refusals(t, "CreateSnapshot", good, []actiontest.Refusal{
		{"no such disk", []string{"DiskId", "d-bp1000000000000000x"}, 404, "InvalidDiskId.NotFound", ""},
		{"name too short", []string{"SnapshotName", "a"}, 400, "InvalidSnapshotName.Malformed", ""},
		{"name of a policy", []string{"SnapshotName", "auto2.0"}, 400, "InvalidSnapshotName.Malformed", ""},
		{"name is an address", []string{"SnapshotName", "http://a"}, 400, "InvalidSnapshotName.Malformed", ""},
		{"description", []string{"Description", "x"}, 404, "InvalidDescription.Malformed", ""},
		{"retention 0", []string{"RetentionDays", "0"}, 400, "InvalidRetentionDays.Malformed", ""},
		{"retention too long", []string{"RetentionDays", "65537"}, 400, "InvalidRetentionDays.Malformed", ""},
		{"category", []string{"Category", "Archive"}, 403, "InvalidSnapshotCategory.Malformed", ""},
		{"category and instant access", []string{"Category", "Flash", "InstantAccess", "true"}, 400, "InvalidParameter.Conflict", ""},
		{"flash of an SSD", []string{"DiskId", plain, "Category", "Flash"}, 403, "IncorrectDiskType.NotSupport", ""},
		{"instant access of an SSD", []string{"DiskId", plain, "InstantAccess", "true"}, 403, "IncorrectDiskType.NotSupport", ""},
		{"instant access for no time", []string{"InstantAccess", "true", "InstantAccessRetentionDays", "0"}, 400, "InvalidParameter", ""},
		{"tag twice", []string{"Tag.1.Key", "a", "Tag.2.Key", "a"}, 400, "Duplicate.TagKey", ""},
		{"tag key", []string{"Tag.1.Key", "aliyun"}, 400, "InvalidTagKey.Malformed", ""},
		{"tag value", []string{"Tag.1.Key", "a", "Tag.1.Value", "http://a"}, 400, "InvalidTagValue.Malformed", ""},
		{"too many tags", actiontest.Tags(21), 403, "QuotaExceed.Tags", ""},
		{"resource group", []string{"ResourceGroupId", "rg-x"}, 404, "InvalidResourceGroup.NotFound", ""},
		{"storage location", []string{"StorageLocationArn", "x"}, 400, "UnsupportedOperation.NotImplemented", ""},
		{"token", []string{"ClientToken", strings.Repeat("x", 65)}, 400, "InvalidClientToken.ValueNotSupported", ""},
	})
	s.As(s.Other).Refuse(404, "InvalidDiskId.NotFound", "", "CreateSnapshot", "DiskId", disk)
	s.As(s.In("cn-beijing")).Refuse(404, "InvalidDiskId.NotFound", "", "CreateSnapshot", "DiskId", disk, "RegionId", "cn-beijing")
}

// TestCreateSnapshotStates goes through what a disk and its instance can be in.
func TestCreateSnapshotStates(t *testing.T) {
	s := actiontest.Start(t, actiontest.Stepped())
	fresh := newDisk(s)
	s.Refuse(403, "IncorrectDiskStatus.NeverAttached", "", "CreateSnapshot", "DiskId", fresh)
	never := s.Stopped()
	s.Refuse(403, "IncorrectDiskStatus.NeverUsed", "", "CreateSnapshot", "DiskId", systemDisk(s, never))
	for _, status := range []string{"Pending", "Starting", "Stopping"} {
		s.Refuse(400, "IncorrectInstanceStatus", "", "CreateSnapshot", "DiskId", systemDisk(s, s.InState(status)))
	}
	instance := s.Running()
	s.Do("AttachDisk", "DiskId", fresh, "InstanceId", instance)
	s.Quiet()
	s.Refuse(403, "IncorrectDiskStatus", "", "CreateSnapshot", "DiskId", fresh)
	s.Step(fresh)
	begin(s, fresh)
	s.Settle()
	s.Do("DetachDisk", "DiskId", fresh, "InstanceId", instance)
	s.Settle()
	begin(s, fresh) // Available, but once attached

	disk := systemDisk(s, instance)
	actiontest.Edit(s, state.Instances, instance, func(i *ecs.Instance) { i.Locks = ecs.LockSecurity })
	s.Refuse(403, "InstanceLockedForSecurity", "", "CreateSnapshot", "DiskId", disk)
	actiontest.Edit(s, state.Instances, instance, func(i *ecs.Instance) { i.Locks = ecs.LockFinancial })
	s.Refuse(403, "DiskInArrears", "", "CreateSnapshot", "DiskId", disk)
	actiontest.Edit(s, state.Instances, instance, func(i *ecs.Instance) { i.Locks = 0 })
	setCategory(s, disk, "local_ssd_pro")
	s.Refuse(400, "DiskCategory.OperationNotSupported", "", "CreateSnapshot", "DiskId", disk)
}

// TestSnapshotOfADetachedDisk takes snapshots of disks that were made with an
// instance: of one that was detached, and of one that outlived the instance.
func TestSnapshotOfADetachedDisk(t *testing.T) {
	s := actiontest.Start(t)
	instance := s.Running("DataDisk.1.Size", "20", "DataDisk.1.Category", "cloud_essd", "DataDisk.2.Size", "20", "DataDisk.2.Category", "cloud_essd", "DataDisk.2.DeleteWithInstance", "false")
	d := actiontest.Call[api.DescribeDisksResponse](s, "DescribeDisks", "InstanceId", instance, "DiskType", "data").Disks.Disk
	if len(d) != 2 {
		t.Fatalf("%d data disks", len(d))
	}
	kept, detached := d[0].DiskID, d[1].DiskID // newest first
	s.Do("DetachDisk", "DiskId", detached, "InstanceId", instance)
	s.Settle()
	take(s, detached)
	s.Do("DeleteInstance", "InstanceId", instance, "Force", "true")
	s.Settle()
	take(s, kept)
}

// setCategory makes a disk one of a category that the instances of these tests
// do not take.
func setCategory(s *actiontest.Service, disk, category string) {
	s.Update(func(tx *state.Tx) {
		k := s.Key(ecs.KindDisk, disk)
		d, _ := state.Disks.Get(tx, k)
		next := *d
		next.Category = tx.Sym(category)
		state.Disks.Put(tx, k, &next)
	})
}

// TestCreateSnapshotQuota fills a disk with snapshots taken by hand.
func TestCreateSnapshotQuota(t *testing.T) {
	s := actiontest.Start(t)
	disk := systemDisk(s, s.Running())
	for range 256 {
		s.Do("CreateSnapshot", "DiskId", disk)
		s.Advance(sim.AutoDelay)
	}
	s.Refuse(403, "QuotaExceed.Snapshot", "", "CreateSnapshot", "DiskId", disk)
	s.Do("DeleteSnapshot", "SnapshotId", list(s)[0].SnapshotID)
	take(s, disk)
}

// TestCreateSnapshotOnce sends a request twice under one token.
func TestCreateSnapshotOnce(t *testing.T) {
	s := actiontest.Start(t)
	disk := systemDisk(s, s.Running())
	id := begin(s, disk, "ClientToken", "t")
	if again := begin(s, disk, "ClientToken", "t"); again != id {
		t.Errorf("%s, then %s", id, again)
	}
	s.Refuse(403, "IdempotentParameterMismatch", "", "CreateSnapshot", "DiskId", disk, "ClientToken", "t", "SnapshotName", "other")
}

// TestInstantAccess gives a snapshot instant access for a while.
func TestInstantAccess(t *testing.T) {
	s := actiontest.Start(t)
	disk := systemDisk(s, s.Running())
	for _, c := range []struct {
		params []string
		on     bool
		days   int
	}{
		{nil, false, 0}, {[]string{"InstantAccess", "false", "InstantAccessRetentionDays", "3"}, false, 0}, {[]string{"InstantAccess", "true"}, true, 0},
		{[]string{"InstantAccess", "true", "InstantAccessRetentionDays", "3"}, true, 3}, {[]string{"InstantAccess", "true", "RetentionDays", "7"}, true, 7},
	} {
		if got := see(s, take(s, disk, c.params...)); got.InstantAccess != c.on || got.InstantAccessRetentionDays != c.days {
			t.Errorf("%v: %v for %d days", c.params, got.InstantAccess, got.InstantAccessRetentionDays)
		}
	}
	flash := take(s, disk, "Category", "Flash")
	if got := see(s, flash); got.Category != "flash" {
		t.Errorf("%+v", got)
	}
	id := take(s, disk, "InstantAccess", "true", "InstantAccessRetentionDays", "1")
	s.Advance(day)
	if see(s, id).InstantAccess {
		t.Error("instant access lasts after its time")
	}
}

// TestRetention has a snapshot go when its retention ends, across a restart.
func TestRetention(t *testing.T) {
	s := actiontest.Start(t)
	disk := systemDisk(s, s.Running())
	id, stays := take(s, disk, "RetentionDays", "2"), take(s, disk)
	if see(s, id).RetentionDays != 2 {
		t.Error("the retention is not shown")
	}
	s.Advance(2*day - time.Hour)
	see(s, id)
	s.Restart()
	s.Advance(time.Hour)
	gone(s, id)
	see(s, stays)
	if n := state.Snapshots.Len(s.DB().Snapshot()); n != 1 {
		t.Errorf("%d rows are left", n)
	}
}

// TestRetentionWaits keeps a snapshot that an image holds past its retention.
func TestRetentionWaits(t *testing.T) {
	s := actiontest.Start(t)
	id := take(s, systemDisk(s, s.Running()), "RetentionDays", "1")
	image := imageOf(s, id)
	s.Advance(2 * day)
	see(s, id)
	s.Update(func(tx *state.Tx) { state.Images.Delete(tx, image) })
	s.Advance(day)
	gone(s, id)
}

// imageOf writes an image that holds a snapshot.
func imageOf(s *actiontest.Service, snapshot string) (k ecs.Key) {
	s.Update(func(tx *state.Tx) {
		k = tx.NewKey(s.Key(ecs.KindSnapshot, snapshot).Region())
		state.Images.Put(tx, k, &ecs.Image{Account: actiontest.Account, Disks: []ecs.ImageDisk{{Snapshot: s.Key(ecs.KindSnapshot, snapshot), System: true, Size: 40}}})
	})
	return k
}

// TestProgress watches a snapshot through DescribeSnapshots in a simulator that
// takes as long as the real service.
func TestProgress(t *testing.T) {
	s := actiontest.Start(t, actiontest.Scaled(1))
	disk := systemDisk(s, s.Running())
	id := begin(s, disk)
	last := -1
	for n := 0; ; n++ {
		got := see(s, id)
		p, err := strconv.Atoi(strings.TrimSuffix(got.Progress, "%"))
		if err != nil || p < last || n > 20 {
			t.Fatalf("%q after %d %%", got.Progress, last)
		}
		if got.Status == "accomplished" {
			if p != 100 || last < 80 || n < 9 {
				t.Errorf("%d %% after %d %%, looked at %d times", p, last, n)
			}
			return
		}
		if want := time.Duration(100-p) * sim.SnapshotDelay / 100; p > 0 && time.Duration(got.RemainTime)*time.Second != want {
			t.Errorf("at %d %%, %d s remain, want %v", p, got.RemainTime, want)
		}
		last = p
		s.Advance(time.Second)
	}
}

// TestCreateSnapshotTyped drives the three actions through the typed client.
func TestCreateSnapshotTyped(t *testing.T) {
	s := actiontest.Start(t)
	ctx := t.Context()
	disk := systemDisk(s, s.Running())
	made, err := s.Client.CreateSnapshot(ctx, &api.CreateSnapshotRequest{DiskID: disk, SnapshotName: "typed", RetentionDays: new(30)})
	if err != nil {
		t.Fatal(err)
	}
	s.Settle()
	got, err := s.Client.DescribeSnapshots(ctx, &api.DescribeSnapshotsRequest{SnapshotName: "typed"})
	if err != nil || len(got.Snapshots.Snapshot) != 1 || got.Snapshots.Snapshot[0].SnapshotID != made.SnapshotID || got.Snapshots.Snapshot[0].RetentionDays != 30 {
		t.Fatalf("%+v %v", got, err)
	}
	if _, err := s.Client.DeleteSnapshot(ctx, &api.DeleteSnapshotRequest{SnapshotID: made.SnapshotID}); err != nil {
		t.Fatal(err)
	}
	_, err = s.Client.CreateSnapshot(ctx, &api.CreateSnapshotRequest{DiskID: "d-x"})
	actiontest.Refused(t, err, api.CodeInvalidDiskIdNotFound, 404)
}
