package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/openecs/openecs/internal/intercept"
)

// outcome is what a run of the command left.
type outcome struct {
	code     int
	out, err string
}

// runIn runs the command on a data directory, dialling through a recorder that
// lets loopback through only.
func runIn(t *testing.T, ctx context.Context, dir string, args ...string) outcome {
	t.Helper()
	var out, errOut bytes.Buffer
	d := &intercept.RecordingDialer{}
	a := &app{Stdio: Stdio{In: strings.NewReader(""), Out: &out, Err: &errOut}, dialer: d}
	code := a.run(ctx, append([]string{"--data-dir", dir}, args...))
	if outside := d.Outside(); len(outside) > 0 {
		t.Errorf("openecs %v dialled %v", args, outside)
	}
	return outcome{code, out.String(), errOut.String()}
}

func run(t *testing.T, dir string, args ...string) outcome {
	t.Helper()
	return runIn(t, context.Background(), dir, args...)
}

func (o outcome) want(t *testing.T, code int, inErr string) outcome {
	t.Helper()
	if o.code != code || !strings.Contains(o.err, inErr) {
		t.Errorf("exit %d, want %d with %q\n%s\n%s", o.code, code, inErr, o.out, o.err)
	}
	return o
}

// clean keeps the caller's environment out of a test.
func clean(t *testing.T) {
	for _, v := range []string{"OPENECS_ENDPOINT", "OPENECS_REGION", "OPENECS_DATA_DIR", "OPENECS_ACCESS_KEY_ID", "OPENECS_ACCESS_KEY_SECRET"} {
		t.Setenv(v, "")
	}
}

func TestLaunch(t *testing.T) {
	clean(t)
	dir := t.TempDir()
	o := run(t, dir, "launch", "-o", "json", "--name", "web", "--tag", "env=test").want(t, 0, "running")
	var r map[string]any
	if err := json.Unmarshal([]byte(o.out), &r); err != nil {
		t.Fatalf("%v\n%s", err, o.out)
	}
	for _, name := range []string{"InstanceId", "Status", "PublicIpAddress", "PrivateIpAddress", "RegionId", "ZoneId", "InstanceType", "ImageId", "ExpiredTime", "RequestId"} {
		if s, ok := r[name].(string); !ok || s == "" {
			t.Errorf("%s is %v", name, r[name])
		}
	}
	if r["Status"] != "Running" || r["InstanceType"] != "ecs.g7.large" || r["RegionId"] != "cn-hangzhou" || r["ExpiredTime"] != "2099-12-31T15:59Z" {
		t.Errorf("%v", r)
	}
	id := r["InstanceId"].(string)

	o = run(t, dir, "launch").want(t, 0, "cloud_essd 40 GiB, PostPaid, 5 Mbit/s")
	for _, s := range []string{"simulated: no machine exists", "opens nothing inbound", "openecs instance delete --force"} {
		if !strings.Contains(o.out, s) {
			t.Errorf("the summary lacks %q:\n%s", s, o.out)
		}
	}
	if o := run(t, dir, "instance", "list", "-o", "json", "--query", "length(@)").want(t, 0, ""); strings.TrimSpace(o.out) != "2" {
		t.Errorf("%s instances, want 2", o.out)
	}
	run(t, dir, "instance", "stop", "--wait", id).want(t, 0, "")
	run(t, dir, "instance", "start", "--wait", id).want(t, 0, "")
	run(t, dir, "instance", "wait", id, "--for", "Running").want(t, 0, "")
	if o := run(t, dir, "instance", "show", id).want(t, 0, ""); !strings.Contains(o.out, "Alibaba Cloud Linux") {
		t.Errorf("%s", o.out)
	}
	run(t, dir, "instance", "delete", id).want(t, 1, "IncorrectInstanceStatus")
	run(t, dir, "instance", "delete", "--force", id).want(t, 0, "")
}

func TestLaunchSeveralAndResume(t *testing.T) {
	clean(t)
	dir := t.TempDir()
	ids := func(o outcome) []string {
		t.Helper()
		var list []struct {
			InstanceID string `json:"InstanceId"`
		}
		if err := json.Unmarshal([]byte(o.out), &list); err != nil {
			t.Fatalf("%v\n%s", err, o.out)
		}
		var ids []string
		for _, x := range list {
			ids = append(ids, x.InstanceID)
		}
		return ids
	}
	token := strings.Repeat("t", 64)
	first := ids(run(t, dir, "launch", "--count", "10", "--client-token", token, "-o", "json").want(t, 0, ""))
	again := ids(run(t, dir, "launch", "--count", "10", "--client-token", token, "-o", "json").want(t, 0, ""))
	if len(first) != 10 || strings.Join(first, " ") != strings.Join(again, " ") {
		t.Errorf("resumed as others:\n%v\n%v", first, again)
	}
}

