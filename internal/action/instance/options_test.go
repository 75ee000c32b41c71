package instance_test

import (
	"testing"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/event"
	"github.com/openecs/openecs/internal/state"
)

// documented makes a call that must be refused so, by a code that docs/errors.tsv has for the action.
func documented(s *actiontest.Service, action string, status int, code string, params ...string) {
	s.T.Helper()
	s.Refuse(status, code, "", action, params...)
	if !api.HasCode("Ecs", action, code) {
		s.T.Errorf("docs/errors.tsv has no %s of %s", code, action)
	}
}

// finished fails the test unless a task of that action on the instance is shown as finished.
func finished(s *actiontest.Service, task, action, instance string) {
	s.T.Helper()
	got := actiontest.Call[api.DescribeTaskAttributeResponse](s, "DescribeTaskAttribute", "TaskId", task)
	if got.TaskAction != action || got.TaskStatus != "Finished" || got.SuccessCount != 1 || got.OperationProgressSet.OperationProgress[0].RelatedItemSet.RelatedItem[0].Value != instance {
		s.T.Errorf("task %s: %+v", task, got)
	}
	all := actiontest.Call[api.DescribeTasksResponse](s, "DescribeTasks", "TaskAction", action, "ResourceIds.1", instance).TaskSet.Task
	if len(all) != 1 || all[0].TaskID != task || all[0].ResourceID != instance {
		s.T.Errorf("tasks of %s: %+v", instance, all)
	}
}

func TestModifyInstanceClockOptions(t *testing.T) {
	const action = "ModifyInstanceClockOptions"
	s := actiontest.Start(t, actiontest.Stepped())
	id, pending := s.Running(), s.Instance()
	off := []string{"InstanceId", id, "PtpStatus", "disabled"}
	s.Refuse(400, api.CodeDryRunOperation, "", action, append(off, "DryRun", "true")...)
	task := actiontest.Call[api.ModifyInstanceClockOptionsResponse](s, action, append(off, "ClientToken", "once")...).TaskID
	if again := actiontest.Call[api.ModifyInstanceClockOptionsResponse](s, action, append(off, "ClientToken", "once")...).TaskID; again != task {
		t.Errorf("the same token made task %s after %s", again, task)
	}
	finished(s, task, action, id)
	documented(s, action, 400, api.CodeInvalidInstanceTypeNotSupportEnablePtp, "InstanceId", id, "PtpStatus", "enabled")
	documented(s, action, 400, api.CodeInvalidInstanceTypeNotSupportEnablePtp, "InstanceId", id, "PtpStatus", "enabled", "DryRun", "true")
	documented(s, action, 400, api.CodeInvalidParameterPtpStatus, "InstanceId", id, "PtpStatus", "on")
	documented(s, action, 400, api.CodeMissingParameter, "InstanceId", id)
	documented(s, action, 404, api.CodeInvalidInstanceIdNotFound, "InstanceId", "i-none", "PtpStatus", "disabled")
	documented(s, action, 403, api.CodeIncorrectInstanceStatus, "InstanceId", pending, "PtpStatus", "disabled")
}

func TestModifyInstanceNetworkOptions(t *testing.T) {
	const action = "ModifyInstanceNetworkOptions"
	s := actiontest.Start(t, actiontest.Stepped())
	id, pending := s.Running(), s.Instance()
	finished(s, actiontest.Call[api.ModifyInstanceNetworkOptionsResponse](s, action, "InstanceId", id, "BandwidthWeighting", "Default").TaskID, action, id)
	documented(s, action, 400, api.CodeInvalidInstanceTypeNotSupported, "InstanceId", id, "BandwidthWeighting", "Vpc-L1")
	documented(s, action, 400, api.CodeInvalidParameter, "InstanceId", id, "BandwidthWeighting", "vpc")
	documented(s, action, 400, api.CodeMissingParameter, "InstanceId", id)
	documented(s, action, 400, api.CodeMissingParameter, "BandwidthWeighting", "Default")
	documented(s, action, 404, api.CodeInvalidInstanceIdNotFound, "InstanceId", "i-none", "BandwidthWeighting", "Default")
	documented(s, action, 403, api.CodeIncorrectInstanceStatus, "InstanceId", pending, "BandwidthWeighting", "Default")
}

