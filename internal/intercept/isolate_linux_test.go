package intercept

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// isolated runs a command in namespaces of its own. proxied sets the variables
// of exec; without them only the namespaces lead it to the service.
func isolated(t *testing.T, f *fixture, proxied bool, extra []string, cmd ...string) (code int, out string) {
	t.Helper()
	env := []string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir()}
	c := f.environment(t)
	if proxied {
		env = c.Apply(env)
	} else {
		env = append(env, "SSL_CERT_FILE="+c.BundleFile, "CURL_CA_BUNDLE="+c.BundleFile, "NODE_EXTRA_CA_CERTS="+c.CAFile)
	}
	_, portText, _ := net.SplitHostPort(f.addr)
	port, _ := strconv.Atoi(portText)
	var b bytes.Buffer
	ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
	defer cancel()
	code, err := RunIsolated(ctx, f.Server, IsolateConfig{Port: port}, cmd, append(env, extra...), Stdio{Out: &b, Err: &b})
	skipWithoutNamespaces(t, err)
	if err != nil {
		t.Fatalf("%d %v\n%s", code, err, &b)
	}
	return code, b.String()
}

func skipWithoutNamespaces(t *testing.T, err error) {
	t.Helper()
	if errors.Is(err, ErrNoIsolation) {
		t.Skip(err)
	}
}

// namespacesOf lists those of every thread of this process, and what it resolves with.
func namespacesOf(t *testing.T) string {
	t.Helper()
	set := make(map[string]bool)
	for _, kind := range []string{"net", "mnt", "user"} {
		links, _ := filepath.Glob("/proc/self/task/*/ns/" + kind)
		for _, l := range links {
			if target, err := os.Readlink(l); err == nil {
				set[target] = true
			}
		}
	}
	var b strings.Builder
	fmt.Fprintln(&b, len(set), set)
	for _, path := range []string{"/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf", "/proc/self/mountinfo"} {
		data, _ := os.ReadFile(path)
		b.Write(data)
	}
	return b.String()
}

