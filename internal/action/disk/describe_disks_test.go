package disk_test

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

// TestDescribeDisksFilters asks for each of some disks by what only it has.
func TestDescribeDisksFilters(t *testing.T) {
	s := start(t)
	instance := s.Stopped()
	root := system(s, instance).DiskID
	plain := s.DataDisk("DiskName", "plain-1")
	s.Advance(time.Hour)
	odd := s.DataDisk("DiskCategory", "cloud_auto", "DiskName", "odd-1", "ZoneId", "cn-hangzhou-g", "Encrypted", "true", "Tag.1.Key", "k", "Tag.1.Value", "v")
	s.Do("ModifyDiskAttribute", "DiskId", odd, "DeleteWithInstance", "true", "DeleteAutoSnapshot", "false", "EnableAutoSnapshot", "false")
	snapshot := s.Snapshot(s.Key(ecs.KindDisk, plain))
	of := s.DataDisk("SnapshotId", snapshot)
	actiontest.Edit(s, state.Disks, of, func(d *ecs.Disk) { d.Policy = s.Key(ecs.KindDisk, odd) })
	policy := ecs.ID(ecs.KindSnapshotPolicy, s.Key(ecs.KindDisk, odd))
	all := []string{root, plain, odd, of}
	lock(s, instance, ecs.LockSecurity)
	for _, c := range []struct {
		params []string
		want   []string
	}{
		{nil, all},
		{[]string{"DiskIds", `["` + plain + `","` + of + `","d-none"]`}, []string{plain, of}},
		{[]string{"DiskIds", `[]`}, nil},
		{[]string{"Status", "In_use"}, []string{root}},
		{[]string{"Status", "All"}, all},
		{[]string{"Status", "Detaching"}, nil},
		{[]string{"DiskType", "system"}, []string{root}},
		{[]string{"DiskType", "data"}, []string{plain, odd, of}},
		{[]string{"DiskType", "all"}, all},
		{[]string{"Category", "cloud_auto"}, []string{odd}},
		{[]string{"Category", "all"}, all},
		{[]string{"DiskChargeType", "PostPaid"}, all},
		{[]string{"DiskChargeType", "PrePaid"}, nil},
		{[]string{"LockReason", "security"}, []string{root}},
		{[]string{"MultiAttach", "Disabled"}, all},
		{[]string{"MultiAttach", "Enabled"}, nil},
		{[]string{"EnableShared", "true"}, nil},
		{[]string{"DeleteWithInstance", "true", "DiskType", "data"}, []string{odd}},
		{[]string{"DeleteAutoSnapshot", "false"}, []string{plain, odd, of}},
		{[]string{"EnableAutoSnapshot", "false"}, []string{odd}},
		{[]string{"EnableAutomatedSnapshotPolicy", "true"}, []string{of}},
		{[]string{"AutoSnapshotPolicyId", policy}, []string{of}},
		{[]string{"AutoSnapshotPolicyId", "sp-none"}, nil},
		{[]string{"Portable", "false"}, []string{root}},
		{[]string{"Encrypted", "true"}, []string{odd}},
		{[]string{"Encrypted", "false"}, all},
		{[]string{"KMSKeyId", see(s, odd).KMSKeyID}, []string{odd}},
		{[]string{"ZoneId", "cn-hangzhou-g"}, []string{odd}},
		{[]string{"SnapshotId", snapshot}, []string{of}},
		{[]string{"ResourceGroupId", "rg-none"}, nil},
		{[]string{"DiskName", "odd-1"}, []string{odd}},
		{[]string{"DiskName", "*-1"}, []string{plain, odd}},
		{[]string{"InstanceId", instance}, []string{root}},
		{[]string{"InstanceId", "i-none"}, nil},
		{[]string{"Tag.1.Key", "k"}, []string{odd}},
		{[]string{"Tag.1.Key", "k", "Tag.1.Value", "w"}, nil},
		{[]string{"Filter.1.Key", "CreationEndTime", "Filter.1.Value", "2026-08-09T05:30:00Z"}, []string{root, plain}},
		{[]string{"Filter.1.Key", "CreationStartTime", "Filter.1.Value", "2026-08-09T05:30Z"}, []string{odd, of}},
		{[]string{"Category", "cloud_essd", "DiskType", "data"}, []string{plain, of}},
	} {
		var got []string
		for _, d := range disks(s, append([]string{"PageSize", "100"}, c.params...)...) {
			got = append(got, d.DiskID)
		}
		want := slices.Clone(c.want)
		slices.Sort(want)
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%v: %v, want %v", c.params, got, want)
		}
	}
	if d := disks(s.As(s.Other)); len(d) != 0 {
		t.Errorf("another account sees %+v", d)
	}
	if d := disks(s.As(s.In("cn-beijing"))); len(d) != 0 {
		t.Errorf("another region has %+v", d)
	}
}

