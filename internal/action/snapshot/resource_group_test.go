package snapshot_test

import (
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

// TestResourceGroups puts snapshots into resource groups when they are made, and
// moves them.
func TestResourceGroups(t *testing.T) {
	s := actiontest.Start(t)
	group := func(name string) string {
		return actiontest.Call[api.CreateResourceGroupResponse](s, "CreateResourceGroup", "Name", name, "DisplayName", name).ResourceGroup.ID
	}
	a, b := group("one"), group("two")
	disk := systemDisk(s, s.Running())
	id := take(s, disk, "ResourceGroupId", a)
	copied := actiontest.Call[api.CopySnapshotResponse](s, "CopySnapshot", "SnapshotId", id, "DestinationRegionId", "cn-beijing", "DestinationSnapshotName", "a-copy",
		"DestinationSnapshotDescription", "of another region", "ResourceGroupId", b).SnapshotID
	s.Settle()
	take(s, disk)
	if got := list(s, "ResourceGroupId", a); len(got) != 1 || got[0].SnapshotID != id || got[0].ResourceGroupID != a {
		t.Errorf("%+v", got)
	}
	if got := see(s.As(s.In("cn-beijing")), copied); got.ResourceGroupID != b {
		t.Errorf("%+v", got)
	}
	s.Do("JoinResourceGroup", "ResourceType", "snapshot", "ResourceId", id, "ResourceGroupId", b)
	if got := see(s, id); got.ResourceGroupID != b {
		t.Errorf("%+v", got)
	}
	s.Refuse(404, "InvalidResourceGroup.NotFound", "", "CreateSnapshot", "DiskId", disk, "ResourceGroupId", "rg-x")
	s.As(s.Other).Refuse(404, "InvalidResourceGroup.NotFound", "", "CreateSnapshot", "DiskId", disk, "ResourceGroupId", a)
	policy := []string{"timePoints", `["1"]`, "repeatWeekdays", `["1"]`, "retentionDays", "1", "ResourceGroupId"}
	s.Refuse(404, "InvalidResourceGroup.NotFound", "", "CreateAutoSnapshotPolicy", append(policy, "rg-x")...)
}
