package image_test

import (
	"strings"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action/image"
	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/engine"
	"github.com/openecs/openecs/internal/engine/sim"
	"github.com/openecs/openecs/internal/state"
)

// TestCreateImageOfInstance takes an image of an instance with a data disk from
// its request to its end.
func TestCreateImageOfInstance(t *testing.T) {
	s := start(t, actiontest.Stepped())
	instance := s.Running("DataDisk.1.Size", "30", "DataDisk.1.Category", "cloud_essd", "SystemDisk.Size", "50")
	id := create(s, "InstanceId", instance, "ImageName", "golden", "ImageFamily", "web", "ImageVersion", "7", "Description", "a golden image",
		"Tag.1.Key", "k", "Tag.1.Value", "v", "DetectionStrategy", "Standard", "Features.ImdsSupport", "v2", "BootMode", "UEFI")
	s.Quiet()
	m := want(s, id, "Creating")
	if m.Progress != "0%" || len(m.DiskDeviceMappings.DiskDeviceMapping) != 2 || m.DetectionOptions.Status != "Processing" {
		t.Errorf("%+v", m)
	}
	snap := m.DiskDeviceMappings.DiskDeviceMapping[0].SnapshotID
	s.Refuse(403, api.CodeIncorrectDiskStatusCreatingSnapshot, "", "CreateImage", "InstanceId", instance)
	s.Refuse(403, api.CodeImageIsCreating, "", "DeleteImage", "ImageId", id)
	s.Settle()
	m = want(s, id, "Available")
	if m.ImageName != "golden" || m.ImageFamily != "web" || m.ImageVersion != "7" || m.Description != "a golden image" || m.Progress != "100%" ||
		m.ImageOwnerAlias != "self" || m.ImageOwnerID != actiontest.Account || m.Size != 50 || m.Platform != "Aliyun" || m.OSType != "linux" ||
		m.Architecture != "x86_64" || m.BootMode != "UEFI" || m.Features.ImdsSupport != "v2" || m.Usage != "none" || m.IsPublic || m.IsCopied ||
		m.OSNameEn != "Alibaba Cloud Linux  3.2104 LTS 64 bit" || m.DetectionOptions.Status != "Finished" || len(m.Tags.Tag) != 1 || m.CreationTime != "2026-08-09T05:00:00Z" {
		t.Errorf("%+v", m)
	}
	d := m.DiskDeviceMappings.DiskDeviceMapping
	if d[0].Device != "/dev/xvda" || d[0].Type != "system" || d[0].Size != "50" || d[1].Device != "/dev/xvdb" || d[1].Type != "data" || d[1].Size != "30" || d[1].SnapshotID == snap {
		t.Errorf("%+v", d)
	}
	if r := actiontest.Record(s, state.Snapshots, snap); r.Status() != ecs.SnapshotAccomplished || !r.System || r.Size != 50 {
		t.Errorf("%+v", r)
	}
	s.Do("DeleteImage", "ImageId", id)
	s.Settle()
	want(s, id, "gone")
	actiontest.Record(s, state.Snapshots, snap) // the snapshots stay
	s.Do("DeleteImage", "ImageId", id)          // what does not exist is no error
	s.Do("DeleteImage", "ImageId", "m-nothing")
}

// TestCreateImageProgress watches the progress rise while the snapshot is
// taken and the image made.
func TestCreateImageProgress(t *testing.T) {
	s := start(t)
	instance := s.Running()
	s.Sim.Inject(sim.Fault{Match: sim.Match{Op: sim.SnapshotWork}, When: sim.Before, Times: 1, Err: engine.ErrBusy})
	id := create(s, "InstanceId", instance)
	last := 0
	for range 40 {
		s.Advance(sim.AutoDelay / 4)
		m := see(s, id)
		now := 0
		for _, c := range strings.TrimSuffix(m.Progress, "%") {
			now = now*10 + int(c-'0')
		}
		if now < last {
			t.Fatalf("the progress fell from %d%% to %d%%", last, now)
		}
		last = now
	}
	if want(s, id, "Available"); last != 100 {
		t.Errorf("%d%%", last)
	}
}

