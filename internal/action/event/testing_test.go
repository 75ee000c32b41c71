package event_test

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

// refuse makes a call that must be refused so, by a code that docs/errors.tsv has for the action.
func refuse(s *actiontest.Service, status int, code, action string, params ...string) {
	s.T.Helper()
	s.Refuse(status, code, "", action, params...)
	if !api.HasCode("Ecs", action, code) {
		s.T.Errorf("docs/errors.tsv has no %s of %s", code, action)
	}
}

// in is an instant after the clock's, as requests write it.
func in(s *actiontest.Service, d time.Duration) string {
	return s.Clock.Now().Add(d).Format("2006-01-02T15:04:05Z")
}

// simulate announces an event to one instance.
func simulate(s *actiontest.Service, id, typ string, after time.Duration) string {
	s.T.Helper()
	out := actiontest.Call[api.CreateSimulatedSystemEventsResponse](s, "CreateSimulatedSystemEvents", "EventType", typ, "NotBefore", in(s, after), "InstanceId.1", id)
	if len(out.EventIDSet.EventID) != 1 {
		s.T.Fatalf("%d events", len(out.EventIDSet.EventID))
	}
	return out.EventIDSet.EventID[0]
}

// history is the events that are listed, newest first.
func history(s *actiontest.Service, params ...string) []api.DescribeInstanceHistoryEventsInstanceSystemEventType {
	s.T.Helper()
	return actiontest.Call[api.DescribeInstanceHistoryEventsResponse](s, "DescribeInstanceHistoryEvents", params...).InstanceSystemEventSet.InstanceSystemEventType
}

// statusOf is the status of an event, "gone" for none.
func statusOf(s *actiontest.Service, id string) string {
	s.T.Helper()
	all := history(s, append([]string{"EventId.1", id}, anyStatus...)...)
	if len(all) == 0 {
		return "gone"
	}
	return all[0].EventCycleStatus.Name
}

// anyStatus asks for events in every status.
var anyStatus = func() (params []string) {
	for i, st := range []string{"Scheduled", "Avoided", "Executing", "Executed", "Canceled", "Failed", "Inquiring"} {
		params = append(params, "InstanceEventCycleStatus."+strconv.Itoa(i+1), st)
	}
	return params
}()

// list is a repeated parameter.
func list(name string, values ...string) (params []string) {
	for i, v := range values {
		params = append(params, name+"."+strconv.Itoa(i+1), v)
	}
	return params
}

// many is a repeated parameter with n values.
func many(name string, n int) []string { return list(name, slices.Repeat([]string{"e-none"}, n)...) }

func want(t *testing.T, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s is %s, want %s", what, got, want)
	}
}
