package disk_test

import (
	"testing"

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
