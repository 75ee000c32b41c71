package clients

import (
	"fmt"
	"testing"

	ecs "github.com/alibabacloud-go/ecs-20140526/v7/client"
)

func v2Snapshots(t *testing.T, c *ecs.Client, in *ecs.DescribeSnapshotsRequest) []*ecs.DescribeSnapshotsResponseBodySnapshotsSnapshot {
	t.Helper()
	if in.RegionId == nil {
		in.RegionId = new(region)
	}
	got, err := c.DescribeSnapshots(in)
	if err != nil {
		t.Fatal(err)
	}
	return got.Body.Snapshots.Snapshot
}

// TestV2Snapshots takes, copies, locks and deletes snapshots, by hand, in a
// group and by a policy.
func TestV2Snapshots(t *testing.T) {
	const elsewhere = "cn-beijing"
	s, n := start(t)
	c := v2(t, s, s.AccessKeySecret)
	made, err := c.CreateInstance(v2Create(n))
	if err != nil {
		t.Fatal(err)
	}
	id := *made.Body.InstanceId
	v2Wait(t, c, id, "Stopped")
	if _, err := c.StartInstance(&ecs.StartInstanceRequest{InstanceId: &id}); err != nil {
		t.Fatal(err)
	}
	v2Wait(t, c, id, "Running")
	disks, err := c.DescribeDisks(&ecs.DescribeDisksRequest{RegionId: new(region), InstanceId: &id})
	if err != nil {
		t.Fatal(err)
	}
	disk := *disks.Body.Disks.Disk[0].DiskId
	taken, err := c.CreateSnapshot(&ecs.CreateSnapshotRequest{DiskId: &disk, SnapshotName: new("by-hand"), RetentionDays: new(int32(30)),
		Tag: []*ecs.CreateSnapshotRequestTag{{Key: new("sdk"), Value: new("go v2")}}})
	if err != nil {
		t.Fatal(err)
	}
	snapshot := *taken.Body.SnapshotId
	whole := func(in *ecs.DescribeSnapshotsRequest) func() bool {
		return func() bool {
			got := v2Snapshots(t, c, in)
			return len(got) == 1 && *got[0].Status == "accomplished" && *got[0].Progress == "100%"
		}
	}
	until(t, snapshot+" accomplished", whole(&ecs.DescribeSnapshotsRequest{SnapshotIds: new(fmt.Sprintf("[%q]", snapshot))}))
	got := v2Snapshots(t, c, &ecs.DescribeSnapshotsRequest{DiskId: &disk, Tag: []*ecs.DescribeSnapshotsRequestTag{{Key: new("sdk")}}})
	if len(got) != 1 || *got[0].SnapshotName != "by-hand" || *got[0].RetentionDays != 30 || *got[0].SourceDiskId != disk || *got[0].SourceDiskType != "system" {
		t.Errorf("%v", got)
	}
	if _, err := c.ModifySnapshotAttribute(&ecs.ModifySnapshotAttributeRequest{SnapshotId: &snapshot, Description: new(description)}); err != nil {
		t.Fatal(err)
	}

	copied, err := c.CopySnapshot(&ecs.CopySnapshotRequest{RegionId: new(region), SnapshotId: &snapshot, DestinationRegionId: new(elsewhere),
		DestinationSnapshotName: new("copy"), DestinationSnapshotDescription: new("a copy")})
	if err != nil {
		t.Fatal(err)
	}
	until(t, "the copy", whole(&ecs.DescribeSnapshotsRequest{RegionId: new(elsewhere), SnapshotIds: new(fmt.Sprintf("[%q]", *copied.Body.SnapshotId))}))

	locked, err := c.LockSnapshot(&ecs.LockSnapshotRequest{RegionId: new(region), SnapshotId: &snapshot, LockMode: new("compliance"), LockDuration: new(int32(1)), CoolOffPeriod: new(int32(1))})
	if err != nil {
		t.Fatal(err)
	}
	if got := *locked.Body.LockedSnapshotInfo.LockStatus; got != "compliance-cooloff" {
		t.Errorf("the lock is %s", got)
	}
	_, err = c.DeleteSnapshot(&ecs.DeleteSnapshotRequest{SnapshotId: &snapshot})
	v2Refused(t, err, "OperationDenied.SnapshotLocked", 403)
	if _, err := c.UnlockSnapshot(&ecs.UnlockSnapshotRequest{RegionId: new(region), SnapshotId: &snapshot}); err != nil {
		t.Fatal(err)
	}

	group, err := c.CreateSnapshotGroup(&ecs.CreateSnapshotGroupRequest{RegionId: new(region), InstanceId: &id, Name: new("group")})
	if err != nil {
		t.Fatal(err)
	}
	until(t, "the group", func() bool {
		got, err := c.DescribeSnapshotGroups(&ecs.DescribeSnapshotGroupsRequest{RegionId: new(region), SnapshotGroupId: []*string{group.Body.SnapshotGroupId}})
		if err != nil {
			t.Fatal(err)
		}
		g := got.Body.SnapshotGroups.SnapshotGroup
		return len(g) == 1 && *g[0].Status == "accomplished" && len(g[0].Snapshots.Snapshot) == 1
	})
	if _, err := c.DeleteSnapshotGroup(&ecs.DeleteSnapshotGroupRequest{RegionId: new(region), SnapshotGroupId: group.Body.SnapshotGroupId}); err != nil {
		t.Fatal(err)
	}

	policy, err := c.CreateAutoSnapshotPolicy(&ecs.CreateAutoSnapshotPolicyRequest{RegionId: new(region), AutoSnapshotPolicyName: new("nightly"),
		TimePoints: new(`["1"]`), RepeatWeekdays: new(`["1","7"]`), RetentionDays: new(int32(-1))})
	if err != nil {
		t.Fatal(err)
	}
	sp := policy.Body.AutoSnapshotPolicyId
	if _, err := c.ApplyAutoSnapshotPolicy(&ecs.ApplyAutoSnapshotPolicyRequest{RegionId: new(region), AutoSnapshotPolicyId: sp, DiskIds: new(fmt.Sprintf("[%q]", disk))}); err != nil {
		t.Fatal(err)
	}
	shown, err := c.DescribeAutoSnapshotPolicyEx(&ecs.DescribeAutoSnapshotPolicyExRequest{RegionId: new(region), AutoSnapshotPolicyId: sp})
	if err != nil {
		t.Fatal(err)
	}
	if p := shown.Body.AutoSnapshotPolicies.AutoSnapshotPolicy; len(p) != 1 || *p[0].DiskNums != 1 || *p[0].RepeatWeekdays != `["1","7"]` || *p[0].RetentionDays != -1 {
		t.Errorf("%v", p)
	}
	if _, err := c.DeleteAutoSnapshotPolicy(&ecs.DeleteAutoSnapshotPolicyRequest{RegionId: new(region), AutoSnapshotPolicyId: sp}); err != nil {
		t.Fatal(err)
	}
	_, err = c.DeleteAutoSnapshotPolicy(&ecs.DeleteAutoSnapshotPolicyRequest{RegionId: new(region), AutoSnapshotPolicyId: sp})
	v2Refused(t, err, "ParameterInvalid", 404)
	_, err = c.CreateSnapshot(&ecs.CreateSnapshotRequest{DiskId: &disk, SnapshotName: new("auto-x")})
	v2Refused(t, err, "InvalidSnapshotName.Malformed", 400)

	if _, err := c.DeleteSnapshot(&ecs.DeleteSnapshotRequest{SnapshotId: &snapshot}); err != nil {
		t.Fatal(err)
	}
	until(t, "the end of the snapshots", func() bool { return len(v2Snapshots(t, c, &ecs.DescribeSnapshotsRequest{})) == 0 })
}
