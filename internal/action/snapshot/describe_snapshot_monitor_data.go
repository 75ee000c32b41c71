package snapshot

import (
	"strings"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DescribeSnapshotMonitorData", (*Service).DescribeSnapshotMonitorData)

// How much DescribeSnapshotMonitorData tells.
const (
	maxMonitorPoints = 400
	monitorBack      = 30 * 24 * time.Hour
)

// DescribeSnapshotMonitorData tells how the size of the caller's snapshots in a
// region grew. It knows those that are still there: nothing is kept of those
// that are gone.
func (s *Service) DescribeSnapshotMonitorData(c *action.Call, in *api.DescribeSnapshotMonitorDataRequest) (*api.DescribeSnapshotMonitorDataResponse, error) {
	category := strings.ToLower(in.Category)
	switch category {
	case "":
		category = "standard"
	case "standard", "flash", "archive":
	default:
		return nil, action.Invalid("Category")
	}
	period := time.Minute
	if in.Period != nil {
		period = time.Duration(*in.Period) * time.Second
	}
	if period != time.Minute && period != 10*time.Minute && period != time.Hour {
		return nil, api.Errorf(api.CodeInvalidPeriodValueNotSupported, "The specified Period is not valid: 60, 600 or 3600.")
	}
	from, ok := monitorTime(in.StartTime)
	if !ok {
		return nil, api.Errorf(api.CodeInvalidStartTimeMalformed, "The specified StartTime is not valid.").WithStatus(400)
	}
	to, ok := monitorTime(in.EndTime)
	if !ok || to.Before(from) {
		return nil, api.Errorf(api.CodeInvalidEndTimeMalformed, "The specified EndTime is not valid.").WithStatus(400)
	}
	switch {
	case from.Before(c.Now.Add(-monitorBack)):
		return nil, api.Errorf(api.CodeInvalidStartTimeTooEarly, "The specified StartTime is more than 30 days ago.").WithStatus(400)
	case to.Sub(from)/period > maxMonitorPoints:
		return nil, api.Errorf(api.CodeInvalidParameterTooManyDataQueried, "Too many data queried: at most %d points.", maxMonitorPoints).WithStatus(400)
	}
	snap := s.DB.Snapshot()
	var rows []*ecs.Snapshot // oldest first
	for _, r := range state.SnapshotsByAccount.Ascend(snap, state.Scope(c.Caller.Account, c.RegionCode()), 0) {
		if snap.Str(r.Category) == category && r.Status() == ecs.SnapshotAccomplished {
			rows = append(rows, r)
		}
	}
	out := &api.DescribeSnapshotMonitorDataResponse{}
	var size int64
	for at := from; !at.After(to) && !at.After(c.Now); at = at.Add(period) {
		for len(rows) > 0 && rows[0].Created <= at.Unix() {
			size += int64(rows[0].Size) << 30
			rows = rows[1:]
		}
		out.MonitorData.DataPoint = append(out.MonitorData.DataPoint, api.DescribeSnapshotMonitorDataDataPoint{Size: size, TimeStamp: ecs.Second(at.Unix())})
	}
	return out, nil
}

// monitorTime reads a time, rounded up to the minute.
func monitorTime(value string) (time.Time, bool) {
	t, ok := ecs.ParseTime(value)
	if whole := t.Truncate(time.Minute); whole.Before(t) {
		t = whole.Add(time.Minute)
	}
	return t, ok
}
