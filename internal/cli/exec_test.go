package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/openecs/openecs/internal/node"
)

// execute runs the built command under an environment of the test's own.
func execute(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	var out, errOut bytes.Buffer
	cmd := exec.Command(path, args...)
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

// TestExecReachesService: the same program, which knows nothing of OpenECS but
// the proxy variables, ends at each kind of service.
func TestExecReachesService(t *testing.T) {
	clean(t)
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("there is no curl")
	}
	program := []string{"--", "curl", "-s", "-m", "10", "https://ecs.cn-hangzhou.aliyuncs.com/?Action=DescribeRegions&Version=2014-05-26&Format=JSON"}
	served := t.TempDir()
	at, _ := serveIn(t, served)
	for name, args := range map[string][]string{
		"of its own": {"--data-dir", t.TempDir(), "exec"}, "ephemeral": {"exec", "--ephemeral"}, "running": {"--data-dir", served, "exec"},
		"elsewhere":          {"--data-dir", served, "--endpoint", at.Endpoint, "exec"},
		"elsewhere over TLS": {"--data-dir", served, "--endpoint", "https" + strings.TrimPrefix(at.Endpoint, "http"), "exec"},
	} {
		code, out, errOut := execute(t, append(args, program...)...)
		var refusal struct{ RequestId, Code, HostId string }
		if err := json.Unmarshal([]byte(out), &refusal); code != 0 || err != nil || refusal.RequestId == "" || !strings.HasPrefix(refusal.Code, "Missing") || refusal.HostId != "ecs.cn-hangzhou.aliyuncs.com" {
			t.Errorf("%s: exit %d, %q %s", name, code, out, errOut)
		}
	}
	code, out, _ := execute(t, "--data-dir", served, "exec", "--", "curl", "-s", "-m", "10", "-o", os.DevNull, "-w", "%{http_code}", "http://example.com/")
	if code != 0 || out != "403" {
		t.Errorf("another host: %d %q, want 403", code, out)
	}
	code, _, _ = execute(t, "--data-dir", served, "exec", "--", "curl", "-s", "-m", "10", "https://example.com/")
	if code != 56 && code != 7 { // what curl says when a proxy refuses
		t.Errorf("another host over TLS: curl's exit %d, want 56", code)
	}
}

// TestExecOpenECS: openecs under openecs exec uses that one's service and key,
// whatever the environment says.
func TestExecOpenECS(t *testing.T) {
	clean(t)
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", "the-real-one")
	t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "the-real-secret")
	dir := t.TempDir()
	code, out, errOut := execute(t, "--data-dir", dir, "-r", "cn-beijing", "exec", path, "sg", "create", "--classic")
	if code != 0 || !strings.HasPrefix(out, "sg-") {
		t.Fatalf("exit %d, %q %s", code, out, errOut)
	}
	t.Setenv("OPENECS_ACCESS_KEY_ID", "another")
	t.Setenv("OPENECS_ACCESS_KEY_SECRET", "service")
	code, again, errOut := execute(t, "--data-dir", dir, "-r", "cn-beijing", "exec", "--", path, "sg", "list", "--query", "[0].SecurityGroupId")
	if code != 0 || strings.Trim(again, "\"\n") != strings.TrimSpace(out) {
		t.Errorf("exit %d, %q %s", code, again, errOut)
	}
	code, out, _ = execute(t, "--data-dir", dir, "exec", path, "call", "NoSuchAction")
	if code != 2 || out != "" {
		t.Errorf("exit %d, want the program's 2", code)
	}
	code, out, _ = execute(t, "exec", "--ephemeral", path, "credentials", "--data-dir", filepath.Join(dir, "none"))
	if code != 2 || strings.Contains(out, "secret") {
		t.Errorf("%d %s", code, out)
	}
}

