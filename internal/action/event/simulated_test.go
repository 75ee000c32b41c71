package event_test

import (
	"context"
	"testing"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/event"
	"github.com/openecs/openecs/internal/state"
)

// A simulated event goes through its life by the clock, by the generated client; nothing happens to the instance, and
// after 30 days the event is forgotten.
func TestLifecycle(t *testing.T) {
	s := actiontest.Start(t)
	id := s.Running()
	ctx := context.Background()
	made, err := s.Client.CreateSimulatedSystemEvents(ctx, &api.CreateSimulatedSystemEventsRequest{
		RegionID: "cn-hangzhou", EventType: "SystemMaintenance.Reboot", InstanceID: []string{id}, NotBefore: in(s, time.Hour),
	})
	if err != nil || len(made.EventIDSet.EventID) != 1 {
		t.Fatal(made, err)
	}
	e := made.EventIDSet.EventID[0]
	want(t, "the event", statusOf(s, e), "Scheduled")
	if all := history(s); len(all) != 0 {
		t.Errorf("%d events have ended", len(all))
	}
	s.Advance(59 * time.Minute)
	want(t, "an hour earlier", statusOf(s, e), "Scheduled")
	s.Advance(time.Minute)
	want(t, "in its time", statusOf(s, e), "Executed")
	s.Want(id, "Running")
	all := history(s)
	if len(all) != 1 || all[0].EventType.Code != 1 || all[0].EventCycleStatus.Code != 0 || all[0].EventFinishTime != all[0].NotBefore || all[0].InstanceID != id ||
		all[0].Reason == "" || all[0].EventPublishTime >= all[0].NotBefore || all[0].ResourceType != "instance" {
		t.Errorf("shown: %+v", all)
	}

	failure := simulate(s, id, "SystemFailure.Stop", time.Hour)
	want(t, "a failure", statusOf(s, failure), "Executing")
	cancelled := simulate(s, id, "SystemMaintenance.Stop", time.Hour)
	if _, err := s.Client.CancelSimulatedSystemEvents(ctx, &api.CancelSimulatedSystemEventsRequest{RegionID: "cn-hangzhou", EventID: []string{cancelled}}); err != nil {
		t.Fatal(err)
	}
	s.Do("CancelSimulatedSystemEvents", "EventId.1", cancelled) // once more
	avoided := simulate(s, id, "SystemMaintenance.Reboot", time.Hour)
	s.Do("RebootInstance", "InstanceId", id)
	want(t, "what a reboot came before", statusOf(s, avoided), "Avoided")
	s.Advance(time.Hour)
	want(t, "a failure in its time", statusOf(s, failure), "Executed")
	want(t, "what was cancelled", statusOf(s, cancelled), "Canceled")
	want(t, "what was avoided", statusOf(s, avoided), "Avoided")
	s.Advance(30*24*time.Hour - 61*time.Minute)
	want(t, "the first after 30 days less a minute", statusOf(s, e), "Executed")
	s.Advance(2 * time.Minute)
	want(t, "the first after 30 days", statusOf(s, e), "gone")
	s.Advance(2 * time.Hour)
	if n := state.Events.Len(s.DB().Snapshot()); n != 0 {
		t.Errorf("%d events are kept", n)
	}
}

// What is announced to an instance that is released ends with it, and can be seen still.
func TestReleasedInstance(t *testing.T) {
	s := actiontest.Start(t)
	id := s.Running()
	planned, failing := simulate(s, id, "SystemMaintenance.Redeploy", time.Hour), simulate(s, id, "InstanceFailure.Reboot", time.Hour)
	s.Do("DeleteInstance", "InstanceId", id, "Force", "true")
	s.Settle()
	s.NothingLeft()
	want(t, "what was announced", statusOf(s, planned), "Avoided")
	want(t, "what went on", statusOf(s, failing), "Executed")
}

// Events come in time whatever restarts in between.
func TestEachRestart(t *testing.T) {
	actiontest.EachRestart(t, func(s *actiontest.Service) {
		id := s.Instance()
		s.Settle()
		e := simulate(s, id, "SystemMaintenance.Stop", time.Hour)
		s.Advance(2 * time.Hour)
		want(t, "the event", statusOf(s, e), "Executed")
		s.Do("DeleteInstance", "InstanceId", id, "Force", "true")
		s.Settle()
		s.NothingLeft()
	})
}

