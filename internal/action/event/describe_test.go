package event_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/engine"
	"github.com/openecs/openecs/internal/engine/sim"
)

// What could not be made, and what its host lost, is told of.
func TestThingsThatHappen(t *testing.T) {
	s := actiontest.Start(t)
	s.Sim.SetStock(actiontest.Zone, actiontest.InstanceType, 0)
	gone := s.Instance()
	s.Settle()
	s.Want(gone, "gone")
	all := history(s)
	if len(all) != 1 || all[0].InstanceID != gone || all[0].EventType.Name != "SystemFailure.Delete" || all[0].EventCycleStatus.Name != "Executed" || all[0].Reason == "" {
		t.Errorf("an instance without stock: %+v", all)
	}
	s.Sim.SetStock(actiontest.Zone, actiontest.InstanceType, -1)
	id := s.Running()
	s.Do("StopInstance", "InstanceId", id)
	s.Settle()
	s.Do("DeleteInstance", "InstanceId", id, "Force", "true")
	s.Settle()
	if n := len(history(s)); n != 1 {
		t.Errorf("what was asked for made %d events", n-1)
	}

	id = s.Running()
	s.RestartWith(sim.Options{}, func(h *sim.Host) engine.Engine { return struct{ engine.Engine }{h} }) // one that adopts nothing
	s.Sim.Lose(engine.ID(s.Key('i', id)))
	s.Settle()
	s.Want(id, "Stopped")
	if all := history(s, "InstanceId", id); len(all) != 1 || all[0].EventType.Name != "SystemFailure.Stop" {
		t.Errorf("an instance that its host lost: %+v", all)
	}
}

// However the host fails, an instance that could not be made is told of once.
func TestNotMadeOnce(t *testing.T) {
	scenario := func(s *actiontest.Service) {
		s.Sim.SetStock(actiontest.Zone, actiontest.InstanceType, 0)
		id := s.Instance()
		s.Settle()
		s.Want(id, "gone")
		if all := history(s, "InstanceId", id); len(all) != 1 || all[0].EventType.Name != "SystemFailure.Delete" {
			s.T.Errorf("%+v", all)
		}
		s.NothingLeft()
	}
	actiontest.EachFault(t, scenario) // a restart that loses the machines would lose the lack of stock
}

