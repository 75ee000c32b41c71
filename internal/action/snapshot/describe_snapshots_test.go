package snapshot_test

import (
	"slices"
	"testing"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

func TestDescribeSnapshotsFilters(t *testing.T) {
	s := actiontest.Start(t)
	instance := s.Running()
	system, data := systemDisk(s, instance), dataDisk(s, instance, "Encrypted", "true")
	a := take(s, system, "SnapshotName", "alpha", "Tag.1.Key", "k", "Tag.1.Value", "v")
	s.Advance(time.Hour)
	b := take(s, data, "SnapshotName", "beta", "Category", "Flash")
	newDisk(s, "SnapshotId", b)
	actiontest.Edit(s, state.Snapshots, b, func(r *ecs.Snapshot) { r.Policy = 1 })
	imageOf(s, a)
	link := see(s, a).SnapshotLinkID
	between := see(s, b).CreationTime
	both := []string{b, a}
	for _, c := range []struct {
		params []string
		want   []string
	}{
		{nil, both}, {[]string{"SnapshotIds", `["` + a + `","` + b + `","s-x"]`}, both}, {[]string{"SnapshotIds", "[]"}, nil},
		{[]string{"SnapshotName", "alpha"}, []string{a}}, {[]string{"SnapshotName", "*a"}, both}, {[]string{"SnapshotName", "x"}, nil},
		{[]string{"DiskId", system}, []string{a}}, {[]string{"DiskId", "d-x"}, nil},
		{[]string{"InstanceId", instance}, both}, {[]string{"InstanceId", "i-x"}, nil}, {[]string{"InstanceId", instance, "DiskId", data}, []string{b}},
		{[]string{"Status", "all"}, both}, {[]string{"Status", "accomplished"}, both}, {[]string{"Status", "progressing"}, nil},
		{[]string{"SnapshotType", "user"}, []string{a}}, {[]string{"SnapshotType", "auto"}, []string{b}}, {[]string{"SnapshotType", "all"}, both},
		{[]string{"SourceDiskType", "System"}, []string{a}}, {[]string{"SourceDiskType", "data"}, []string{b}},
		{[]string{"Usage", "image"}, []string{a}}, {[]string{"Usage", "disk"}, []string{b}}, {[]string{"Usage", "none"}, nil}, {[]string{"Usage", "image_disk"}, nil},
		{[]string{"Category", "Standard"}, []string{a}}, {[]string{"Category", "flash"}, []string{b}}, {[]string{"Category", "archive"}, nil},
		{[]string{"Encrypted", "true"}, []string{b}}, {[]string{"Encrypted", "false"}, both},
		{[]string{"KMSKeyId", "x"}, nil}, {[]string{"ResourceGroupId", "rg-x"}, nil},
		{[]string{"SnapshotLinkId", link}, []string{a}}, {[]string{"SnapshotLinkId", `["` + link + `"]`}, []string{a}},
		{[]string{"Tag.1.Key", "k"}, []string{a}}, {[]string{"Tag.1.Key", "k", "Tag.1.Value", "other"}, nil},
		{[]string{"Filter.1.Key", "CreationStartTime", "Filter.1.Value", between}, []string{b}},
		{[]string{"Filter.1.Key", "CreationEndTime", "Filter.1.Value", "2026-08-09T05:30Z"}, []string{a}},
	} {
		if got := ids(list(s, c.params...)); !slices.Equal(got, append([]string{}, c.want...)) {
			t.Errorf("%v: %v, want %v", c.params, got, c.want)
		}
	}
	if got := list(s.As(s.Other)); len(got) != 0 {
		t.Errorf("another account sees %+v", got)
	}
	if got := list(s, "RegionId", "cn-beijing"); len(got) != 0 {
		t.Errorf("another region shows %+v", got)
	}
}

func TestDescribeSnapshotsPages(t *testing.T) {
	s := actiontest.Start(t)
	disk := systemDisk(s, s.Running())
	for range 12 {
		take(s, disk)
	}
	all := ids(list(s, "PageSize", "100"))
	second := actiontest.Call[api.DescribeSnapshotsResponse](s, "DescribeSnapshots", "PageNumber", "2", "PageSize", "5")
	if second.TotalCount != 12 || second.PageNumber != 2 || second.PageSize != 5 || !slices.Equal(ids(second.Snapshots.Snapshot), all[5:10]) {
		t.Errorf("%+v", second)
	}
	first := actiontest.Call[api.DescribeSnapshotsResponse](s, "DescribeSnapshots", "MaxResults", "1") // 10 at least
	rest := actiontest.Call[api.DescribeSnapshotsResponse](s, "DescribeSnapshots", "NextToken", first.NextToken)
	if got := append(ids(first.Snapshots.Snapshot), ids(rest.Snapshots.Snapshot)...); !slices.Equal(got, all) || rest.NextToken != "" || len(first.Snapshots.Snapshot) != 10 {
		t.Errorf("%v, want %v", got, all)
	}
}

func TestDescribeSnapshotsRefusals(t *testing.T) {
	s := actiontest.Start(t)
	s.Refusals(t, "DescribeSnapshots", nil, []actiontest.Refusal{
		{"ids", []string{"SnapshotIds", "s-1"}, 403, "InvalidSnapshotIds.Malformed", ""},
		{"status", []string{"Status", "x"}, 404, "InvalidStatus.NotFound", ""},
		{"type", []string{"SnapshotType", "x"}, 404, "InvalidSnapshotType.NotFound", ""},
		{"disk type", []string{"SourceDiskType", "x"}, 404, "InvalidSourceDiskType", ""},
		{"usage", []string{"Usage", "x"}, 404, "InvalidUsage", ""},
		{"category", []string{"Category", "x"}, 403, "InvalidSnapshotCategory.Malformed", ""},
		{"filter", []string{"Filter.1.Key", "x", "Filter.1.Value", "x"}, 404, "InvalidFilterKey.NotFound", ""},
		{"filter value", []string{"Filter.1.Key", "CreationStartTime", "Filter.1.Value", "x"}, 404, "InvalidFilterValue", ""},
		{"link", []string{"SnapshotLinkId", "sl-x"}, 404, "InvalidSnapshotLinkId.NotFound", ""},
		{"links", []string{"SnapshotLinkId", "[1]"}, 400, "InvalidParameter", ""},
		{"tag", []string{"Tag.1.Value", "x"}, 400, "InvalidTag.Mismatch", ""},
		{"tags", actiontest.Tags(21), 400, "InvalidTagCount", ""},
		{"page", []string{"PageNumber", "0"}, 400, "InvalidParameter", ""},
		{"page size", []string{"PageSize", "101"}, 400, "InvalidParameter", ""},
		{"token", []string{"NextToken", "x"}, 400, "InvalidParameter.NextToken", ""},
		{"dry run", []string{"DryRun", "true"}, 400, "DryRunOperation", ""},
	})
}
