package snapshot_test

import (
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

func copyTo(s *actiontest.Service, id, region string, params ...string) string {
	s.T.Helper()
	return actiontest.Call[api.CopySnapshotResponse](s, "CopySnapshot", append([]string{
		"SnapshotId", id, "DestinationRegionId", region, "DestinationSnapshotName", "copy", "DestinationSnapshotDescription", "a copy"}, params...)...).SnapshotID
}

// TestCopySnapshot copies a snapshot to another region, where it outlives its
// source and makes disks.
func TestCopySnapshot(t *testing.T) {
	s := actiontest.Start(t, actiontest.Stepped())
	there := s.As(s.In("cn-beijing"))
	instance := s.Running()
	src := take(s, dataDisk(s, instance), "Tag.1.Key", "k")
	id := copyTo(s, src, "cn-beijing", "RetentionDays", "3", "Tag.1.Key", "new", "Encrypted", "true", "ClientToken", "t")
	if again := copyTo(s, src, "cn-beijing", "RetentionDays", "3", "Tag.1.Key", "new", "Encrypted", "true", "ClientToken", "t"); again != id {
		t.Errorf("%s, then %s", id, again)
	}
	s.Quiet()
	got := see(there, id)
	if got.Status != "progressing" || got.SourceSnapshotID != src || got.SourceRegionID != "cn-hangzhou" || got.RegionID != "cn-beijing" || got.SnapshotName != "copy" ||
		got.Description != "a copy" || got.RetentionDays != 3 || !got.Encrypted || got.SourceDiskID != "" || got.SourceDiskSize != "20" || len(got.Tags.Tag) != 1 || got.Tags.Tag[0].TagKey != "new" {
		t.Errorf("%+v", got)
	}
	gone(s, id)
	s.Refuse(403, "Operation.Conflict", "", "DeleteSnapshot", "SnapshotId", src)
	s.Refuse(403, "InvalidSnapshotId.NotReady", "", "CopySnapshot", "RegionId", "cn-beijing", "SnapshotId", id,
		"DestinationRegionId", "cn-hangzhou", "DestinationSnapshotName", "xx", "DestinationSnapshotDescription", "yy")
	s.Step(id)
	if got := see(there, id); got.Status != "accomplished" {
		t.Errorf("%+v", got)
	}
	s.Do("DeleteSnapshot", "SnapshotId", src)
	s.Settle()
	disk := actiontest.Call[api.CreateDiskResponse](there, "CreateDisk", "ZoneId", "cn-beijing-h", "DiskCategory", "cloud_essd", "SnapshotId", id, "Size", "20")
	if disk.DiskID == "" {
		t.Error("no disk")
	}
	s.Advance(3 * day)
	gone(there, id)
}

func TestCopySnapshotRefusals(t *testing.T) {
	s := actiontest.Start(t)
	disk := systemDisk(s, s.Running())
	src, flash := take(s, disk), take(s, disk, "Category", "flash")
	good := []string{"SnapshotId", src, "DestinationRegionId", "cn-beijing", "DestinationSnapshotName", "copy", "DestinationSnapshotDescription", "a copy"}
	s.Refusals(t, "CopySnapshot", good, []actiontest.Refusal{
		{"no such snapshot", []string{"SnapshotId", "s-x"}, 403, "InvalidSnapshotId.NotFound", ""},
		{"of another region", []string{"RegionId", "cn-beijing"}, 403, "InvalidSnapshotId.NotFound", ""},
		{"region", []string{"DestinationRegionId", "cn-x"}, 404, "InvalidRegionId.NotFound", ""},
		{"local snapshot", []string{"SnapshotId", flash}, 403, "InvalidSnapshotCategory.Malformed", ""},
		{"name", []string{"DestinationSnapshotName", "auto"}, 400, "InvalidSnapshotName.Malformed", ""},
		{"description", []string{"DestinationSnapshotDescription", "x"}, 404, "InvalidDescription.Malformed", ""},
		{"retention", []string{"RetentionDays", "0"}, 400, "InvalidRetentionDays.Malformed", ""},
		{"key without encryption", []string{"KMSKeyId", "k"}, 400, "InvalidParameter.EncryptedIllegal", ""},
		{"key", []string{"KMSKeyId", "k", "Encrypted", "true"}, 404, "InvalidParameter.KMSKeyId.NotFound", ""},
		{"role", []string{"Arn.1.RoleType", "x"}, 400, "UnsupportedOperation.NotImplemented", ""},
		{"storage location", []string{"DestinationStorageLocationArn", "x"}, 400, "UnsupportedOperation.NotImplemented", ""},
		{"resource group", []string{"ResourceGroupId", "rg-x"}, 404, "InvalidResourceGroup.NotFound", ""},
		{"tag twice", []string{"Tag.1.Key", "a", "Tag.2.Key", "a"}, 400, "Duplicate.TagKey", ""},
		{"tag key", []string{"Tag.1.Key", "acs:a"}, 400, "InvalidTagKey.Malformed", ""},
		{"tag value", []string{"Tag.1.Key", "a", "Tag.1.Value", "http://a"}, 400, "InvalidTagValue.Malformed", ""},
		{"tags", actiontest.Tags(21), 403, "QuotaExceed.Tags", ""},
		{"token", []string{"ClientToken", "\x7f"}, 400, "InvalidClientToken.ValueNotSupported", ""},
		{"no region", []string{"DestinationRegionId", ""}, 400, "MissingParameter", ""},
	})
	s.As(s.Other).Refuse(403, "InvalidSnapshotId.NotFound", "", "CopySnapshot", good...)
}

// TestCopyScenario copies a snapshot under faults and restarts.
func TestCopyScenario(t *testing.T) {
	scenario := func(s *actiontest.Service) {
		id := s.Instance()
		s.Settle()
		s.Do("StartInstance", "InstanceId", id)
		s.Settle()
		src := actiontest.Call[api.CreateSnapshotResponse](s, "CreateSnapshot", "DiskId", systemDisk(s, id)).SnapshotID
		s.Settle()
		if see(s, src).Status != "accomplished" {
			return // the fault was the snapshot's: TestSnapshotScenario looks at that
		}
		made := copyTo(s, src, "cn-beijing")
		s.Settle()
		there := s.As(s.In("cn-beijing"))
		if got := see(there, made); got.Status == "progressing" {
			s.T.Errorf("%+v", got)
		}
		s.Do("DeleteSnapshot", "SnapshotId", src)
		there.Do("DeleteSnapshot", "SnapshotId", made)
		s.Settle()
		gone(s, src)
		gone(there, made)
	}
	t.Run("faults", func(t *testing.T) { actiontest.EachFault(t, scenario) })
	t.Run("restarts", func(t *testing.T) { actiontest.EachRestart(t, scenario) })
}
