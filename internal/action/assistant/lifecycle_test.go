package assistant_test

import (
	"context"
	"encoding/base64"
	"slices"
	"testing"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/engine"
	"github.com/openecs/openecs/internal/engine/sim"
)

// TestLifecycle keeps, shows, changes, runs and deletes a command by the generated client.
func TestLifecycle(t *testing.T) {
	s := actiontest.Start(t)
	id := s.Running("Tag.1.Key", "role", "Tag.1.Value", "web")
	ctx := context.Background()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	made, err := s.Client.CreateCommand(ctx, &api.CreateCommandRequest{RegionID: "cn-hangzhou", Name: "greet", Type: "RunShellScript", EnableParameter: new(true),
		CommandContent: base64.StdEncoding.EncodeToString([]byte("echo hello {{who}} from $(pwd)")), Tag: []api.Tag{{Key: "k", Value: "v"}}, ClientToken: "once"})
	must(err)
	again, err := s.Client.CreateCommand(ctx, &api.CreateCommandRequest{RegionID: "cn-hangzhou", Name: "greet", Type: "RunShellScript", EnableParameter: new(true),
		CommandContent: base64.StdEncoding.EncodeToString([]byte("echo hello {{who}} from $(pwd)")), Tag: []api.Tag{{Key: "k", Value: "v"}}, ClientToken: "once"})
	must(err)
	if again.CommandID != made.CommandID {
		t.Error("a token made two commands")
	}
	_, err = s.Client.ModifyCommand(ctx, &api.ModifyCommandRequest{RegionID: "cn-hangzhou", CommandID: made.CommandID, WorkingDir: "/tmp", Description: "greets", Timeout: new(int64(30))})
	must(err)
	list, err := s.Client.DescribeCommands(ctx, &api.DescribeCommandsRequest{RegionID: "cn-hangzhou", Name: "gr*", Tag: []api.Tag{{Key: "k"}}, ContentEncoding: "PlainText"})
	must(err)
	if len(list.Commands.Command) != 1 || list.TotalCount != 1 {
		t.Fatalf("%+v", list)
	}
	if c := list.Commands.Command[0]; c.CommandID != made.CommandID || c.WorkingDir != "/tmp" || c.Description != "greets" || c.Timeout != 30 || c.Name != "greet" ||
		c.CommandContent != "echo hello {{who}} from $(pwd)" || !slices.Equal(c.ParameterNames.ParameterName, []string{"who"}) || c.InvokeTimes != 0 || len(c.Tags.Tag) != 1 {
		t.Errorf("%+v", c)
	}
	inv, err := s.Client.InvokeCommand(ctx, &api.InvokeCommandRequest{RegionID: "cn-hangzhou", CommandID: made.CommandID, ResourceTag: []api.Tag{{Key: "role", Value: "web"}},
		Parameters: `{"who":"you"}`, Tag: []api.Tag{{Key: "job", Value: "1"}}, TerminationMode: "Process", Username: "ecs-user"})
	must(err)
	s.Quiet()
	if r := result(s, inv.InvokeID); r.Output != "hello you from /tmp\n" || r.InstanceID != id || r.TerminationMode != "Process" || r.Username != "ecs-user" || len(r.Tags.Tag) != 1 {
		t.Errorf("%+v", r)
	}
	for name, in := range map[string]*api.DescribeInvocationsRequest{
		"all": {}, "id": {InvokeID: inv.InvokeID}, "command": {CommandID: made.CommandID}, "instance": {InstanceID: id}, "tag": {Tag: []api.Tag{{Key: "job"}}},
		"name": {CommandName: "greet"}, "type": {CommandType: "RunShellScript"}, "old status": {InvokeStatus: "Finished"}, "status": {InvokeStatus: "Success"},
		"mode": {RepeatMode: "Once"}, "not timed": {Timed: new(false)}, "token": {MaxResults: new(5)},
	} {
		in.RegionID, in.ContentEncoding = "cn-hangzhou", "PlainText"
		in.IncludeOutput = new(in.InvokeID != "")
		out, err := s.Client.DescribeInvocations(ctx, in)
		must(err)
		if len(out.Invocations.Invocation) != 1 {
			t.Errorf("%s: %d invocations", name, len(out.Invocations.Invocation))
			continue
		}
		i := out.Invocations.Invocation[0]
		want := ""
		if name == "id" {
			want = "hello you from /tmp\n"
		}
		if i.InvokeID != inv.InvokeID || i.InvocationStatus != "Success" || i.InvokeStatus != "Finished" || i.Parameters != `{"who":"you"}` || i.RepeatMode != "Once" || i.Timed ||
			i.InvokeInstances.InvokeInstance[0].Output != want {
			t.Errorf("%s: %+v", name, i)
		}
	}
	for name, in := range map[string]*api.DescribeInvocationsRequest{
		"id": {InvokeID: "t-x"}, "command": {CommandID: "c-x"}, "instance": {InstanceID: "i-x"}, "tag": {Tag: []api.Tag{{Key: "other"}}}, "name": {CommandName: "x"},
		"status": {InvokeStatus: "Running"}, "mode": {RepeatMode: "Period"}, "timed": {Timed: new(true)}, "group": {ResourceGroupID: "rg-x"},
	} {
		in.RegionID = "cn-hangzhou"
		if out, err := s.Client.DescribeInvocations(ctx, in); err != nil || len(out.Invocations.Invocation) != 0 {
			t.Errorf("not %s: %+v %v", name, out, err)
		}
	}
	if out, err := s.Other.DescribeInvocations(ctx, &api.DescribeInvocationsRequest{RegionID: "cn-hangzhou", InvokeID: inv.InvokeID}); err != nil || len(out.Invocations.Invocation) != 0 {
		t.Errorf("another account sees %+v, %v", out, err)
	}
	long := run(s, "sleep 30", []string{id}, "KeepCommand", "true", "Name", "sleeper")
	s.Quiet()
	kept := result(s, long).CommandID
	s.Refuse(403, "Operation.Forbidden", "", "DeleteCommand", "RegionId", "cn-hangzhou", "CommandId", kept)
	s.Advance(time.Minute)
	for _, c := range []string{kept, made.CommandID} {
		s.Do("DeleteCommand", "RegionId", "cn-hangzhou", "CommandId", c)
	}
	if list, err = s.Client.DescribeCommands(ctx, &api.DescribeCommandsRequest{RegionID: "cn-hangzhou"}); err != nil || len(list.Commands.Command) != 0 {
		t.Errorf("%+v %v", list, err)
	}
}

