package disk_test

import (
	"strings"
	"testing"

	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

func TestModifyDiskAttribute(t *testing.T) {
	s := start(t)
	a, b := s.DataDisk("DiskCategory", "cloud_auto"), s.DataDisk("DiskCategory", "cloud_auto")
	s.Do("ModifyDiskAttribute", "DiskId", a, "DiskName", "one", "Description", "the first", "DeleteWithInstance", "true",
		"DeleteAutoSnapshot", "false", "EnableAutoSnapshot", "false", "BurstingEnabled", "true")
	if d := see(s, a); d.DiskName != "one" || d.Description != "the first" || !d.DeleteWithInstance || d.DeleteAutoSnapshot || d.EnableAutoSnapshot || !d.BurstingEnabled {
		t.Errorf("%+v", d)
	}
	s.Do("ModifyDiskAttribute", "RegionId", "cn-hangzhou", "DiskIds.1", a, "DiskIds.2", b, "Description", "", "DeleteWithInstance", "false",
		"DeleteAutoSnapshot", "true", "EnableAutoSnapshot", "true", "BurstingEnabled", "false")
	for _, id := range []string{a, b} {
		if d := see(s, id); d.Description != "" || d.DeleteWithInstance || !d.DeleteAutoSnapshot || !d.EnableAutoSnapshot || d.BurstingEnabled {
			t.Errorf("%+v", d)
		}
	}
	if see(s, a).DiskName != "one" {
		t.Error("a name that was not given has changed")
	}
}

func TestModifyDiskAttributeRefused(t *testing.T) {
	s := start(t)
	id, bound := s.DataDisk(), s.DataDisk()
	actiontest.Edit(s, state.Disks, bound, func(d *ecs.Disk) { d.Flags |= ecs.NotPortable })
	const action = "ModifyDiskAttribute"
	refuse(s, action, 400, "MissingParameter", "DiskName", "name")
	refuse(s, action, 400, "InvalidParameter", "DiskName", "name", "DiskId", id, "DiskIds.1", id)
	refuse(s, action, 400, "InvalidDiskName.Malformed", "DiskId", id, "DiskName", "http://x")
	refuse(s, action, 404, "InvalidDescription.Malformed", "DiskId", id, "Description", strings.Repeat("x", 257))
	refuse(s, action, 400, "NoAttributeToModify", "DiskId", id)
	refuse(s, action, 400, "BurstingEnabledForDiskCategoryUnsupported", "DiskId", id, "BurstingEnabled", "true")
	refuse(s, action, 403, "DeleteWithInstance.Conflict", "DiskId", bound, "DeleteWithInstance", "false")
	refuse(s, action, 404, "InvalidDiskId.NotFound", "DiskId", "d-none", "DiskName", "name")
	strangers(s, action, 404, "InvalidDiskId.NotFound", "DiskId", id, "DiskName", "name")
	actiontest.Edit(s, state.Disks, bound, func(d *ecs.Disk) { d.Work.Gen, d.Work.Op = d.Work.Gen+1, ecs.WorkDetach })
	refuse(s, action, 403, "IncorrectDiskStatus", "DiskIds.1", id, "DiskIds.2", bound, "DiskName", "name")
	if see(s, id).DiskName != "" {
		t.Error("one of several was changed though another was refused")
	}
	var many []string
	for i := range 101 {
		many = append(many, "DiskIds."+itoa(i+1), "d-"+itoa(i))
	}
	refuse(s, action, 400, "InvalidParameter", append(many, "DiskName", "name")...)
}
