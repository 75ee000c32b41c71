package snapshot_test

import (
	"testing"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

// day is how long a retention's unit is.
const day = 24 * time.Hour

func list(s *actiontest.Service, params ...string) []api.DescribeSnapshotsSnapshot {
	s.T.Helper()
	return actiontest.Call[api.DescribeSnapshotsResponse](s, "DescribeSnapshots", params...).Snapshots.Snapshot
}

func see(s *actiontest.Service, id string) api.DescribeSnapshotsSnapshot {
	s.T.Helper()
	got := list(s, "SnapshotIds", `["`+id+`"]`)
	if len(got) != 1 {
		s.T.Fatalf("%s: %d snapshots are shown", id, len(got))
	}
	return got[0]
}

func gone(s *actiontest.Service, id string) {
	s.T.Helper()
	if got := list(s, "SnapshotIds", `["`+id+`"]`); len(got) != 0 {
		s.T.Errorf("%s is there still: %+v", id, got[0])
	}
}

// systemDisk is the disk of an instance.
func systemDisk(s *actiontest.Service, instance string) string {
	s.T.Helper()
	d := actiontest.Call[api.DescribeDisksResponse](s, "DescribeDisks", "InstanceId", instance, "DiskType", "system").Disks.Disk
	if len(d) != 1 {
		s.T.Fatalf("%s has %d system disks", instance, len(d))
	}
	return d[0].DiskID
}

// dataDisk makes a disk and attaches it.
func dataDisk(s *actiontest.Service, instance string, params ...string) string {
	s.T.Helper()
	id := newDisk(s, params...)
	s.Do("AttachDisk", "DiskId", id, "InstanceId", instance)
	s.Settle()
	return id
}

func newDisk(s *actiontest.Service, params ...string) string {
	s.T.Helper()
	id := actiontest.Call[api.CreateDiskResponse](s, "CreateDisk", append([]string{"ZoneId", actiontest.Zone, "DiskCategory", "cloud_essd", "Size", "20"}, params...)...).DiskID
	s.Settle()
	return id
}

// begin begins a snapshot.
func begin(s *actiontest.Service, disk string, params ...string) string {
	s.T.Helper()
	id := actiontest.Call[api.CreateSnapshotResponse](s, "CreateSnapshot", append([]string{"DiskId", disk}, params...)...).SnapshotID
	s.Quiet()
	return id
}

// take takes a snapshot.
func take(s *actiontest.Service, disk string, params ...string) string {
	s.T.Helper()
	id := begin(s, disk, params...)
	s.Settle()
	if got := see(s, id); got.Status != "accomplished" {
		s.T.Fatalf("%s is %s", id, got.Status)
	}
	return id
}

func ids(got []api.DescribeSnapshotsSnapshot) []string {
	out := []string{}
	for _, g := range got {
		out = append(out, g.SnapshotID)
	}
	return out
}

// TestLifecycle takes a snapshot from its beginning to its end and watches
// every status on the way.
func TestLifecycle(t *testing.T) {
	s := actiontest.Start(t, actiontest.Stepped())
	disk := systemDisk(s, s.Running())
	id := begin(s, disk, "SnapshotName", "one", "Description", "before the change", "Tag.1.Key", "k", "Tag.1.Value", "v")
	got := see(s, id)
	if got.Status != "progressing" || got.Progress != "0%" || got.Available || got.SourceDiskID != disk || got.SourceDiskType != "system" || got.SourceDiskSize != "40" ||
		got.SnapshotName != "one" || got.Description != "before the change" || got.SnapshotType != "user" || got.Category != "standard" || got.Usage != "none" ||
		got.CreationTime == "" || len(got.Tags.Tag) != 1 || got.SnapshotLinkID == "" || got.SnapshotSN == "" || got.RegionID != "cn-hangzhou" || got.RetentionDays != 0 {
		t.Errorf("%+v", got)
	}
	s.Refuse(403, "IncorrectDiskStatus.CreatingSnapshot", "", "CreateSnapshot", "DiskId", disk)
	s.Step(id)
	if got := see(s, id); got.Status != "accomplished" || got.Progress != "100%" || !got.Available {
		t.Errorf("%+v", got)
	}
	s.Do("DeleteSnapshot", "SnapshotId", id)
	gone(s, id)
	s.Do("DeleteSnapshot", "SnapshotId", id) // what does not exist is no error
	s.Step(id)
	if n := len(list(s)); n != 0 {
		t.Errorf("%d snapshots are left", n)
	}
}