// TestCreateImageFails is an image whose snapshot, and one that itself cannot be
// made: both are CreateFailed, are no image for an instance, and can be deleted.
func TestCreateImageFails(t *testing.T) {
	for _, op := range []sim.Op{sim.SnapshotWork, sim.ImageWork} {
		s := start(t)
		instance := s.Stopped()
		s.Sim.Inject(sim.Fault{Match: sim.Match{Op: op}, When: sim.Late, Times: 1, Err: engine.ErrPermanent})
		id := create(s, "InstanceId", instance)
		s.Settle()
		want(s, id, "CreateFailed")
		if _, err := s.Send("CreateInstance", launch(s, id)...); err == nil {
			t.Error("an instance is made of it")
		} else {
			actiontest.Refused(t, err, api.CodeIncorrectImageStatus, 400)
		}
		s.Do("DeleteImage", "ImageId", id)
		s.Settle()
		want(s, id, "gone")
	}
}

// launch are the parameters of CreateInstance for an image.
func launch(s *actiontest.Service, image string, params ...string) []string {
	n := s.Network()
	return append([]string{"InstanceType", actiontest.InstanceType, "ImageId", image, "SecurityGroupId", n.Group, "VSwitchId", n.VSwitch,
		"SystemDisk.Category", "cloud_essd"}, params...)
}

func TestCreateImageOfSnapshot(t *testing.T) {
	s := start(t)
	snap := snapshot(s)
	id := create(s, "SnapshotId", snap, "Platform", "CentOS", "Architecture", "x86_64")
	s.Settle()
	m := want(s, id, "Available")
	if m.ImageName != id || m.Platform != "CentOS" || m.OSNameEn != "CentOS 64 bit" || m.Size != 40 || len(m.DiskDeviceMappings.DiskDeviceMapping) != 1 ||
		m.DiskDeviceMappings.DiskDeviceMapping[0].SnapshotID != snap {
		t.Errorf("%+v", m)
	}
	if got := images(s, "SnapshotId", snap); len(got) != 2 { // and the one that the snapshot was taken for
		t.Errorf("%d images of the snapshot", len(got))
	}
	s.Refuse(404, api.CodeInvalidSnapshotIdNotFound, "", "CreateImage", "SnapshotId", "s-none")
	if _, err := s.As(s.Other).Send("CreateImage", "SnapshotId", snap); err == nil {
		t.Error("another account's snapshot is taken")
	}
	actiontest.Edit(s, state.Snapshots, snap, func(r *ecs.Snapshot) { r.System = false })
	s.Refuse(400, api.CodeOperationDenied, "", "CreateImage", "SnapshotId", snap)
	actiontest.Edit(s, state.Snapshots, snap, func(r *ecs.Snapshot) { r.Work = r.Work.Ask(ecs.WorkCreate, 0) })
	s.Refuse(403, api.CodeInvalidSnapshotIdNotReady, "", "CreateImage", "SnapshotId", snap)
}