func TestLaunchOptions(t *testing.T) {
	clean(t)
	dir := t.TempDir()
	secret := filepath.Join(dir, "password")
	if err := os.WriteFile(secret, []byte("Secret-pass1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	log := filepath.Join(dir, "calls.log")
	run(t, dir, "launch", "--type", "n1.small", "--region", "cn-beijing", "--no-start", "--bandwidth", "0", "--data-disk", "cloud_ssd:50",
		"--password-file", secret, "--log-file", log, "--param", "Description=by a test", "-o", "json").want(t, 0, "")
	b, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(b, []byte("Secret-pass1")) || !bytes.Contains(b, []byte("Ecs.CreateInstance")) || !bytes.Contains(b, []byte("request=")) {
		t.Errorf("the log of calls:\n%s", b)
	}
	run(t, dir, "launch", "--charge-type", "PrePaid", "--period", "1", "-o", "json").want(t, 0, "")
	if o := run(t, dir, "launch", "--dry-run").want(t, 0, ""); !strings.Contains(o.out, "no instance was created") {
		t.Errorf("%s", o.out)
	}
	if o := run(t, dir, "launch", "--dry-run", "-o", "json", "--query", "Code").want(t, 0, ""); o.out != "\"DryRunOperation\"\n" {
		t.Errorf("%s", o.out)
	}
	run(t, dir, "launch", "--dry-run", "--param", "SystemDisk.Size=1").want(t, 1, "InvalidSystemDiskSize")
	o := run(t, dir, "launch", "--allow", "tcp/22=203.0.113.7/32", "-o", "json").want(t, 0, "")
	if strings.Contains(o.out, "opens nothing") {
		t.Errorf("%s", o.out)
	}
	group := run(t, dir, "call", "DescribeSecurityGroups", "--query", "SecurityGroups.SecurityGroup[?starts_with(SecurityGroupName, 'openecs-launch-')] | [0].SecurityGroupId").want(t, 0, "")
	rules := run(t, dir, "call", "DescribeSecurityGroupAttribute", "SecurityGroupId="+strings.Trim(group.out, "\"\n"), "--query", "Permissions.Permission[].[PortRange,SourceCidrIp]").want(t, 0, "")
	if got := strings.Join(strings.Fields(rules.out), ""); got != `[["22/22","203.0.113.7/32"]]` {
		t.Errorf("--allow opened %s", rules.out)
	}
	run(t, dir, "sg", "create", "--classic", "--region", "cn-beijing").want(t, 0, "")
	run(t, dir, "sg", "list").want(t, 0, "")
}

func TestUsage(t *testing.T) {
	clean(t)
	dir := t.TempDir()
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"nonsense"}, "unknown command"},
		{[]string{"launch", "--nonsense"}, "unknown flag"},
		{[]string{"launch", "--count", "0"}, "1 to 100"},
		{[]string{"launch", "--count", "x"}, "it is a whole number"},
		{[]string{"launch", "--charge-type", "Free"}, "PostPaid or PrePaid"},
		{[]string{"launch", "--charge-type", "PrePaid"}, "--period"},
		{[]string{"launch", "--period", "1"}, "PrePaid"},
		{[]string{"launch", "--allow", "22"}, "PROTOCOL/PORT=CIDR"},
		{[]string{"launch", "--allow", "tcp/0=0.0.0.0/0"}, "PROTOCOL/PORT=CIDR"},
		{[]string{"launch", "--param", "x"}, "Name=Value"},
		{[]string{"launch", "--param", "Password=Secret-pass1"}, "--password-file or --password-prompt"},
		{[]string{"launch", "--param", "RegionId=cn-beijing"}, "use --region"},
		{[]string{"launch", "--password-file", os.DevNull}, "first line is empty"},
		{[]string{"launch", "extra"}, "takes no argument"},
		{[]string{"launch", "--timeout", "soon"}, "a time such as"},
		{[]string{"launch", "--bandwidth", "-1"}, "0 or above"},
		{[]string{"launch", "--disk-size", "0"}, "above 0"},
		{[]string{"launch", "--io-optimized", "maybe"}, "optimized or none"},
		{[]string{"launch", "--internet-charge-type", "Free"}, "PayByTraffic or PayByBandwidth"},
		{[]string{"instance", "lst"}, "openecs instance --help lists them"},
		{[]string{"instance", "list", "--status", "Run"}, "Stopping or Stopped"},
		{[]string{"instance", "wait", "i-1", "--for", "Runing"}, "Stopping or Stopped"},
		{[]string{"instance", "wait", "i-1", "--timeout", "0s"}, "longer than nothing"},
		{[]string{"type", "list", "--memory", "x"}, "it is a number"},
		{[]string{"type", "list", "--cpu", "-1"}, "above 0"},
		{[]string{"image", "list", "--owner", "nobody"}, "others or marketplace"},
		{[]string{"sg", "allow", "sg-1", "tcp/99999=0.0.0.0/0"}, "PROTOCOL/PORT=CIDR"},
		{[]string{"call", "describeregions"}, "is DescribeRegions meant?"},
		{[]string{"--endpoint", "http://127.0.0.1:1", "--ca-file", "x", "region", "list"}, "--ca-file is for"},
		{[]string{"env", "--shell", "csh"}, "cmd, fish, posix or powershell"},
		{[]string{"env", "--shell", "fish", "--tool", "go"}, "exclude each other"},
		{[]string{"launch", "--tag", "=x"}, "KEY=VALUE"},
		{[]string{"launch", "--data-disk", "big"}, "CATEGORY:GiB"},
		{[]string{"launch", "--user-data-file", "/nonexistent"}, "user-data-file"},
		{[]string{"launch", "--client-token", strings.Repeat("x", 65)}, "64 characters"},
		{[]string{"launch", "--password-prompt"}, "terminal"},
		{[]string{"instance", "show"}, "needs an instance id"},
		{[]string{"instance", "list", "--query", "a["}, "JMESPath"},
		{[]string{"instance", "list", "-o", "xml"}, "table, json or yaml"},
		{[]string{"sg", "create"}, "--vpc VPC or --classic"},
		{[]string{"call", "NoSuchAction"}, "no product"},
		{[]string{"call", "DescribeInstances", "x"}, "Name=Value"},
		{[]string{"serve", "--listen", "here"}, "HOST:PORT"},
		{[]string{"serve", "--listen", "0.0.0.0:0"}, "--insecure-listen"},
		{[]string{"serve", "--sim", "real"}, "auto, scaled or stepped"},
		{[]string{"reset"}, "--yes"},
		{[]string{"env", "--tool", "basic"}, "one of"},
		{[]string{"env"}, "no server runs"},
		{[]string{"credentials"}, "no keys yet"},
		{[]string{"exec"}, "needs a command"},
		{[]string{"--cloud", "other", "instance", "list"}, "the only cloud"},
		{[]string{"--profile", "p", "instance", "list"}, "--cloud alibaba"},
		{[]string{"--endpoint", "nowhere", "instance", "list"}, "not a URL"},
		{[]string{"--endpoint", "https://ecs.cn-hangzhou.aliyuncs.com", "launch"}, "--cloud alibaba"},
		{[]string{"--endpoint", "https://ECS.aliyuncs.com.:443", "launch"}, "--cloud alibaba"},
	} {
		o := run(t, dir, c.args...)
		if o.code != exitUsage || !strings.Contains(o.err, c.says) || strings.Count(strings.TrimSpace(o.err), "\n") > 1 {
			t.Errorf("openecs %s: exit %d, %q; want exit 2 and one sentence with %q", strings.Join(c.args, " "), o.code, o.err, c.says)
		}
	}
}

