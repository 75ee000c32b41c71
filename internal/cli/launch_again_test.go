package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/client"
	"github.com/openecs/openecs/internal/intercept"
)

func TestDeciding(t *testing.T) {
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	refused := &client.LaunchError{Phase: client.PhaseCreate, Err: &api.Error{Code: "A", Status: 403}}
	late := &client.LaunchError{Phase: client.PhaseWaitRunning, Err: &client.DeadlineError{InstanceID: "i-1"}}
	stopped := errors.Join(context.Canceled, refused)
	for _, c := range []struct {
		ctx  context.Context
		errs []error
		want int
	}{
		{context.Background(), []error{nil, nil}, 0},
		{context.Background(), []error{nil, refused, nil}, 1},
		{context.Background(), []error{refused, late}, 3},
		{context.Background(), []error{late, refused}, 3},
		{ended, []error{refused, late, stopped}, 130},
	} {
		err := deciding(c.ctx, c.errs)
		if err == nil && c.want == 0 {
			continue
		}
		if err == nil || exitCode(c.ctx, err) != c.want {
			t.Errorf("%v: %v, want exit %d", c.errs, err, c.want)
		}
	}
}

// shellLine runs a line that the command printed, as a person would who types
// it into a new shell.
func shellLine(t *testing.T, line string, env ...string) (code int, stdout, stderr string) {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	var out, errOut bytes.Buffer
	cmd := exec.Command("sh", "-c", line)
	cmd.Dir = t.TempDir()
	cmd.Env = append([]string{"HOME=" + cmd.Dir, "PATH=" + filepath.Dir(path) + string(os.PathListSeparator) + os.Getenv("PATH")}, env...)
	cmd.Stdout, cmd.Stderr = &out, &errOut
	err = cmd.Run()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return exit.ExitCode(), out.String(), errOut.String()
	}
	if err != nil {
		t.Fatal(err)
	}
	return 0, out.String(), errOut.String()
}

// TestContinue runs the commands that a launch which ended half-way printed, in
// a shell with another environment, after more has come up that a launch would
// choose: the same instances come of it.
func TestContinue(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the printed command is for a shell of Unix")
	}
	clean(t)
	dir := filepath.Join(t.TempDir(), "it's here")
	s := startServe(t, dir, "--sim", "stepped")
	code, _, errOut := shellLine(t, "openecs launch --count 3 --timeout 1500ms --name web --description 'two words' --allow tcp/22=203.0.113.7/32 --tag env=test --auto-renew=false -o json",
		"OPENECS_REGION=cn-beijing", "OPENECS_DATA_DIR="+dir)
	if code != exitDeadline {
		t.Fatalf("exit %d, want 3\n%s", code, errOut)
	}
	line := func(what string) string {
		m := regexp.MustCompile(`(?m)^  ` + what + `: +(.*)$`).FindStringSubmatch(errOut)
		if m == nil {
			t.Fatalf("no command to %s:\n%s", what, errOut)
		}
		return m[1]
	}
	exist := regexp.MustCompile(`i-[0-9a-z]+`).FindAllString(line("delete"), -1)
	if len(exist) != 3 {
		t.Fatalf("%v exist, want 3", exist)
	}
	s.stop(t)
	// Another group and vSwitch of the same names, newer than those chosen.
	group := run(t, dir, "-r", "cn-beijing", "sg", "list", "--query", "[?starts_with(SecurityGroupName, 'openecs-launch')] | [0].[SecurityGroupName, VpcId]").want(t, 0, "")
	var chosen [2]string
	if err := json.Unmarshal([]byte(group.out), &chosen); err != nil {
		t.Fatal(err)
	}
	run(t, dir, "-r", "cn-beijing", "sg", "create", "--name", chosen[0], "--vpc", chosen[1]).want(t, 0, "")
	zone := run(t, dir, "-r", "cn-beijing", "instance", "show", exist[0], "--query", "ZoneId").want(t, 0, "")
	run(t, dir, "-r", "cn-beijing", "call", "CreateVSwitch", "VpcId="+chosen[1], "ZoneId="+strings.Trim(zone.out, "\"\n"), "CidrBlock=172.31.0.0/24", "VSwitchName=openecs-launch").want(t, 0, "")

	code, out, errAgain := shellLine(t, strings.ReplaceAll(line("continue"), "--timeout=1.5s", ""))
	var all []launchResult
	if err := json.Unmarshal([]byte(out), &all); code != 0 || err != nil || len(all) != 3 {
		t.Fatalf("%s\nexit %d, %v\n%s%s", line("continue"), code, err, out, errAgain)
	}
	for _, r := range all {
		if !strings.Contains(strings.Join(exist, " "), r.InstanceID) || r.Status != "Running" || r.InstanceName != "web" || r.RegionID != "cn-beijing" {
			t.Errorf("%+v is none of %v", r, exist)
		}
	}
	if code, out, errOut := shellLine(t, line("delete")); code != 0 || strings.Count(out, "released") != 3 {
		t.Errorf("%s\nexit %d\n%s%s", line("delete"), code, out, errOut)
	}
	// The process that asked for the release may end before the machine is gone; the next one goes on with it.
	left := ""
	for end := time.Now().Add(20 * time.Second); left != "0\n"; left = run(t, dir, "-r", "cn-beijing", "instance", "list", "--query", "length(@)").want(t, 0, "").out {
		if time.Now().After(end) {
			t.Fatalf("%s are left", left)
		}
	}
}