func TestCreateImageOfMappings(t *testing.T) {
	s := start(t)
	snap := snapshot(s)
	good := []string{"DiskDeviceMapping.1.Device", "/dev/xvdb", "DiskDeviceMapping.1.Size", "100", "DiskDeviceMapping.2.DiskType", "system",
		"DiskDeviceMapping.2.SnapshotId", snap, "DiskDeviceMapping.3.SnapshotId", snap, "DiskDeviceMapping.3.Size", "60", "DiskDeviceMapping.3.DiskType", "data"}
	id := create(s, good...)
	s.Settle()
	d := want(s, id, "Available").DiskDeviceMappings.DiskDeviceMapping
	if len(d) != 3 || d[0].Type != "system" || d[0].Device != "/dev/xvda" || d[0].SnapshotID != snap || d[1].Device != "/dev/xvdb" || d[1].Size != "100" ||
		d[1].SnapshotID != "" || d[2].Device != "/dev/xvdc" || d[2].Size != "60" {
		t.Errorf("%+v", d)
	}
	s.Refusals(t, "CreateImage", good, []actiontest.Refusal{
		{"device", []string{"DiskDeviceMapping.1.Device", "/dev/sda"}, 400, api.CodeInvalidDeviceMalformed, ""},
		{"device twice", []string{"DiskDeviceMapping.3.Device", "/dev/xvdb"}, 400, api.CodeInvalidDeviceInUse, ""},
		{"type", []string{"DiskDeviceMapping.1.DiskType", "swap"}, 400, api.CodeInvalidDiskTypeValueNotSupported, ""},
		{"two system disks", []string{"DiskDeviceMapping.3.DiskType", "system"}, 400, api.CodeInvalidDeviceInUse, ""},
		{"no system disk", []string{"DiskDeviceMapping.2.DiskType", "data"}, 403, api.CodeInvalidSystemSnapshotMissing, ""},
		{"system disk without snapshot", []string{"DiskDeviceMapping.2.SnapshotId", "", "DiskDeviceMapping.2.Size", "40"}, 403, api.CodeInvalidSystemSnapshotMissing, ""},
		{"smaller than its snapshot", []string{"DiskDeviceMapping.3.Size", "39"}, 400, api.CodeInvalidSizeValueNotSupported, ""},
		{"too large", []string{"DiskDeviceMapping.1.Size", "32769"}, 400, api.CodeInvalidSizeValueNotSupported, ""},
		{"neither size nor snapshot", []string{"DiskDeviceMapping.4.Device", "/dev/xvdd"}, 400, api.CodeInvalidSizeValueNotSupported, ""},
		{"no such snapshot", []string{"DiskDeviceMapping.3.SnapshotId", "s-none"}, 404, api.CodeInvalidSnapshotIdNotFound, ""},
	})
}

func TestCreateImageRefusals(t *testing.T) {
	s := start(t)
	instance := s.Stopped()
	taken := create(s, "InstanceId", instance, "ImageName", "taken")
	s.Settle()
	s.Refusals(t, "CreateImage", []string{"InstanceId", instance}, []actiontest.Refusal{
		{"nothing to make it of", []string{"InstanceId", ""}, 400, api.CodeInvalidParameterAllEmpty, ""},
		{"name", []string{"ImageName", "1x"}, 400, api.CodeInvalidImageNameMalformed, ""},
		{"name of the service's", []string{"ImageName", "aliyun_mine"}, 400, api.CodeInvalidImageNameMalformed, ""},
		{"family of the service's", []string{"ImageFamily", "acs:mine"}, 400, api.CodeInvalidParameter, ""},
		{"name that is taken", []string{"ImageName", "taken"}, 400, api.CodeInvalidImageNameDuplicated, ""},
		{"description", []string{"Description", "http://x"}, 400, api.CodeInvalidDescriptionMalformed, ""},
		{"architecture", []string{"Architecture", "riscv"}, 400, api.CodeInvalidArchitectureMalformed, ""},
		{"platform", []string{"Platform", "BeOS"}, 400, api.CodeInvalidPlatformMalformed, ""},
		{"version", []string{"ImageVersion", strings.Repeat("1", 41)}, 400, api.CodeInvalidImageVersionMalformed, ""},
		{"boot mode", []string{"BootMode", "tape"}, 400, api.CodeInvalidParameter, ""},
		{"detection", []string{"DetectionStrategy", "Deep"}, 400, api.CodeInvalidParameter, ""},
		{"metadata", []string{"Features.ImdsSupport", "v3"}, 400, api.CodeInvalidParameter, ""},
		{"tag key", []string{"Tag.1.Key", "acs:x"}, 400, api.CodeInvalidTagKeyMalformed, ""},
		{"tag value", []string{"Tag.1.Key", "k", "Tag.1.Value", "http://x"}, 400, api.CodeInvalidTagValueMalformed, ""},
		{"tag twice", []string{"Tag.1.Key", "k", "Tag.2.Key", "k"}, 400, api.CodeDuplicateTagKey, ""},
		{"too many tags", actiontest.Tags(21), 403, api.CodeQuotaExceedTags, ""},
		{"resource group", []string{"ResourceGroupId", "rg-none"}, 404, api.CodeInvalidResourceGroupNotFound, ""},
		{"no such instance", []string{"InstanceId", "i-none"}, 404, api.CodeInvalidInstanceIdNotFound, ""},
		{"region", []string{"RegionId", "xx-nowhere"}, 404, api.CodeInvalidRegionIdNotFound, ""},
		{"dry run", []string{"DryRun", "true", "ImageName", "dry"}, 400, api.CodeDryRunOperation, ""},
	})
	if got := images(s); len(got) != 1 || got[0].ImageID != taken {
		t.Errorf("%d images, want the one that was made", len(got))
	}
	if n := state.Snapshots.Len(s.DB().Snapshot()); n != 1 {
		t.Errorf("%d snapshots", n)
	}
	create(s, "InstanceId", instance, "ImageName", "dry")
	s.Settle()
	// The name is free again once its image is gone, and from the moment its deletion was asked for.
	s.Do("DeleteImage", "ImageId", taken)
	create(s, "InstanceId", instance, "ImageName", "taken")
}