// A redeployment answers an event: a running instance restarts, a stopped one stays so, and the events are over.
func TestRedeployInstance(t *testing.T) {
	const action = "RedeployInstance"
	s := actiontest.Start(t, actiontest.Stepped())
	on, off, pending := s.Running(), s.Stopped(), s.Instance()
	documented(s, action, 403, api.CodeInvalidOperationRedeployInstance, "InstanceId", on)
	announce := func(id string, typ ecs.EventType) {
		s.Update(func(tx *state.Tx) {
			event.Simulate(tx, s.Key(ecs.KindInstance, id), actiontest.Account, typ, tx.Now().Add(time.Hour))
		})
	}
	announce(on, ecs.MaintenanceRedeploy)
	announce(on, ecs.FailureRedeploy)
	announce(off, ecs.MaintenanceReboot)
	finished(s, actiontest.Call[api.RedeployInstanceResponse](s, action, "InstanceId", on, "ForceStop", "true").TaskID, action, on)
	s.Want(on, "Starting")
	documented(s, action, 403, api.CodeIncorrectInstanceStatus, "InstanceId", on)
	s.Quiet()
	s.Step(on)
	s.Want(on, "Running")
	s.Do(action, "InstanceId", off)
	s.Want(off, "Stopped")
	for id, want := range map[string]int{on: 2, off: 1} {
		if got := actiontest.Call[api.DescribeInstanceHistoryEventsResponse](s, "DescribeInstanceHistoryEvents", "InstanceId", id).TotalCount; got != want {
			t.Errorf("%d events of %s are over, want %d", got, id, want)
		}
	}
	documented(s, action, 403, api.CodeInvalidOperationRedeployInstance, "InstanceId", on)
	announce(pending, ecs.MaintenanceStop)
	documented(s, action, 403, api.CodeIncorrectInstanceStatus, "InstanceId", pending)
	documented(s, action, 404, api.CodeInvalidInstanceIdNotFound, "InstanceId", "i-none")
	for lock, code := range map[ecs.Lock]string{ecs.LockSecurity: api.CodeInstanceLockedForSecurity, ecs.LockFinancial: api.CodeInstanceExpiredOrInArrears} {
		announce(off, ecs.MaintenanceReboot)
		actiontest.Edit(s, state.Instances, off, func(r *ecs.Instance) { r.Locks = lock })
		documented(s, action, 403, code, "InstanceId", off)
	}
	actiontest.Edit(s, state.Instances, off, func(r *ecs.Instance) { r.Locks, r.Placement.Host = 0, s.Key(ecs.KindInstance, on) })
	documented(s, action, 403, api.CodeInvalidOperationRedeployInstance, "InstanceId", off)
}

func TestDescribeInstanceTopology(t *testing.T) {
	const action = "DescribeInstanceTopology"
	s := actiontest.Start(t)
	a, b := s.Stopped(), s.Stopped()
	got := actiontest.Call[api.DescribeInstanceTopologyResponse](s, action, "InstanceIds", `["`+a+`","`+b+`","i-none","`+a+`"]`).Topologys.Topology
	if len(got) != 2 || got[0].InstanceID != a || got[1].InstanceID != b || got[0].HostID != got[1].HostID || got[0].HostID == "" {
		t.Errorf("%+v", got)
	}
	if got := actiontest.Call[api.DescribeInstanceTopologyResponse](s.As(s.Other), action, "InstanceIds", `["`+a+`"]`).Topologys.Topology; len(got) != 0 {
		t.Error("another account sees it")
	}
	documented(s, action, 400, api.CodeMissingParameter)
	documented(s, action, 400, api.CodeInvalidParameter, "InstanceIds", "i-none")
}
