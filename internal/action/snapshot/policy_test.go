package snapshot_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// daily is a policy at 14:00 each day; services begin on a Sunday at 13:00 in China.
func daily(s *actiontest.Service, params ...string) string {
	s.T.Helper()
	return actiontest.Call[api.CreateAutoSnapshotPolicyResponse](s, "CreateAutoSnapshotPolicy", append([]string{
		"timePoints", `["14"]`, "repeatWeekdays", `["1","2","3","4","5","6","7"]`, "retentionDays", "-1"}, params...)...).AutoSnapshotPolicyID
}

func policies(s *actiontest.Service, params ...string) []api.DescribeAutoSnapshotPolicyExAutoSnapshotPolicy {
	s.T.Helper()
	return actiontest.Call[api.DescribeAutoSnapshotPolicyExResponse](s, "DescribeAutoSnapshotPolicyEx", params...).AutoSnapshotPolicies.AutoSnapshotPolicy
}

func apply(s *actiontest.Service, policy string, disks ...string) {
	s.T.Helper()
	s.Do("ApplyAutoSnapshotPolicy", "autoSnapshotPolicyId", policy, "diskIds", `["`+strings.Join(disks, `","`)+`"]`)
}

// TestPolicyFires has a policy take snapshots day by day, across restarts, and
// drop them when their retention ends.
func TestPolicyFires(t *testing.T) {
	s := actiontest.Start(t)
	disk := systemDisk(s, s.Running())
	policy := daily(s, "retentionDays", "2")
	apply(s, policy, disk)
	s.Advance(59 * time.Minute)
	if n := len(list(s)); n != 0 {
		t.Fatalf("%d snapshots before the time", n)
	}
	s.Advance(time.Minute)
	s.Settle()
	got := list(s, "SnapshotType", "auto")
	if len(got) != 1 || got[0].SnapshotName != "auto2.0_20260809_"+policy || got[0].RetentionDays != 2 || got[0].SourceDiskID != disk || got[0].Status != "accomplished" || got[0].SnapshotType != "auto" {
		t.Fatalf("%+v", got)
	}
	first := got[0].SnapshotID
	s.Restart()
	s.Advance(day)
	s.Settle()
	if n := len(list(s)); n != 2 {
		t.Errorf("%d snapshots after two days", n)
	}
	s.Advance(day)
	s.Settle()
	gone(s, first)
	if n := len(list(s)); n != 2 {
		t.Errorf("%d snapshots after three days, each kept for two", n)
	}

	s.Do("CancelAutoSnapshotPolicy", "diskIds", `["`+disk+`"]`)
	s.Advance(day)
	s.Settle()
	if n := len(list(s)); n != 1 {
		t.Errorf("%d snapshots, though the policy was cancelled", n)
	}
	apply(s, policy, disk)
	s.Do("DeleteAutoSnapshotPolicy", "autoSnapshotPolicyId", policy)
	if d := actiontest.Record(s, state.Disks, disk); d.Policy != 0 {
		t.Error("the disk names a policy that is gone")
	}
	s.Advance(3 * day)
	if n, dues := len(list(s)), state.DueCount(s.DB().Snapshot()); n != 0 || dues != 1 { // the settlement of what the disk costs
		t.Errorf("%d snapshots and %d due rows are left", n, dues)
	}
}

// TestPolicyPassesOver leaves out disks of which no automatic snapshot is to be
// taken, or none can be.
func TestPolicyPassesOver(t *testing.T) {
	s := actiontest.Start(t)
	instance := s.Running()
	off, locked, fits := dataDisk(s, instance), systemDisk(s, s.Running()), systemDisk(s, instance)
	fresh, unused := newDisk(s), systemDisk(s, s.Stopped())
	actiontest.Edit(s, state.Disks, off, func(d *ecs.Disk) { d.Flags |= ecs.NoAutoSnapshot })
	actiontest.Edit(s, state.Instances, ecs.ID(ecs.KindInstance, actiontest.Record(s, state.Disks, locked).Instance), func(i *ecs.Instance) { i.Locks = ecs.LockSecurity })
	apply(s, daily(s), off, locked, fits, fresh, unused)
	s.Advance(2 * time.Hour)
	got := list(s)
	if len(got) != 1 || got[0].SourceDiskID != fits {
		t.Errorf("%+v", got)
	}
	actiontest.Edit(s, state.Disks, off, func(d *ecs.Disk) { d.Flags = 0 })
	s.Advance(day)
	if n := len(list(s, "DiskId", off)); n != 1 {
		t.Errorf("%d snapshots of the disk that may have them again", n)
	}
}

