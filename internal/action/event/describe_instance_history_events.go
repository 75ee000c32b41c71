package event

import (
	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/resource"
	"github.com/openecs/openecs/internal/model/tag"
	"github.com/openecs/openecs/internal/state"
)

var _ = action.Handle(&actions, "DescribeInstanceHistoryEvents", (*Service).DescribeInstanceHistoryEvents)

// DescribeInstanceHistoryEvents lists events of instances, newest first: those
// that have ended, unless statuses are named.
func (s *Service) DescribeInstanceHistoryEvents(c *action.Call, in *api.DescribeInstanceHistoryEventsRequest) (*api.DescribeInstanceHistoryEventsResponse, error) {
	page, err := s.page(c, action.PageRequest{PageNumber: in.PageNumber, PageSize: in.PageSize, MaxResults: small(in.MaxResults), NextToken: in.NextToken})
	if err != nil {
		return nil, err
	}
	snap := s.DB.Snapshot()
	f, err := s.history(c, snap, in)
	if err != nil {
		return nil, err
	}
	rows, total, next := f.List(page)
	out := &api.DescribeInstanceHistoryEventsResponse{PageNumber: page.Number, PageSize: page.Size, TotalCount: total, NextToken: next}
	for _, r := range rows {
		e := r.Record
		o := api.DescribeInstanceHistoryEventsInstanceSystemEventType{
			EventID: ecs.ID(ecs.KindEvent, r.Key), InstanceID: ecs.ID(ecs.KindInstance, e.Instance), ResourceType: "instance",
			EventPublishTime: ecs.Second(e.Published), NotBefore: ecs.Second(e.NotBefore), EventFinishTime: ecs.Second(e.Finished), Reason: snap.Str(e.Reason),
		}
		o.EventType.Code, o.EventType.Name = e.Type.Code(), e.Type.String()
		o.EventCycleStatus.Code, o.EventCycleStatus.Name = e.Status.Code(), e.Status.String()
		out.InstanceSystemEventSet.InstanceSystemEventType = append(out.InstanceSystemEventSet.InstanceSystemEventType, o)
	}
	return out, nil
}

// history reads what is asked for.
func (s *Service) history(c *action.Call, snap *state.Snapshot, in *api.DescribeInstanceHistoryEventsRequest) (*action.Filter[ecs.Event], error) {
	published, err := newSpan("EventPublishTime", in.EventPublishTime.Start, in.EventPublishTime.End)
	if err != nil {
		return nil, err
	}
	notBefore, err := newSpan("NotBefore", in.NotBefore.Start, in.NotBefore.End)
	if err != nil {
		return nil, err
	}
	common, err := newFilter(in.EventID, in.InstanceEventType, in.EventType, published, notBefore)
	if err != nil {
		return nil, err
	}
	switch {
	case len(in.ResourceID) > maxIDs:
		return nil, invalid("ResourceId")
	case len(in.ResourceID) > 0 && in.ResourceType == "":
		return nil, api.Errorf(api.CodeMissingParameter, `The input parameter "ResourceType" that is mandatory for processing this request is not supplied.`).WithStatus(403)
	case in.ImpactLevel != "":
		return nil, api.Errorf(api.CodeOperationDeniedNotInWhiteList, "Only accounts on a whitelist may use ImpactLevel.")
	}
	all, one, err := statuses(in)
	if err != nil {
		return nil, err
	}
	f := action.NewFilter(c, snap, state.Events, account, all)
	if one != nil {
		f.Require(func(_ ecs.Key, e *ecs.Event) bool { return one[e.Status] })
	}
	if !common.any() {
		f.Require(common.match)
	}
	if len(in.EventID) > 0 {
		f.IDList(c, ecs.KindEvent, in.EventID)
		f.Require(func(k ecs.Key, e *ecs.Event) bool { return all == state.EventsByAccount || !e.Status.Active() })
	}
	switch in.ResourceType {
	case "", "instance":
	case "dedicatedhost", "managehost":
		f.None() // only instances have events here
	default:
		return nil, invalid("ResourceType")
	}
	if in.InstanceID != "" {
		ofInstances(f, []string{in.InstanceID})
	}
	if len(in.ResourceID) > 0 {
		ofInstances(f, in.ResourceID)
	}
	group, tags := resource.NewGroupFilter(snap, c.Caller.Account, in.ResourceGroupID), tag.NewFilter(snap, in.Tag)
	if err := tag.CheckFilter(in.Tag); err != nil {
		return nil, invalid("Tag")
	}
	if group.Given() || !tags.Empty() {
		f.Require(func(_ ecs.Key, e *ecs.Event) bool {
			r, ok := state.Instances.Get(snap, e.Instance)
			return ok && (!group.Given() || group.Match(r.ResourceGroup)) && tags.Match(r.Tags)
		})
	}
	return f, nil
}

// statuses are those asked for, and the index of what has them. By default that
// is what has ended, and no more need be asked of it.
func statuses(in *api.DescribeInstanceHistoryEventsRequest) (*state.Index[ecs.Event], map[ecs.EventStatus]bool, error) {
	names := in.InstanceEventCycleStatus
	switch {
	case len(names) > 7:
		return nil, nil, invalid("InstanceEventCycleStatus")
	case len(names) == 0 && in.EventCycleStatus != "":
		names = []string{in.EventCycleStatus}
	case len(names) == 0:
		return state.EventsEnded, nil, nil
	}
	want := map[ecs.EventStatus]bool{}
	for _, name := range names {
		st, ok := ecs.ParseEventStatus(name)
		if !ok {
			return nil, nil, invalid("EventCycleStatus")
		}
		want[st] = true
	}
	return state.EventsByAccount, want, nil
}

// ofInstances asks for the events of these instances.
func ofInstances(f *action.Filter[ecs.Event], ids []string) {
	want := map[ecs.Key]bool{}
	for _, id := range ids {
		if k, ok := ecs.ParseID(ecs.KindInstance, id); ok {
			want[k] = true
		}
	}
	if len(want) == 0 {
		f.None()
	}
	if len(want) == 1 {
		for k := range want {
			f.Index(state.EventsByInstance, uint64(k))
		}
	}
	f.Require(func(_ ecs.Key, e *ecs.Event) bool { return want[e.Instance] })
}

// small is a number that pages are counted in; what does not fit is no page.
func small(n *int64) *int {
	if n == nil {
		return nil
	}
	return new(int(min(max(*n, -1), 1<<31-1)))
}