func TestDescribeInstanceHistoryEvents(t *testing.T) {
	s := actiontest.Start(t)
	a, b := s.Running("Tag.1.Key", "role", "Tag.1.Value", "web"), s.Running()
	first := simulate(s, a, "SystemMaintenance.Reboot", time.Minute)
	s.Advance(time.Hour)
	second := simulate(s, a, "SystemFailure.Stop", time.Minute)
	third := simulate(s, b, "SystemMaintenance.Stop", 2*time.Minute)
	s.Advance(time.Hour)
	active := simulate(s, b, "SystemMaintenance.Stop", time.Hour)
	now := s.Clock.Now()
	at := func(d time.Duration) string { return now.Add(d).Format("2006-01-02T15:04:05Z") }
	for name, c := range map[string]struct {
		params []string
		want   []string
	}{
		"by default":          {nil, []string{third, second, first}},
		"active":              {[]string{"EventCycleStatus", "Scheduled"}, []string{active}},
		"list before one":     {[]string{"EventCycleStatus", "Executed", "InstanceEventCycleStatus.1", "Scheduled"}, []string{active}},
		"all":                 {anyStatus, []string{active, third, second, first}},
		"instance":            {[]string{"InstanceId", a}, []string{second, first}},
		"no instance":         {[]string{"InstanceId", "i-none"}, nil},
		"type":                {[]string{"EventType", "SystemFailure.Stop"}, []string{second}},
		"types":               {list("InstanceEventType", "SystemFailure.Stop", "SystemMaintenance.Reboot"), []string{second, first}},
		"type there is none":  {[]string{"EventType", "InstanceExpiration.Stop"}, nil},
		"ids":                 {list("EventId", first, third, active, "e-none"), []string{third, first}},
		"published":           {[]string{"EventPublishTime.Start", at(-90 * time.Minute), "EventPublishTime.End", at(-time.Minute)}, []string{third, second}},
		"not before":          {[]string{"NotBefore.End", at(-59 * time.Minute)}, []string{second, first}},
		"resources":           {append(list("ResourceId", a, "i-none"), "ResourceType", "instance"), []string{second, first}},
		"hosts":               {[]string{"ResourceType", "dedicatedhost"}, nil},
		"tag":                 {[]string{"Tag.1.Key", "role"}, []string{second, first}},
		"group there is none": {[]string{"ResourceGroupId", "rg-none"}, nil},
		"first page":          {[]string{"PageSize", "2"}, []string{third, second}},
		"second page":         {[]string{"PageSize", "2", "PageNumber", "2"}, []string{first}},
		"elsewhere":           {[]string{"RegionId", "cn-beijing"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, e := range history(s.With(t), c.params...) {
				got = append(got, e.EventID)
			}
			if len(got) != len(c.want) {
				t.Fatalf("%v, want %v", got, c.want)
			}
			for i := range got {
				want(t, strconv.Itoa(i), got[i], c.want[i])
			}
		})
	}
	if len(history(s.As(s.Other))) != 0 {
		t.Error("another account sees them")
	}
	out := actiontest.Call[api.DescribeInstanceHistoryEventsResponse](s, "DescribeInstanceHistoryEvents", "MaxResults", "2")
	next := actiontest.Call[api.DescribeInstanceHistoryEventsResponse](s, "DescribeInstanceHistoryEvents", "MaxResults", "2", "NextToken", out.NextToken)
	if got := next.InstanceSystemEventSet.InstanceSystemEventType; len(got) != 1 || got[0].EventID != first || next.NextToken != "" {
		t.Errorf("after the token: %+v", got)
	}
	s.Do("DeleteInstance", "InstanceId", a, "Force", "true")
	s.Settle()
	if got := history(s, "InstanceId", a); len(got) != 2 {
		t.Errorf("of a released instance %d are left", len(got))
	}
	for _, r := range []struct {
		status int
		code   string
		params []string
	}{
		{403, api.CodeEventIdLimitExceeded, many("EventId", 101)},
		{403, api.CodeInvalidParameter, many("InstanceEventType", 31)},
		{403, api.CodeInvalidParameter, many("ResourceId", 101)},
		{403, api.CodeInvalidParameter, []string{"EventCycleStatus", "executed"}},
		{403, api.CodeInvalidParameter, append(anyStatus, "InstanceEventCycleStatus.8", "Executed")},
		{403, api.CodeInvalidParameter, []string{"ResourceType", "disk"}},
		{403, api.CodeInvalidParameter, []string{"PageSize", "101"}},
		{403, api.CodeInvalidParameter, []string{"PageNumber", "0"}},
		{403, api.CodeInvalidParameter, []string{"MaxResults", "101"}},
		{403, api.CodeInvalidParameter, []string{"NextToken", "no token"}},
		{403, api.CodeInvalidParameter, []string{"NotBefore.Start", "yesterday"}},
		{403, api.CodeInvalidParameter, []string{"Tag.1.Value", "v"}},
		{403, api.CodeInvalidParameterTimeEndBeforeStart, []string{"EventPublishTime.Start", at(0), "EventPublishTime.End", at(-time.Hour)}},
		{403, api.CodeMissingParameter, list("ResourceId", a)},
		{403, api.CodeOperationDeniedNotInWhiteList, []string{"ImpactLevel", "100"}},
	} {
		refuse(s, r.status, r.code, "DescribeInstanceHistoryEvents", r.params...)
	}
}