// TestPolicyOneAtATime passes over a disk whose last snapshot is still being
// taken.
func TestPolicyOneAtATime(t *testing.T) {
	s := actiontest.Start(t, actiontest.Stepped())
	disk := systemDisk(s, s.Running())
	apply(s, daily(s, "timePoints", `["14","15"]`), disk)
	s.Advance(2 * time.Hour)
	if n := len(list(s)); n != 1 {
		t.Errorf("%d snapshots", n)
	}
}

// TestPolicyQuota drops the oldest automatic snapshot when a disk has 1,000.
func TestPolicyQuota(t *testing.T) {
	s := actiontest.Start(t)
	disk := systemDisk(s, s.Running())
	policy := daily(s)
	apply(s, policy, disk)
	var first ecs.Key
	s.Update(func(tx *state.Tx) {
		for n := range 1000 {
			k := tx.NewKey(s.Key(ecs.KindDisk, disk).Region())
			state.Snapshots.Put(tx, k, &ecs.Snapshot{Account: actiontest.Account, Disk: s.Key(ecs.KindDisk, disk), Policy: s.Key(ecs.KindSnapshotPolicy, policy)})
			if n == 0 {
				first = k
			}
		}
	})
	s.Advance(2 * time.Hour)
	s.Settle()
	gone(s, ecs.ID(ecs.KindSnapshot, first))
	if n := state.Snapshots.Len(s.DB().Snapshot()); n != 1000 {
		t.Errorf("%d snapshots", n)
	}
	take(s, disk) // those taken by hand have a quota of their own
}

// TestPolicyCopies copies what a policy takes to another region.
func TestPolicyCopies(t *testing.T) {
	s := actiontest.Start(t)
	there := s.As(s.In("cn-beijing"))
	policy := daily(s, "EnableCrossRegionCopy", "true", "TargetCopyRegions", `["cn-beijing"]`, "CopiedSnapshotsRetentionDays", "3", "CopyEncryptionConfiguration.Encrypted", "true")
	apply(s, policy, systemDisk(s, s.Running()))
	s.Advance(2 * time.Hour)
	src, got := list(s), list(there)
	if len(src) != 1 || len(got) != 1 || got[0].SourceSnapshotID != src[0].SnapshotID || got[0].RetentionDays != 3 || !got[0].Encrypted || got[0].Status != "accomplished" || src[0].RetentionDays != 0 {
		t.Fatalf("%+v\n%+v", src, got)
	}
	s.Do("ModifyAutoSnapshotPolicyEx", "autoSnapshotPolicyId", policy, "EnableCrossRegionCopy", "false")
	s.Advance(day)
	if a, b := len(list(s)), len(list(there)); a != 2 || b != 1 {
		t.Errorf("%d snapshots and %d copies", a, b)
	}
	s.Advance(3 * day)
	gone(there, got[0].SnapshotID)
}

func TestModifyAutoSnapshotPolicyEx(t *testing.T) {
	s := actiontest.Start(t)
	policy := daily(s)
	apply(s, policy, systemDisk(s, s.Running()))
	s.Do("ModifyAutoSnapshotPolicyEx", "autoSnapshotPolicyId", policy, "timePoints", `["16"]`, "repeatWeekdays", `["1"]`, "retentionDays", "7", "autoSnapshotPolicyName", "weekly")
	if got := policies(s)[0]; got.TimePoints != `["16"]` || got.RepeatWeekdays != `["1"]` || got.RetentionDays != 7 || got.AutoSnapshotPolicyName != "weekly" {
		t.Errorf("%+v", got)
	}
	s.Advance(26 * time.Hour)
	if n := len(list(s)); n != 0 {
		t.Errorf("%d snapshots at times that are no more", n)
	}
	s.Advance(2 * time.Hour)
	if n := len(list(s)); n != 1 {
		t.Errorf("%d snapshots at the new time", n)
	}
	s.Refusals(t, "ModifyAutoSnapshotPolicyEx", []string{"autoSnapshotPolicyId", policy}, []actiontest.Refusal{
		{"no such policy", []string{"autoSnapshotPolicyId", "sp-x"}, 404, "ParameterInvalid", ""},
		{"hours", []string{"timePoints", `["24"]`}, 404, "ParameterInvalid", ""},
		{"copies to nowhere", []string{"EnableCrossRegionCopy", "true"}, 404, "ParameterInvalid", ""},
		{"key", []string{"CopyEncryptionConfiguration.KMSKeyId", "x"}, 404, "InvalidParameter.KMSKeyId.NotFound", ""},
	})
	s.As(s.Other).Refuse(404, "ParameterInvalid", "", "ModifyAutoSnapshotPolicyEx", "autoSnapshotPolicyId", policy, "retentionDays", "1")
}

