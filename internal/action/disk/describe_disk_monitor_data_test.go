package disk_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

func points(s *actiontest.Service, id string, from, to time.Time, more ...string) []api.DescribeDiskMonitorDataDiskMonitorData {
	s.T.Helper()
	const layout = "2006-01-02T15:04:05Z"
	out := actiontest.Call[api.DescribeDiskMonitorDataResponse](s, "DescribeDiskMonitorData",
		append([]string{"DiskId", id, "StartTime", from.Format(layout), "EndTime", to.Format(layout)}, more...)...)
	if out.TotalCount != len(out.MonitorData.DiskMonitorData) {
		s.T.Errorf("%d of %d points", len(out.MonitorData.DiskMonitorData), out.TotalCount)
	}
	return out.MonitorData.DiskMonitorData
}

func TestDescribeDiskMonitorData(t *testing.T) {
	s := start(t)
	instance := s.Running()
	id, free := system(s, instance).DiskID, s.DataDisk()
	from := s.Clock.Now().Truncate(time.Hour).Add(time.Hour)
	s.Advance(5 * time.Hour)
	minutes := points(s, id, from, from.Add(time.Hour))
	if len(minutes) != 60 || minutes[0].TimeStamp != "2026-08-09T06:00:00Z" {
		t.Fatalf("%d points, the first %+v", len(minutes), minutes)
	}
	d := see(s, id)
	for _, p := range minutes {
		if p.DiskID != id || p.IOPSTotal != p.IOPSRead+p.IOPSWrite || p.BPSTotal != p.BPSRead+p.BPSWrite || p.IOPSRead == 0 || p.IOPSWrite == 0 || p.IOPSTotal > d.IOPS ||
			p.BPSTotal > d.Throughput*1_000_000 || p.LatencyRead == 0 || p.LatencyWrite == 0 {
			t.Fatalf("%+v", p)
		}
	}
	if minutes[0] == minutes[1] {
		t.Error("every minute is like the other")
	}
	sum := 0
	for _, p := range minutes {
		sum += p.IOPSRead
	}
	hour := points(s, id, from, from.Add(time.Hour), "Period", "3600")
	if len(hour) != 1 || hour[0].IOPSRead < sum/60-2 || hour[0].IOPSRead > sum/60+2 {
		t.Errorf("%+v, a mean of %d", hour, sum/60)
	}
	if n := len(points(s, id, from, from.Add(time.Hour), "Period", "600")); n != 6 {
		t.Errorf("%d points of ten minutes in an hour", n)
	}
	if n := len(points(s, id, from.Add(3*time.Hour), from.Add(6*time.Hour))); n != 60 {
		t.Errorf("%d points up to now", n)
	}
	for _, p := range points(s, free, from, from.Add(time.Hour)) {
		if p.IOPSTotal != 0 || p.BPSTotal != 0 || p.LatencyRead != 0 {
			t.Fatalf("a disk that is attached to nothing did %+v", p)
		}
	}
	s.Restart()
	if again := points(s, id, from, from.Add(time.Hour)); !reflect.DeepEqual(again, minutes) {
		t.Error("who asks twice is told something else")
	}
	if n := len(points(s, id, from.Add(-24*time.Hour), from.Add(-23*time.Hour))); n != 0 {
		t.Errorf("%d points from before the disk was", n)
	}
}

func TestDescribeDiskMonitorDataRefused(t *testing.T) {
	s := start(t)
	id := s.DataDisk()
	good := []string{"DiskId", id, "StartTime", "2026-08-09T00:00:00Z", "EndTime", "2026-08-09T01:00:00Z"}
	const action = "DescribeDiskMonitorData"
	for _, no := range []struct {
		status int
		code   string
		params []string
	}{
		{400, "InvalidPeriod.ValueNotSupported", []string{"Period", "61"}},
		{400, "InvalidPeriod.ValueNotSupported", []string{"Period", "0"}},
		{400, "InvalidStartTime.Malformed", []string{"StartTime", "yesterday"}},
		{400, "InvalidEndTime.Malformed", []string{"EndTime", "now"}},
		{400, "InvalidStartTime.TooEarly", []string{"StartTime", "2026-07-01T00:00:00Z"}},
		{400, "InvalidParameter.EndTime", []string{"EndTime", "2026-08-09T00:00:00Z"}},
		{400, "InvalidParameter.TooManyDataQueried", []string{"EndTime", "2026-08-09T06:41:00Z"}},
		{404, "InvalidDiskId.NotFound", []string{"DiskId", "d-none"}},
	} {
		refuse(s, action, no.status, no.code, append(good[:len(good):len(good)], no.params...)...)
	}
	strangers(s, action, 404, "InvalidDiskId.NotFound", good...)
	s.Do(action, append(good, "EndTime", "2026-08-09T06:40:00Z")...)
}
