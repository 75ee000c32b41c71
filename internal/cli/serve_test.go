package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/openecs/openecs/internal/intercept"
	"github.com/openecs/openecs/internal/node"
	"github.com/openecs/openecs/internal/shapetest"
)

// binary is the built command, for what needs a process of its own.
var binary = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "openecs-test-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "openecs")
	if runtime.GOOS == "windows" {
		path += ".exe"
	}
	out, err := exec.Command("go", "build", "-o", path, "./testdata/openecs").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("go build: %v\n%s", err, out)
	}
	return path, nil
})

func TestMain(m *testing.M) {
	intercept.IsolateMain()
	wrong := shapetest.Watch()
	code := m.Run()
	if wrong() > 0 {
		code = 1
	}
	if path, err := binary(); err == nil {
		os.RemoveAll(filepath.Dir(path))
	}
	os.Exit(code)
}

// serving is a running `openecs serve`.
type serving struct {
	cmd *exec.Cmd
	at  node.Announcement
	err *bytes.Buffer
}

func startServe(t *testing.T, dir string, args ...string) *serving {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	ready := filepath.Join(t.TempDir(), "ready.json")
	s := &serving{err: new(bytes.Buffer)}
	s.cmd = exec.Command(path, append([]string{"serve", "--data-dir", dir, "--listen", "127.0.0.1:0", "--ready-file", ready}, args...)...)
	s.cmd.Stderr = s.err
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if s.cmd.ProcessState == nil {
			s.cmd.Process.Kill()
			s.cmd.Wait()
		}
		if strings.Contains(s.err.String(), "shapetest: ") {
			t.Errorf("the server gave wrong answers:\n%s", s.err)
		}
	})
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		if b, err := os.ReadFile(ready); err == nil && json.Unmarshal(b, &s.at) == nil {
			return s
		}
		if time.Now().After(end) {
			t.Fatalf("the server is not ready:\n%s", s.err)
		}
	}
}

// stop ends the server with SIGTERM and wants exit 0.
func (s *serving) stop(t *testing.T) {
	t.Helper()
	s.cmd.Process.Signal(syscall.SIGTERM)
	if err := s.cmd.Wait(); err != nil {
		t.Errorf("serve ended with %v\n%s", err, s.err)
	}
}

func TestServe(t *testing.T) {
	clean(t)
	dir := t.TempDir()
	s := startServe(t, dir)
	if s.at.Endpoint == "" || s.at.CA == "" || s.at.AccessKeyID == "" {
		t.Errorf("%+v", s.at)
	}
	// Commands on a served directory go to the server.
	run(t, dir, "launch", "-o", "json").want(t, 0, "")
	run(t, dir, "health", "--wait", "5s").want(t, 0, "")
	// A second process is told who holds the directory, a taken port is one sentence.
	path, _ := binary()
	out, err := exec.Command(path, "serve", "--data-dir", dir, "--listen", "127.0.0.1:0").CombinedOutput()
	if exit, ok := err.(*exec.ExitError); !ok || exit.ExitCode() != 2 || !bytes.Contains(out, fmt.Appendf(nil, "process %d", s.cmd.Process.Pid)) {
		t.Errorf("a second serve: %v %s", err, out)
	}
	out, err = exec.Command(path, "serve", "--ephemeral", "--listen", strings.TrimPrefix(s.at.Endpoint, "http://")).CombinedOutput()
	if exit, ok := err.(*exec.ExitError); !ok || exit.ExitCode() != 2 || !bytes.Contains(out, []byte("is taken")) {
		t.Errorf("a taken port: %v %s", err, out)
	}
	run(t, dir, "reset", "--yes").want(t, 2, "is in use by process")
	s.stop(t)
	// What was acknowledged is there without the server.
	if o := run(t, dir, "instance", "list", "-o", "json", "--query", "length(@)").want(t, 0, ""); strings.TrimSpace(o.out) != "1" {
		t.Errorf("%s instances are left", o.out)
	}
	run(t, dir, "health").want(t, 3, "no healthy server")
	run(t, dir, "reset", "--yes").want(t, 0, "")
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("%s is still there", dir)
	}
}

