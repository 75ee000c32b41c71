package event

import (
	"slices"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DescribeInstancesFullStatus", (*Service).DescribeInstancesFullStatus)

// DescribeInstancesFullStatus lists instances with their state, their health and
// the events that are announced to them, newest first. With conditions on events
// only instances that have such a one are listed.
func (s *Service) DescribeInstancesFullStatus(c *action.Call, in *api.DescribeInstancesFullStatusRequest) (*api.DescribeInstancesFullStatusResponse, error) {
	page, err := s.page(c, action.PageRequest{PageNumber: in.PageNumber, PageSize: in.PageSize})
	if err != nil {
		return nil, err
	}
	published, err := newSpan("EventPublishTime", in.EventPublishTime.Start, in.EventPublishTime.End)
	if err != nil {
		return nil, err
	}
	notBefore, err := newSpan("NotBefore", in.NotBefore.Start, in.NotBefore.End)
	if err != nil {
		return nil, err
	}
	events, err := newFilter(in.EventID, in.InstanceEventType, in.EventType, published, notBefore)
	if err != nil {
		return nil, err
	}
	status, statusOK := ecs.ParseStatus(in.Status)
	switch {
	case len(in.InstanceID) > maxIDs:
		return nil, api.Errorf(api.CodeInstanceIdLimitExceeded, "There are more than %d InstanceId.N.", maxIDs).WithStatus(403)
	case in.Status != "" && !statusOK:
		return nil, invalid("Status")
	case in.HealthStatus != "" && !slices.Contains(healths, in.HealthStatus):
		return nil, invalid("HealthStatus")
	}
	snap := s.DB.Snapshot()
	f := action.NewFilter(c, snap, state.Instances, func(r *ecs.Instance) uint64 { return r.Account }, state.InstancesByAccount)
	if len(in.InstanceID) > 0 {
		f.IDList(c, ecs.KindInstance, in.InstanceID)
	}
	if in.Status != "" {
		f.Index(state.InstancesByStatus, state.Within(c.Caller.Account, c.RegionCode(), uint64(status)))
		f.Require(func(_ ecs.Key, r *ecs.Instance) bool { return r.Status() == status })
	}
	if !events.any() {
		named := s.announced(c, snap, events)
		f.Keys(named)
	}
	if in.HealthStatus != "" {
		f.Require(func(k ecs.Key, r *ecs.Instance) bool { return healths[health(snap, k, r)] == in.HealthStatus })
	}
	rows, total, _ := f.List(page)
	out := &api.DescribeInstancesFullStatusResponse{PageNumber: page.Number, PageSize: page.Size, TotalCount: total}
	for _, r := range rows {
		out.InstanceFullStatusSet.InstanceFullStatusType = append(out.InstanceFullStatusSet.InstanceFullStatusType, show(snap, r.Key, r.Record, events))
	}
	return out, nil
}

// announced is the instances with an announced event that is asked for.
func (s *Service) announced(c *action.Call, snap *state.Snapshot, f *filter) (keys []ecs.Key) {
	for k, e := range state.EventsActive.Ascend(snap, state.Scope(c.Caller.Account, c.RegionCode()), 0) {
		if e.Status != ecs.EventExecuting && f.match(k, e) {
			keys = append(keys, e.Instance)
		}
	}
	return keys
}

func show(snap *state.Snapshot, k ecs.Key, r *ecs.Instance, f *filter) api.DescribeInstancesFullStatusInstanceFullStatusType {
	o := api.DescribeInstancesFullStatusInstanceFullStatusType{InstanceID: ecs.ID(ecs.KindInstance, k)}
	o.Status.Name, o.Status.Code = r.Status().String(), statusCode(r.Status())
	h := health(snap, k, r)
	o.HealthStatus.Name, o.HealthStatus.Code = healths[h], 32*h
	for ek, e := range state.EventsOfInstance.Ascend(snap, uint64(k), 0) {
		if e.Status == ecs.EventExecuting || !f.match(ek, e) {
			continue
		}
		v := api.DescribeInstancesFullStatusInstanceFullStatusTypeScheduledSystemEventType{
			EventID: ecs.ID(ecs.KindEvent, ek), EventPublishTime: ecs.Second(e.Published), NotBefore: ecs.Second(e.NotBefore), Reason: snap.Str(e.Reason),
		}
		v.EventType.Code, v.EventType.Name = e.Type.Code(), e.Type.String()
		v.EventCycleStatus.Code, v.EventCycleStatus.Name = e.Status.Code(), e.Status.String()
		o.ScheduledSystemEventSet.ScheduledSystemEventType = append(o.ScheduledSystemEventSet.ScheduledSystemEventType, v)
	}
	return o
}

// statusCode is the number shown beside the name of a state. Only that of Running
// is documented.
func statusCode(st ecs.Status) int {
	return slices.Index([]ecs.Status{ecs.Pending, ecs.Running, ecs.Stopped, ecs.Starting, ecs.Stopping}, st)
}
