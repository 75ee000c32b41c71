package assistant_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/actiontest"
)

// result is the only result of an invocation, with its output as text.
func result(s *actiontest.Service, invoke string) api.DescribeInvocationResultsInvocationInvocationResult {
	s.T.Helper()
	out := actiontest.Call[api.DescribeInvocationResultsResponse](s, "DescribeInvocationResults", "RegionId", "cn-hangzhou", "InvokeId", invoke, "ContentEncoding", "PlainText")
	list := out.Invocation.InvocationResults.InvocationResult
	if len(list) != 1 {
		s.T.Fatalf("%d results of %s", len(list), invoke)
	}
	return list[0]
}

// run runs a script on instances and returns the invocation.
func run(s *actiontest.Service, script string, ids []string, params ...string) string {
	s.T.Helper()
	p := append([]string{"RegionId", "cn-hangzhou", "Type", "RunShellScript", "CommandContent", script}, params...)
	for i, id := range ids {
		p = append(p, "InstanceId."+strconv.Itoa(i+1), id)
	}
	return actiontest.Call[api.RunCommandResponse](s, "RunCommand", p...).InvokeID
}

// ended runs a script on an instance to its end.
func ended(s *actiontest.Service, id, script string, params ...string) api.DescribeInvocationResultsInvocationInvocationResult {
	s.T.Helper()
	invoke := run(s, script, []string{id}, params...)
	s.Quiet()
	return result(s, invoke)
}

func TestRunCommand(t *testing.T) {
	s := actiontest.Start(t)
	id := s.Running("InstanceName", "web", "HostName", "web-host")
	r := ended(s, id, "printf hello > /tmp/x; cat /tmp/x")
	if r.Output != "hello" || r.InvocationStatus != "Success" || r.InvokeRecordStatus != "Finished" || r.ExitCode != 0 || r.ErrorCode != "" || r.Repeats != 1 ||
		r.InstanceID != id || r.StartTime == "" || r.FinishedTime == "" || r.TerminationMode != "ProcessTree" || !strings.HasPrefix(r.CommandID, "c-") {
		t.Errorf("%+v", r)
	}
	r = ended(s, id, "cat /tmp/x; echo no >&2; exit 3")
	if r.Output != "hellono\n" || r.InvocationStatus != "Failed" || r.InvokeRecordStatus != "Failed" || r.ExitCode != 3 || r.ErrorCode != "ExitCodeNonzero" || r.ErrorInfo == "" {
		t.Errorf("%+v", r)
	}
	for _, c := range []struct {
		name, script string
		params       []string
		want         string
	}{
		{"Base64", "ZWNobyBiNjQ=", []string{"ContentEncoding", "base64"}, "b64\n"},
		{"directory", "pwd", []string{"WorkingDir", "/var/log"}, "/var/log\n"},
		{"user", "whoami", []string{"Username", "ecs-user"}, "ecs-user\n"},
		{"host", "hostname", nil, "web-host\n"},
		{"parameters", "echo {{ Name }}-{{n}}-{{none}}", []string{"EnableParameter", "true", "Parameters", `{"name":"Jack","n":5}`}, "Jack-5-\n"},
		{"braces without parameters", "echo {{name}}", nil, "{{name}}\n"},
		{"built in", "echo {{ACS::RegionId}} {{ACS::AccountId}} {{ACS::InstanceName}} {{ACS::InstanceId}}", []string{"EnableParameter", "true"},
			"cn-hangzhou " + strconv.Itoa(actiontest.Account) + " web " + id + "\n"},
	} {
		if r := ended(s, id, c.script, c.params...); r.Output != c.want || r.InvocationStatus != "Success" {
			t.Errorf("%s: %q %s %s, want %q", c.name, r.Output, r.InvocationStatus, r.ErrorInfo, c.want)
		}
	}
	r = ended(s, id, "yes | head -c 30000")
	if len(r.Output) != 24<<10 || r.Dropped != 30000-24<<10 {
		t.Errorf("%d bytes are kept and %d dropped", len(r.Output), r.Dropped)
	}
	for code, params := range map[string][]string{"AccountNotExists": {"Username", "nobody-here"}, "DirectoryNotExists": {"WorkingDir", "/no/such"}} {
		if r := ended(s, id, "true", params...); r.InvocationStatus != "Invalid" || r.ErrorCode != code || r.InvokeRecordStatus != "Failed" {
			t.Errorf("%s: %+v", code, r)
		}
	}
}

