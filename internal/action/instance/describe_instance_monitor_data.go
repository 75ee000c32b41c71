package instance

import (
	"strconv"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DescribeInstanceMonitorData", (*Service).DescribeInstanceMonitorData)

const (
	maxPoints = 400
	monitored = 30 * 24 * time.Hour // how far back there is data
)

// DescribeInstanceMonitorData shows what an instance did in a time of the last
// 30 days, in up to 400 points. The data is simulated: made of the identifier
// and the instant, so that asked again it is the same. There is none of before
// the last start, and none of an instance that does not run.
func (s *Service) DescribeInstanceMonitorData(c *action.Call, req *api.DescribeInstanceMonitorDataRequest) (*api.DescribeInstanceMonitorDataResponse, error) {
	snap := s.DB.Snapshot()
	_, r, err := action.Instance(c, snap, req.InstanceID)
	if err != nil {
		return nil, err
	}
	from, fromOK := ecs.ParseTime(req.StartTime)
	to, toOK := ecs.ParseTime(req.EndTime)
	period := time.Duration(number(req.Period, 60)) * time.Second
	from, to = roundUp(from, time.Minute), roundUp(to, time.Minute)
	err = action.FirstOf([]action.Check{
		{!fromOK, api.CodeInvalidStartTimeMalformed, `The specified parameter "StartTime" is not valid.`},
		{!toOK, api.CodeInvalidEndTimeMalformed, `The specified parameter "EndTime" is not valid.`},
		{period != time.Minute && period != 10*time.Minute && period != time.Hour, api.CodeInvalidPeriodValueNotSupported, `The specified parameter "Period" is not valid.`},
		{from.After(to), api.CodeInvalidStartTimeValueNotSupported, "The specified parameter StartTime is later than EndTime."},
		{from.Before(c.Now.Add(-monitored)), api.CodeInvalidStartTimeTooEarly, `The specified parameter "StartTime" is too early.`},
		{to.Sub(from) > maxPoints*period, api.CodeInvalidParameterTooManyDataQueried, "Too many data queried."},
	})
	if err != nil {
		return nil, err
	}
	out := &api.DescribeInstanceMonitorDataResponse{}
	if r.Status() != ecs.Running {
		return out, nil
	}
	began := time.Unix(r.Seen.Started, 0)
	burst := r.Credit != ecs.CreditNone
	for at := from; at.Before(to) && !at.Add(period).After(c.Now); at = at.Add(period) {
		if at.Before(began) {
			continue
		}
		p := point(req.InstanceID, at, period, r.PublicIP != 0)
		if burst {
			p.CPUCreditUsage = float64(p.CPU) * period.Minutes() / 100
			p.CPUCreditBalance = 100
		}
		out.MonitorData.InstanceMonitorData = append(out.MonitorData.InstanceMonitorData, p)
	}
	return out, nil
}

// roundUp is the first multiple of d at or after t.
func roundUp(t time.Time, d time.Duration) time.Time {
	if down := t.Truncate(d); !down.Equal(t) {
		return down.Add(d)
	}
	return t
}

// point is one point: a guest that idles, with a little noise.
func point(id string, at time.Time, period time.Duration, public bool) api.DescribeInstanceMonitorDataInstanceMonitorData {
	noise := state.Hash(id + strconv.FormatInt(at.Unix(), 10))
	next := func(below uint64) int {
		noise ^= noise >> 29
		noise *= 0xbf58476d1ce4e5b9
		noise ^= noise >> 32
		return int(noise % below)
	}
	seconds := int(period.Seconds())
	p := api.DescribeInstanceMonitorDataInstanceMonitorData{
		InstanceID: id, TimeStamp: at.UTC().Format(time.RFC3339), CPU: 1 + next(9),
		IOPSRead: next(8), IOPSWrite: next(16), IntranetRX: next(64) * seconds, IntranetTX: next(64) * seconds,
	}
	p.BPSRead, p.BPSWrite = p.IOPSRead*4096, p.IOPSWrite*4096
	p.IntranetBandwidth = (p.IntranetRX + p.IntranetTX) / seconds
	if public {
		p.InternetRX, p.InternetTX = next(64)*seconds, next(64)*seconds
		p.InternetBandwidth = (p.InternetRX + p.InternetTX) / seconds
	}
	return p
}