// refusing passes calls on, but answers an action with 500 or a refusal.
func refusing(t *testing.T, endpoint, action, code string, status int) *httptest.Server {
	h, err := intercept.ForwardTo(endpoint, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Acs-Action") == action {
			w.WriteHeader(status)
			fmt.Fprintf(w, `{"RequestId":"R-1","Code":%q,"Message":"A fault of this test."}`, code)
			return
		}
		h.ServeHTTP(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

// TestAllowAfterFailure: a group that was left without its rules gets them from
// the next launch, and a group that has them is left alone.
func TestAllowAfterFailure(t *testing.T) {
	clean(t)
	dir := t.TempDir()
	at, _ := serveIn(t, dir)
	front := refusing(t, at.Endpoint, "AuthorizeSecurityGroup", "Forbidden.RAM", 403)
	args := []string{"launch", "--no-start", "--allow", "tcp/22=203.0.113.7/32", "--allow", "udp/60000-61000=2001:db8::/32", "-o", "json"}
	o := run(t, dir, append([]string{"--endpoint", front.URL}, args...)...).want(t, 1, "Forbidden.RAM")
	if !strings.Contains(o.err, "No instance exists.") || strings.Contains(o.err, "continue:") {
		t.Errorf("%s", o.err)
	}
	front = refusing(t, at.Endpoint, "AuthorizeSecurityGroup", "InternalError", 500)
	o = run(t, dir, append([]string{"--endpoint", front.URL, "--timeout", "1s"}, args...)...)
	if o.code != exitDeadline || !strings.Contains(o.err, "--allow=tcp/22=203.0.113.7/32") {
		t.Errorf("exit %d, want 3 and the rules once more\n%s", o.code, o.err)
	}
	for i, calls := range []int{2, 0} {
		o = run(t, dir, append(args, "-v")...).want(t, 0, "")
		if n := strings.Count(o.err, "Ecs.AuthorizeSecurityGroup "); n != calls || strings.Contains(o.err, "Ecs.CreateSecurityGroup ") {
			t.Errorf("launch %d opens %d ports, want %d\n%s", i, n, calls, o.err)
		}
	}
	var r launchResult
	if err := json.Unmarshal([]byte(o.out), &r); err != nil {
		t.Fatal(err)
	}
	group := run(t, dir, "instance", "show", r.InstanceID, "--query", "SecurityGroupIds.SecurityGroupId[0]").want(t, 0, "")
	rules := run(t, dir, "call", "DescribeSecurityGroupAttribute", "SecurityGroupId="+strings.Trim(group.out, "\"\n"), "--query", "sort(Permissions.Permission[].PortRange)").want(t, 0, "")
	if got := strings.Join(strings.Fields(rules.out), ""); got != `["22/22","60000/61000"]` {
		t.Errorf("open are %s", got)
	}
}

// TestClosedGroup: what the summary says of launch's own group is true also
// after somebody opened it.
func TestClosedGroup(t *testing.T) {
	clean(t)
	dir := t.TempDir()
	if o := run(t, dir, "launch", "--no-start").want(t, 0, ""); !strings.Contains(o.out, "opens nothing inbound") {
		t.Errorf("%s", o.out)
	}
	group := strings.Trim(run(t, dir, "sg", "list", "--query", "[0].SecurityGroupId").want(t, 0, "").out, "\"\n")
	run(t, dir, "sg", "allow", group, "tcp/80=0.0.0.0/0").want(t, 0, "")
	if o := run(t, dir, "launch", "--no-start").want(t, 0, ""); strings.Contains(o.out, "opens nothing inbound") {
		t.Errorf("the group is open:\n%s", o.out)
	}
}

// TestUnansweredCreate: where no answer came, the command does not claim that
// nothing exists.
func TestUnansweredCreate(t *testing.T) {
	clean(t)
	dir := t.TempDir()
	at, _ := serveIn(t, dir)
	front := refusing(t, at.Endpoint, "CreateInstance", "InternalError", 500)
	o := run(t, dir, "--endpoint", front.URL, "launch", "--count", "2", "--timeout", "2s", "-o", "json").want(t, 3, "Of 2 instances it is not known")
	if strings.Contains(o.err, "No instance exists") {
		t.Errorf("%s", o.err)
	}
	var all []launchResult
	if err := json.Unmarshal([]byte(o.out), &all); err != nil || len(all) != 2 || all[0].Error == nil || all[0].Error.Code != "Client.DeadlineExceeded" {
		t.Errorf("%v\n%s", err, o.out)
	}
}

// TestSubscriptionSaysNoDelete: no command is printed that cannot work.
func TestSubscriptionSaysNoDelete(t *testing.T) {
	clean(t)
	if o := run(t, t.TempDir(), "launch", "--charge-type", "PrePaid", "--period", "1").want(t, 0, ""); strings.Contains(o.out, "delete") || !strings.Contains(o.out, "EXPIRES") {
		t.Errorf("%s", o.out)
	}
}