func TestTokens(t *testing.T) {
	s := actiontest.Start(t)
	id := s.Running()
	a := run(s, "echo x >> /tmp/n", []string{id}, "ClientToken", "t")
	if b := run(s, "echo x >> /tmp/n", []string{id}, "ClientToken", "t"); a != b {
		t.Error("a token ran a command twice")
	}
	s.Refuse(403, "IdempotentParameterMismatch", "", "RunCommand", "RegionId", "cn-hangzhou", "Type", "RunShellScript", "CommandContent", "y", "InstanceId.1", id, "ClientToken", "t")
	s.Quiet()
	if r := ended(s, id, "cat /tmp/n"); r.Output != "x\n" {
		t.Errorf("%q", r.Output)
	}
}

func TestStop(t *testing.T) {
	s := actiontest.Start(t)
	id := s.Running()
	running := run(s, "echo x; sleep 1000", []string{id}, "Timeout", "5000")
	timed := run(s, "date", []string{id}, "Frequency", "rate(1h)")
	s.Quiet()
	for _, c := range []struct{ id, before, status, old string }{{running, "Running", "Terminated", "Stopped"}, {timed, "Scheduled", "Cancelled", "Stopped"}} {
		if r := result(s, c.id); r.InvocationStatus != c.before || r.InvokeRecordStatus != "Running" {
			t.Errorf("before: %+v", r)
		}
		s.Do("StopInvocation", "RegionId", "cn-hangzhou", "InvokeId", c.id, "InstanceId.1", id)
		s.Quiet()
		r := result(s, c.id)
		if r.InvocationStatus != c.status || r.InvokeRecordStatus != c.old || r.StopTime == "" || r.FinishedTime == "" {
			t.Errorf("%+v", r)
		}
		s.Do("StopInvocation", "RegionId", "cn-hangzhou", "InvokeId", c.id) // once more is no harm
	}
	s.Advance(2 * time.Hour)
	if r := result(s, timed); r.InvocationStatus != "Cancelled" || r.Repeats != 0 {
		t.Errorf("%+v", r)
	}
}

