package cli

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/openecs/openecs/internal/node"
)

func TestNetworkExplain(t *testing.T) {
	clean(t)
	dir := t.TempDir()
	var ids []string
	o := run(t, dir, "launch", "--count", "2", "-o", "json", "--query", "[].InstanceId").want(t, 0, "")
	if err := json.Unmarshal([]byte(o.out), &ids); err != nil || len(ids) != 2 {
		t.Fatalf("launched %v: %v", ids, err)
	}
	a, b := ids[0], ids[1]
	// They share a group whose members reach each other.
	o = run(t, dir, "network", "explain", a, b, "tcp", "443").want(t, 0, "")
	for _, s := range []string{"CHECK", "address", "route", "egress", "ingress", "whose members reach each other", "packets pass."} {
		if !strings.Contains(o.out, s) {
			t.Errorf("no %q in\n%s", s, o.out)
		}
	}
	o = run(t, dir, "network", "explain", "203.0.113.5", b, "tcp", "444", "--source-port", "5000").want(t, 1, "")
	if !strings.Contains(o.out, "packets do not pass: ingress decides") {
		t.Errorf("%s", o.out)
	}
	o = run(t, dir, "network", "explain", "203.0.113.5", b, "tcp", "444", "-o", "json", "--query", "[Passes, Decides, Checks[-1].Name]").want(t, 1, "")
	if got := strings.Join(strings.Fields(o.out), ""); got != `[false,"ingress","ingress"]` {
		t.Errorf("%s", got)
	}
	for _, c := range []struct {
		code int
		err  string
		args []string
	}{
		{2, "accepts", []string{a, b}},
		{2, "x is no number", []string{a, b, "tcp", "x"}},
		{1, "needs a port", []string{a, b, "tcp"}},
		{1, "sctp", []string{a, b, "sctp", "1"}},
		{1, "is no identifier", []string{strings.Replace(a, a[len(a)-8:], "00000000", 1), b, "tcp", "1"}},
		{2, "--cloud", []string{a, b, "tcp", "1", "--cloud", "alibaba"}},
	} {
		run(t, dir, append([]string{"network", "explain"}, c.args...)...).want(t, c.code, c.err)
	}
}

// TestNetworkExplainServer asks a server that runs, on its data directory and
// from elsewhere.
func TestNetworkExplainServer(t *testing.T) {
	clean(t)
	t.Setenv("OPENECS_ADMIN_TOKEN", "")
	dir, elsewhere := t.TempDir(), t.TempDir()
	s := startServe(t, dir)
	o := run(t, dir, "launch", "-o", "json", "--query", "InstanceId || [0].InstanceId").want(t, 0, "")
	id := strings.Trim(strings.TrimSpace(o.out), `"`)
	ask := []string{"network", "explain", id, "203.0.113.5", "tcp", "443"}
	run(t, dir, ask...).want(t, 0, "")
	remote := append(ask, "--endpoint", s.at.Endpoint)
	run(t, dir, remote...).want(t, 0, "")
	run(t, elsewhere, remote...).want(t, 2, "OPENECS_ADMIN_TOKEN")
	t.Setenv("OPENECS_ADMIN_TOKEN", "wrong")
	run(t, elsewhere, remote...).want(t, 1, "administration token")
	keys, err := node.ReadKeys(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("OPENECS_ADMIN_TOKEN", keys.AdminToken)
	run(t, elsewhere, remote...).want(t, 0, "")
}