func TestRefusedAndNotFound(t *testing.T) {
	clean(t)
	dir := t.TempDir()
	o := run(t, dir, "launch", "--image", "no-such-image").want(t, 1, "InvalidImageId.NotFound")
	if !strings.Contains(o.err, "request ") || !strings.Contains(o.err, "No instance exists") {
		t.Errorf("%s", o.err)
	}
	run(t, dir, "instance", "show", "i-nothing").want(t, 1, "InvalidInstanceId.NotFound")
	run(t, dir, "call", "CreateHpcCluster", "Name=hpc-1").want(t, 1, "UnsupportedOperation.NotImplemented")
}

func TestLists(t *testing.T) {
	clean(t)
	dir := t.TempDir()
	for _, c := range []struct {
		args []string
		has  string
	}{
		{[]string{"region", "list"}, "cn-hangzhou"},
		{[]string{"zone", "list", "--region", "cn-beijing"}, "cn-beijing-h"},
		{[]string{"type", "list", "--cpu", "1", "--memory", "2"}, "ecs.n1.small"},
		{[]string{"image", "list", "--owner", "system"}, "ubuntu1404_64_40G_cloudinit_20160727.raw"},
		{[]string{"image", "list", "--owner", "self", "-o", "json"}, "[]"},
		{[]string{"call", "GetCallerIdentity"}, "AccountId"},
		{[]string{"region", "list", "-o", "yaml"}, "RegionId: cn-hangzhou"},
		{[]string{"version"}, "openecs"},
		{[]string{"completion", "bash"}, "__openecs"},
		{[]string{"completion", "powershell"}, "Register-ArgumentCompleter"},
		{[]string{"__complete", "instance", ""}, "allocate-ip"},
		{[]string{"__complete", "instance", "wait", "--for", ""}, "Stopped"},
		{[]string{"__complete", "region", "list", "-o", ""}, "yaml"},
	} {
		if o := run(t, dir, c.args...).want(t, 0, ""); !strings.Contains(o.out, c.has) {
			t.Errorf("openecs %s lacks %q:\n%.500s", strings.Join(c.args, " "), c.has, o.out)
		}
	}
}

func TestInterrupted(t *testing.T) {
	clean(t)
	dir := t.TempDir()
	s := startServe(t, dir, "--sim", "stepped")
	ctx, cancel := context.WithCancel(context.Background())
	time.AfterFunc(500*time.Millisecond, cancel)
	o := runIn(t, ctx, dir, "launch").want(t, 130, "interrupted")
	for _, s := range []string{"openecs instance delete --force", "--client-token"} {
		if !strings.Contains(o.err, s) {
			t.Errorf("it does not say %q:\n%s", s, o.err)
		}
	}
	run(t, dir, "launch", "--timeout", "700ms").want(t, 3, "Pending")
	s.stop(t)
}