func TestDescribeInstancesFullStatus(t *testing.T) {
	s := actiontest.Start(t)
	a, b, off := s.Running(), s.Running(), s.Stopped()
	planned, failing := simulate(s, a, "SystemMaintenance.Reboot", time.Hour), simulate(s, b, "SystemFailure.Reboot", time.Hour)
	get := func(params ...string) (ids []string, all []api.DescribeInstancesFullStatusInstanceFullStatusType) {
		t.Helper()
		all = actiontest.Call[api.DescribeInstancesFullStatusResponse](s, "DescribeInstancesFullStatus", params...).InstanceFullStatusSet.InstanceFullStatusType
		for _, i := range all {
			ids = append(ids, i.InstanceID)
		}
		return ids, all
	}
	_, all := get()
	if len(all) != 3 || all[0].InstanceID != off || all[0].Status.Name != "Stopped" || all[0].HealthStatus.Name != "Ok" {
		t.Fatalf("%+v", all)
	}
	if b := all[1]; b.HealthStatus.Name != "Impaired" || len(b.ScheduledSystemEventSet.ScheduledSystemEventType) != 0 {
		t.Errorf("what fails: %+v", b)
	}
	switch a := all[2]; {
	case a.Status.Name != "Running" || a.Status.Code != 1 || a.HealthStatus.Name != "Warning" || a.HealthStatus.Code != 64,
		len(a.ScheduledSystemEventSet.ScheduledSystemEventType) != 1:
		t.Errorf("what is announced to: %+v", a)
	default:
		e := a.ScheduledSystemEventSet.ScheduledSystemEventType[0]
		if e.EventID != planned || e.EventCycleStatus.Code != 24 || e.EventType.Code != 1 || e.EventType.Name != "SystemMaintenance.Reboot" || e.NotBefore != in(s, time.Hour) {
			t.Errorf("%+v", e)
		}
	}
	for name, c := range map[string]struct {
		params []string
		want   string
	}{
		"status":             {[]string{"Status", "Stopped"}, off},
		"health":             {[]string{"HealthStatus", "Impaired"}, b},
		"instance":           {[]string{"InstanceId.1", off}, off},
		"event":              {[]string{"EventId.1", planned}, a},
		"event that goes on": {[]string{"EventId.1", failing}, ""},
		"type":               {[]string{"EventType", "SystemMaintenance.Reboot"}, a},
		"other type":         {[]string{"EventType", "SystemMaintenance.Stop"}, ""},
		"not before":         {[]string{"NotBefore.Start", in(s, time.Minute), "NotBefore.End", in(s, 2*time.Hour)}, a},
		"later":              {[]string{"NotBefore.Start", in(s, 2*time.Hour)}, ""},
		"published":          {[]string{"EventPublishTime.End", in(s, 0)}, a},
		"both":               {[]string{"InstanceId.1", off, "EventId.1", planned}, ""},
		"page":               {[]string{"PageSize", "1", "PageNumber", "2"}, b},
	} {
		got, _ := get(c.params...)
		if c.want == "" && len(got) > 0 || c.want != "" && (len(got) != 1 || got[0] != c.want) {
			t.Errorf("%s: %v, want %s", name, got, c.want)
		}
	}
	for _, r := range []struct {
		status int
		code   string
		params []string
	}{
		{403, api.CodeInstanceIdLimitExceeded, many("InstanceId", 101)},
		{403, api.CodeEventIdLimitExceeded, many("EventId", 101)},
		{403, api.CodeInvalidParameter, many("InstanceEventType", 31)},
		{403, api.CodeInvalidParameter, []string{"Status", "running"}},
		{403, api.CodeInvalidParameter, []string{"HealthStatus", "ok"}},
		{403, api.CodeInvalidParameter, []string{"PageSize", "101"}},
		{403, api.CodeInvalidParameter, []string{"EventPublishTime.End", "x"}},
		{403, api.CodeInvalidParameterTimeEndBeforeStart, []string{"NotBefore.Start", in(s, time.Hour), "NotBefore.End", in(s, 0)}},
	} {
		refuse(s, r.status, r.code, "DescribeInstancesFullStatus", r.params...)
	}
	if pending := s.As(s.Other); len(actiontest.Call[api.DescribeInstancesFullStatusResponse](pending, "DescribeInstancesFullStatus").InstanceFullStatusSet.InstanceFullStatusType) != 0 {
		t.Error("another account sees them")
	}
}

func TestDescribeDisksFullStatus(t *testing.T) {
	s := actiontest.Start(t)
	id := s.Running()
	data := s.DataDisk("Tag.1.Key", "k", "Tag.1.Value", "v")
	get := func(params ...string) []api.DescribeDisksFullStatusDiskFullStatusType {
		t.Helper()
		return actiontest.Call[api.DescribeDisksFullStatusResponse](s, "DescribeDisksFullStatus", params...).DiskFullStatusSet.DiskFullStatusType
	}
	all := get()
	if len(all) != 2 || all[0].DiskID != data || all[0].Status.Name != "Available" || all[1].InstanceID != id || all[1].Status.Name != "In_use" ||
		all[1].Device != "/dev/xvda" || all[1].HealthStatus.Name != "Ok" {
		t.Errorf("%+v", all)
	}
	for name, c := range map[string]struct {
		params []string
		want   int
	}{
		"status":   {[]string{"Status", "In_use"}, 1},
		"id":       {[]string{"DiskId.1", data, "DiskId.2", "d-none"}, 1},
		"healthy":  {[]string{"HealthStatus", "Ok"}, 2},
		"impaired": {[]string{"HealthStatus", "Impaired"}, 0},
		"event":    {[]string{"EventId.1", "e-none"}, 0},
		"type":     {[]string{"EventType", "Degraded"}, 0},
		"tag":      {[]string{"Tag.1.Key", "k"}, 1},
		"group":    {[]string{"ResourceGroupId", "rg-none"}, 0},
		"page":     {[]string{"PageSize", "1", "PageNumber", "2"}, 1},
	} {
		if got := get(c.params...); len(got) != c.want {
			t.Errorf("%s: %d disks, want %d", name, len(got), c.want)
		}
	}
	for _, r := range []struct {
		code   string
		params []string
	}{
		{api.CodeDiskIdLimitExceeded, many("DiskId", 101)},
		{api.CodeEventIdLimitExceeded, many("EventId", 101)},
		{api.CodeInvalidParameter, []string{"Status", "in_use"}},
		{api.CodeInvalidParameter, []string{"HealthStatus", "ok"}},
		{api.CodeInvalidParameter, []string{"PageNumber", "0"}},
		{api.CodeInvalidParameter, []string{"EventTime.Start", "x"}},
		{api.CodeInvalidParameterTimeEndBeforeStart, []string{"EventTime.Start", in(s, time.Hour), "EventTime.End", in(s, 0)}},
	} {
		refuse(s, 403, r.code, "DescribeDisksFullStatus", r.params...)
	}
}
