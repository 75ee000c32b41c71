package disk_test

import (
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
)

func TestModifyDiskSpec(t *testing.T) {
	s := start(t)
	id := s.DataDisk("Size", "500")
	change := func(params ...string) api.DescribeDisksDisk {
		t.Helper()
		if out := actiontest.Call[api.ModifyDiskSpecResponse](s, "ModifyDiskSpec", append([]string{"DiskId", id}, params...)...); out.TaskID == "" || out.OrderID != "" {
			t.Errorf("%+v", out)
		}
		s.Settle()
		return see(s, id)
	}
	if d := change("PerformanceLevel", "PL2"); d.PerformanceLevel != "PL2" || d.Category != "cloud_essd" {
		t.Errorf("%+v", d)
	}
	if d := change("PerformanceLevel", "PL1"); d.PerformanceLevel != "PL1" {
		t.Errorf("%+v", d)
	}
	if d := change("DiskCategory", "cloud_auto", "ProvisionedIops", "1000"); d.Category != "cloud_auto" || d.PerformanceLevel != "" || d.ProvisionedIops != 1000 {
		t.Errorf("%+v", d)
	}
	if d := change("ProvisionedIops", "2000"); d.ProvisionedIops != 2000 {
		t.Errorf("%+v", d)
	}
	if d := change("DiskCategory", "cloud_essd"); d.Category != "cloud_essd" || d.PerformanceLevel != "PL1" || d.ProvisionedIops != 0 {
		t.Errorf("%+v", d)
	}
	refuse(s, "ModifyDiskSpec", 400, "DryRunOperation", "DiskId", id, "PerformanceLevel", "PL2", "DryRun", "true")
	if d := see(s, id); d.PerformanceLevel != "PL1" {
		t.Error("a dry run changed the disk")
	}
	paid := system(s, prepaid(s)).DiskID
	s.Do("ResizeDisk", "DiskId", paid, "NewSize", "500")
	s.Settle()
	if out := actiontest.Call[api.ModifyDiskSpecResponse](s, "ModifyDiskSpec", "DiskId", paid, "PerformanceLevel", "PL2"); out.OrderID == "" {
		t.Error("no order for a subscription disk")
	}
	s.Settle()
	refuse(s, "ModifyDiskSpec", 403, "OperationDenied", "DiskId", paid, "PerformanceLevel", "PL1")
}

func TestModifyDiskSpecRefused(t *testing.T) {
	s := start(t)
	instance := s.Running()
	id := attached(s, instance)
	efficiency, entry := s.DataDisk("DiskCategory", "cloud_efficiency"), s.DataDisk("DiskCategory", "cloud_efficiency")
	s.Update(setCategory(s, entry, "cloud_essd_entry"))
	basic := s.DataDisk("DiskCategory", "cloud_efficiency")
	s.Update(setCategory(s, basic, "cloud"))
	auto := s.DataDisk("DiskCategory", "cloud_auto")
	const action = "ModifyDiskSpec"
	for _, no := range []struct {
		status int
		code   string
		disk   string
		params []string
	}{
		{400, "UnsupportedOperation.NotImplemented", id, []string{"PerformanceControlOptions.IOPS", "100"}},
		{400, "UnsupportedOperation.NotImplemented", id, []string{"DestinationZoneId", "cn-hangzhou-g"}},
		{400, "MissingParameter", id, nil},
		{400, "InvalidDiskCategory.ValueNotSupported", id, []string{"DiskCategory", "cloud"}},
		{400, "InvalidPerformanceLevel.Malformed", id, []string{"PerformanceLevel", "PL9"}},
		{400, "InvalidPerformanceLevel.Malformed", efficiency, []string{"PerformanceLevel", "PL1"}},
		{403, "OperationDenied.PerformanceLevelNotMatch", id, []string{"PerformanceLevel", "PL2"}},
		{400, "ProvisionedIopsForDiskCategoryUnsupported", id, []string{"ProvisionedIops", "100"}},
		{400, "InvalidProvisionedIops.LimitExceed", auto, []string{"ProvisionedIops", "50001"}},
		{400, "InvalidProvisionedIops.LimitExceed", auto, []string{"ProvisionedIops", "17201"}}, // 20 GiB: 20,000 less 2,800
		{403, "OperationDenied", id, []string{"PerformanceLevel", "PL1"}},
		{403, "OperationDenied", id, []string{"PerformanceLevel", "PL0"}},
		{403, "OperationDenied", basic, []string{"DiskCategory", "cloud_essd"}},
		{403, "OperationDenied", entry, []string{"DiskCategory", "cloud_efficiency"}},
		{403, "InvalidInstanceType.NotSupportDiskCategory", id, []string{"DiskCategory", "cloud_efficiency"}},
		{404, "InvalidDiskId.NotFound", "d-none", []string{"PerformanceLevel", "PL1"}},
	} {
		refuse(s, action, no.status, no.code, append([]string{"DiskId", no.disk}, no.params...)...)
	}
	good := []string{"DiskId", id, "DiskCategory", "cloud_auto"}
	strangers(s, action, 404, "InvalidDiskId.NotFound", good...)
	busyDisk(s, id, action, "DiskCreatingSnapshot", good...)
	lock(s, instance, ecs.LockFinancial)
	refuse(s, action, 403, "InstanceExpiredOrInArrears", good...)
	lock(s, instance, ecs.LockSecurity)
	refuse(s, action, 403, "InstanceLockedForSecurity", good...)
	lock(s, instance, 0)
	s.Do("StopInstance", "InstanceId", instance)
	refuse(s, action, 403, "IncorrectInstanceStatus", good...)
}
