package disk_test

import (
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

func disks(s *actiontest.Service, params ...string) []api.DescribeDisksDisk {
	s.T.Helper()
	return actiontest.Call[api.DescribeDisksResponse](s, "DescribeDisks", params...).Disks.Disk
}

func see(s *actiontest.Service, id string) api.DescribeDisksDisk {
	s.T.Helper()
	d := disks(s, "DiskIds", `["`+id+`"]`)
	if len(d) != 1 {
		s.T.Fatalf("%s: %d disks are shown", id, len(d))
	}
	return d[0]
}

func create(s *actiontest.Service, params ...string) string {
	s.T.Helper()
	return actiontest.Call[api.CreateDiskResponse](s, "CreateDisk", append([]string{"ZoneId", actiontest.Zone, "DiskCategory", "cloud_essd", "Size", "20"}, params...)...).DiskID
}

// TestLifecycle takes a disk from creation through an attachment to its end and
// watches every status on the way.
func TestLifecycle(t *testing.T) {
	s := actiontest.Start(t, actiontest.Stepped())
	instance := s.Running()
	id := create(s, "DiskName", "data", "Tag.1.Key", "k", "Tag.1.Value", "v")
	want := func(status, in string) api.DescribeDisksDisk {
		t.Helper()
		d := see(s, id)
		if d.Status != status || d.InstanceID != in {
			t.Fatalf("%s in %q, want %s in %q", d.Status, d.InstanceID, status, in)
		}
		return d
	}
	s.Quiet()
	want("Creating", "")
	s.Step(id)
	if d := want("Available", ""); d.DiskName != "data" || d.Size != 20 || !d.Portable || d.PerformanceLevel != "PL1" || d.IOPS != 2800 || len(d.Tags.Tag) != 1 {
		t.Errorf("%+v", d)
	}
	s.Do("AttachDisk", "DiskId", id, "InstanceId", instance, "DeleteWithInstance", "true")
	s.Quiet()
	want("Attaching", instance)
	s.Step(id)
	if d := want("In_use", instance); d.Device != "/dev/xvdb" || !d.DeleteWithInstance || d.AttachedTime == "" || len(d.Attachments.Attachment) != 1 {
		t.Errorf("%+v", d)
	}
	s.Refuse(403, "DiskStillAttached", "", "DeleteDisk", "DiskId", id)
	s.Do("DetachDisk", "DiskId", id, "InstanceId", instance)
	s.Quiet()
	want("Detaching", instance)
	s.Step(id)
	if d := want("Available", ""); d.Device != "" || d.DeleteWithInstance || d.DetachedTime == "" || len(d.Attachments.Attachment) != 0 {
		t.Errorf("%+v", d)
	}
	s.Do("DeleteDisk", "DiskId", id)
	if d := disks(s, "DiskIds", `["`+id+`"]`); len(d) != 0 {
		t.Errorf("a disk that is being deleted is shown: %+v", d)
	}
	s.Do("DeleteDisk", "DiskId", id) // what does not exist is no error
}
