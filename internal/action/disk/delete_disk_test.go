package disk_test

import (
	"testing"

	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

func TestDeleteDiskRefused(t *testing.T) {
	s := start(t)
	instance := s.Stopped()
	id, free := attached(s, instance), s.DataDisk()
	const action = "DeleteDisk"
	refuse(s, action, 403, "DiskStillAttached", "DiskId", id)
	refuse(s, action, 403, "DiskTypeViolation", "DiskId", system(s, instance).DiskID)
	refuse(s, action, 400, "IncorrectDiskStatus.Initializing", "DiskId", create(s))
	busyDisk(s, free, action, "DiskCreatingSnapshot", "DiskId", free)
	paid := prepaid(s)
	s.Do("CreateDisk", "InstanceId", paid, "DiskCategory", "cloud_essd", "Size", "20")
	s.Settle()
	refuse(s, action, 403, "DiskStillAttached", "DiskId", disks(s, "InstanceId", paid, "DiskType", "data")[0].DiskID)
	actiontest.Edit(s, state.Disks, free, func(d *ecs.Disk) { d.Flags |= ecs.NotPortable })
	refuse(s, action, 403, "DiskNotPortable", "DiskId", free)
	actiontest.Edit(s, state.Disks, free, func(d *ecs.Disk) { d.Flags = 0 })
	s.As(s.Other).Do(action, "DiskId", free) // it does not exist there
	if d := see(s, free); d.Status != "Available" {
		t.Errorf("%+v", d)
	}
}
