package node_test

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/node"
)

const smallState = "version: 1\nregion: cn-hangzhou\nvpcs: [{VpcName: main, CidrBlock: 192.168.0.0/16}]\n"

// page asks for a page as the administrator.
func page(t *testing.T, n *node.Node, at, method, path, body string) (int, string) {
	t.Helper()
	req, err := http.NewRequest(method, at+"/_openecs/v1/"+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+n.Keys.AdminToken)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}

func TestKitPages(t *testing.T) {
	n := open(t, node.Options{Ephemeral: true, Testing: true})
	at, _ := serve(t, n)
	c := inProcess(t, n)
	for _, path := range []string{"faults", "requests", "state", "reset"} {
		if status, _ := get(t, "GET", at+"/_openecs/v1/"+path, "", ""); status != 401 {
			t.Errorf("%s without the token: %d", path, status)
		}
	}
	for i, s := range []struct {
		method, path, body string
		status             int
		has                string
	}{
		{"POST", "faults", "version: 1\nfaults: [{name: a, action: DescribeZones, error: {code: Throttling}, times: 1}]", 200, `"added":["a"]`},
		{"GET", "faults", "", 200, `"code":"Throttling"`},
		{"POST", "faults", `{"version": 1, "faults": [{"action": "Describe*", "latency": "1ms"}]}`, 200, `"fault-1"`},
		{"POST", "faults", "version: 1\nfaults: [{name: a, latency: 1s}]", 400, "is in force"},
		{"POST", "faults", "version: 1\nfaults:\n  - {action: Nope, latency: 1s}", 400, "line 3: there is no action"},
		{"POST", "faults", "", 400, "empty"},
		{"POST", "faults", "\x00\xff", 400, "error"},
		{"POST", "faults", strings.Repeat("#", 5<<20), 413, "at most"},
		{"PUT", "faults", "", 405, "GET or POST or DELETE"},
		{"DELETE", "faults?name=nothing", "", 404, "No rule"},
		{"DELETE", "faults?name=fault-1", "", 200, `"lifted":1`},
		{"DELETE", "faults", "", 200, `"lifted":1`},
		{"GET", "faults", "", 200, `"faults":[]`},
		{"PUT", "state", smallState, 200, "seeded"},
		{"GET", "state", "", 200, "VpcName: main"},
		{"PUT", "state", "version: 1\nvpcs: 3", 400, "line 2: vpcs is a list"},
		{"PUT", "state", strings.Repeat("#", 5<<20), 413, "at most"},
		{"POST", "state", "", 405, "GET or PUT"},
		{"GET", "requests?bogus=1", "", 400, `no filter \"bogus\"`},
		{"GET", "requests?limit=0", "", 400, "limit cannot be"},
		{"GET", "requests?after=x", "", 400, "after cannot be"},
		{"GET", "requests?refused=maybe", "", 400, "refused cannot be"},
		{"GET", "reset", "", 405, "POST"},
	} {
		if status, body := page(t, n, at, s.method, s.path, s.body); status != s.status || !strings.Contains(body, s.has) {
			t.Errorf("%d: %s %s: %d %s, want %d with %q", i, s.method, s.path, status, body, s.status, s.has)
		}
	}
	vpcs := func() int {
		t.Helper()
		out, err := c.DescribeVpcs(t.Context(), &api.DescribeVpcsRequest{RegionID: "cn-hangzhou"})
		if err != nil {
			t.Fatal(err)
		}
		return out.TotalCount
	}
	if _, err := c.CreateVpc(t.Context(), &api.CreateVpcRequest{RegionID: "cn-hangzhou"}); err != nil || vpcs() != 2 {
		t.Errorf("%d VPCs, %v", vpcs(), err)
	}
	_, body := page(t, n, at, "GET", "requests?action=CreateVpc", "")
	if !strings.Contains(body, `"action":"CreateVpc"`) || !strings.Contains(body, fmt.Sprintf(`"account":"%d"`, n.Keys.Account)) || strings.Contains(body, "Signature") {
		t.Errorf("%s", body)
	}
	if _, body := page(t, n, at, "GET", "requests?refused=true&limit=3", ""); !strings.Contains(body, `"requests":[]`) {
		t.Errorf("%s", body)
	}
	if status, body := page(t, n, at, "DELETE", "requests", ""); status != 200 || !strings.Contains(body, "forgotten") {
		t.Errorf("%d %s", status, body)
	}
	if status, body := page(t, n, at, "POST", "reset", ""); status != 200 || vpcs() != 1 {
		t.Errorf("%d %s, %d VPCs: reset goes back to the seed", status, body, vpcs())
	}
}

// TestKitWithoutTesting: nothing is recorded, and nobody takes the state away.
func TestKitWithoutTesting(t *testing.T) {
	n := open(t, node.Options{DataDir: t.TempDir()})
	at, _ := serve(t, n)
	for _, s := range [][2]string{{"POST", "reset"}, {"GET", "requests"}, {"DELETE", "requests"}, {"PUT", "state"}} {
		if status, body := page(t, n, at, s[0], s[1], smallState); status != 409 || !strings.Contains(body, "--testing") {
			t.Errorf("%s %s: %d %s", s[0], s[1], status, body)
		}
	}
	if status, body := page(t, n, at, "GET", "state", ""); status != 200 || !strings.Contains(body, "version: ") {
		t.Errorf("%d %s", status, body)
	}
}

// TestSeedAndFaults: files at the start, on a durable store; what is wrong with
// one is said with its line.
func TestSeedAndFaults(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	good := node.Options{
		DataDir: filepath.Join(dir, "data"), Testing: true, Seed: file("seed.yaml", smallState),
		Faults: file("faults.yaml", "version: 1\nfaults: [{action: DescribeZones, error: {code: Throttling}, times: 1}]"),
	}
	n := open(t, good)
	out, err := inProcess(t, n).DescribeVpcs(t.Context(), &api.DescribeVpcsRequest{RegionID: "cn-hangzhou"})
	if err != nil || out.TotalCount != 1 {
		t.Fatalf("%+v, %v", out, err)
	}
	if err := n.Close(); err != nil {
		t.Fatal(err)
	}
	refuse := func(o node.Options, says string) {
		t.Helper()
		n, err := node.Open(t.Context(), o)
		if err == nil {
			n.Close()
		}
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%v, want %q", err, says)
		}
	}
	refuse(good, "empty service")
	refuse(node.Options{Ephemeral: true, Seed: file("bad.yaml", "version: 1\nvpcs: 3")}, "bad.yaml: line 2: vpcs is a list")
	refuse(node.Options{Ephemeral: true, Seed: filepath.Join(dir, "none.yaml")}, "none.yaml")
	refuse(node.Options{Ephemeral: true, Faults: file("worse.yaml", "version: 1\nfaults: [{}]")}, "worse.yaml: line 2: the rule does nothing")
	// What was seeded is durable.
	n = open(t, node.Options{DataDir: good.DataDir})
	out, err = inProcess(t, n).DescribeVpcs(t.Context(), &api.DescribeVpcsRequest{RegionID: "cn-hangzhou"})
	if err != nil || out.TotalCount != 1 {
		t.Errorf("after a restart: %+v, %v", out, err)
	}
}