func TestServeKeysAndAdministration(t *testing.T) {
	clean(t)
	t.Setenv("OPENECS_ACCESS_KEY_ID", "root")
	t.Setenv("OPENECS_ACCESS_KEY_SECRET", "secret")
	dir := t.TempDir()
	s := startServe(t, dir, "--log-format", "json", "--sim", "stepped")
	if s.at.AccessKeyID != "root" {
		t.Errorf("%+v", s.at)
	}
	info, err := os.Stat(filepath.Join(dir, "keys.json"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("keys.json: %v %v", info.Mode(), err)
	}
	keys, err := node.ReadKeys(dir)
	if err != nil {
		t.Fatal(err)
	}
	get := func(path, token, host string) int {
		req, _ := http.NewRequest("GET", s.at.Endpoint+path, nil)
		if token != "" {
			req.Header.Set("Authorization", "Bearer "+token)
		}
		if host != "" {
			req.Host = host
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		b, _ := io.ReadAll(resp.Body)
		if path == "/_openecs/metrics" && resp.StatusCode == 200 && !bytes.Contains(b, []byte("openecs_store_syncs_total")) {
			t.Errorf("the metrics lack the store's:\n%s", b)
		}
		return resp.StatusCode
	}
	for _, c := range []struct {
		path, token, host string
		want              int
	}{
		{"/_openecs/health", "", "", 200}, {"/_openecs/ready", "", "", 200},
		{"/_openecs/metrics", "", "", 401}, {"/_openecs/metrics", "wrong", "", 401}, {"/_openecs/metrics", keys.AdminToken, "", 200},
		{"/_openecs/info", keys.AdminToken, "", 200}, {"/_openecs/v1/info", keys.AdminToken, "", 200}, {"/_openecs/v1/info", "", "", 401}, {"/_openecs/step", keys.AdminToken, "", 405}, {"/_openecs/nothing", keys.AdminToken, "", 404},
		{"/_openecs/health", "", "evil.example", 403},
	} {
		if got := get(c.path, c.token, c.host); got != c.want {
			t.Errorf("%s with %q at %q: %d, want %d", c.path, c.token, c.host, got, c.want)
		}
	}
	o := run(t, dir, "env", "--tool", "terraform").want(t, 0, "")
	for _, product := range []string{"ecs", "vpc", "sts", "location", "tag", "ram", "resourcemanager", "bssopenapi"} {
		if !strings.Contains(o.out, fmt.Sprintf("    %-15s = \"127.0.0.1:", product)) {
			t.Errorf("no endpoint for %s:\n%s", product, o.out)
		}
	}
	if o := run(t, dir, "env").want(t, 0, ""); !strings.Contains(o.out, "export HTTPS_PROXY='http://127.0.0.1:") && !strings.Contains(o.out, "export https_proxy='http://127.0.0.1:") {
		t.Errorf("%s", o.out)
	}
	s.stop(t)
	t.Setenv("OPENECS_ACCESS_KEY_ID", "another")
	run(t, dir, "serve", "--listen", "127.0.0.1:0").want(t, 1, "not the one in")
}

func TestServeExitsWithParent(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a process on Windows has no parent that it loses")
	}
	clean(t)
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	ready := filepath.Join(t.TempDir(), "ready.json")
	// The shell is the parent: it starts the server, waits for it to be ready and goes.
	script := fmt.Sprintf(`%s serve --ephemeral --exit-with-parent --listen 127.0.0.1:0 --ready-file %s >/dev/null 2>&1 & while [ ! -f %s ]; do sleep 0.05; done; sleep 0.3`, path, ready, ready)
	cmd := exec.Command("sh", "-c", script)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var at node.Announcement
	for end := time.Now().Add(10 * time.Second); at.PID == 0 && time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if b, err := os.ReadFile(ready); err == nil {
			json.Unmarshal(b, &at)
		}
	}
	cmd.Wait()
	for end := time.Now().Add(5 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		c, err := net.Dial("tcp", strings.TrimPrefix(at.Endpoint, "http://"))
		if err != nil {
			return
		}
		c.Close()
		if time.Now().After(end) {
			if p, err := os.FindProcess(at.PID); err == nil {
				p.Kill()
			}
			t.Fatal("the server outlives its parent")
		}
	}
}

func TestExec(t *testing.T) {
	clean(t)
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	exit := func(args ...string) (int, string) {
		cmd := exec.Command(path, append([]string{"--data-dir", dir, "exec"}, args...)...)
		out, err := cmd.CombinedOutput()
		if e, ok := err.(*exec.ExitError); ok {
			return e.ExitCode(), string(out)
		}
		if err != nil {
			t.Fatal(err)
		}
		return 0, string(out)
	}
	if code, _ := exit("--", "sh", "-c", "exit 7"); code != 7 {
		t.Errorf("exit %d, want the program's 7", code)
	}
	if code, out := exit("--", "no-such-program"); code != 127 {
		t.Errorf("exit %d, want 127: %s", code, out)
	}
	code, out := exit("--", "sh", "-c", "echo $https_proxy $HTTPS_PROXY $SSL_CERT_FILE $ALIBABA_CLOUD_ACCESS_KEY_ID; test -z \"$NO_PROXY\"")
	if code != 0 || strings.Count(out, "http://127.0.0.1:") != 2 || !strings.Contains(out, "bundle.pem") {
		t.Errorf("%d %s", code, out)
	}
}
