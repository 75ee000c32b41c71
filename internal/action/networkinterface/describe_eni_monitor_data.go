package networkinterface

import (
	"strconv"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DescribeEniMonitorData", (*Service).DescribeEniMonitorData)

// Limits of DescribeEniMonitorData.
const (
	maxPoints   = 400
	monitorDays = 30
)

// DescribeEniMonitorData tells what the secondary interfaces of an instance did,
// point by point, or what one of them did: nothing where the instance does not
// run, else a load that follows the hours of the day and that only the interface
// and the minute decide, so that who asks twice is told the same.
func (s *Service) DescribeEniMonitorData(c *action.Call, in *api.DescribeEniMonitorDataRequest) (*api.DescribeEniMonitorDataResponse, error) {
	period := 60
	if in.Period != nil {
		period = *in.Period
	}
	from, okFrom := ecs.ParseTime(in.StartTime)
	to, okTo := ecs.ParseTime(in.EndTime)
	step := int64(max(1, period))
	first := (from.Unix() + step - 1) / step * step
	err := action.FirstOf([]action.Check{
		{period != 60 && period != 600 && period != 3600, api.CodeInvalidPeriodValueNotSupported, "The specified Period is not valid: 60, 600 or 3600."},
		{!okFrom, api.CodeInvalidStartTimeMalformed, "The specified StartTime is not valid."},
		{!okTo, api.CodeInvalidEndTimeMalformed, "The specified EndTime is not valid."},
		{from.Before(c.Now.AddDate(0, 0, -monitorDays)), api.CodeInvalidStartTimeTooEarly, "The specified StartTime is more than 30 days ago."},
		{!to.After(from), api.CodeInvalidParameterEndTime, "The specified EndTime is not after the StartTime."},
		{(to.Unix()-from.Unix())/step > maxPoints, api.CodeInvalidParameterTooManyDataQueried, "More than 400 points are asked for."},
	})
	if err != nil {
		return nil, err
	}
	snap := s.DB.Snapshot()
	instance, i, err := action.Instance(c, snap, in.InstanceID)
	if err != nil {
		return nil, err
	}
	t, _ := s.Catalog.Type(snap.Str(i.Type))
	out := &api.DescribeEniMonitorDataResponse{}
	data := &out.MonitorData.ENIMonitorData
	for k, n := range state.InterfacesByInstance.Ascend(snap, uint64(instance), 0) {
		id := ecs.ID(ecs.KindNetworkInterface, k)
		if n.Primary || in.ENIID != "" && in.ENIID != id {
			continue
		}
		m := monitor{id: id, typ: t}
		if i.Status() == ecs.Running && n.Status() == ecs.InterfaceInUse {
			m.since = max(i.Seen.Started, n.Created)
		}
		for at := first; at < min(to.Unix(), c.Now.Unix()) && len(*data) < maxPoints; at += step {
			if at >= n.Created {
				*data = append(*data, m.point(at, period))
			}
		}
	}
	out.TotalCount = len(*data)
	return out, nil
}

// monitor makes points of an interface.
type monitor struct {
	id    string
	typ   *catalog.Type // nil: one that is not known any more, which does nothing
	since int64         // when it began to be used, Unix seconds; 0: it is not
}

// point is the mean of the minutes of a period: rates in kbit/s, packets as many
// as there were.
func (m *monitor) point(t int64, period int) api.DescribeEniMonitorDataENIMonitorData {
	var rx, tx float64
	for at := t; at < t+int64(period); at += 60 {
		r, s := m.load(at)
		rx, tx = rx+r, tx+s
	}
	minutes := float64(period / 60)
	kbps, pps := 0.0, 0.0
	if m.typ != nil {
		kbps, pps = float64(m.typ.BandwidthKbps), float64(m.typ.PPS)
	}
	show := func(v float64) string { return strconv.FormatInt(int64(v), 10) }
	return api.DescribeEniMonitorDataENIMonitorData{
		ENIID: m.id, TimeStamp: time.Unix(t, 0).UTC().Format("2006-01-02T15:04:05Z"), DropPacketRx: "0", DropPacketTx: "0",
		IntranetRx: show(rx / minutes * kbps), IntranetTx: show(tx / minutes * kbps), PacketRx: show(rx * pps * 60), PacketTx: show(tx * pps * 60),
	}
}

// load is the share of what the instance type allows that an interface receives
// and sends in a minute: up to 1 % at night, up to 4 % at noon.
func (m *monitor) load(t int64) (rx, tx float64) {
	if m.since == 0 || t < m.since {
		return 0, 0
	}
	hour := t / 3600 % 24
	day := float64(min(hour, 24-hour)) / 12 // 0 at midnight UTC, 1 at noon
	h := state.Hash(m.id) ^ uint64(t/60)*0x9e3779b97f4a7c15
	h ^= h >> 31
	h *= 0x94d049bb133111eb
	h ^= h >> 29
	share := func(b uint64) float64 { return (0.001 + 0.009*float64(b&1023)/1023 + 0.03*day) / 2 }
	return share(h), share(h >> 20)
}
