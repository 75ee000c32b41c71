package cli

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestInstanceExec(t *testing.T) {
	clean(t)
	dir := t.TempDir()
	o := run(t, dir, "launch", "-o", "json").want(t, 0, "")
	var made struct{ InstanceId string }
	if err := json.Unmarshal([]byte(o.out), &made); err != nil {
		t.Fatal(err)
	}
	id := made.InstanceId
	for _, c := range []struct {
		name string
		args []string
		code int
		out  string
		err  string
	}{
		{"script", []string{id, "--", "printf hello > /tmp/x; cat /tmp/x"}, 0, "hello", ""},
		{"words", []string{id, "--", "echo", "a b", "it's", "$HOME"}, 0, "a b it's $HOME\n", ""},
		{"exit code", []string{id, "--", "sh", "-c", "echo no >&2; exit 7"}, 7, "no\n", ""},
		{"not found", []string{id, "--", "nosuch"}, 127, "sh: nosuch: command not found\n", ""},
		{"user and directory", []string{id, "--user", "ecs-user", "--dir", "/var", "--", "whoami; pwd"}, 0, "ecs-user\n/var\n", ""},
		{"no such user", []string{id, "--user", "nope", "--", "true"}, 1, "", "AccountNotExists"},
		{"dropped", []string{id, "--", "yes | head -c 30000 >/tmp/y; cat /tmp/y"}, 0, strings.Repeat("y\n", 12<<10), "5424 more bytes"},
		{"no command", []string{id}, 2, "", "needs an instance id and a command"},
		{"timeout", []string{id, "--timeout", "0s", "--", "true"}, 2, "", "--timeout"},
		{"unknown", []string{"i-x", "--", "true"}, 1, "", "InvalidInstance.NotFound"},
		{"cloud", []string{"--cloud", "alibaba", id, "--", "true"}, 2, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := run(t, dir, append([]string{"instance", "exec"}, c.args...)...).want(t, c.code, c.err)
			if c.out != "" && o.out != c.out {
				t.Errorf("printed %.100q, want %.100q", o.out, c.out)
			}
		})
	}
	o = run(t, dir, "instance", "exec", "-o", "json", id, "--", "echo json").want(t, 0, "")
	var r struct{ Output, InvocationStatus string }
	if err := json.Unmarshal([]byte(o.out), &r); err != nil || r.Output != "json\n" || r.InvocationStatus != "Success" {
		t.Errorf("%v %s", err, o.out)
	}
}
