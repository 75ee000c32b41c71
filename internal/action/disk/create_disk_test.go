package disk_test

import (
	"strings"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

func TestCreateDisk(t *testing.T) {
	s := start(t)
	params := []string{"DiskCategory", "cloud_auto", "Size", "100", "DiskName", "data", "Description", "of a test", "ClientToken", "t",
		"BurstingEnabled", "true", "ProvisionedIops", "500", "MultiAttach", "Disabled", "EncryptAlgorithm", "aes-256", "Encrypted", "true"}
	id := create(s, params...)
	if create(s, params...) != id {
		t.Error("the same token made another disk")
	}
	refuse(s, "CreateDisk", 403, "IdempotentParameterMismatch", append(params, "ZoneId", actiontest.Zone, "Size", "101")...)
	s.Settle()
	if d := see(s, id); d.Category != "cloud_auto" || d.Size != 100 || d.DiskName != "data" || d.Description != "of a test" || !d.BurstingEnabled ||
		d.ProvisionedIops != 500 || !d.Encrypted || d.ZoneID != actiontest.Zone || d.DiskChargeType != "PostPaid" || d.IOPS != 1800+50*100+500 {
		t.Errorf("%+v", d)
	}
	// Of a snapshot: as large as that, and encrypted if that is.
	snapshot := s.Snapshot(s.Key(ecs.KindDisk, id))
	of := actiontest.Call[api.CreateDiskResponse](s, "CreateDisk", "ZoneId", actiontest.Zone, "DiskCategory", "cloud_essd", "SnapshotId", snapshot).DiskID
	larger := create(s, "SnapshotId", snapshot, "Size", "200")
	s.Settle()
	if d := see(s, of); d.Size != 100 || d.SourceSnapshotID != snapshot || !d.Encrypted {
		t.Errorf("%+v", d)
	}
	if d := see(s, larger); d.Size != 200 {
		t.Errorf("%+v", d)
	}
}

// TestCreateDiskWithInstance makes a disk that is paid and ends with an instance.
func TestCreateDiskWithInstance(t *testing.T) {
	s := start(t)
	instance := prepaid(s)
	out := actiontest.Call[api.CreateDiskResponse](s, "CreateDisk", "InstanceId", instance, "DiskCategory", "cloud_essd", "Size", "20")
	s.Settle()
	d := see(s, out.DiskID)
	if out.OrderID == "" || d.InstanceID != instance || d.Status != "In_use" || d.DiskChargeType != "PrePaid" || d.Portable || !d.DeleteWithInstance || d.Device != "/dev/xvdb" {
		t.Errorf("%+v, %+v", out, d)
	}
	refuse(s, "DetachDisk", 403, "DiskNotPortable", "DiskId", out.DiskID, "InstanceId", instance)
	lock(s, instance, ecs.LockFinancial)
	refuse(s, "CreateDisk", 403, "InstanceExpiredOrInArrears", "InstanceId", instance, "DiskCategory", "cloud_essd", "Size", "20")
	lock(s, instance, ecs.LockSecurity)
	refuse(s, "CreateDisk", 403, "InstanceLockedForSecurity", "InstanceId", instance, "DiskCategory", "cloud_essd", "Size", "20")
	lock(s, instance, 0)
	refuse(s, "CreateDisk", 403, "InvalidInstanceType.NotSupportDiskCategory", "InstanceId", instance, "DiskCategory", "cloud_efficiency", "Size", "20")
	s.Do("StartInstance", "InstanceId", instance)
	refuse(s, "CreateDisk", 403, "IncorrectInstanceStatus", "InstanceId", instance, "DiskCategory", "cloud_essd", "Size", "20")
	s.Settle()
	typ, _ := s.Catalog.Type(actiontest.InstanceType)
	for range typ.Disks - 2 {
		s.Do("CreateDisk", "InstanceId", instance, "DiskCategory", "cloud_essd", "Size", "20")
	}
	refuse(s, "CreateDisk", 403, "InstanceDiskLimitExceeded", "InstanceId", instance, "DiskCategory", "cloud_essd", "Size", "20")
	refuse(s, "AttachDisk", 403, "InstanceDiskLimitExceeded", "InstanceId", instance, "DiskId", s.DataDisk())
}

func TestCreateDiskRefused(t *testing.T) {
	s := start(t)
	instance := s.Stopped()
	source := s.Key(ecs.KindDisk, s.DataDisk())
	root := s.Snapshot(s.Key(ecs.KindDisk, system(s, instance).DiskID))
	taking := s.Snapshot(source, func(r *ecs.Snapshot) { r.Work.Done = 0 })
	going := s.Snapshot(source, func(r *ecs.Snapshot) { r.Work.Gen, r.Work.Op = 2, ecs.WorkDelete })
	foreign := s.Snapshot(source, func(r *ecs.Snapshot) { r.Account = actiontest.OtherAccount })
	good := []string{"ZoneId", actiontest.Zone, "DiskCategory", "cloud_essd", "Size", "20"}
	before := state.Disks.Len(s.DB().Snapshot())
	const action = "CreateDisk"
	for _, no := range []struct {
		status int
		code   string
		params []string
	}{
		{400, "InvalidDiskName.Malformed", []string{"DiskName", "x"}},
		{400, "InvalidDiskName.Malformed", []string{"DiskName", strings.Repeat("x", 129)}},
		{400, "InvalidDescription.Malformed", []string{"Description", "http://x"}},
		{403, "QuotaExceed.Tags", actiontest.Tags(21)},
		{400, "InvalidTagKey.Malformed", []string{"Tag.1.Key", "acs:x"}},
		{400, "InvalidTagValue.Malformed", []string{"Tag.1.Key", "k", "Tag.1.Value", "http://x"}},
		{400, "Duplicate.TagKey", []string{"Tag.1.Key", "k", "Tag.2.Key", "k"}},
		{400, "InvalidParameter.Conflict", []string{"InstanceId", instance}},
		{400, "MissingParameter", []string{"ZoneId", ""}},
		{403, "InvalidPayMethod", []string{"ZoneId", "", "InstanceId", instance}},
		{404, "InvalidInstanceId.NotFound", []string{"ZoneId", "", "InstanceId", "i-none"}},
		{403, "InvalidParameter.MultiAttach", []string{"MultiAttach", "x"}},
		{400, "UnsupportedOperation.NotImplemented", []string{"MultiAttach", "Enabled"}},
		{403, "InvalidParameter.MultiAttachAndInstanceIdConflict", []string{"MultiAttach", "Enabled", "ZoneId", "", "InstanceId", instance}},
		{400, "InvalidParameter.EncryptedIllegal", []string{"KMSKeyId", "k"}},
		{404, "InvalidParameter.KMSKeyId.NotFound", []string{"KMSKeyId", "k", "Encrypted", "true"}},
		{400, "InvalidEncryptAlgorithm", []string{"EncryptAlgorithm", "x"}},
		{400, "UnsupportedOperation.NotImplemented", []string{"EncryptAlgorithm", "sm4-128"}},
		{400, "BurstingEnabledForDiskCategoryUnsupported", []string{"BurstingEnabled", "true"}},
		{400, "ProvisionedIopsForDiskCategoryUnsupported", []string{"ProvisionedIops", "1"}},
		{400, "InvalidProvisionedIops.LimitExceed", []string{"DiskCategory", "cloud_auto", "ProvisionedIops", "-1"}},
		{400, "InvalidProvisionedIops.LimitExceed", []string{"DiskCategory", "cloud_auto", "ProvisionedIops", "17201"}},
		{400, "UnsupportedOperation.NotImplemented", []string{"StorageSetId", "ss-1"}},
		{400, "UnsupportedOperation.NotImplemented", []string{"StorageSetPartitionNumber", "2"}},
		{400, "InvalidStorageClusterId.NotExist", []string{"StorageClusterId", "dbsc-1"}},
		{400, "UnsupportedOperation.NotImplemented", []string{"AdvancedFeatures", "x"}},
		{400, "UnsupportedOperation.NotImplemented", []string{"Arn.1.Rolearn", "x"}},
		{404, "InvalidResourceGroup.NotFound", []string{"ResourceGroupId", "rg-none"}},
		{404, "InvalidZoneId.NotFound", []string{"ZoneId", "cn-beijing-h"}},
		{400, "InvalidDataDiskCategory.ValueNotSupported", []string{"DiskCategory", "x"}},
		{400, "InvalidDataDiskSize.ValueNotSupported", []string{"Size", "19"}},
		{400, "InvalidDataDiskSize.ValueNotSupported", []string{"Size", "65537"}},
		{400, "InvalidDataDiskSize.ValueNotSupported", []string{"DiskCategory", "cloud_efficiency", "Size", "32769"}},
		{400, "InvalidPerformanceLevel.Malformed", []string{"PerformanceLevel", "PL4"}},
		{403, "OperationDenied.PerformanceLevelNotMatch", []string{"PerformanceLevel", "PL2", "Size", "460"}},
		{404, "InvalidSnapshotId.NotFound", []string{"SnapshotId", "s-none"}},
		{404, "InvalidSnapshotId.NotFound", []string{"SnapshotId", foreign}},
		{403, "InvalidSnapshotId.NotReady", []string{"SnapshotId", taking}},
		{403, "InvalidSnapshotId.NotReady", []string{"SnapshotId", going}},
		{403, "InvalidSnapshotId.NotDataDiskSnapshot", []string{"SnapshotId", root}},
		{400, "InvalidClientToken.ValueNotSupported", []string{"ClientToken", "\u00e9"}},
	} {
		refuse(s, action, no.status, no.code, append(good[:len(good):len(good)], no.params...)...)
	}
	refuse(s, action, 400, "MissingParameter", "ZoneId", actiontest.Zone, "DiskCategory", "cloud_essd")
	if n := state.Disks.Len(s.DB().Snapshot()); n != before {
		t.Errorf("refusals made %d disks", n-before)
	}
}