func TestCreateAutoSnapshotPolicyRefusals(t *testing.T) {
	s := actiontest.Start(t)
	s.Refusals(t, "CreateAutoSnapshotPolicy", []string{"timePoints", `["1"]`, "repeatWeekdays", `["1"]`, "retentionDays", "1"}, []actiontest.Refusal{
		{"hours", []string{"timePoints", `["-1"]`}, 404, "ParameterInvalid", ""},
		{"no hours", []string{"timePoints", `[]`}, 404, "ParameterInvalid", ""},
		{"empty hours", []string{"timePoints", ``}, 400, api.CodeMissingParameter, ""},
		{"an hour twice", []string{"timePoints", `["1","1"]`}, 404, "ParameterInvalid", ""},
		{"hours are no list", []string{"timePoints", `1`}, 404, "ParameterInvalid", ""},
		{"weekdays", []string{"repeatWeekdays", `["0"]`}, 404, "ParameterInvalid", ""},
		{"empty weekdays", []string{"repeatWeekdays", ``}, 400, api.CodeMissingParameter, ""},
		{"retention 0", []string{"retentionDays", "0"}, 404, "ParameterInvalid", ""},
		{"retention too long", []string{"retentionDays", "65537"}, 404, "ParameterInvalid", ""},
		{"retention of copies", []string{"CopiedSnapshotsRetentionDays", "0"}, 404, "ParameterInvalid", ""},
		{"name", []string{"autoSnapshotPolicyName", "1"}, 404, "ParameterInvalid", ""},
		{"copies to nowhere", []string{"EnableCrossRegionCopy", "true"}, 404, "ParameterInvalid", ""},
		{"copies to no region", []string{"TargetCopyRegions", `["cn-x"]`}, 404, "ParameterInvalid", ""},
		{"copies to two", []string{"TargetCopyRegions", `["cn-beijing","cn-shanghai"]`}, 404, "ParameterInvalid", ""},
		{"copies to itself", []string{"TargetCopyRegions", `["cn-hangzhou"]`}, 404, "ParameterInvalid", ""},
		{"key", []string{"CopyEncryptionConfiguration.KMSKeyId", "x"}, 404, "InvalidParameter.KMSKeyId.NotFound", ""},
		{"role", []string{"CopyEncryptionConfiguration.Arn.1.RoleType", "x"}, 400, "UnsupportedOperation.NotImplemented", ""},
		{"storage location", []string{"StorageLocationArn", "x"}, 400, "UnsupportedOperation.NotImplemented", ""},
		{"resource group", []string{"ResourceGroupId", "rg-x"}, 404, "InvalidResourceGroup.NotFound", ""},
		{"tag twice", []string{"Tag.1.Key", "a", "Tag.2.Key", "a"}, 400, "Duplicate.TagKey", ""},
		{"tag key", []string{"Tag.1.Key", "aliyun"}, 400, "InvalidTagKey.Malformed", ""},
		{"tag value", []string{"Tag.1.Key", "a", "Tag.1.Value", "http://"}, 400, "InvalidTagValue.Malformed", ""},
		{"tags", actiontest.Tags(21), 403, "QuotaExceed.Tags", ""},
		{"region", []string{"RegionId", "cn-x"}, 404, "InvalidRegionId.NotFound", ""},
	})
	s.Refuse(400, "MissingParameter", "", "CreateAutoSnapshotPolicy", "repeatWeekdays", `["1"]`, "retentionDays", "1")
	for range 100 {
		daily(s)
	}
	s.Refuse(403, "AutoSnapshotPolicy.QuotaExceed", "", "CreateAutoSnapshotPolicy", "timePoints", `["1"]`, "repeatWeekdays", `["1"]`, "retentionDays", "1")
	daily(s.As(s.In("cn-beijing"))) // each region has its own
}