// TestSchedules runs a command by its frequency and at starts of its instance.
func TestSchedules(t *testing.T) {
	s := actiontest.Start(t)
	id := s.Running()
	rate := run(s, "date +%T", []string{id}, "Frequency", "rate(5m)")
	once := run(s, "date +%T", []string{id}, "Frequency", "at(2026-08-09 13:15:30 Asia/Shanghai)")
	next := run(s, "echo booted", []string{id}, "RepeatMode", "NextRebootOnly")
	every := run(s, "echo booted", []string{id}, "RepeatMode", "EveryReboot")
	s.Advance(time.Minute)
	if r := result(s, rate); r.InvocationStatus != "Scheduled" || r.Repeats != 0 {
		t.Errorf("%+v", r)
	}
	s.Advance(20 * time.Minute)
	if r := result(s, rate); r.InvocationStatus != "Scheduled" || r.Repeats != 4 {
		t.Errorf("%+v", r)
	}
	if r := result(s, once); r.InvocationStatus != "Success" || r.Repeats != 1 || r.Output != "05:15:30\n" {
		t.Errorf("%+v", r)
	}
	h := actiontest.Call[api.DescribeInvocationResultsResponse](s, "DescribeInvocationResults", "RegionId", "cn-hangzhou", "InvokeId", rate, "IncludeHistory", "true")
	if n := len(h.Invocation.InvocationResults.InvocationResult); n != 4 {
		t.Errorf("%d runs in the history, want 4", n)
	}
	for n := 1; n <= 2; n++ {
		s.Do("RebootInstance", "InstanceId", id)
		s.Advance(10 * time.Second)
		if r := result(s, every); r.InvocationStatus != "Scheduled" || r.Repeats != n {
			t.Errorf("after %d reboots: %+v", n, r)
		}
		if r := result(s, next); r.InvocationStatus != "Success" || r.Repeats != 1 || r.Output != "booted\n" {
			t.Errorf("after %d reboots: %+v", n, r)
		}
	}
	s.Do("DeleteInstance", "InstanceId", id, "Force", "true")
	s.Settle()
	for _, i := range []string{rate, every} {
		if r := result(s, i); r.InvocationStatus != "Aborted" || r.ErrorCode != "InstanceReleased" {
			t.Errorf("%+v", r)
		}
	}
}

func TestSendFile(t *testing.T) {
	s := actiontest.Start(t)
	id := s.Running()
	send := func(params ...string) api.DescribeSendFileResultsInvocation {
		t.Helper()
		inv := actiontest.Call[api.SendFileResponse](s, "SendFile", append([]string{"RegionId", "cn-hangzhou", "InstanceId.1", id, "Name", "run.sh", "TargetDir", "/opt/app",
			"Content", "echo sent", "Tag.1.Key", "k"}, params...)...).InvokeID
		s.Quiet()
		out := actiontest.Call[api.DescribeSendFileResultsResponse](s, "DescribeSendFileResults", "RegionId", "cn-hangzhou", "InvokeId", inv).Invocations.Invocation
		if len(out) != 1 {
			t.Fatalf("%d results", len(out))
		}
		return out[0]
	}
	f := send("FileMode", "0750", "FileOwner", "ecs-user", "FileGroup", "nobody")
	if f.InvocationStatus != "Success" || f.VmCount != 1 || f.Content != "echo sent" || f.FileMode != "0750" || f.InvokeInstances.InvokeInstance[0].InvocationStatus != "Success" {
		t.Errorf("%+v", f)
	}
	if r := ended(s, id, "sh /opt/app/run.sh; stat -c '%a %U %G' /opt/app/run.sh"); r.Output != "sent\n750 ecs-user nobody\n" {
		t.Error(r.Output)
	}
	for code, params := range map[string][]string{"FileAlreadyExists": nil, "AccountNotExists": {"FileOwner", "nope"}, "UserGroupNotExists": {"FileGroup", "nope"}, "FileCreateFail": {"TargetDir", "/opt/app/run.sh"}} {
		if f := send(params...); f.InvocationStatus != "Failed" || f.InvokeInstances.InvokeInstance[0].ErrorCode != code {
			t.Errorf("%s: %+v", code, f)
		}
	}
	if f := send("Overwrite", "true", "ContentType", "Base64", "Content", "ZWNobyBuZXc="); f.InvocationStatus != "Success" || f.ContentType != "Base64" || f.Content != "ZWNobyBuZXc=" {
		t.Errorf("%+v", f)
	}
	if r := ended(s, id, "sh /opt/app/run.sh"); r.Output != "new\n" {
		t.Error(r.Output)
	}
	for params, want := range map[[2]string]int{{"InstanceId", id}: 6, {"Name", "run.sh"}: 6, {"Name", "x"}: 0, {"InvocationStatus", "Success"}: 2, {"InvokeId", "f-x"}: 0, {"Tag.1.Key", "k"}: 6, {"InstanceId", "i-x"}: 0} {
		if n := actiontest.Call[api.DescribeSendFileResultsResponse](s, "DescribeSendFileResults", "RegionId", "cn-hangzhou", params[0], params[1]).TotalCount; int(n) != want {
			t.Errorf("%v: %d, want %d", params, n, want)
		}
	}
}

