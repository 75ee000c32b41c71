package disk

import (
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DescribeDiskMonitorData", (*Service).DescribeDiskMonitorData)

// Limits of DescribeDiskMonitorData.
const (
	maxPoints   = 400
	monitorDays = 30
)

// DescribeDiskMonitorData tells what a disk did, point by point: nothing where it
// was attached to no running instance, else a load that follows the hours of the
// day and that only the disk and the minute decide, so that who asks twice is
// told the same. A point of a longer period is the mean of its minutes.
func (s *Service) DescribeDiskMonitorData(c *action.Call, in *api.DescribeDiskMonitorDataRequest) (*api.DescribeDiskMonitorDataResponse, error) {
	period := 60
	if in.Period != nil {
		period = *in.Period
	}
	from, okFrom := ecs.ParseTime(in.StartTime)
	to, okTo := ecs.ParseTime(in.EndTime)
	first := (from.Unix() + int64(period) - 1) / int64(max(1, period)) * int64(period)
	err := action.FirstOf([]action.Check{
		{period != 60 && period != 600 && period != 3600, api.CodeInvalidPeriodValueNotSupported, "The specified Period is not valid: 60, 600 or 3600."},
		{!okFrom, api.CodeInvalidStartTimeMalformed, "The specified StartTime is not valid."},
		{!okTo, api.CodeInvalidEndTimeMalformed, "The specified EndTime is not valid."},
		{from.Before(c.Now.AddDate(0, 0, -monitorDays)), api.CodeInvalidStartTimeTooEarly, "The specified StartTime is more than 30 days ago."},
		{!to.After(from), api.CodeInvalidParameterEndTime, "The specified EndTime is not after the StartTime."},
		{(to.Unix()-from.Unix())/int64(max(1, period)) > maxPoints, api.CodeInvalidParameterTooManyDataQueried, "More than 400 points are asked for."},
	})
	if err != nil {
		return nil, err
	}
	snap := s.DB.Snapshot()
	k, d, err := find(c, snap, in.DiskID)
	if err != nil {
		return nil, err
	}
	m := monitor{key: k, max: catalog.DiskPerformance(snap.Str(d.Category), snap.Str(d.Performance), int(d.Size), int(d.ProvisionedIOPS))}
	if i, ok := state.Instances.Get(snap, d.Instance); ok && i.Status() == ecs.Running {
		m.since = max(i.Seen.Started, d.Attached)
	}
	out := &api.DescribeDiskMonitorDataResponse{}
	for t := first; t < min(to.Unix(), c.Now.Unix()) && len(out.MonitorData.DiskMonitorData) < maxPoints; t += int64(period) {
		if t >= d.Created {
			out.MonitorData.DiskMonitorData = append(out.MonitorData.DiskMonitorData, m.point(t, period))
		}
	}
	out.TotalCount = len(out.MonitorData.DiskMonitorData)
	return out, nil
}

// monitor makes points of a disk.
type monitor struct {
	key   ecs.Key
	max   catalog.Performance
	since int64 // when it began to be used, Unix seconds; 0: it is not
}

func (m *monitor) point(t int64, period int) api.DescribeDiskMonitorDataDiskMonitorData {
	var read, write float64
	for at := t; at < t+int64(period); at += 60 {
		r, w := m.load(at)
		read, write = read+r, write+w
	}
	minutes := float64(period / 60)
	read, write = read/minutes, write/minutes
	o := api.DescribeDiskMonitorDataDiskMonitorData{
		DiskID: ecs.ID(ecs.KindDisk, m.key), TimeStamp: time.Unix(t, 0).UTC().Format("2006-01-02T15:04:05Z"),
		IOPSRead: int(read * float64(m.max.IOPS)), IOPSWrite: int(write * float64(m.max.IOPS)),
	}
	const block = 16 << 10 // bytes of a request
	limit := m.max.Throughput * 1_000_000 / 2
	o.BPSRead, o.BPSWrite = min(o.IOPSRead*block, limit), min(o.IOPSWrite*block, limit)
	o.IOPSTotal, o.BPSTotal = o.IOPSRead+o.IOPSWrite, o.BPSRead+o.BPSWrite
	if o.IOPSRead > 0 {
		o.LatencyRead = 300 + int(read*2_000)
	}
	if o.IOPSWrite > 0 {
		o.LatencyWrite = 400 + int(write*2_000)
	}
	return o
}

// load is the share of its IOPS that a disk uses in a minute, for reads and for
// writes: 1 to 5 % at night, up to 9 % at noon.
func (m *monitor) load(t int64) (read, write float64) {
	if m.since == 0 || t < m.since {
		return 0, 0
	}
	hour := t / 3600 % 24
	day := float64(min(hour, 24-hour)) / 12 // 0 at midnight UTC, 1 at noon
	h := state.Hash(string(ecs.AppendID(nil, ecs.KindDisk, m.key))) ^ uint64(t/60)*0x9e3779b97f4a7c15
	h ^= h >> 31
	h *= 0x94d049bb133111eb
	h ^= h >> 29
	share := func(b uint64) float64 { return (0.01 + 0.04*float64(b&1023)/1023 + 0.04*day) / 2 }
	return share(h), share(h >> 20)
}
