package disk_test

import (
	"testing"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

func TestModifyDiskChargeType(t *testing.T) {
	s := start(t)
	instance := prepaid(s)
	id := attached(s, instance)
	paid := system(s, instance).ExpiredTime
	out := actiontest.Call[api.ModifyDiskChargeTypeResponse](s, "ModifyDiskChargeType", "RegionId", "cn-hangzhou", "InstanceId", instance,
		"DiskIds", `["`+id+`"]`, "ClientToken", "t")
	if d := see(s, id); out.OrderID == "" || d.DiskChargeType != "PrePaid" || d.ExpiredTime != paid || d.Portable {
		t.Errorf("%+v, %+v", out, d)
	}
	s.Do("ModifyDiskChargeType", "RegionId", "cn-hangzhou", "InstanceId", instance, "DiskIds", `["`+id+`"]`, "ClientToken", "t")
	refuse(s, "DetachDisk", 403, "DiskNotPortable", "DiskId", id, "InstanceId", instance)
	back := []string{"InstanceId", instance, "DiskIds", `["` + id + `"]`, "DiskChargeType", "PostPaid"}
	refuse(s, "ModifyDiskChargeType", 400, "Throttling", back...)
	s.Advance(5 * time.Minute)
	s.Do("ModifyDiskChargeType", back...)
	if d := see(s, id); d.DiskChargeType != "PostPaid" || d.ExpiredTime != ecs.NeverExpires || !d.Portable {
		t.Errorf("%+v", d)
	}
}

func TestModifyDiskChargeTypeRefused(t *testing.T) {
	s := start(t)
	instance, usage := prepaid(s), s.Stopped()
	id, free, root := attached(s, instance), s.DataDisk(), system(s, instance).DiskID
	good := []string{"RegionId", "cn-hangzhou", "InstanceId", instance, "DiskIds", `["` + id + `"]`}
	const action = "ModifyDiskChargeType"
	for _, no := range []struct {
		status int
		code   string
		params []string
	}{
		{400, "InvalidInstanceId.NotFound", []string{"InstanceId", "i-none"}},
		{403, "ChargeTypeViolation", []string{"InstanceId", usage}},
		{404, "InvalidDiskIds.NotFound", []string{"DiskIds", `["d-none"]`}},
		{404, "InvalidDiskIds.NotFound", []string{"DiskIds", `["` + free + `"]`}},
		{404, "InvalidDiskIds.NotPortable", []string{"DiskIds", `["` + id + `","` + root + `"]`}},
		{403, "ChargeTypeViolation", []string{"DiskChargeType", "PostPaid"}},
		{400, "InvalidParameter", []string{"DiskChargeType", "x"}},
		{400, "InvalidParameter", []string{"DiskIds", `x`}},
		{400, "InvalidParameter", []string{"DiskIds", `[]`}},
		{400, "InvalidClientToken.ValueNotSupported", []string{"ClientToken", "\u00e9"}},
	} {
		refuse(s, action, no.status, no.code, append(good[:len(good):len(good)], no.params...)...)
	}
	if d := see(s, id); d.DiskChargeType != "PostPaid" {
		t.Error("one of several was changed though another was refused")
	}
	lock(s, instance, ecs.LockFinancial)
	refuse(s, action, 404, "InvalidInstanceStatus.NotSupported", good...)
	lock(s, instance, 0)
	actiontest.Edit(s, state.Disks, id, func(d *ecs.Disk) { d.Work.Gen++ })
	refuse(s, action, 404, "InvalidDiskIds.NotFound", good...)
}
