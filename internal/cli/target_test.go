package cli

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/openecs/openecs/internal/intercept"
	"github.com/openecs/openecs/internal/node"
)

func TestParseEndpoint(t *testing.T) {
	for in, want := range map[string]string{ // "" is refused
		"http://127.0.0.1:7070": "http://127.0.0.1:7070", "http://127.0.0.1:7070/": "http://127.0.0.1:7070", "https://ecs.example": "https://ecs.example",
		"127.0.0.1:7070": "http://127.0.0.1:7070", "[::1]:7070": "http://[::1]:7070", "localhost:80": "http://localhost:80",
		"nowhere": "", "ftp://x": "", "http://": "", "http://x/path": "", "http://x?a=b": "", "http://user:pass@x": "",
		"https://ecs.aliyuncs.com": "", "ecs.aliyuncs.com:443": "", "https://ECS.CN-HANGZHOU.ALIYUNCS.COM.:443": "", "http://aliyuncs.com": "",
		"https://console.aliyun.com": "", "https://x.alibabacloud.com.": "", "http://100.100.100.200": "", "http://[::ffff:100.100.100.200]": "",
		"http://ecs.aliyuncs.com.evil.example": "http://ecs.aliyuncs.com.evil.example", "http://ｅｃｓ.aliyuncs.com": "",
	} {
		got, err := parseEndpoint(in)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%s: %q %v, want %q", in, got, err, want)
		}
		if err != nil && strings.Contains(err.Error(), "pass") {
			t.Errorf("%v shows a password", err)
		}
	}
}

// TestNeverTheRealCloud: whatever command is given an endpoint, a profile or an
// environment that leads to the real cloud ends with 2 and dials nothing.
func TestNeverTheRealCloud(t *testing.T) {
	clean(t)
	commands := [][]string{
		{"launch"}, {"instance", "list"}, {"instance", "show", "i-1"}, {"instance", "start", "i-1"}, {"instance", "stop", "i-1"}, {"instance", "reboot", "i-1"},
		{"instance", "delete", "i-1"}, {"instance", "wait", "i-1"}, {"instance", "allocate-ip", "i-1"}, {"sg", "create", "--classic"},
		{"sg", "allow", "sg-1", "tcp/22=0.0.0.0/0"}, {"sg", "list"}, {"region", "list"}, {"zone", "list"}, {"type", "list"}, {"image", "list"},
		{"vpc", "list"}, {"vswitch", "list"}, {"eni", "list"}, {"eip", "list"},
		{"call", "DescribeRegions"}, {"health"}, {"health", "--wait", "1s"}, {"exec", "--", "true"}, {"env"}, {"serve"}, {"reset", "--yes"}, {"credentials"}, {"version"},
	}
	var out strings.Builder
	for _, c := range commands {
		for _, leads := range []func() []string{
			func() []string { return []string{"--endpoint", "https://ecs.cn-hangzhou.aliyuncs.com"} },
			func() []string { return []string{"--profile", "default"} },
			func() []string { t.Setenv("OPENECS_ENDPOINT", "https://ecs.cn-hangzhou.aliyuncs.com"); return nil },
		} {
			clean(t)
			d := &intercept.RecordingDialer{}
			a := &app{Stdio: Stdio{In: strings.NewReader(""), Out: &out, Err: &out}, dialer: d}
			args := append([]string{"--data-dir", t.TempDir()}, leads()...)
			if code := a.run(context.Background(), append(args, c...)); code != exitUsage {
				t.Errorf("openecs %v %v: exit %d", args[2:], c, code)
			}
			if dials := d.Dials(); len(dials) > 0 {
				t.Errorf("openecs %v %v dialled %v", args[2:], c, dials)
			}
		}
	}
}

// TestForgedServerFile: a server.json that leads outside is not followed.
func TestForgedServerFile(t *testing.T) {
	clean(t)
	dir := t.TempDir()
	run(t, dir, "region", "list").want(t, 0, "")
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/_openecs/health" {
			t.Errorf("another program was sent %s", r.URL)
		}
		w.Write([]byte(`{"status":"ok","cell":"cell-of-another"}`))
	}))
	defer other.Close()
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	for _, endpoint := range []string{"https://ecs.cn-hangzhou.aliyuncs.com", other.URL, "http://" + closed.Addr().String(), "", "http://%zz"} {
		if err := node.WriteAnnouncement(filepath.Join(dir, "server.json"), node.Announcement{Endpoint: endpoint, PID: 1}); err != nil {
			t.Fatal(err)
		}
		run(t, dir, "instance", "list").want(t, 0, "") // by a service in this process
		run(t, dir, "health").want(t, 3, "no healthy server")
		run(t, dir, "env").want(t, 2, "no server runs")
	}
	if err := os.WriteFile(filepath.Join(dir, "server.json"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, dir, "instance", "list").want(t, 0, "")
}