func TestDescribeDisksPages(t *testing.T) {
	s := start(t)
	var ids []string
	for range 25 {
		ids = append(ids, s.DataDisk())
	}
	slices.Reverse(ids)
	var got []string
	for page := range 3 {
		out := actiontest.Call[api.DescribeDisksResponse](s, "DescribeDisks", "PageNumber", itoa(page+1), "PageSize", "10")
		if out.TotalCount != 25 || out.PageNumber != page+1 || out.PageSize != 10 {
			t.Errorf("%+v", out)
		}
		for _, d := range out.Disks.Disk {
			got = append(got, d.DiskID)
		}
	}
	if !slices.Equal(got, ids) {
		t.Error("pages do not add up, newest first")
	}
	got = nil
	for token := ""; ; {
		out := actiontest.Call[api.DescribeDisksResponse](s, "DescribeDisks", "MaxResults", "10", "NextToken", token)
		for _, d := range out.Disks.Disk {
			got = append(got, d.DiskID)
		}
		if token = out.NextToken; token == "" {
			break
		}
	}
	if !slices.Equal(got, ids) {
		t.Error("pages by token do not add up")
	}
}

func TestDescribeDisksRefused(t *testing.T) {
	s := start(t)
	const action = "DescribeDisks"
	for _, no := range []struct {
		status int
		code   string
		params []string
	}{
		{400, "InvalidStatus.ValueNotSupported", []string{"Status", "x"}},
		{400, "InvalidDiskType.ValueNotSupported", []string{"DiskType", "x"}},
		{400, "InvalidCategory.ValueNotSupported", []string{"Category", "x"}},
		{404, "InvalidDiskChargeType.NotFound", []string{"DiskChargeType", "x"}},
		{404, "InvalidLockReason.NotFound", []string{"LockReason", "x"}},
		{404, "InvalidLockReason.NotFound", []string{"LockReason", "ReplaceSystemDisk"}},
		{403, "InvalidParameter.MultiAttach", []string{"MultiAttach", "x"}},
		{400, "InvalidParameter.DiskIds", []string{"DiskIds", "x"}},
		{400, "InvalidParameter.DiskIds", []string{"DiskIds", `["` + strings.Repeat(`d","`, 100) + `d"]`}},
		{404, "InvalidFilterKey.NotFound", []string{"Filter.1.Key", "x", "Filter.1.Value", "y"}},
		{404, "InvalidFilterValue", []string{"Filter.1.Key", "CreationStartTime", "Filter.1.Value", "y"}},
		{400, "InvalidTag.Mismatch", []string{"Tag.1.Value", "v"}},
		{400, "InvalidTagCount", actiontest.Tags(21)},
		{400, "DryRunOperation", []string{"DryRun", "true"}},
		{400, "InvalidParameter", []string{"PageSize", "101"}},
		{400, "InvalidParameter.NextToken", []string{"NextToken", "forged"}},
		{403, "InvalidParameter.MultiAttachAndEnableSharedNotMatch", []string{"MultiAttach", "Disabled", "EnableShared", "true"}},
	} {
		refuse(s, action, no.status, no.code, no.params...)
	}
}