func TestDescribeAutoSnapshotPolicyEx(t *testing.T) {
	s := actiontest.Start(t)
	a := daily(s, "autoSnapshotPolicyName", "alpha", "Tag.1.Key", "k", "Tag.1.Value", "v", "retentionDays", "30", "TargetCopyRegions", `["cn-beijing"]`)
	b := daily(s, "timePoints", `["0","23"]`)
	apply(s, a, newDisk(s), newDisk(s))
	all := policies(s)
	if len(all) != 2 || all[0].AutoSnapshotPolicyID != b || all[0].RetentionDays != -1 || all[0].TimePoints != `["0","23"]` || all[0].CopiedSnapshotsRetentionDays != -1 {
		t.Errorf("%+v", all)
	}
	if got := all[1]; got.AutoSnapshotPolicyName != "alpha" || got.DiskNums != 2 || got.RetentionDays != 30 || got.RepeatWeekdays != `["1","2","3","4","5","6","7"]` || got.Status != "Normal" ||
		got.Type != "Custom" || got.RegionID != "cn-hangzhou" || got.CreationTime == "" || len(got.Tags.Tag) != 1 || got.EnableCrossRegionCopy || got.TargetCopyRegions != `["cn-beijing"]` {
		t.Errorf("%+v", got)
	}
	for _, c := range []struct {
		params []string
		want   []string
	}{
		{[]string{"AutoSnapshotPolicyId", a}, []string{a}}, {[]string{"AutoSnapshotPolicyId", "sp-x"}, nil}, {[]string{"AutoSnapshotPolicyName", "alpha"}, []string{a}},
		{[]string{"Tag.1.Key", "k"}, []string{a}}, {[]string{"ResourceGroupId", "rg-x"}, nil}, {[]string{"PageSize", "1", "PageNumber", "2"}, []string{a}},
	} {
		var got []string
		for _, p := range policies(s, c.params...) {
			got = append(got, p.AutoSnapshotPolicyID)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%v: %v, want %v", c.params, got, c.want)
		}
	}
	if n := len(policies(s.As(s.Other))); n != 0 {
		t.Errorf("another account sees %d", n)
	}
	s.Refusals(t, "DescribeAutoSnapshotPolicyEx", nil, []actiontest.Refusal{
		{"tag", []string{"Tag.1.Value", "x"}, 400, "InvalidTag.Mismatch", ""},
		{"tags", actiontest.Tags(21), 400, "InvalidTagCount", ""},
		{"page", []string{"PageSize", "101"}, 400, "InvalidParameter", ""},
	})
}

func TestApplyAndCancel(t *testing.T) {
	s := actiontest.Start(t)
	a, b := daily(s), daily(s)
	x, y, local := newDisk(s), newDisk(s), newDisk(s)
	setCategory(s, local, "local_ssd_pro")
	associations := func(params ...string) (out []string) {
		for _, r := range actiontest.Call[api.DescribeAutoSnapshotPolicyAssociationsResponse](s, "DescribeAutoSnapshotPolicyAssociations", params...).AutoSnapshotPolicyAssociations.AutoSnapshotPolicyAssociation {
			out = append(out, r.DiskID+" "+r.AutoSnapshotPolicyID)
		}
		return out
	}
	apply(s, a, x, y, x)
	apply(s, b, y) // takes the place of the other
	for _, c := range []struct {
		params []string
		want   []string
	}{
		{nil, []string{y + " " + b, x + " " + a}}, {[]string{"AutoSnapshotPolicyId", a}, []string{x + " " + a}}, {[]string{"DiskId", y}, []string{y + " " + b}},
		{[]string{"DiskId", local}, nil}, {[]string{"AutoSnapshotPolicyId", "sp-x"}, nil},
	} {
		if got := associations(c.params...); !slices.Equal(got, c.want) {
			t.Errorf("%v: %v, want %v", c.params, got, c.want)
		}
	}
	s.Refuse(400, "InvalidParameter.Conflict", "", "DescribeAutoSnapshotPolicyAssociations", "AutoSnapshotPolicyId", a, "DiskId", x)
	s.Refuse(400, "InvalidParameter.NextToken", "", "DescribeAutoSnapshotPolicyAssociations", "NextToken", "x")
	s.Refusals(t, "ApplyAutoSnapshotPolicy", []string{"autoSnapshotPolicyId", a, "diskIds", `["` + x + `"]`}, []actiontest.Refusal{
		{"no such policy", []string{"autoSnapshotPolicyId", "sp-x"}, 404, "ParameterInvalid", ""},
		{"no such disk", []string{"diskIds", `["d-x"]`}, 404, "InvalidDiskId.NotFound", ""},
		{"no disks", []string{"diskIds", `[]`}, 404, "ParameterInvalid", ""},
		{"a local disk", []string{"diskIds", `["` + local + `"]`}, 400, "DiskCategory.OperationNotSupported", ""},
		{"some local disks", []string{"diskIds", `["` + local + `","` + x + `"]`}, 400, "PartofDiskCategory.OperationNotSupported", ""},
	})
	s.Refusals(t, "CancelAutoSnapshotPolicy", []string{"diskIds", `["` + x + `"]`}, []actiontest.Refusal{
		{"no such policy", []string{"autoSnapshotPolicyId", "sp-x"}, 404, "ParameterInvalid", ""},
		{"no such disk", []string{"diskIds", `["d-x"]`}, 404, "InvalidDiskId.NotFound", ""},
		{"no list", []string{"diskIds", x}, 404, "ParameterInvalid", ""},
	})
	s.Do("CancelAutoSnapshotPolicy", "diskIds", `["`+x+`","`+y+`"]`, "autoSnapshotPolicyId", a)
	if got := associations(); !slices.Equal(got, []string{y + " " + b}) {
		t.Errorf("%v", got)
	}
	s.Refuse(404, "ParameterInvalid", "", "DeleteAutoSnapshotPolicy", "autoSnapshotPolicyId", "sp-x")
	s.As(s.Other).Refuse(404, "ParameterInvalid", "", "DeleteAutoSnapshotPolicy", "autoSnapshotPolicyId", a)
}