func TestRunCommandOnSeveral(t *testing.T) {
	s := actiontest.Start(t)
	a, b := s.Running(), s.Running()
	ended(s, a, "touch /tmp/flag")
	invoke := run(s, "test -e /tmp/flag", []string{a, b, a})
	s.Quiet()
	out := actiontest.Call[api.DescribeInvocationsResponse](s, "DescribeInvocations", "RegionId", "cn-hangzhou", "InvokeId", invoke).Invocations.Invocation
	if len(out) != 1 || out[0].InvocationStatus != "PartialFailed" || len(out[0].InvokeInstances.InvokeInstance) != 2 {
		t.Errorf("%+v", out)
	}
}

// TestTimeout has a command meet its deadline, by sleeping and by never ending.
func TestTimeout(t *testing.T) {
	s := actiontest.Start(t)
	id := s.Running()
	for _, script := range []string{"echo begun; sleep 1000", "echo begun; while :; do :; done"} {
		invoke := run(s, script, []string{id}, "Timeout", "10")
		s.Advance(9 * time.Second)
		if r := result(s, invoke); r.InvocationStatus != "Running" || r.FinishedTime != "" {
			t.Errorf("%+v", r)
		}
		s.Advance(2 * time.Second)
		r := result(s, invoke)
		begun, _ := time.Parse(time.RFC3339, r.StartTime)
		if r.InvocationStatus != "Timeout" || r.ErrorCode != "ExecutionTimeout" || r.InvokeRecordStatus != "Failed" || r.Output != "begun\n" ||
			r.FinishedTime != begun.Add(10*time.Second).Format("2006-01-02T15:04:05Z") {
			t.Errorf("%+v", r)
		}
	}
}

// TestEndOfTheInstance stops and releases an instance under a command.
func TestEndOfTheInstance(t *testing.T) {
	s := actiontest.Start(t)
	id := s.Running()
	for code, do := range map[string][]string{
		"InstanceNotRunning": {"StopInstance", "InstanceId", id, "ForceStop", "true"}, "InstanceReleased": {"DeleteInstance", "InstanceId", id, "Force", "true"},
	} {
		if code == "InstanceReleased" && s.Status(id) == "Stopped" {
			s.Do("StartInstance", "InstanceId", id)
			s.Settle()
		}
		if s.Status(id) == "gone" {
			id = s.Running()
			do[2] = id
		}
		invoke := run(s, "echo x; sleep 1000", []string{id}, "Timeout", "2000")
		s.Quiet()
		s.Do(do[0], do[1:]...)
		s.Settle()
		if r := result(s, invoke); r.InvocationStatus != "Error" || r.ErrorCode != code || r.Output != "x\n" {
			t.Errorf("%s: %+v", code, r)
		}
	}
}

// TestRestartWhileRunning: what ran is not run again, what waited runs.
func TestRestartWhileRunning(t *testing.T) {
	s := actiontest.Start(t)
	id := s.Running()
	running := run(s, "echo x >> /tmp/ran; sleep 1000", []string{id})
	later := run(s, "cat /tmp/ran", []string{id}, "Frequency", "rate(60s)", "Timeout", "30")
	s.Quiet()
	s.Restart()
	s.Quiet()
	if r := result(s, running); r.InvocationStatus != "Error" || r.ErrorCode != "ExecutionInterrupted" || r.ErrorInfo == "" || r.FinishedTime == "" {
		t.Errorf("%+v", r)
	}
	s.Advance(time.Minute)
	if r := result(s, later); r.InvocationStatus != "Scheduled" || r.Repeats != 1 || r.Output != "x\n" {
		t.Errorf("%+v", r)
	}
}
