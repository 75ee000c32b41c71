package snapshot_test

import (
	"slices"
	"strconv"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

func beginGroup(s *actiontest.Service, params ...string) string {
	s.T.Helper()
	id := actiontest.Call[api.CreateSnapshotGroupResponse](s, "CreateSnapshotGroup", params...).SnapshotGroupID
	s.Quiet()
	return id
}

func groups(s *actiontest.Service, params ...string) []api.DescribeSnapshotGroupsSnapshotGroup {
	s.T.Helper()
	return actiontest.Call[api.DescribeSnapshotGroupsResponse](s, "DescribeSnapshotGroups", params...).SnapshotGroups.SnapshotGroup
}

// TestGroupLifecycle takes a group of all disks of an instance, and watches it
// to its end.
func TestGroupLifecycle(t *testing.T) {
	s := actiontest.Start(t, actiontest.Stepped())
	instance := s.Running()
	system, data := systemDisk(s, instance), dataDisk(s, instance)
	id := beginGroup(s, "InstanceId", instance, "Name", "both", "Description", "all disks", "Tag.1.Key", "k", "Tag.1.Value", "v", "ClientToken", "t")
	if again := beginGroup(s, "InstanceId", instance, "Name", "both", "Description", "all disks", "Tag.1.Key", "k", "Tag.1.Value", "v", "ClientToken", "t"); again != id {
		t.Errorf("%s, then %s", id, again)
	}
	got := groups(s)
	if len(got) != 1 || got[0].SnapshotGroupID != id || got[0].Status != "progressing" || got[0].InstanceID != instance || got[0].Name != "both" || got[0].Description != "all disks" ||
		got[0].CreationTime == "" || len(got[0].Tags.Tag) != 1 || got[0].Tags.Tag[0].Key != "k" || len(got[0].Snapshots.Snapshot) != 2 {
		t.Fatalf("%+v", got)
	}
	members := got[0].Snapshots.Snapshot
	if members[0].SourceDiskID != system || members[0].SourceDiskType != "system" || members[1].SourceDiskID != data || members[0].Progress != "0%" || members[0].Available {
		t.Errorf("%+v", members)
	}
	s.Step(members[0].SnapshotID)
	if got := groups(s)[0]; got.Status != "progressing" || got.Snapshots.Snapshot[0].Progress != "100%" || !got.Snapshots.Snapshot[0].Available {
		t.Errorf("%+v", got)
	}
	s.Step(members[1].SnapshotID)
	if got := groups(s, "Status.1", "accomplished"); len(got) != 1 {
		t.Errorf("%+v", got)
	}
	s.Do("ModifySnapshotGroup", "SnapshotGroupId", id, "Name", "renamed", "Description", "")
	if got := groups(s, "Name", "renamed"); len(got) != 1 || got[0].Description != "" {
		t.Errorf("%+v", got)
	}
	image := imageOf(s, members[0].SnapshotID)
	out := actiontest.Call[api.DeleteSnapshotGroupResponse](s, "DeleteSnapshotGroup", "SnapshotGroupId", id).OperationProgressSet.OperationProgress
	if len(out) != 2 || out[0].ErrorCode != "SnapshotCreatedImage" || out[0].RelatedItemSet.RelatedItem[0].Value != members[0].SnapshotID || out[1].OperationStatus != "Success" || out[1].ErrorCode != "" {
		t.Errorf("%+v", out)
	}
	s.Settle()
	gone(s, members[1].SnapshotID)
	see(s, members[0].SnapshotID)
	if got := groups(s); len(got) != 0 {
		t.Errorf("%+v", got)
	}
	s.Refuse(404, "InvalidSnapshotGroupId.NotFound", "", "DeleteSnapshotGroup", "SnapshotGroupId", id)
	s.Update(func(tx *state.Tx) { state.Images.Delete(tx, image) })
}

// TestGroupEndsWithItsLastSnapshot deletes the snapshots one by one.
func TestGroupEndsWithItsLastSnapshot(t *testing.T) {
	s := actiontest.Start(t)
	instance := s.Running()
	dataDisk(s, instance)
	beginGroup(s, "InstanceId", instance)
	s.Settle()
	for i, want := range []int{1, 0} {
		s.Do("DeleteSnapshot", "SnapshotId", list(s)[0].SnapshotID)
		s.Settle()
		if n := len(groups(s)); n != want {
			t.Errorf("%d groups after %d snapshots were deleted", n, i+1)
		}
	}
	if n := state.SnapshotGroups.Len(s.DB().Snapshot()); n != 0 {
		t.Errorf("%d rows are left", n)
	}
}

func TestGroupsOfDisks(t *testing.T) {
	s := actiontest.Start(t)
	a, b := s.Running(), s.Running()
	x, y, z := systemDisk(s, a), dataDisk(s, a), systemDisk(s, b)
	for _, c := range []struct {
		params   []string
		disks    []string
		instance string
	}{
		{[]string{"DiskId.1", x, "DiskId.2", z}, []string{x, z}, ""}, {[]string{"DiskId.1", x, "DiskId.2", y, "DiskId.3", y}, []string{x, y}, a},
		{[]string{"InstanceId", a, "ExcludeDiskId.1", x}, []string{y}, a}, {[]string{"InstanceId", a, "DiskId.1", x}, []string{x}, a},
	} {
		id := beginGroup(s, c.params...)
		s.Settle()
		g := groups(s, "SnapshotGroupId.1", id)[0]
		var disks []string
		for _, m := range g.Snapshots.Snapshot {
			disks = append(disks, m.SourceDiskID)
		}
		if !slices.Equal(disks, c.disks) || g.InstanceID != c.instance {
			t.Errorf("%v: %v of %q, want %v of %q", c.params, disks, g.InstanceID, c.disks, c.instance)
		}
	}
	for _, c := range []struct {
		params []string
		want   int
	}{
		{nil, 4}, {[]string{"InstanceId", a}, 3}, {[]string{"InstanceId", b}, 0}, {[]string{"InstanceId", "i-x"}, 0}, {[]string{"SnapshotGroupId.1", "ssg-x"}, 0},
		{[]string{"Status.1", "failed", "Status.2", "progressing"}, 0}, {[]string{"Tag.1.Key", "x"}, 0}, {[]string{"ResourceGroupId", "rg-x"}, 0}, {[]string{"MaxResults", "3"}, 3},
	} {
		if got := len(groups(s, c.params...)); got != c.want {
			t.Errorf("%v: %d groups, want %d", c.params, got, c.want)
		}
	}
	first := actiontest.Call[api.DescribeSnapshotGroupsResponse](s, "DescribeSnapshotGroups", "MaxResults", "3")
	if rest := groups(s, "MaxResults", "3", "NextToken", first.NextToken); len(rest) != 1 {
		t.Errorf("%d groups on the second page", len(rest))
	}
	if n := len(groups(s.As(s.Other))); n != 0 {
		t.Errorf("another account sees %d", n)
	}
}

func TestGroupRefusals(t *testing.T) {
	s := actiontest.Start(t)
	instance := s.Running()
	disk, ssd, multi := systemDisk(s, instance), dataDisk(s, instance), dataDisk(s, instance)
	setCategory(s, ssd, "cloud_ssd")
	actiontest.Edit(s, state.Disks, multi, func(d *ecs.Disk) { d.Flags |= ecs.MultiAttach })
	fresh := newDisk(s)
	var many []string
	for n := range 17 {
		many = append(many, "DiskId."+strconv.Itoa(n+1), disk)
	}
	s.Refusals(t, "CreateSnapshotGroup", []string{"DiskId.1", disk}, []actiontest.Refusal{
		{"name", []string{"Name", "1"}, 400, "InvalidParameter.Name", ""},
		{"description", []string{"Description", "x"}, 404, "InvalidDescription.Malformed", ""},
		{"disks and other disks", []string{"ExcludeDiskId.1", disk}, 400, "InvalidParameter.Conflict", ""},
		{"too many disks", many, 400, "InvalidParameter", ""},
		{"no such instance", []string{"InstanceId", "i-x"}, 404, "InvalidInstanceId.NotFound", ""},
		{"no such disk", []string{"DiskId.1", "d-x"}, 404, "InvalidDiskId.NotFound", ""},
		{"not of the instance", []string{"InstanceId", instance, "DiskId.1", fresh}, 403, "DiskId.ValueNotSupported", ""},
		{"SSD", []string{"DiskId.1", ssd}, 400, "DiskCategory.OperationNotSupported", ""},
		{"multi-attach", []string{"DiskId.1", multi}, 403, "InvalidOperation.MultiAttachDisk", ""},
		{"never attached", []string{"DiskId.2", fresh}, 403, "IncorrectDiskStatus.NeverAttached", ""},
		{"resource group", []string{"ResourceGroupId", "rg-x"}, 404, "InvalidResourceGroup.NotFound", ""},
		{"storage location", []string{"StorageLocationArn", "x"}, 400, "UnsupportedOperation.NotImplemented", ""},
		{"instant access", []string{"InstantAccess", "true", "InstantAccessRetentionDays", "65536"}, 400, "InvalidParameter", ""},
		{"tag twice", []string{"Tag.1.Key", "a", "Tag.2.Key", "a"}, 400, "Duplicate.TagKey", ""},
		{"tag key", []string{"Tag.1.Key", "aliyun"}, 400, "InvalidTagKey.Malformed", ""},
		{"tag value", []string{"Tag.1.Key", "a", "Tag.1.Value", "http://"}, 400, "InvalidTagValue.Malformed", ""},
		{"tags", actiontest.Tags(21), 403, "QuotaExceed.Tags", ""},
		{"token", []string{"ClientToken", "\x7f"}, 400, "InvalidClientToken.ValueNotSupported", ""},
	})
	s.Refuse(400, "MissingParameter", "", "CreateSnapshotGroup")
	s.Refuse(403, "DiskId.ValueNotSupported", "", "CreateSnapshotGroup", "InstanceId", instance, "ExcludeDiskId.1", disk, "ExcludeDiskId.2", ssd, "ExcludeDiskId.3", multi)
	s.Refuse(403, "DiskId.ValueNotSupported", "", "CreateSnapshotGroup", "InstanceId", instance, "ExcludeDiskId.1", fresh)
	id := beginGroup(s, "DiskId.1", disk, "ClientToken", "t")
	s.Refuse(403, "IdempotentParameterMismatch", "", "CreateSnapshotGroup", "DiskId.1", disk, "ClientToken", "t", "Name", "xx")
	s.Refuse(403, "IncorrectDiskStatus.CreatingSnapshot", "", "CreateSnapshotGroup", "DiskId.1", disk)
	s.Settle()
	actiontest.Edit(s, state.Instances, instance, func(i *ecs.Instance) { i.Locks = ecs.LockSecurity })
	s.Refuse(403, "InstanceLockedForSecurity", "", "CreateSnapshotGroup", "DiskId.1", disk)
	actiontest.Edit(s, state.Instances, instance, func(i *ecs.Instance) { i.Locks = ecs.LockFinancial })
	s.Refuse(403, "DiskInArrears", "", "CreateSnapshotGroup", "DiskId.1", disk)
	actiontest.Edit(s, state.Instances, instance, func(i *ecs.Instance) { i.Locks = 0 })
	actiontest.Edit(s, state.Disks, disk, func(d *ecs.Disk) { d.Size = 32<<10 + 1 })
	s.Refuse(403, "DiskId.ValueNotSupported", "", "CreateSnapshotGroup", "DiskId.1", disk)
	s.Refuse(403, "IncorrectDiskStatus.NeverUsed", "", "CreateSnapshotGroup", "InstanceId", s.Stopped())
	actiontest.Edit(s, state.Instances, instance, func(i *ecs.Instance) { i.Want.Deleted = true })
	actiontest.Edit(s, state.Disks, disk, func(d *ecs.Disk) { d.Size = 40 })
	s.Refuse(400, "IncorrectInstanceStatus", "", "CreateSnapshotGroup", "DiskId.1", disk)
	actiontest.Edit(s, state.Instances, instance, func(i *ecs.Instance) { i.Want.Deleted = false })

	s.Refusals(t, "DescribeSnapshotGroups", nil, []actiontest.Refusal{
		{"status", []string{"Status.1", "x"}, 403, "InvalidStatus.ValueNotSupported", ""},
		{"tag", []string{"Tag.1.Value", "x"}, 400, "InvalidTag.Mismatch", ""},
		{"tags", actiontest.Tags(21), 400, "InvalidTagCount", ""},
		{"token", []string{"NextToken", "x"}, 400, "InvalidParameter.NextToken", ""},
		{"attributes", []string{"AdditionalAttributes.1", "x"}, 400, "UnsupportedOperation.NotImplemented", ""},
	})
	s.Refusals(t, "ModifySnapshotGroup", []string{"SnapshotGroupId", id}, []actiontest.Refusal{
		{"no such group", []string{"SnapshotGroupId", "ssg-x"}, 404, "InvalidSnapshotGroupId.NotFound", ""},
		{"name", []string{"Name", "1"}, 400, "InvalidParameter.Name", ""},
		{"description", []string{"Description", "x"}, 404, "InvalidDescription.Malformed", ""},
	})
	s.As(s.Other).Refuse(404, "InvalidSnapshotGroupId.NotFound", "", "DeleteSnapshotGroup", "SnapshotGroupId", id)
}

// TestGroupScenario takes and deletes a group under faults and restarts.
func TestGroupScenario(t *testing.T) {
	scenario := func(s *actiontest.Service) {
		id := s.Instance("DataDisk.1.Size", "20", "DataDisk.1.Category", "cloud_essd")
		s.Settle()
		s.Do("StartInstance", "InstanceId", id)
		s.Settle()
		group := actiontest.Call[api.CreateSnapshotGroupResponse](s, "CreateSnapshotGroup", "InstanceId", id).SnapshotGroupID
		s.Settle()
		if got := groups(s); len(got) != 1 || got[0].Status == "progressing" || len(got[0].Snapshots.Snapshot) != 2 {
			s.T.Errorf("%+v", got)
		}
		s.Do("DeleteSnapshotGroup", "SnapshotGroupId", group)
		s.Do("DeleteInstance", "InstanceId", id, "Force", "true")
		s.Settle()
		v := s.DB().Snapshot()
		if a, b := state.Snapshots.Len(v), state.SnapshotGroups.Len(v); a != 0 || b != 0 {
			s.T.Errorf("%d snapshots and %d groups are left", a, b)
		}
		s.NothingLeft()
	}
	t.Run("faults", func(t *testing.T) { actiontest.EachFault(t, scenario) })
	t.Run("restarts", func(t *testing.T) { actiontest.EachRestart(t, scenario) })
}
