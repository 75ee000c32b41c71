package disk_test

import (
	"testing"

	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/engine"
	"github.com/openecs/openecs/internal/engine/sim"
	"github.com/openecs/openecs/internal/state"
)

func TestAttachDisk(t *testing.T) {
	s := start(t)
	instance := s.Running()
	first, named, second := s.DataDisk(), s.DataDisk(), s.DataDisk()
	s.Do("AttachDisk", "DiskId", named, "InstanceId", instance, "Device", "/dev/xvdc", "DeleteWithInstance", "true", "Force", "true")
	s.Do("AttachDisk", "DiskId", first, "InstanceId", instance)
	s.Do("AttachDisk", "DiskId", second, "InstanceId", instance)
	s.Settle()
	for id, device := range map[string]string{first: "/dev/xvdb", named: "/dev/xvdc", second: "/dev/xvdd"} {
		if d := see(s, id); d.Device != device || d.Status != "In_use" || d.DeleteWithInstance != (id == named) {
			t.Errorf("%+v", d)
		}
	}
}

// TestAttachDiskFails: a disk that could not be attached is Available.
func TestAttachDiskFails(t *testing.T) {
	s := start(t)
	instance, id := s.Running(), s.DataDisk()
	s.Sim.Inject(sim.Fault{Match: sim.Match{Op: sim.DiskWork}, Times: 1, Err: engine.ErrPermanent})
	s.Do("AttachDisk", "DiskId", id, "InstanceId", instance, "DeleteWithInstance", "true")
	s.Settle()
	if d := see(s, id); d.Status != "Available" || d.InstanceID != "" || d.Device != "" || d.DeleteWithInstance {
		t.Errorf("%+v", d)
	}
}

func TestAttachDiskRefused(t *testing.T) {
	s := start(t)
	instance := s.Running()
	id, taken, bound, fresh := s.DataDisk(), attached(s, instance), s.DataDisk(), ""
	actiontest.Edit(s, state.Disks, bound, func(d *ecs.Disk) { d.Flags |= ecs.NotPortable })
	elsewhere := s.DataDisk("ZoneId", "cn-hangzhou-g")
	efficiency := s.DataDisk("DiskCategory", "cloud_efficiency")
	good := []string{"DiskId", id, "InstanceId", instance}
	const action = "AttachDisk"
	for _, no := range []struct {
		status int
		code   string
		params []string
	}{
		{400, "InvalidDevice.Malformed", []string{"Device", "/dev/sda"}},
		{403, "InvalidDevice.InUse", []string{"Device", "/dev/xvda"}},
		{403, "InvalidDevice.InUse", []string{"Device", "/dev/xvdb"}},
		{400, "UnsupportedOperation.NotImplemented", []string{"Bootable", "true"}},
		{400, "UnsupportedOperation.NotImplemented", []string{"Password", "Str0ng-pass"}},
		{400, "UnsupportedOperation.NotImplemented", []string{"KeyPairName", "kp"}},
		{404, "InvalidDiskId.NotFound", []string{"DiskId", "d-none"}},
		{404, "InvalidInstanceId.NotFound", []string{"InstanceId", "i-none"}},
		{404, "InvalidDisk.InUse", []string{"DiskId", taken}},
		{403, "DiskNotPortable", []string{"DiskId", bound}},
		{403, "ResourcesNotInSameZone", []string{"DiskId", elsewhere}},
		{403, "InvalidInstanceType.NotSupportDiskCategory", []string{"DiskId", efficiency}},
	} {
		refuse(s, action, no.status, no.code, append(good[:len(good):len(good)], no.params...)...)
	}
	strangers(s, action, 404, "InvalidDiskId.NotFound", good...)
	busyDisk(s, id, action, "", good...)
	fresh = create(s)
	refuse(s, action, 400, "IncorrectDiskStatus.Initializing", "DiskId", fresh, "InstanceId", instance)
	lock(s, instance, ecs.LockFinancial)
	refuse(s, action, 403, "InstanceExpiredOrInArrears", good...)
	lock(s, instance, ecs.LockSecurity)
	refuse(s, action, 403, "InstanceLockedForSecurity", good...)
	lock(s, instance, 0)
	for _, st := range []string{"Pending", "Starting", "Stopping", "Deleting"} {
		o := actiontest.Start(t, actiontest.Stepped())
		refuse(o, action, 400, "IncorrectInstanceStatus", "InstanceId", o.InState(st), "DiskId", o.DataDisk())
	}
	if d := see(s, id); d.Status != "Available" {
		t.Errorf("%+v", d)
	}
}