func TestStatusAndSettings(t *testing.T) {
	s := actiontest.Start(t)
	up, down := s.Running(), s.Stopped()
	ended(s, up, "true")
	s.Do("InstallCloudAssistant", "RegionId", "cn-hangzhou", "InstanceId.1", up)
	list := actiontest.Call[api.DescribeCloudAssistantStatusResponse](s, "DescribeCloudAssistantStatus", "RegionId", "cn-hangzhou", "InstanceId.1", up, "InstanceId.2", down)
	got := list.InstanceCloudAssistantStatusSet.InstanceCloudAssistantStatus
	if len(got) != 2 || got[0].InstanceID != down || got[0].CloudAssistantStatus != "false" || got[1].CloudAssistantStatus != "true" || got[1].InvocationCount != 1 ||
		got[1].CloudAssistantVersion == "" || got[1].LastInvokedTime == "" || got[1].OSType != "Linux" {
		t.Errorf("%+v", got)
	}
	if n := actiontest.Call[api.DescribeCloudAssistantStatusResponse](s, "DescribeCloudAssistantStatus", "RegionId", "cn-hangzhou", "OSType", "Windows").TotalCount; n != 0 {
		t.Errorf("%d instances of Windows", n)
	}
	s.Do("ModifyCloudAssistantSettings", "RegionId", "cn-hangzhou", "SettingType", "AgentUpgradeConfig", "AgentUpgradeConfig", `{"Enabled":true,"AllowedUpgradeWindow":["23:30-01:00"],"TimeZone":"Asia/Shanghai"}`)
	s.Do("ModifyCloudAssistantSettings", "RegionId", "cn-hangzhou", "SettingType", "SessionManagerConfig", "SessionManagerConfig", `{"SessionManagerEnabled":true}`)
	s.Do("ModifyCloudAssistantSettings", "RegionId", "cn-hangzhou", "SettingType", "InvocationDelivery", "OssDeliveryConfig", `{"Enabled":false}`)
	out := actiontest.Call[api.DescribeCloudAssistantSettingsResponse](s, "DescribeCloudAssistantSettings", "RegionId", "cn-hangzhou", "SettingType.1", "AgentUpgradeConfig",
		"SettingType.2", "SessionManagerConfig", "SettingType.3", "InvocationDelivery")
	if u := out.AgentUpgradeConfig; !u.Enabled || u.TimeZone != "Asia/Shanghai" || len(u.AllowedUpgradeWindows.AllowedUpgradeWindow) != 1 || !out.SessionManagerConfig.SessionManagerEnabled ||
		len(out.OssDeliveryConfigs.OssDeliveryConfig) != 1 || out.OssDeliveryConfigs.OssDeliveryConfig[0].Enabled {
		t.Errorf("%+v", out)
	}
}

func TestListPluginStatus(t *testing.T) {
	s := actiontest.Start(t)
	a, b := s.Running(), s.Stopped()
	out := actiontest.Call[api.ListPluginStatusResponse](s, "ListPluginStatus", "RegionId", "cn-hangzhou", "InstanceId.1", a, "InstanceId.2", b, "Name", "p", "MaxResults", "1")
	list := out.InstancePluginStatusSet.InstancePluginStatus
	if len(list) != 1 || list[0].InstanceID != b || list[0].PluginStatusSet.PluginStatus[0].PluginStatus != "NotInstalled" || out.NextToken == "" {
		t.Errorf("%+v", out)
	}
	s.Refusals(t, "ListPluginStatus", []string{"RegionId", "cn-hangzhou"}, []actiontest.Refusal{
		{Name: "nothing", Status: 400, Code: "MissingParam.InstanceId"},
		{Name: "two without a name", Params: []string{"InstanceId.1", a, "InstanceId.2", b}, Status: 403, Code: "InstanceIds.ExceedLimit"},
		{Name: "instance", Params: []string{"InstanceId.1", "i-x"}, Status: 404, Code: "InvalidInstance.NotFound"},
		{Name: "page", Params: []string{"PageSize", "0"}, Status: 400, Code: "InvalidParam.PageSize"},
	})
}