func TestCreateSimulatedRefusals(t *testing.T) {
	s := actiontest.Start(t)
	id := s.Running()
	const action = "CreateSimulatedSystemEvents"
	good := []string{"EventType", "SystemMaintenance.Reboot", "NotBefore", in(s, time.Hour), "InstanceId.1", id}
	s.Refusals(t, action, good, []actiontest.Refusal{
		{"an empty type", []string{"EventType", ""}, 400, api.CodeMissingParameter, ""},
		{"no such type", []string{"EventType", "SystemMaintenance.reboot"}, 403, api.CodeInvalidParameter, ""},
		{"a type that cannot be simulated", []string{"EventType", "SystemFailure.Delete"}, 403, api.CodeInvalidParameter, ""},
		{"no time", []string{"NotBefore", "soon"}, 403, api.CodeInvalidParameter, ""},
		{"a time that has passed", []string{"NotBefore", in(s, -time.Second)}, 403, api.CodeInvalidNotBeforePassed, ""},
		{"too many instances", many("InstanceId", 101), 403, api.CodeInstanceIdLimitExceeded, ""},
		{"one instance that is not there", []string{"InstanceId.2", "i-none"}, 404, api.CodeInvalidInstanceIdNotFound, ""},
		{"an instance of another region", []string{"RegionId", "cn-beijing"}, 404, api.CodeInvalidInstanceIdNotFound, ""},
	})
	if n := state.Events.Len(s.DB().Snapshot()); n != 0 {
		t.Errorf("%d events of what was refused", n)
	}
	s.As(s.Other).Refuse(404, api.CodeInvalidInstanceIdNotFound, "", action, good...)
	if out := actiontest.Call[api.CreateSimulatedSystemEventsResponse](s, action, append(good, "InstanceId.2", id)...); len(out.EventIDSet.EventID) != 1 {
		t.Errorf("an instance named twice has %d events", len(out.EventIDSet.EventID))
	}
	s.Update(func(tx *state.Tx) {
		for range event.MaxSimulated - 1 {
			event.Simulate(tx, s.Key(ecs.KindInstance, id), actiontest.Account, ecs.MaintenanceStop, tx.Now().Add(time.Hour))
		}
	})
	refuse(s, 403, api.CodeSimulatedEventLimitExceeded, action, good...)
}

func TestCancelSimulatedRefusals(t *testing.T) {
	s := actiontest.Start(t)
	id := s.Running()
	const action = "CancelSimulatedSystemEvents"
	active, ended := simulate(s, id, "SystemMaintenance.Stop", 2*time.Hour), simulate(s, id, "SystemMaintenance.Stop", time.Minute)
	s.Advance(time.Hour)
	var real ecs.Key
	s.Update(func(tx *state.Tx) {
		event.Happened(tx, s.Key(ecs.KindInstance, id), actiontest.Account, ecs.FailureStop, "it failed")
		for k := range state.EventsByInstance.Ascend(tx, uint64(s.Key(ecs.KindInstance, id)), 0) {
			real = k
		}
	})
	for _, r := range []struct {
		status int
		code   string
		params []string
	}{
		{400, api.CodeMissingParameter, nil}, // before the action is asked
		{400, api.CodeEventIdLimitExceeded, many("EventId", 101)},
		{403, api.CodeInvalidEventIdNotFound, []string{"EventId.1", active, "EventId.2", "e-none"}},
		{403, api.CodeInvalidParameter, []string{"EventId.1", active, "EventId.2", ended}},
		{403, api.CodeCannotCancelSystemEventNotSimulated, []string{"EventId.1", active, "EventId.2", ecs.ID(ecs.KindEvent, real)}},
	} {
		refuse(s, r.status, r.code, action, r.params...)
	}
	s.As(s.Other).Refuse(403, api.CodeInvalidEventIdNotFound, "", action, "EventId.1", active)
	want(t, "what was not cancelled", statusOf(s, active), "Scheduled")
}

func TestAcceptInquiredSystemEvent(t *testing.T) {
	s := actiontest.Start(t)
	e := simulate(s, s.Running(), "SystemMaintenance.Stop", time.Hour)
	refuse(s, 404, api.CodeInvalidEventIdNoInquiringEventFound, "AcceptInquiredSystemEvent", "EventId", e)
	refuse(s, 400, api.CodeMissingParameter, "AcceptInquiredSystemEvent")
}