func TestCreateImageStates(t *testing.T) {
	for _, status := range []string{"Pending", "Starting", "Stopping"} {
		s := start(t, actiontest.Stepped())
		s.Refuse(400, api.CodeIncorrectInstanceStatus, "", "CreateImage", "InstanceId", s.InState(status))
	}
	s := start(t)
	instance := s.Stopped()
	actiontest.Edit(s, state.Instances, instance, func(r *ecs.Instance) { r.Locks = ecs.LockFinancial })
	create(s, "InstanceId", instance) // money is no reason
	s.Settle()
	actiontest.Edit(s, state.Instances, instance, func(r *ecs.Instance) { r.Locks = ecs.LockSecurity })
	s.Refuse(400, api.CodeInstanceLockedForSecurity, "", "CreateImage", "InstanceId", instance)
	actiontest.Edit(s, state.Instances, instance, func(r *ecs.Instance) { r.Locks = 0 })
	disk := ecs.ID(ecs.KindDisk, actiontest.Record(s, state.Instances, instance).SystemDisk)
	actiontest.Edit(s, state.Disks, disk, func(d *ecs.Disk) { d.Work = d.Work.Ask(ecs.WorkResize, 0) })
	s.Refuse(403, api.CodeIncorrectDiskStatus, "", "CreateImage", "InstanceId", instance)
}

func TestCreateImageQuotas(t *testing.T) {
	s := start(t)
	id, instance := made(s)
	r := actiontest.Record(s, state.Images, id)
	snap := actiontest.Record(s, state.Snapshots, see(s, id).DiskDeviceMappings.DiskDeviceMapping[0].SnapshotID)
	region := s.Key(ecs.KindImage, id).Region()
	s.Update(func(tx *state.Tx) {
		for range image.MaxImages - 1 {
			more := r
			more.Name = ""
			state.Images.Put(tx, tx.NewKey(region), &more)
		}
	})
	s.Refuse(403, api.CodeQuotaExceedImage, "", "CreateImage", "InstanceId", instance)
	s.Refuse(403, api.CodeQuotaExceedImage, "", "CopyImage", "ImageId", id, "DestinationRegionId", "cn-hangzhou")
	s.Update(func(tx *state.Tx) {
		for range 255 {
			more := snap
			state.Snapshots.Put(tx, tx.NewKey(region), &more)
		}
	})
	s.Refuse(403, api.CodeQuotaExceedSnapshot, "", "CreateImage", "InstanceId", instance)
}