// TestPolicyOfAnInstance gives the disks of a new instance their policies.
func TestPolicyOfAnInstance(t *testing.T) {
	s := actiontest.Start(t)
	policy := daily(s)
	n := s.Network()
	id := actiontest.Call[api.RunInstancesResponse](s, "RunInstances", "InstanceType", actiontest.InstanceType, "ImageId", actiontest.Image, "SecurityGroupId", n.Group,
		"VSwitchId", n.VSwitch, "SystemDisk.Category", "cloud_essd", "SystemDisk.AutoSnapshotPolicyId", policy, "DataDisk.1.Size", "20", "DataDisk.1.Category", "cloud_essd",
		"DataDisk.1.AutoSnapshotPolicyId", policy, "DataDisk.2.Size", "20", "DataDisk.2.Category", "cloud_essd").InstanceIDSets.InstanceIDSet[0]
	s.Settle()
	if got := policies(s)[0].DiskNums; got != 2 {
		t.Errorf("%d disks have the policy", got)
	}
	s.Advance(2 * time.Hour)
	if n := len(list(s)); n != 2 {
		t.Errorf("%d snapshots", n)
	}
	s.Do("DeleteInstance", "InstanceId", id, "Force", "true")
	s.Settle()
	if n := state.Snapshots.Len(s.DB().Snapshot()); n != 0 {
		t.Errorf("%d automatic snapshots outlive their disks", n)
	}
}

// TestPolicyScenario has a policy fire under faults and restarts.
func TestPolicyScenario(t *testing.T) {
	scenario := func(s *actiontest.Service) {
		id := s.Instance()
		s.Settle()
		s.Do("StartInstance", "InstanceId", id)
		s.Settle()
		policy := daily(s)
		apply(s, policy, systemDisk(s, id))
		s.Advance(2 * time.Hour)
		s.Settle()
		got := list(s)
		if len(got) != 1 || got[0].Status == "progressing" {
			s.T.Errorf("%+v", got)
		}
		s.Do("DeleteAutoSnapshotPolicy", "autoSnapshotPolicyId", policy)
		s.Do("DeleteInstance", "InstanceId", id, "Force", "true")
		s.Settle()
		if n := state.Snapshots.Len(s.DB().Snapshot()); n != 0 {
			s.T.Errorf("%d snapshots are left", n)
		}
		s.NothingLeft()
	}
	t.Run("faults", func(t *testing.T) { actiontest.EachFault(t, scenario) })
	t.Run("restarts", func(t *testing.T) { actiontest.EachRestart(t, scenario) })
}

// TestPolicyRegionSpelling takes the region of a policy in either spelling:
// SDKs send regionId for these actions, and generic clients RegionId.
func TestPolicyRegionSpelling(t *testing.T) {
	s := actiontest.Start(t)
	for _, name := range []string{"regionId", "RegionId"} {
		c := s.As(s.In(""))
		id := daily(c, name, "cn-beijing")
		if got := policies(c, "RegionId", "cn-beijing", "AutoSnapshotPolicyId", id); len(got) != 1 || got[0].RegionID != "cn-beijing" {
			t.Errorf("%s: %+v", name, got)
		}
		c.Refuse(404, "InvalidRegionId.NotFound", "", "DeleteAutoSnapshotPolicy", name, "cn-x", "autoSnapshotPolicyId", id)
	}
	s.As(s.In("")).Refuse(400, "MissingParameter", "", "DeleteAutoSnapshotPolicy", "autoSnapshotPolicyId", "sp-x")
}
