package disk_test

import (
	"testing"

	"github.com/openecs/openecs/internal/actiontest"

	"github.com/openecs/openecs/internal/ecs"
)

func TestDetachDiskRefused(t *testing.T) {
	s := start(t)
	instance, other := s.Running(), s.Stopped()
	id, free := attached(s, instance), s.DataDisk()
	good := []string{"DiskId", id, "InstanceId", instance}
	const action = "DetachDisk"
	for _, no := range []struct {
		status int
		code   string
		params []string
	}{
		{404, "InvalidDiskId.NotFound", []string{"DiskId", "d-none"}},
		{404, "InvalidInstanceId.NotFound", []string{"InstanceId", "i-none"}},
		{404, "InvalidDisk.AlreadyDetached", []string{"DiskId", free}},
		{403, "DependencyViolation", []string{"InstanceId", other}},
		{403, "DiskTypeViolation", []string{"DiskId", system(s, instance).DiskID}},
		{403, "DeleteWithInstance.Conflict", []string{"DeleteWithInstance", "true"}},
	} {
		refuse(s, action, no.status, no.code, append(good[:len(good):len(good)], no.params...)...)
	}
	strangers(s, action, 404, "InvalidDiskId.NotFound", good...)
	busyDisk(s, id, action, "IncorrectDiskStatus", good...)
	lock(s, instance, ecs.LockSecurity)
	refuse(s, action, 403, "InstanceLockedForSecurity", good...)
	lock(s, instance, 0)
	s.Do("StopInstance", "InstanceId", instance)
	refuse(s, action, 403, "IncorrectInstanceStatus", good...)
	s.Settle()
	lock(s, instance, ecs.LockFinancial) // does not hold a disk
	s.Do(action, append(good, "DeleteWithInstance", "false")...)
	refuse(s, action, 403, "IncorrectDiskStatus", good...)
	s.Settle()
	if d := see(s, id); d.Status != "Available" {
		t.Errorf("%+v", d)
	}
}

// TestDetachWhileItGrows takes a disk off while it is being resized: it is In_use
// then, and is as large as asked for in the end.
func TestDetachWhileItGrows(t *testing.T) {
	for _, opts := range [][]actiontest.Option{nil, {actiontest.Stepped()}} {
		s := actiontest.Start(t, opts...)
		instance := s.Running()
		id := attached(s, instance)
		s.Do("ResizeDisk", "DiskId", id, "NewSize", "40", "Type", "online")
		s.Do("DetachDisk", "DiskId", id, "InstanceId", instance)
		s.Quiet()
		s.Settle()
		if d := disks(s, "DiskIds", `["`+id+`"]`); len(d) != 1 || d[0].Status != "Available" || d[0].Size != 40 || d[0].InstanceID != "" {
			t.Errorf("%+v", d)
		}
	}
}
