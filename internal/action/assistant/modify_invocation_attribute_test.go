package assistant_test

import (
	"strings"
	"testing"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

// outputs are what the runs of an invocation on an instance printed, the last first.
func outputs(s *actiontest.Service, invocation, instance string) (out []string) {
	s.T.Helper()
	all := actiontest.Call[api.DescribeInvocationResultsResponse](s, "DescribeInvocationResults", "InvokeId", invocation, "InstanceId", instance,
		"ContentEncoding", "PlainText", "IncludeHistory", "true").Invocation.InvocationResults.InvocationResult
	for _, r := range all {
		out = append(out, strings.TrimSpace(r.Output))
	}
	return out
}

// A scheduled invocation runs its new content with its new parameters at its new times, and on the instance that was added.
func TestModifyInvocationAttribute(t *testing.T) {
	const action = "ModifyInvocationAttribute"
	s := actiontest.Start(t)
	a, b := s.Running(), s.Running()
	run := actiontest.Call[api.RunCommandResponse](s, "RunCommand", "Type", "RunShellScript", "CommandContent", "echo one", "KeepCommand", "true", "Name", "tick",
		"InstanceId.1", a, "RepeatMode", "Period", "Frequency", "rate(10m)", "Timeout", "30")
	s.Advance(11 * time.Minute)
	if out := outputs(s, run.InvokeID, a); len(out) == 0 || out[0] != "one" {
		t.Fatalf("before: %v", out)
	}
	same := actiontest.Call[api.ModifyInvocationAttributeResponse](s, action, "InvokeId", run.InvokeID, "Frequency", "rate(1h)").CommandID
	if same != run.CommandID {
		t.Errorf("without new content the command is %s, was %s", same, run.CommandID)
	}
	n := len(outputs(s, run.InvokeID, a))
	s.Advance(30 * time.Minute)
	if got := len(outputs(s, run.InvokeID, a)); got != n {
		t.Errorf("%d runs more in half an hour", got-n)
	}
	change := []string{"InvokeId", run.InvokeID, "CommandContent", "echo two {{who}}", "EnableParameter", "true", "Parameters", `{"who":"x"}`, "InstanceId.1", b, "ClientToken", "once"}
	next := actiontest.Call[api.ModifyInvocationAttributeResponse](s, action, change...).CommandID
	if again := actiontest.Call[api.ModifyInvocationAttributeResponse](s, action, change...).CommandID; again != next || next == run.CommandID {
		t.Errorf("new content made command %s, then %s", next, again)
	}
	kept := actiontest.Call[api.DescribeCommandsResponse](s, "DescribeCommands", "CommandId", next, "ContentEncoding", "PlainText").Commands.Command
	if len(kept) != 1 || kept[0].CommandContent != "echo two {{who}}" || kept[0].Name != "tick" {
		t.Errorf("the new command: %+v", kept)
	}
	s.Advance(time.Hour)
	for _, id := range []string{a, b} {
		if out := outputs(s, run.InvokeID, id); len(out) == 0 || out[0] != "two x" {
			t.Errorf("%s printed %v", id, out)
		}
	}
	inv := actiontest.Call[api.DescribeInvocationsResponse](s, "DescribeInvocations", "InvokeId", run.InvokeID).Invocations.Invocation
	if len(inv) != 1 || inv[0].CommandID != next || inv[0].Frequency != "rate(1h)" || len(inv[0].InvokeInstances.InvokeInstance) != 2 {
		t.Errorf("%+v", inv)
	}
	s.Do("StopInvocation", "InvokeId", run.InvokeID)
	s.Refuse(403, api.CodeOperationForbidden, "", action, "InvokeId", run.InvokeID, "Frequency", "rate(2h)")
}

// What runs at boots can be changed too; it has no frequency.
func TestModifyInvocationAtBoot(t *testing.T) {
	s := actiontest.Start(t)
	id := s.Running()
	run := actiontest.Call[api.RunCommandResponse](s, "RunCommand", "Type", "RunShellScript", "CommandContent", "echo one", "InstanceId.1", id, "RepeatMode", "EveryReboot")
	out := actiontest.Call[api.ModifyInvocationAttributeResponse](s, "ModifyInvocationAttribute", "InvokeId", run.InvokeID, "CommandContent", "ZWNobyB0d28=",
		"ContentEncoding", "Base64", "Frequency", "never")
	if out.CommandID == run.CommandID {
		t.Error("the command is the old one")
	}
	s.Do("RebootInstance", "InstanceId", id)
	s.Settle()
	if out := outputs(s, run.InvokeID, id); len(out) == 0 || out[0] != "two" {
		t.Errorf("%v", out)
	}
}

func TestModifyInvocationRefusals(t *testing.T) {
	const action = "ModifyInvocationAttribute"
	s := actiontest.Start(t)
	id, off := s.Running(), s.Stopped()
	invoke := func(params ...string) string {
		return actiontest.Call[api.RunCommandResponse](s, "RunCommand", append([]string{"Type", "RunShellScript", "CommandContent", "echo {{a}}", "EnableParameter", "true",
			"Parameters", `{"a":"1"}`, "InstanceId.1", id}, params...)...).InvokeID
	}
	periodic, once := invoke("RepeatMode", "Period", "Frequency", "rate(10m)"), invoke()
	good := []string{"InvokeId", periodic}
	for name, r := range map[string]struct {
		status int
		code   string
		params []string
	}{
		"no invocation":       {404, api.CodeInvalidInvokeIdNotFound, []string{"InvokeId", "t-none"}},
		"elsewhere":           {404, api.CodeInvalidInvokeIdNotFound, []string{"RegionId", "cn-beijing"}},
		"one that ran once":   {403, api.CodeOperationForbidden, []string{"InvokeId", once}},
		"too long":            {403, api.CodeCmdContentExceedLimit, []string{"CommandContent", strings.Repeat("x", 24<<10)}},
		"no Base64":           {400, api.CodeCmdContentDecodeError, []string{"CommandContent", "?", "ContentEncoding", "Base64"}},
		"a bad frequency":     {400, api.CodeInvalidParamFrequency, []string{"Frequency", "often"}},
		"parameters no JSON":  {400, api.CodeInvalidParameterParameters, []string{"Parameters", "a"}},
		"parameters off":      {400, api.CodeParameterDisabled, []string{"EnableParameter", "false", "Parameters", `{"a":"2"}`}},
		"an unknown one":      {403, api.CodeParameterNotMatched, []string{"Parameters", `{"b":"2"}`}},
		"no instance":         {404, api.CodeInvalidInstanceNotFound, []string{"InstanceId.1", "i-none"}},
		"one that is stopped": {400, api.CodeInvalidInstanceNotMatch, []string{"InstanceId.1", off}},
		"a bad token":         {400, api.CodeInvalidClientTokenMalformed, []string{"ClientToken", strings.Repeat("x", 65)}},
	} {
		t.Run(name, func(t *testing.T) {
			s.With(t).Refuse(r.status, r.code, "", action, append(good[:2:2], r.params...)...)
			if !api.HasCode("Ecs", action, r.code) {
				t.Errorf("docs/errors.tsv has no %s of %s", r.code, action)
			}
		})
	}
	s.As(s.Other).Refuse(404, api.CodeInvalidInvokeIdNotFound, "", action, good...)
	if inv := actiontest.Call[api.DescribeInvocationsResponse](s, "DescribeInvocations", "InvokeId", periodic).Invocations.Invocation[0]; inv.Frequency != "rate(10m)" || inv.Parameters != `{"a":"1"}` {
		t.Errorf("what was refused changed it: %+v", inv)
	}
}
