package snapshot_test

import (
	"slices"
	"testing"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
)

func TestDescribeSnapshotLinks(t *testing.T) {
	s := actiontest.Start(t)
	instance := s.Running()
	system, data := systemDisk(s, instance), dataDisk(s, instance, "DiskName", "data")
	newDisk(s) // without snapshots: no link
	id := take(s, system)
	copyTo(s, id, "cn-beijing")
	take(s, data)
	take(s, data)
	links := func(params ...string) *api.DescribeSnapshotLinksResponse {
		return actiontest.Call[api.DescribeSnapshotLinksResponse](s, "DescribeSnapshotLinks", params...)
	}
	all := links()
	if all.TotalCount != 2 || len(all.SnapshotLinks.SnapshotLink) != 2 {
		t.Fatalf("%+v", all)
	}
	if got := all.SnapshotLinks.SnapshotLink[0]; got.SourceDiskID != data || got.SourceDiskName != "data" || got.SourceDiskSize != 20 || got.SourceDiskType != "data" || got.TotalCount != 2 ||
		got.TotalSize != 40<<30 || got.InstanceID != instance || got.InstanceName != instance || got.Category != "standard" || got.RegionID != "cn-hangzhou" {
		t.Errorf("%+v", got)
	}
	link := see(s, id).SnapshotLinkID
	for _, c := range []struct {
		params []string
		want   []string
	}{
		{[]string{"DiskIds", `["` + system + `"]`}, []string{system}}, {[]string{"SnapshotLinkIds", `["` + link + `","sl-x"]`}, []string{system}},
		{[]string{"SnapshotLinkIds", `["` + link + `"]`, "DiskIds", `["` + data + `"]`}, nil}, {[]string{"InstanceId", instance}, []string{data, system}},
		{[]string{"InstanceId", "i-x"}, nil}, {[]string{"PageSize", "1", "PageNumber", "2"}, []string{system}}, {[]string{"RegionId", "cn-beijing"}, nil},
	} {
		var got []string
		for _, l := range links(c.params...).SnapshotLinks.SnapshotLink {
			got = append(got, l.SourceDiskID)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%v: %v, want %v", c.params, got, c.want)
		}
	}
	s.Refusals(t, "DescribeSnapshotLinks", nil, []actiontest.Refusal{
		{"disks", []string{"DiskIds", "x"}, 400, "InvalidDiskIds", ""},
		{"links", []string{"SnapshotLinkIds", "x"}, 400, "InvalidSnapshotLinkIds", ""},
		{"token", []string{"NextToken", "x"}, 400, "InvalidParameter.NextToken", ""},
		{"page", []string{"PageSize", "0"}, 400, "InvalidParameter", ""},
	})
	// The link outlives its disk.
	s.Do("DetachDisk", "DiskId", data, "InstanceId", instance)
	s.Settle()
	s.Do("DeleteDisk", "DiskId", data)
	s.Settle()
	if got := links("DiskIds", `["`+data+`"]`).SnapshotLinks.SnapshotLink; len(got) != 1 || got[0].InstanceID != "" || got[0].TotalCount != 2 {
		t.Errorf("%+v", got)
	}
}

func TestDescribeSnapshotsUsage(t *testing.T) {
	s := actiontest.Start(t)
	instance := s.Running()
	take(s, systemDisk(s, instance))
	take(s, dataDisk(s, instance))
	if got := actiontest.Call[api.DescribeSnapshotsUsageResponse](s, "DescribeSnapshotsUsage"); got.SnapshotCount != 2 || got.SnapshotSize != 60<<30 {
		t.Errorf("%+v", got)
	}
	if got := actiontest.Call[api.DescribeSnapshotsUsageResponse](s, "DescribeSnapshotsUsage", "RegionId", "cn-beijing"); got.SnapshotCount != 0 {
		t.Errorf("%+v", got)
	}
	if got := actiontest.Call[api.DescribeSnapshotPackageResponse](s, "DescribeSnapshotPackage"); got.TotalCount != 0 || got.PageSize != 10 || len(got.SnapshotPackages.SnapshotPackage) != 0 {
		t.Errorf("%+v", got)
	}
	s.Refuse(400, "InvalidParameter", "", "DescribeSnapshotPackage", "PageSize", "101")
	s.Do("OpenSnapshotService")
}

func TestDescribeSnapshotMonitorData(t *testing.T) {
	s := actiontest.Start(t)
	disk := systemDisk(s, s.Running())
	at := func(d time.Duration) string { return ecs.Second(s.Clock.Now().Add(d).Unix()) }
	take(s, disk)
	s.Advance(time.Hour)
	take(s, disk)
	s.Advance(time.Hour)
	got := actiontest.Call[api.DescribeSnapshotMonitorDataResponse](s, "DescribeSnapshotMonitorData", "StartTime", at(-3*time.Hour), "EndTime", at(0), "Period", "3600").MonitorData.DataPoint
	if len(got) == 0 || got[0].Size != 0 || got[len(got)-1].Size != 80<<30 {
		t.Errorf("%+v", got)
	}
	s.Refusals(t, "DescribeSnapshotMonitorData", []string{"StartTime", at(-time.Hour), "EndTime", at(0)}, []actiontest.Refusal{
		{"start", []string{"StartTime", "x"}, 400, "InvalidStartTime.Malformed", ""},
		{"end", []string{"EndTime", "x"}, 400, "InvalidEndTime.Malformed", ""},
		{"end before start", []string{"EndTime", at(-2 * time.Hour)}, 400, "InvalidEndTime.Malformed", ""},
		{"too early", []string{"StartTime", at(-31 * day)}, 400, "InvalidStartTime.TooEarly", ""},
		{"too much", []string{"StartTime", at(-day)}, 400, "InvalidParameter.TooManyDataQueried", ""},
		{"period", []string{"Period", "61"}, 400, "InvalidPeriod.ValueNotSupported", ""},
		{"category", []string{"Category", "x"}, 400, "InvalidParameter", ""},
	})
}
