package instance_test

import (
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
)

// TestDataDiskOfSnapshot: a data disk of a snapshot is at least as large as that,
// encrypted if that is, and made from nothing that is not a finished snapshot of a
// data disk of the caller's.
func TestDataDiskOfSnapshot(t *testing.T) {
	s := actiontest.Start(t)
	source := s.Key(ecs.KindDisk, s.DataDisk("Size", "50", "Encrypted", "true"))
	good := s.Snapshot(source)
	disk := func(id string) []string {
		return []string{"DataDisk.1.Category", "cloud_essd", "DataDisk.1.SnapshotId", id}
	}
	for want, more := range map[int][]string{50: nil, 60: {"DataDisk.1.Size", "60"}, 51: {"DataDisk.1.Size", "51"}} {
		id := s.Stopped(append(disk(good), more...)...)
		d := actiontest.Call[api.DescribeDisksResponse](s, "DescribeDisks", "InstanceId", id, "DiskType", "data").Disks.Disk
		if len(d) != 1 || d[0].Size != want || !d[0].Encrypted || d[0].SourceSnapshotID != good {
			t.Errorf("%v: %+v", more, d)
		}
	}
	n := s.Network()
	refuse := func(status int, code string, params ...string) {
		t.Helper()
		for _, action := range []string{"CreateInstance", "RunInstances"} {
			s.Refuse(status, code, "", action, append([]string{"InstanceType", actiontest.InstanceType, "ImageId", actiontest.Image,
				"SecurityGroupId", n.Group, "VSwitchId", n.VSwitch, "SystemDisk.Category", "cloud_essd"}, params...)...)
		}
	}
	refuse(404, "InvalidDataDiskSnapshotId.NotFound", disk(s.Snapshot(source, func(r *ecs.Snapshot) { r.Account = actiontest.OtherAccount }))...)
	refuse(404, "InvalidDataDiskSnapshotId.NotFound", disk(s.Snapshot(source, func(r *ecs.Snapshot) { r.Work.Gen, r.Work.Op = 2, ecs.WorkDelete }))...)
	refuse(403, "InvalidSnapshotId.NotReady", disk(s.Snapshot(source, func(r *ecs.Snapshot) { r.Work.Done = 0 }))...)
	refuse(403, "InvalidSnapshotId.NotDataDiskSnapshot", disk(s.Snapshot(source, func(r *ecs.Snapshot) { r.System = true }))...)
	s.Refuse(400, "InvalidProvisionedIops.LimitExceed", "", "RunInstances", "InstanceType", actiontest.InstanceType, "ImageId", actiontest.Image, // CreateInstance has no such parameter
		"SecurityGroupId", n.Group, "VSwitchId", n.VSwitch, "SystemDisk.Category", "cloud_essd",
		"DataDisk.1.Category", "cloud_auto", "DataDisk.1.Size", "20", "DataDisk.1.ProvisionedIops", "17201")
}