// TestExecIsFound: while a program runs other commands on the directory go to
// its service, and a signal ends the program, not us before it.
func TestExecIsFound(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("there are no such signals")
	}
	clean(t)
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	var out bytes.Buffer
	cmd := exec.Command(path, "--data-dir", dir, "exec", "--", "sh", "-c", `trap 'echo caught; exit 9' TERM; echo started; while :; do sleep 0.05; done`)
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Process.Kill()
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if _, ok, _ := node.Running(dir); ok {
			break
		}
	}
	run(t, dir, "health", "--wait", "10s").want(t, 0, "")
	run(t, dir, "sg", "create", "--classic").want(t, 0, "")
	run(t, dir, "reset", "--yes").want(t, 2, "in use by process")
	time.Sleep(300 * time.Millisecond) // the shell sets its trap
	cmd.Process.Signal(syscall.SIGTERM)
	err = cmd.Wait()
	if exit, ok := errors.AsType[*exec.ExitError](err); !ok || exit.ExitCode() != 9 || !strings.Contains(out.String(), "caught") {
		t.Errorf("%v, want the program's 9\n%s", err, &out)
	}
	if _, ok, _ := node.Running(dir); ok {
		t.Error("server.json is left")
	}
	run(t, dir, "sg", "list").want(t, 0, "")
}

// TestExecIsolated: a program that ignores the proxy variables ends here too,
// and nothing else is there.
func TestExecIsolated(t *testing.T) {
	clean(t)
	if runtime.GOOS != "linux" {
		code, _, errOut := execute(t, "exec", "--ephemeral", "--isolate", "--", "true")
		if code != 2 || !strings.Contains(errOut, "isolation is not available") {
			t.Errorf("exit %d, %s", code, errOut)
		}
		return
	}
	if code, _, errOut := execute(t, "exec", "--ephemeral", "--isolate", "--", "true"); code == 2 && strings.Contains(errOut, "isolation is not available") {
		t.Skip(errOut)
	}
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("there is no curl")
	}
	served := t.TempDir()
	serveIn(t, served)
	for name, args := range map[string][]string{"of its own": {"--data-dir", t.TempDir(), "exec", "--isolate"}, "running": {"--data-dir", served, "exec", "--isolate"}} {
		for _, url := range []string{"http://ecs.aliyuncs.com/_openecs/health", "https://ecs.cn-beijing.aliyuncs.com/_openecs/health"} {
			code, out, errOut := execute(t, append(args, "--", "curl", "-s", "-m", "10", "--noproxy", "*", url)...)
			if code != 0 || !strings.Contains(out, `"ok"`) {
				t.Errorf("%s: %s: exit %d, %q %s", name, url, code, out, errOut)
			}
		}
		if code, out, _ := execute(t, append(args, "--", "curl", "-s", "-m", "10", "--noproxy", "*", "http://192.0.2.1/")...); code == 0 {
			t.Errorf("%s: an address outside answers %q", name, out)
		}
	}
	if code, _, _ := execute(t, "exec", "--ephemeral", "--isolate", "--", "sh", "-c", "exit 5"); code != 5 {
		t.Errorf("exit %d, want the program's 5", code)
	}
}

func TestExecRefusals(t *testing.T) {
	clean(t)
	dir := t.TempDir()
	run(t, dir, "exec", "--allow", "ecs.aliyuncs.com", "--", "true").want(t, 2, "never reachable")
	run(t, dir, "exec", "--endpoint", "https://ecs.example", "--", "true").want(t, 2, "needs a key")
	t.Setenv("OPENECS_ACCESS_KEY_ID", "id")
	t.Setenv("OPENECS_ACCESS_KEY_SECRET", "secret")
	if code := run(t, dir, "exec", "--ephemeral", "--", filepath.Join(dir, "nothing")).code; code != 127 {
		t.Errorf("exit %d, want 127", code)
	}
	if runtime.GOOS != "windows" {
		file := filepath.Join(dir, "file")
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if code := run(t, dir, "exec", "--ephemeral", "--", file).code; code != 126 {
			t.Errorf("exit %d, want 126", code)
		}
	}
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	t.Setenv("TMP", tmp)
	run(t, dir, "exec", "--ephemeral", "--", "go", "version").want(t, 0, "")
	if left, _ := filepath.Glob(filepath.Join(tmp, "openecs-*")); len(left) > 0 {
		t.Errorf("%v is left behind", left)
	}
}