func TestRunIsolatedGo(t *testing.T) {
	before := namespacesOf(t)
	f := serve(t, echo, Options{})
	outside := serve(t, echo, Options{}) // what the machine itself serves on loopback
	for _, proxied := range []bool{false, true} {
		code, out := isolated(t, f, proxied, []string{"INTERCEPT_CHILD=1"}, os.Args[0],
			viaHTTP, viaHTTPS, "http://"+f.addr+"/?B=2", "https://"+f.addr+"/?B=3",
			refused, "http://192.0.2.1/", "http://100.100.100.200/latest/meta-data/", "http://"+outside.addr+"/")
		lines := strings.Split(strings.TrimSpace(out), "\n")
		if code != 0 || len(lines) != 8 {
			t.Fatalf("proxied %t: %d\n%s", proxied, code, out)
		}
		wantAnswers(t, out)
		if !strings.Contains(lines[2], "B=2") || !strings.Contains(lines[3], "B=3") {
			t.Errorf("proxied %t, the service's own port: %s\n%s", proxied, lines[2], lines[3])
		}
		for _, l := range lines[4:] {
			if !strings.HasPrefix(l, "error: ") && !strings.HasPrefix(l, "403 ") {
				t.Errorf("proxied %t, reached: %s", proxied, l)
			}
		}
	}
	if after := namespacesOf(t); after != before {
		t.Errorf("this process changed:\n%s\nbefore:\n%s", after, before)
	}
	if code, _ := get(t, f.client(t, false), "http://"+f.addr); code != 200 {
		t.Errorf("the service outside: %d", code)
	}
	if left, _ := filepath.Glob(filepath.Join(os.TempDir(), "openecs-isolate-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	if d := f.dial.Dials(); len(d) > 0 {
		t.Errorf("dialled %v", d)
	}
}

func TestRunIsolatedCurl(t *testing.T) {
	curl := tool(t, "curl")
	f := serve(t, echo, Options{})
	code, out := isolated(t, f, false, nil, curl, "-sS", "-w", "\n", viaHTTP, viaHTTPS)
	if code != 0 {
		t.Fatalf("%d %s", code, out)
	}
	wantAnswers(t, out)
	if code, out := isolated(t, f, false, nil, curl, "-sS", "-m", "5", refused); code != 6 {
		t.Errorf("another name: %d %s", code, out)
	}
	if code, out := isolated(t, f, false, nil, curl, "-sS", "-m", "5", "https://192.0.2.1/"); code != 7 {
		t.Errorf("another address: %d %s", code, out)
	}
	if code, out := isolated(t, f, false, nil, curl, "-sS", "-m", "5", "http://ecs.aliyuncs.com:8080/"); code != 7 {
		t.Errorf("another port: %d %s", code, out)
	}
}

// Node resolves and connects by itself and knows no proxy variable: the client
// that isolation is for.
func TestRunIsolatedNode(t *testing.T) {
	node := tool(t, "node")
	f := serve(t, echo, Options{})
	code, out := isolated(t, f, false, nil, node, "-e", `
		for (const u of process.argv.slice(1))
			require(u.split(":")[0]).get(u, r => r.on("data", d => console.log(d.toString()))).on("error", e => console.log("error", e.code))`,
		viaHTTP, viaHTTPS, refused)
	if code != 0 || !strings.Contains(out, "error ENOTFOUND") {
		t.Fatalf("%d\n%s", code, out)
	}
	wantAnswers(t, out)
}

func TestRunIsolatedLooks(t *testing.T) {
	f := serve(t, echo, Options{})
	dir := t.TempDir()
	code, out := isolated(t, f, false, []string{"MARK=" + dir}, "sh", "-c",
		`id -u; id -g; cat /etc/resolv.conf; grep -c : /proc/net/dev; ls /proc/self/fd | wc -l; grep CapAmb /proc/self/status; pwd; echo written > $MARK/file; echo $0 $1`, "zero", "one two")
	want := fmt.Sprintf("%d\n%d\nnameserver 127.0.0.1\n", os.Getuid(), os.Getgid())
	wd, _ := os.Getwd()
	if code != 0 || !strings.HasPrefix(out, want) || !strings.HasSuffix(out, wd+"\nzero one two\n") || !strings.Contains(out, "CapAmb:\t0000000000000000") {
		t.Fatalf("%d\n%s", code, out)
	}
	if data, err := os.ReadFile(filepath.Join(dir, "file")); err != nil || string(data) != "written\n" {
		t.Errorf("a file written inside: %q %v", data, err)
	}
	var stdin bytes.Buffer
	code, err := RunIsolated(context.Background(), f.Server, IsolateConfig{}, []string{"cat"}, nil, Stdio{In: strings.NewReader("input"), Out: &stdin})
	if code != 0 || err != nil || stdin.String() != "input" {
		t.Errorf("standard input: %d %v %q", code, err, &stdin)
	}
}

func TestRunIsolatedExitCodesAndSignals(t *testing.T) {
	f := serve(t, echo, Options{})
	broken := filepath.Join(t.TempDir(), "broken")
	os.WriteFile(broken, []byte("#!/no/such/interpreter\n"), 0o755)
	run := func(ctx context.Context, cmd []string, std Stdio) (int, error) {
		return RunIsolated(ctx, f.Server, IsolateConfig{}, cmd, os.Environ(), std)
	}
	for name, tc := range map[string]struct {
		cmd    []string
		code   int
		failed string
	}{
		"success":         {[]string{"sh", "-c", "exit 0"}, 0, ""},
		"its own code":    {[]string{"sh", "-c", "exit 42"}, 42, ""},
		"killed":          {[]string{"sh", "-c", "kill -KILL $$"}, 137, ""},
		"not found":       {[]string{"no-such-command-here"}, 127, "not found"},
		"bad interpreter": {[]string{broken}, 126, broken},
		"nothing":         {nil, 127, "no command"},
	} {
		t.Run(name, func(t *testing.T) {
			code, err := run(context.Background(), tc.cmd, Stdio{})
			skipWithoutNamespaces(t, err)
			if code != tc.code || (err != nil) != (tc.failed != "") || err != nil && !strings.Contains(err.Error(), tc.failed) {
				t.Fatalf("code %d, error %v; want %d, %q", code, err, tc.code, tc.failed)
			}
		})
	}
	if _, err := run(context.Background(), []string{"true"}, Stdio{}); err != nil {
		skipWithoutNamespaces(t, err)
	}
	code, out := startAndWait(t, context.Background(), run, `trap 'echo got; exit 7' TERM`+waiting, func() { syscall.Kill(os.Getpid(), syscall.SIGTERM) })
	if code != 7 || out != "got\n" {
		t.Errorf("SIGTERM: %d %q", code, out)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	if code, _ := startAndWait(t, ctx, run, `:`+waiting, cancel); code != 143 {
		t.Errorf("cancelled: %d", code)
	}
}

// The same once more as a user without rights, who needs a user namespace.
func TestRunIsolatedUnprivileged(t *testing.T) {
	t.Parallel()
	if os.Getuid() != 0 {
		t.Skip("every other test of this file is that already")
	}
	dir, err := os.MkdirTemp("", "intercept-test-")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	os.Chmod(dir, 0o755)
	self, err := os.ReadFile(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	binary := filepath.Join(dir, "intercept.test")
	if err := os.WriteFile(binary, self, 0o755); err != nil {
		t.Fatal(err)
	}
	tmp := filepath.Join(dir, "tmp")
	os.Mkdir(tmp, 0o777)
	os.Chmod(tmp, 0o777)
	c := exec.Command(binary, "-test.v", "-test.run", "TestRunIsolated(Go|Curl|Looks|ExitCodesAndSignals)$")
	c.Dir = dir
	c.Env = []string{"PATH=/usr/local/bin:/usr/bin:/bin", "TMPDIR=" + tmp, "HOME=" + tmp}
	c.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if bytes.Contains(out, []byte("isolation is not available")) {
		t.Skipf("no user namespaces here:\n%s", out)
	}
	if n := bytes.Count(out, []byte("--- PASS: TestRunIsolated")); n < 3 {
		t.Fatalf("%d tests passed\n%s", n, out)
	}
}

func TestExplain(t *testing.T) {
	if err := explain(&os.PathError{Op: "fork/exec", Err: syscall.EPERM}); !errors.Is(err, ErrNoIsolation) || !errors.Is(err, syscall.EPERM) ||
		!strings.Contains(err.Error(), "user.max_user_namespaces") {
		t.Error(err)
	}
	if err := explain(os.ErrClosed); errors.Is(err, ErrNoIsolation) {
		t.Error(err)
	}
}

func TestIsolateNSS(t *testing.T) {
	got := isolateNSS("# c\npasswd: files systemd\n hosts: mymachines resolve [!UNAVAIL=return] dns\nnetworks: nis\ngroup:files")
	if want := "# c\npasswd: files systemd\ngroup:files\nhosts: files dns\nnetworks: files\n"; got != want {
		t.Errorf("%q", got)
	}
	if got := isolateNSS(""); got != "hosts: files dns\nnetworks: files\n" {
		t.Errorf("%q", got)
	}
}

func TestAnswerDNS(t *testing.T) {
	for _, tc := range []struct {
		name   string
		kind   dnsmessage.Type
		rcode  dnsmessage.RCode
		answer string
	}{
		{"ecs.cn-hangzhou.aliyuncs.com.", dnsmessage.TypeA, dnsmessage.RCodeSuccess, "[127 0 0 1]"},
		{"ECS.Aliyuncs.COM.", dnsmessage.TypeA, dnsmessage.RCodeSuccess, "[127 0 0 1]"},
		{"ecs.aliyuncs.com.", dnsmessage.TypeAAAA, dnsmessage.RCodeSuccess, ""},
		{"ecs.aliyuncs.com.", dnsmessage.TypeHTTPS, dnsmessage.RCodeSuccess, ""},
		{"example.com.", dnsmessage.TypeA, dnsmessage.RCodeNameError, ""},
		{"notaliyuncs.com.", dnsmessage.TypeA, dnsmessage.RCodeNameError, ""},
		{".", dnsmessage.TypeNS, dnsmessage.RCodeNameError, ""},
	} {
		q := dnsmessage.Message{Header: dnsmessage.Header{ID: 77, RecursionDesired: true},
			Questions: []dnsmessage.Question{{Name: dnsmessage.MustNewName(tc.name), Type: tc.kind, Class: dnsmessage.ClassINET}}}
		packed, err := q.Pack()
		if err != nil {
			t.Fatal(err)
		}
		var m dnsmessage.Message
		if err := m.Unpack(answerDNS(packed)); err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, a := range m.Answers {
			got += fmt.Sprint(a.Body.(*dnsmessage.AResource).A)
		}
		if m.ID != 77 || !m.Response || m.RCode != tc.rcode || got != tc.answer || len(m.Questions) != 1 || m.Questions[0].Name.String() != tc.name {
			t.Errorf("%s %s: %v %q", tc.name, tc.kind, m.RCode, got)
		}
		if answerDNS(answerDNS(packed)) != nil {
			t.Error("an answer was answered")
		}
		if i := len(packed) - 3; answerDNS(packed[:i]) != nil || answerDNS(nil) != nil {
			t.Error("half a question was answered")
		}
	}
}