// TestDelivery has the host fail: a command is tried for a minute, then given up, and runs once.
func TestDelivery(t *testing.T) {
	s := actiontest.Start(t)
	id := s.Running()
	s.Sim.Inject(sim.Fault{Match: sim.Match{Op: sim.Exec}, Times: 3, Err: engine.ErrUnreachable})
	invoke := run(s, "echo x >> /tmp/n; cat /tmp/n", []string{id})
	s.Advance(30 * time.Second)
	if r := result(s, invoke); r.InvocationStatus != "Success" || r.Output != "x\n" || r.Repeats != 1 {
		t.Errorf("%+v", r)
	}
	s.Sim.Cut(actiontest.Zone)
	invoke = run(s, "echo x", []string{id})
	s.Advance(50 * time.Second)
	if r := result(s, invoke); r.InvocationStatus != "Pending" && r.InvocationStatus != "Running" {
		t.Errorf("%+v", r)
	}
	s.Advance(time.Minute)
	if r := result(s, invoke); r.InvocationStatus != "Aborted" || r.ErrorCode != "DeliveryTimeout" {
		t.Errorf("%+v", r)
	}
	s.Sim.Mend(actiontest.Zone)
	if r := ended(s, id, "cat /tmp/n"); r.Output != "x\n" {
		t.Errorf("%+v", r)
	}
}

// TestMany runs more at once than there are places.
func TestMany(t *testing.T) {
	s := actiontest.Start(t)
	id := s.Running()
	var all []string
	for range 150 {
		all = append(all, run(s, "sleep 5; echo x >> /tmp/n", []string{id}))
	}
	s.Advance(time.Minute)
	for _, i := range all {
		if r := result(s, i); r.InvocationStatus != "Success" {
			t.Fatalf("%+v", r)
		}
	}
	if r := ended(s, id, "wc -l < /tmp/n"); r.Output != "150\n" {
		t.Error(r.Output)
	}
}

// TestStopInTheLine: a run that is cancelled while it waits for a place takes none.
func TestStopInTheLine(t *testing.T) {
	s := actiontest.Start(t)
	id := s.Running()
	var long []string
	for range 64 {
		long = append(long, run(s, "sleep 1000", []string{id}, "Timeout", "5000"))
	}
	first, second := run(s, "echo 1", []string{id}), run(s, "echo 2", []string{id})
	s.Quiet()
	for _, i := range []string{first, long[0]} {
		s.Do("StopInvocation", "RegionId", "cn-hangzhou", "InvokeId", i)
	}
	s.Quiet()
	if a, b := result(s, first), result(s, second); a.InvocationStatus != "Cancelled" || b.InvocationStatus != "Success" || b.Output != "2\n" {
		t.Errorf("%+v\n%+v", a, b)
	}
}

// life is a scenario for faults and restarts: a command runs at most once, and its result is an end.
func life(s *actiontest.Service) {
	id := s.Instance()
	s.Settle()
	s.Do("StartInstance", "InstanceId", id)
	s.Settle()
	invoke := run(s, "echo x", []string{id})
	s.Settle()
	s.Advance(time.Minute)
	switch r := result(s, invoke); {
	case r.InvocationStatus == "Success" && r.Output == "x\n" && r.Repeats == 1:
	case r.InvocationStatus == "Error" && r.ErrorCode == "ExecutionInterrupted" && r.Repeats == 1:
	default:
		s.T.Errorf("%+v", r)
	}
	s.Do("DeleteInstance", "InstanceId", id, "Force", "true")
	s.Settle()
	s.NothingLeft()
}

func TestEachFault(t *testing.T)   { actiontest.EachFault(t, life) }
func TestEachRestart(t *testing.T) { actiontest.EachRestart(t, life) }
