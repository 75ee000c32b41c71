package cli

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/openecs/openecs/internal/engine/incus/incustest"
)

// realHost is a throwaway Incus daemon with the small image, and the flags that name it.
func realHost(t *testing.T) (*incustest.Daemon, []string) {
	t.Helper()
	d := incustest.Start(t)
	run(t, t.TempDir(), "image", "build", "--incus-socket", d.Socket).want(t, 0, "")
	return d, []string{"--engine", "incus", "--incus-socket", d.Socket, "--incus-image", "*=small"}
}

// Instances are real: they run programs of their own, answer on port 22 at their private address to the password
// that was asked for, survive a restart of the service, and leave nothing.
func TestServeRealInstances(t *testing.T) {
	incustest.Need(t)
	clean(t)
	d, flags := realHost(t)
	dir := t.TempDir()
	run(t, dir, "host", "check", "--incus-socket", d.Socket).want(t, 0, "")
	run(t, dir, "host", "check", "--incus-socket", d.Socket, "--incus-pool", "none").want(t, 1, "")
	s := startServe(t, dir, flags...)
	secret := filepath.Join(t.TempDir(), "password")
	userData := filepath.Join(t.TempDir(), "user-data")
	for file, text := range map[string]string{secret: "Hunter2!x\n", userData: "#!/bin/sh\necho done >/root/user-data\n"} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	began := time.Now()
	o := run(t, dir, "launch", "--host-name", "alpha", "--password-file", secret, "--user-data-file", userData, "--type", "ecs.n1.small",
		"--data-disk", "20", "--timeout", "60s", "-o", "json").want(t, 0, "")
	t.Logf("launched in %v", time.Since(began))
	var made struct{ InstanceId, Status, PrivateIpAddress string }
	if err := json.Unmarshal([]byte(o.out), &made); err != nil {
		t.Fatal(err)
	}
	t.Logf("launched %+v", made)
	id := made.InstanceId
	inside := func(script, want string) {
		t.Helper()
		if o := run(t, dir, "instance", "exec", id, "--", script).want(t, 0, ""); o.out != want {
			t.Errorf("%s: %q, want %q", script, o.out, want)
		}
	}
	inside("hostname", "alpha\n")
	inside("ip -4 -o addr show eth0 | awk '{print $4}' | cut -d/ -f1", made.PrivateIpAddress+"\n")
	inside("nproc", "1\n")
	inside("grep MemTotal /proc/meminfo | awk '{print $2 / 1024}'", "2048\n")
	inside("grep -c ' /mnt/xvdb ' /proc/mounts", "1\n")
	inside("cat /root/user-data", "done\n")
	if out := ssh(t, d, made.PrivateIpAddress, "Hunter2!x", "hostname"); out != "alpha\n" {
		t.Errorf("over ssh: %q", out)
	}

	// The service dies; the instance does not.
	s.cmd.Process.Kill()
	s.cmd.Wait()
	run(t, dir, "instance", "list").want(t, 2, "are real, run by incus")
	run(t, dir, "reset", "--yes").want(t, 2, "are real, run by incus")
	s = startServe(t, dir, flags...)
	inside("hostname", "alpha\n")
	run(t, dir, "instance", "stop", id, "--wait").want(t, 0, "")
	run(t, dir, "instance", "delete", id).want(t, 0, "")
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		if o := run(t, dir, "instance", "list", "-o", "json", "--query", "length(@)").want(t, 0, ""); strings.TrimSpace(o.out) == "0" {
			break
		}
		if time.Now().After(end) {
			t.Fatal("it is not gone")
		}
	}
	for what, args := range map[string][]string{
		"instances": {"list", "-f", "csv"}, "volumes": {"storage", "volume", "list", incustest.Pool, "type=custom", "-f", "csv"}, "networks": {"network", "list", "-f", "csv", "-c", "nm"},
	} {
		out, err := d.Client(t.Context(), args...).Output()
		if err != nil || strings.Contains(string(out), "i-") || strings.Contains(string(out), "d-") || strings.Contains(string(out), "oecs") {
			t.Errorf("left on the host: %s %s: %v", what, out, err)
		}
	}
	s.stop(t)
}

// ssh runs a command in an instance from where its network is.
func ssh(t *testing.T, d *incustest.Daemon, address, password, command string) string {
	t.Helper()
	ask := filepath.Join(t.TempDir(), "ask")
	if err := os.WriteFile(ask, []byte("#!/bin/sh\necho '"+password+"'\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for {
		c := d.In(ctx, "ssh", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR", "-o", "NumberOfPasswordPrompts=1", "root@"+address, command)
		c.Env = append(os.Environ(), "SSH_ASKPASS="+ask, "SSH_ASKPASS_REQUIRE=force", "DISPLAY=:0")
		out, err := c.Output()
		if err == nil {
			return string(out)
		}
		if ctx.Err() != nil {
			var text []byte
			if e, ok := err.(*exec.ExitError); ok {
				text = e.Stderr
			}
			t.Fatalf("ssh: %v: %s", err, text)
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// What is wrong with a host is said in a sentence that says what to do.
func TestServeRefusesHosts(t *testing.T) {
	clean(t)
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		args []string
		says string
	}{
		"no Incus":            {[]string{"--incus-socket", filepath.Join(dir, "none")}, "there is no Incus at"},
		"not a socket":        {[]string{"--incus-socket", file}, "is not a socket"},
		"both":                {[]string{"--incus-socket", file, "--incus-url", "https://127.0.0.1:1"}, "exclude each other"},
		"no certificate":      {[]string{"--incus-url", "https://127.0.0.1:1"}, "needs --incus-cert and --incus-key"},
		"no TLS":              {[]string{"--incus-url", "http://127.0.0.1:1", "--incus-cert", "c", "--incus-key", "k"}, "begins with https://"},
		"kind":                {[]string{"--instance-kind", "jail"}, "it is container, vm or auto"},
		"zone":                {[]string{"--incus-zone", "cn-nowhere-a"}, "there is none of that name"},
		"region":              {[]string{"--region", "cn-nowhere"}, "there is none of that name"},
		"image":               {[]string{"--incus-image", "small"}, "it is PATTERN=NAME"},
		"overcommit":          {[]string{"--overcommit-memory", "0"}, "above 0"},
		"unreadable":          {[]string{"--incus-url", "https://127.0.0.1:1", "--incus-cert", "none.crt", "--incus-key", "none.key"}, "cannot be read"},
		"an engine of no one": {[]string{"--engine", "kvm"}, "it is sim or incus"},
	} {
		t.Run(name, func(t *testing.T) {
			run(t, filepath.Join(dir, "data"), append([]string{"serve", "--listen", "127.0.0.1:0", "--engine", "incus"}, c.args...)...).want(t, 2, c.says)
		})
	}
	// What was refused has left no mark; what is simulated stays so.
	run(t, filepath.Join(dir, "data"), "launch", "-o", "json").want(t, 0, "")
	run(t, filepath.Join(dir, "data"), "serve", "--listen", "127.0.0.1:0", "--engine", "incus").want(t, 2, "are simulated")
}