// TestImageOfGroup puts images into a resource group and finds them by it.
func TestImageOfGroup(t *testing.T) {
	s := start(t)
	group := actiontest.Call[api.CreateResourceGroupResponse](s, "CreateResourceGroup", "Name", "images", "DisplayName", "images").ResourceGroup.ID
	id, _ := made(s, "ResourceGroupId", group)
	made(s)
	if got := images(s, "ResourceGroupId", group); len(got) != 1 || got[0].ImageID != id || got[0].ResourceGroupID != group {
		t.Errorf("%+v", got)
	}
}

func TestCreateImageOnce(t *testing.T) {
	s := start(t)
	instance := s.Stopped()
	id := create(s, "InstanceId", instance, "ClientToken", "token", "ImageName", "one")
	if again := create(s, "InstanceId", instance, "ClientToken", "token", "ImageName", "one"); again != id {
		t.Errorf("%s and %s", id, again)
	}
	s.Refuse(400, api.CodeIdempotenceParamNotMatch, "", "CreateImage", "InstanceId", instance, "ClientToken", "token", "ImageName", "two")
	s.Settle()
	if n := len(images(s)); n != 1 {
		t.Errorf("%d images", n)
	}
}

// life is an image from its making over an instance of it to the end of both.
func life(s *actiontest.Service) {
	s.T.Helper()
	first := s.Instance("DataDisk.1.Size", "20", "DataDisk.1.Category", "cloud_essd")
	s.Settle()
	id := create(s, "InstanceId", first)
	s.Settle()
	want(s, id, "Available")
	second := actiontest.Call[api.CreateInstanceResponse](s, "CreateInstance", launch(s, id)...).InstanceID
	s.Settle()
	s.Want(second, "Stopped")
	s.Refuse(403, api.CodeImageUsingByInstance, "", "DeleteImage", "ImageId", id)
	copied := actiontest.Call[api.CopyImageResponse](s, "CopyImage", "ImageId", id, "DestinationRegionId", "cn-beijing").ImageID
	s.Settle()
	want(s.As(s.In("cn-beijing")), copied, "Available")
	s.Do("DeleteImage", "ImageId", id, "Force", "true")
	s.Do("DeleteInstance", "InstanceId", first)
	s.Do("DeleteInstance", "InstanceId", second)
	s.Do("DeleteImage", "ImageId", copied, "RegionId", "cn-beijing")
	s.Settle()
	want(s, id, "gone")
	for _, region := range []string{"cn-hangzhou", "cn-beijing"} { // the snapshots of images stay
		shown := actiontest.Call[api.DescribeSnapshotsResponse](s, "DescribeSnapshots", "RegionId", region).Snapshots.Snapshot
		if len(shown) != 2 {
			s.T.Errorf("%d snapshots in %s", len(shown), region)
		}
		for _, m := range shown {
			s.Do("DeleteSnapshot", "RegionId", region, "SnapshotId", m.SnapshotID)
		}
	}
	s.Settle()
	s.NothingLeft()
	v := s.DB().Snapshot()
	if n := state.Images.Len(v); n != 0 {
		s.T.Errorf("%d images are left", n)
	}
	for k, r := range state.Snapshots.Ascend(v, 0, 0) {
		if r.Status() != ecs.SnapshotAccomplished {
			s.T.Errorf("%s is %v", ecs.ID(ecs.KindSnapshot, k), r.Status())
		}
	}
}

func TestFailureAtEveryEngineCall(t *testing.T) { actiontest.EachFault(t, life) }

func TestRestartAfterEveryStep(t *testing.T) { actiontest.EachRestart(t, life) }
