package disk_test

import (
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/engine"
	"github.com/openecs/openecs/internal/engine/sim"
)

func TestResizeDisk(t *testing.T) {
	s := start(t)
	running := s.Running()
	id := attached(s, running)
	s.Do("ResizeDisk", "DiskId", id, "NewSize", "40", "Type", "online")
	if d := see(s, id); d.Size != 40 || d.Status != "In_use" {
		t.Errorf("%+v", d)
	}
	refuse(s, "ResizeDisk", 403, "IncorrectDiskStatus", "DiskId", id, "NewSize", "50")
	s.Settle()
	s.Do("ResizeDisk", "DiskId", id, "NewSize", "50", "ClientToken", "t")
	s.Settle()
	s.Do("ResizeDisk", "DiskId", id, "NewSize", "50", "ClientToken", "t")
	refuse(s, "ResizeDisk", 403, "IdempotentParameterMismatch", "DiskId", id, "NewSize", "60", "ClientToken", "t")
	root := system(s, running).DiskID
	s.Do("ResizeDisk", "DiskId", root, "NewSize", "100")
	s.Settle()
	if d := see(s, root); d.Size != 100 {
		t.Errorf("%+v", d)
	}
	free := s.DataDisk()
	s.Do("ResizeDisk", "DiskId", free, "NewSize", "21")
	paid := system(s, prepaid(s)).DiskID
	if out := actiontest.Call[api.ResizeDiskResponse](s, "ResizeDisk", "DiskId", paid, "NewSize", "90"); out.OrderID == "" {
		t.Error("no order for a subscription disk")
	}
}

// TestResizeDiskFails: a disk that could not grow has the size it had.
func TestResizeDiskFails(t *testing.T) {
	s := start(t)
	id := s.DataDisk()
	s.Sim.Inject(sim.Fault{Match: sim.Match{Op: sim.DiskWork, ID: engine.ID(s.Key(ecs.KindDisk, id))}, Times: 1, Err: engine.ErrNoStock})
	s.Do("ResizeDisk", "DiskId", id, "NewSize", "40")
	s.Settle()
	if d := see(s, id); d.Size != 20 || d.Status != "Available" {
		t.Errorf("%+v", d)
	}
	s.Do("ResizeDisk", "DiskId", id, "NewSize", "40")
	s.Settle()
	if d := see(s, id); d.Size != 40 {
		t.Errorf("%+v", d)
	}
}

func TestResizeDiskRefused(t *testing.T) {
	s := start(t)
	instance := s.Running()
	id, root := attached(s, instance), system(s, instance).DiskID
	basic := s.DataDisk("DiskCategory", "cloud_efficiency")
	const action = "ResizeDisk"
	for _, no := range []struct {
		status   int
		code     string
		disk, to string
		more     []string
	}{
		{400, "InvalidParam.Type", id, "40", []string{"Type", "x"}},
		{400, "InvalidClientToken.ValueNotSupported", id, "40", []string{"ClientToken", "\u00e9"}},
		{400, "InvalidDataDiskSize.ValueNotSupported", id, "0", nil},
		{400, "InvalidSystemDiskSize.ValueNotSupported", root, "-1", nil},
		{403, "InvalidDiskSize.TooSmall", id, "20", nil},
		{403, "InvalidDiskSize.TooSmall", id, "19", nil},
		{403, "InvalidDiskSize.TooLarge", id, "65537", nil},
		{403, "InvalidDiskSize.TooLarge", root, "2049", nil},
		{403, "InvalidDiskSize.TooLarge", basic, "32769", nil},
		{404, "InvalidDiskId.NotFound", "d-none", "40", nil},
	} {
		refuse(s, action, no.status, no.code, append([]string{"DiskId", no.disk, "NewSize", no.to}, no.more...)...)
	}
	good := []string{"DiskId", id, "NewSize", "40"}
	strangers(s, action, 404, "InvalidDiskId.NotFound", good...)
	busyDisk(s, id, action, "DiskCreatingSnapshot", good...)
	lock(s, instance, ecs.LockSecurity)
	refuse(s, action, 403, "InstanceLockedForSecurity", good...)
	lock(s, instance, ecs.LockFinancial)
	refuse(s, action, 403, "InstanceExpiredOrInArrears", good...)
	lock(s, instance, 0)
	s.Do("StopInstance", "InstanceId", instance)
	refuse(s, action, 403, "IncorrectInstanceStatus", good...)
	s.Settle()
	refuse(s, action, 403, "InvalidInstanceStatus.NotRunning", append(good, "Type", "online")...)
	refuse(s, action, 400, "MissingParameter", "DiskId", id)
	s.Update(setCategory(s, basic, "cloud"))
	refuse(s, action, 403, "InvalidDiskCategory.NotSupported", "DiskId", basic, "NewSize", "40", "Type", "online")
}