// TestEndpoint: a service elsewhere, with the keys of the environment or of a
// data directory.
func TestEndpoint(t *testing.T) {
	clean(t)
	t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", "")
	dir, empty := t.TempDir(), t.TempDir()
	at, stop := serveIn(t, dir)
	run(t, dir, "--endpoint", at.Endpoint, "region", "list").want(t, 0, "")
	run(t, empty, "--endpoint", at.Endpoint, "region", "list").want(t, 2, "needs a key")
	keys, err := node.ReadKeys(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("OPENECS_ENDPOINT", strings.TrimPrefix(at.Endpoint, "http://"))
	t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", keys.AccessKeyID)
	t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", keys.AccessKeySecret)
	run(t, empty, "region", "list").want(t, 0, "")
	run(t, empty, "health").want(t, 0, "")
	t.Setenv("OPENECS_ACCESS_KEY_ID", "someone")
	t.Setenv("OPENECS_ACCESS_KEY_SECRET", "else")
	run(t, empty, "region", "list").want(t, 1, "openecs credentials shows the key")
	if entries, _ := os.ReadDir(empty); len(entries) > 0 {
		t.Errorf("a command for a service elsewhere left %v", entries)
	}
	stop()
	run(t, empty, "--endpoint", at.Endpoint, "health").want(t, 3, "")
	run(t, empty, "--endpoint", at.Endpoint, "call", "DescribeRegions").want(t, 1, "no answer from")
	ctx, cancel := context.WithCancel(context.Background())
	time.AfterFunc(200*time.Millisecond, cancel)
	runIn(t, ctx, empty, "health", "--wait", "1m").want(t, 130, "interrupted")
}

// TestEndpointTLS: an endpoint over TLS is trusted by the authority that is
// named, by that of the data directory, and by no other.
func TestEndpointTLS(t *testing.T) {
	clean(t)
	dir, empty := t.TempDir(), t.TempDir()
	at, _ := serveIn(t, dir)
	keys, err := node.ReadKeys(dir)
	if err != nil {
		t.Fatal(err)
	}
	endpoint := "https" + strings.TrimPrefix(at.Endpoint, "http")
	run(t, dir, "--endpoint", endpoint, "region", "list").want(t, 0, "")
	t.Setenv("OPENECS_ACCESS_KEY_ID", keys.AccessKeyID)
	t.Setenv("OPENECS_ACCESS_KEY_SECRET", keys.AccessKeySecret)
	run(t, empty, "--endpoint", endpoint, "--ca-file", at.CA, "region", "list").want(t, 0, "")
	run(t, empty, "--endpoint", endpoint, "--ca-file", at.CA, "health").want(t, 0, "")
	run(t, empty, "--endpoint", endpoint, "health").want(t, 3, "no healthy server")
	run(t, empty, "--endpoint", endpoint, "call", "DescribeRegions").want(t, 1, "certificate")
	for _, c := range [][]string{{"region", "list"}, {"health"}, {"exec", "--", "true"}} {
		run(t, empty, append([]string{"--endpoint", endpoint, "--ca-file", filepath.Join(empty, "none")}, c...)...).want(t, 2, "--ca-file")
		run(t, empty, append([]string{"--endpoint", endpoint, "--ca-file", filepath.Join(dir, "keys.json")}, c...)...).want(t, 2, "no certificate in PEM")
	}
}

// TestWaitsForHolder: a command waits for one that has the directory a moment,
// and says in the end who has it.
func TestWaitsForHolder(t *testing.T) {
	clean(t)
	dir := t.TempDir()
	n, err := node.Open(context.Background(), node.Options{DataDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	run(t, dir, "reset", "--yes").want(t, 2, "is in use by process")
	time.AfterFunc(300*time.Millisecond, func() { n.Close() })
	run(t, dir, "instance", "list").want(t, 0, "")
	n, err = node.Open(context.Background(), node.Options{DataDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	run(t, dir, "instance", "list").want(t, 2, "is in use by process")
}

func TestDamagedDirectory(t *testing.T) {
	clean(t)
	dir := t.TempDir()
	run(t, dir, "region", "list").want(t, 0, "")
	names, err := filepath.Glob(filepath.Join(dir, "store", "*"))
	if err != nil {
		t.Fatal(err)
	}
	damaged := false
	for _, name := range names {
		if b, err := os.ReadFile(name); err == nil && strings.HasPrefix(string(b), "openecs store") {
			damaged = true
			for content, says := range map[string]string{"openecs store 999\n": "run the newer program", "rubbish": "restore the directory from a backup"} {
				if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
					t.Fatal(err)
				}
				run(t, dir, "instance", "list").want(t, 1, says)
				run(t, dir, "serve", "--listen", "127.0.0.1:0").want(t, 1, says)
				run(t, dir, "exec", "--", "true").want(t, 1, says)
			}
		}
	}
	if !damaged {
		t.Fatalf("no file says the format: %v", names)
	}
	if err := os.WriteFile(filepath.Join(dir, "notes.txt"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, dir, "reset", "--yes").want(t, 0, "")
	if left, _ := filepath.Glob(filepath.Join(dir, "*")); len(left) != 1 || filepath.Base(left[0]) != "notes.txt" {
		t.Errorf("reset left %v, want what is not ours", left)
	}
	run(t, filepath.Join(dir, "nothing"), "reset", "--yes").want(t, 0, "")
	run(t, dir, "region", "list").want(t, 0, "")
}

func TestFirstStartTakesKey(t *testing.T) {
	clean(t)
	dir := t.TempDir()
	t.Setenv("OPENECS_ACCESS_KEY_ID", "mine")
	t.Setenv("OPENECS_ACCESS_KEY_SECRET", "my-secret")
	run(t, dir, "region", "list").want(t, 0, "")
	t.Setenv("OPENECS_ACCESS_KEY_ID", "meant-for-another-service")
	run(t, dir, "region", "list").want(t, 0, "")
	o := run(t, dir, "credentials", "-o", "json").want(t, 0, "")
	var c struct{ AccessKeyId, AccessKeySecret, AccountId string }
	if err := json.Unmarshal([]byte(o.out), &c); err != nil || c.AccessKeyId != "mine" || c.AccessKeySecret != "my-secret" || len(c.AccountId) != 16 {
		t.Errorf("%s %v", o.out, err)
	}
	if o := run(t, dir, "credentials").want(t, 0, ""); !strings.Contains(o.out, "access key secret  my-secret") {
		t.Errorf("%s", o.out)
	}
}

func TestCall(t *testing.T) {
	clean(t)
	dir := t.TempDir()
	for _, c := range []struct {
		code int
		out  string
		err  string
		args []string
	}{
		{0, "\"cn-beijing\"\n", "", []string{"DescribeZones", "RegionId=cn-beijing", "--query", "Zones.Zone[0].ZoneId | 'cn-beijing'"}},
		{0, "\"Account\"\n", "", []string{"GetCallerIdentity", "--query", "IdentityType"}},
		{0, "\"cn-hangzhou\"\n", "", []string{"--product", "location", "DescribeEndpoints", "Id=cn-hangzhou", "ServiceCode=ecs", "Type=openAPI", "--query", "Endpoints.Endpoint[0].Id"}},
		{1, "", "MissingParameter", []string{"CreateInstance"}},
		{1, "", "InvalidAction.NotFound", []string{"--product", "Ecs", "NoSuchAction"}},
		{2, "", "no product has an action", []string{"NoSuchAction"}},
		{2, "", "it is one of", []string{"--product", "Oss", "PutObject"}},
		{2, "", "given twice", []string{"DescribeInstances", "PageSize=1", "PageSize=2"}},
		{2, "", "Name=Value", []string{"DescribeInstances", "=1"}},
		{2, "", "--query", []string{"DescribeRegions", "--query", "abs(Regions)"}},
	} {
		o := run(t, dir, append([]string{"call"}, c.args...)...).want(t, c.code, c.err)
		if o.out != c.out {
			t.Errorf("call %v prints %q, want %q", c.args, o.out, c.out)
		}
	}
	run(t, dir, "--cloud", "alibaba", "--endpoint", "http://127.0.0.1:1", "launch").want(t, 2, "exclude each other")
	for _, c := range [][]string{{"serve"}, {"exec", "--", "true"}, {"env"}, {"health"}, {"reset", "--yes"}} {
		run(t, dir, append([]string{"--cloud", "alibaba"}, c...)...).want(t, 2, "not for it")
	}
}

func TestVerbose(t *testing.T) {
	clean(t)
	dir := t.TempDir()
	o := run(t, dir, "-v", "call", "CreateInstance", "Password=Very-secret1", "UserData=c2VjcmV0", "ImageId=no-such", "InstanceType=ecs.g7.large").want(t, 1, "")
	for _, want := range []string{"Ecs.CreateInstance", `ImageId="no-such"`, `Password="******"`, `RegionId="cn-hangzhou"`, "request=", "duration=", "error="} {
		if !strings.Contains(o.err, want) {
			t.Errorf("-v lacks %s:\n%s", want, o.err)
		}
	}
	if strings.Contains(o.err, "Very-secret1") {
		t.Errorf("-v tells the password:\n%s", o.err)
	}
	log := filepath.Join(t.TempDir(), "calls.log")
	run(t, dir, "--log-file", log, "region", "list").want(t, 0, "")
	run(t, dir, "--log-file", log, "zone", "list").want(t, 0, "")
	b, err := os.ReadFile(log)
	if err != nil || strings.Count(string(b), "\n") != 2 {
		t.Errorf("%s %v", b, err)
	}
	if info, _ := os.Stat(log); runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("the log has mode %v", info.Mode())
	}
	run(t, dir, "--log-file", filepath.Join(dir, "no", "such", "directory"), "region", "list").want(t, 2, "--log-file")
}
