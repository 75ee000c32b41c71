package instance_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

func TestDescribeInstanceMonitorData(t *testing.T) {
	s := actiontest.Start(t)
	const action = "DescribeInstanceMonitorData"
	id := s.Running()
	s.Advance(2 * time.Hour)
	in := func(d time.Duration) string { return s.Clock.Now().Add(d).UTC().Format("2006-01-02T15:04:05Z") }
	get := func(id string, params ...string) []api.DescribeInstanceMonitorDataInstanceMonitorData {
		t.Helper()
		good := []string{"InstanceId", id, "StartTime", in(-time.Hour), "EndTime", in(0)}
		return actiontest.Call[api.DescribeInstanceMonitorDataResponse](s, action, append(good, params...)...).MonitorData.InstanceMonitorData
	}
	minutes := get(id)
	if n := len(minutes); n != 59 && n != 60 {
		t.Fatalf("%d points of an hour", n)
	}
	for i, p := range minutes {
		at, err := time.Parse(time.RFC3339, p.TimeStamp)
		if err != nil || p.InstanceID != id || p.CPU < 1 || p.CPU > 100 || p.InternetTX != 0 || at.Second() != 0 {
			t.Errorf("%d: %+v", i, p)
		}
	}
	if again := get(id); !reflect.DeepEqual(again, minutes) {
		t.Error("asked again it is another history")
	}
	if n := len(get(id, "Period", "600")); n != 5 && n != 6 {
		t.Errorf("%d points of ten minutes", n)
	}
	if n := len(get(id, "Period", "3600", "StartTime", in(-24*time.Hour))); n < 1 || n > 2 {
		t.Errorf("%d points, started two hours ago", n)
	}
	if n := len(get(id, "StartTime", in(time.Hour), "EndTime", in(2*time.Hour))); n != 0 {
		t.Errorf("%d points of the future", n)
	}
	if n := len(get(s.Stopped())); n != 0 {
		t.Errorf("%d points of an instance that does not run", n)
	}
	good := []string{"InstanceId", id, "StartTime", in(-time.Hour), "EndTime", in(0)}
	s.Refusals(t, action, good, []actiontest.Refusal{
		{"start", []string{"StartTime", "soon"}, 400, "InvalidStartTime.Malformed", ""},
		{"end", []string{"EndTime", "soon"}, 400, "InvalidEndTime.Malformed", ""},
		{"period", []string{"Period", "61"}, 400, "InvalidPeriod.ValueNotSupported", ""},
		{"order", []string{"StartTime", in(0), "EndTime", in(-time.Hour)}, 400, "InvalidStartTime.ValueNotSupported", ""},
		{"early", []string{"StartTime", in(-31 * 24 * time.Hour), "EndTime", in(-30 * 24 * time.Hour), "Period", "3600"}, 400, "InvalidStartTime.TooEarly", ""},
		{"many", []string{"StartTime", in(-401 * time.Minute)}, 400, "InvalidParameter.TooManyDataQueried", ""},
		{"no start", []string{"StartTime", ""}, 400, api.CodeMissingParameter, ""},
	})
	absent(s, id, action, "StartTime", in(-time.Hour), "EndTime", in(0))
}
