package node_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/client"
	"github.com/openecs/openecs/internal/engine/sim"
	"github.com/openecs/openecs/internal/intercept"
	"github.com/openecs/openecs/internal/node"
	"github.com/openecs/openecs/internal/store"
	"github.com/openecs/openecs/internal/store/mem"
)

func open(t *testing.T, o node.Options) *node.Node {
	t.Helper()
	n, err := node.Open(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { n.Close() })
	return n
}

// serve has a node answer on a free port, and returns its URL.
func serve(t *testing.T, n *node.Node) (at string, done <-chan error) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	if _, err := n.Announce(ln.Addr()); err != nil {
		t.Fatal(err)
	}
	go func() { served <- n.Serve(ln) }()
	return "http://" + ln.Addr().String(), served
}

// inProcess is a client that calls the node without a listener.
func inProcess(t *testing.T, n *node.Node) *client.Client {
	t.Helper()
	c, err := client.New(client.Config{Endpoint: "http://127.0.0.1", Transport: client.HandlerTransport(n), Region: "cn-hangzhou",
		AccessKeyID: n.Keys.AccessKeyID, AccessKeySecret: n.Keys.AccessKeySecret, Retry: client.Retry{Attempts: 1}})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func makeVPC(t *testing.T, n *node.Node, name string) string {
	t.Helper()
	out, err := inProcess(t, n).CreateVpc(context.Background(), &api.CreateVpcRequest{RegionID: "cn-hangzhou", VPCName: name})
	if err != nil {
		t.Fatal(err)
	}
	return out.VPCID
}

func vpcs(t *testing.T, n *node.Node) []string {
	t.Helper()
	out, err := inProcess(t, n).DescribeVpcs(context.Background(), &api.DescribeVpcsRequest{RegionID: "cn-hangzhou"})
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, v := range out.VPCs.VPC {
		ids = append(ids, v.VPCID)
	}
	return ids
}

func TestDataDirectory(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "deep", "data")
	n := open(t, node.Options{DataDir: dir})
	id, key, cert := makeVPC(t, n, "kept"), n.Keys.AccessKeyID, string(n.CA.CertPEM())
	if runtime.GOOS != "windows" {
		for name, want := range map[string]fs.FileMode{".": 0o700, "keys.json": 0o600, "ca-key.pem": 0o600} {
			info, err := os.Stat(filepath.Join(dir, name))
			if err != nil || info.Mode().Perm() != want {
				t.Errorf("%s: %v %v, want mode %o", name, info, err, want)
			}
		}
	}
	if err := n.Close(); err != nil {
		t.Fatal(err)
	}
	if err := n.Close(); err != nil {
		t.Errorf("a second Close: %v", err)
	}
	n = open(t, node.Options{DataDir: dir})
	if got := vpcs(t, n); len(got) != 1 || got[0] != id {
		t.Errorf("%v, want %s", got, id)
	}
	if n.Keys.AccessKeyID != key || string(n.CA.CertPEM()) != cert {
		t.Error("the second start has other keys")
	}
}

func TestEphemeralLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	n := open(t, node.Options{Ephemeral: true, AccessKeyID: "id", AccessKeySecret: "secret"})
	makeVPC(t, n, "gone")
	serve(t, n)
	if n.Keys.AccessKeyID != "id" || n.Keys.AccessKeySecret != "secret" || n.CA.File() != "" || n.Dir != "" {
		t.Errorf("%+v %q %q", n.Keys, n.CA.File(), n.Dir)
	}
	if err := n.Close(); err != nil {
		t.Error(err)
	}
	if entries, _ := os.ReadDir(dir); len(entries) > 0 {
		t.Errorf("%v", entries)
	}
	if n := open(t, node.Options{Ephemeral: true}); len(vpcs(t, n)) != 0 {
		t.Error("something was kept")
	}
}

func TestKeys(t *testing.T) {
	refused := func(dir, id, secret, says string) {
		t.Helper()
		n, err := node.Open(context.Background(), node.Options{DataDir: dir, AccessKeyID: id, AccessKeySecret: secret})
		if err == nil {
			n.Close()
			t.Errorf("%q %q is taken", id, secret)
		} else if !strings.Contains(err.Error(), says) {
			t.Errorf("%v, want %q", err, says)
		}
	}
	dir := t.TempDir()
	refused(dir, "id", "", "needs both")
	refused(dir, "", "secret", "needs both")
	refused(dir, "an id", "secret", "letters, digits")
	refused(dir, "id", "$(rm)", "letters, digits")
	refused(dir, "id", strings.Repeat("x", 129), "128")
	if _, err := node.ReadKeys(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a refused start left keys: %v", err)
	}
	n := open(t, node.Options{DataDir: dir, AccessKeyID: "id", AccessKeySecret: "a+/=secret"})
	n.Close()
	refused(dir, "other", "a+/=secret", "not the one in")
	refused(dir, "id", "other", "not the one in")
	open(t, node.Options{DataDir: dir, AccessKeyID: "id", AccessKeySecret: "a+/=secret"}).Close()
	open(t, node.Options{DataDir: dir}).Close()
	for _, damage := range []string{"", "{", "{}", `{"accessKeyId":"id"}`} {
		if err := os.WriteFile(filepath.Join(dir, "keys.json"), []byte(damage), 0o600); err != nil {
			t.Fatal(err)
		}
		refused(dir, "", "", "is damaged")
		if b, _ := os.ReadFile(filepath.Join(dir, "keys.json")); string(b) != damage {
			t.Errorf("damaged keys were written over with %q", b)
		}
	}
	// Two at once draw one key.
	dir = t.TempDir()
	drawn := make(chan *node.Keys, 8)
	for range cap(drawn) {
		go func() {
			k, err := node.LoadKeys(dir, "", "")
			if err != nil {
				t.Error(err)
			}
			drawn <- k
		}()
	}
	first := <-drawn
	for range cap(drawn) - 1 {
		if k := <-drawn; k != nil && k.AccessKeyID != first.AccessKeyID {
			t.Error("two keys were drawn")
		}
	}
	if len(first.AccessKeyID) != 24 || len(first.AccessKeySecret) != 30 || len(first.AdminToken) != 40 || first.Account < 1e15 || first.Account >= 1e16 {
		t.Errorf("%+v", first)
	}
}

func TestHeldAndDamaged(t *testing.T) {
	dir := t.TempDir()
	n := open(t, node.Options{DataDir: dir})
	_, err := node.Open(context.Background(), node.Options{DataDir: dir})
	if held, ok := errors.AsType[store.ErrHeld](err); !ok || held.PID != os.Getpid() {
		t.Errorf("%v, want who holds it", err)
	}
	n.Close()
	open(t, node.Options{DataDir: dir}).Close()

	format := filepath.Join(dir, "store", "FORMAT")
	if _, err := os.Stat(format); err != nil { // whatever it is called
		names, _ := filepath.Glob(filepath.Join(dir, "store", "*"))
		for _, name := range names {
			if b, err := os.ReadFile(name); err == nil && strings.HasPrefix(string(b), "openecs store") {
				format = name
			}
		}
	}
	for content, want := range map[string]error{"openecs store 999\n": store.ErrNewer, "rubbish": store.ErrCorrupt} {
		if err := os.WriteFile(format, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := node.Open(context.Background(), node.Options{DataDir: dir})
		if !errors.Is(err, want) || !strings.Contains(err.Error(), "nothing was changed") {
			t.Errorf("%v, want %v", err, want)
		}
		if b, _ := os.ReadFile(format); string(b) != content {
			t.Errorf("it was written over with %q", b)
		}
	}
}

func TestDirectoryCannotBeMade(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := node.Open(context.Background(), node.Options{DataDir: filepath.Join(file, "data")}); err == nil || !strings.Contains(err.Error(), "cannot be made") {
		t.Errorf("%v", err)
	}
	if _, err := node.Open(context.Background(), node.Options{Ephemeral: true, Catalog: file}); err == nil {
		t.Error("a file is no catalogue")
	}
}

func TestAnnouncement(t *testing.T) {
	dir := t.TempDir()
	n := open(t, node.Options{DataDir: dir})
	if _, ok, err := node.Running(dir); ok || err != nil {
		t.Errorf("%v %v before it serves", ok, err)
	}
	at, done := serve(t, n)
	a, ok, err := node.Running(dir)
	if !ok || err != nil || a.Endpoint != at || a.Proxy != at || a.PID != os.Getpid() || a.AccessKeyID != n.Keys.AccessKeyID || a.CA != filepath.Join(dir, "ca.pem") {
		t.Errorf("%+v %v %v", a, ok, err)
	}
	if runtime.GOOS != "windows" {
		if info, err := os.Stat(filepath.Join(dir, "server.json")); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%v %v", info, err)
		}
	}
	if err := n.Close(); err != nil {
		t.Error(err)
	}
	if err := <-done; err != nil {
		t.Errorf("Serve: %v", err)
	}
	if _, ok, err := node.Running(dir); ok || err != nil {
		t.Errorf("%v %v after Close", ok, err)
	}
	// A node that did not announce takes away nobody's.
	if err := node.WriteAnnouncement(filepath.Join(dir, "server.json"), a); err != nil {
		t.Fatal(err)
	}
	open(t, node.Options{DataDir: dir}).Close()
	if _, ok, _ := node.Running(dir); !ok {
		t.Error("a node that serves nothing took server.json away")
	}
	if err := os.WriteFile(filepath.Join(dir, "server.json"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, ok, err := node.Running(dir); ok || err == nil || !strings.Contains(err.Error(), "is damaged") {
		t.Errorf("%v %v", ok, err)
	}
	everywhere := open(t, node.Options{Ephemeral: true}).Announcement(&net.TCPAddr{IP: net.IPv6unspecified, Port: 7070})
	if everywhere.Endpoint != "http://127.0.0.1:7070" {
		t.Errorf("%+v", everywhere)
	}
}

// get asks for a page; token "" sends none.
func get(t *testing.T, method, page, token, host string) (status int, body string) {
	t.Helper()
	req, err := http.NewRequest(method, page, nil)
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		req.Header.Set("Authorization", token)
	}
	req.Host = host
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, _ := io.ReadAll(resp.Body)
	return resp.StatusCode, string(b)
}

func TestAdministration(t *testing.T) {
	n := open(t, node.Options{DataDir: t.TempDir(), Sim: sim.Options{Mode: sim.Stepped}, Hosts: []string{"ecs.example"}})
	at, _ := serve(t, n)
	good := "Bearer " + n.Keys.AdminToken
	for _, c := range []struct {
		method, path, token, host string
		status                    int
		has                       string
	}{
		{"GET", "health", "", "", 200, n.Keys.Cell},
		{"GET", "ready", "", "", 200, "ready"},
		{"GET", "metrics", "", "", 401, "adminToken"},
		{"GET", "info", "", "", 401, ""},
		{"POST", "step", "", "", 401, ""},
		{"GET", "info", "Bearer ", "", 401, ""},
		{"GET", "info", "Bearer wrong", "", 401, ""},
		{"GET", "info", "Basic " + n.Keys.AdminToken, "", 401, ""},
		{"GET", "info", n.Keys.AdminToken, "", 401, ""},
		{"GET", "info", "Bearer " + n.Keys.AccessKeySecret, "", 401, ""},
		{"GET", "info", good, "", 200, `"engine":"simulated"`},
		{"GET", "metrics", good, "", 200, "openecs_store_syncs_total"},
		{"GET", "step", good, "", 405, "POST"},
		{"POST", "step", good, "", 200, `"moved":0`},
		{"GET", "explain?from=10.0.0.1&to=10.0.0.2&protocol=tcp&port=443", "", "", 401, ""},
		{"GET", "explain?from=10.0.0.1&to=10.0.0.2&protocol=tcp&port=443", good, "", 400, "Neither 10.0.0.1 nor 10.0.0.2"},
		{"GET", "explain?from=10.0.0.1&to=10.0.0.2&protocol=tcp&port=x", good, "", 400, "port is no number"},
		{"GET", "explain?from=10.0.0.1&to=10.0.0.2&protocol=sctp", good, "", 400, "sctp"},
		{"GET", "nothing", good, "", 404, ""},
		{"GET", "health", "", "ecs.cn-hangzhou.aliyuncs.com", 200, ""},
		{"GET", "health", "", "ecs.example:80", 200, ""},
		{"GET", "health", "", "localhost", 200, ""},
		{"GET", "health", "", "evil.example", 403, "evil.example"},
		{"GET", "metrics", good, "evil.example", 403, ""},
	} {
		status, body := get(t, c.method, at+"/_openecs/"+c.path, c.token, c.host)
		if status != c.status || !strings.Contains(body, c.has) {
			t.Errorf("%s %s with %q at %q: %d %s, want %d with %q", c.method, c.path, c.token, c.host, status, body, c.status, c.has)
		}
		if status != 200 && strings.Contains(body, n.Keys.AdminToken) {
			t.Errorf("%s tells the token", c.path)
		}
	}
	if status, body := get(t, "GET", at+"/?Action=DescribeRegions", "", "evil.example"); status != 403 || !strings.Contains(body, "evil.example") {
		t.Errorf("the API at a foreign host: %d %s", status, body)
	}
}

func TestReadiness(t *testing.T) {
	n := open(t, node.Options{Ephemeral: true})
	page := func(path string) int {
		w := httptest.NewRecorder()
		n.ServeHTTP(w, httptest.NewRequest("GET", "/_openecs/"+path, nil))
		return w.Code
	}
	if page("ready") != 503 || page("health") != 200 {
		t.Error("a node that does not serve is ready, or not healthy")
	}
	serve(t, n)
	if page("ready") != 200 {
		t.Error("a node that serves is not ready")
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := n.Drain(ctx); err != nil {
		t.Error(err)
	}
	if page("ready") != 503 {
		t.Error("a drained node is ready")
	}
}

// TestDrainBeforeServe: a goroutine that serves may start after the end was
// asked for; it must neither answer nor say that it would.
func TestDrainBeforeServe(t *testing.T) {
	n := open(t, node.Options{Ephemeral: true})
	if err := n.Drain(context.Background()); err != nil {
		t.Fatal(err)
	}
	_, done := serve(t, n)
	select {
	case err := <-done:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(5 * time.Second):
		t.Fatal("a drained node serves")
	}
	w := httptest.NewRecorder()
	n.ServeHTTP(w, httptest.NewRequest("GET", "/_openecs/ready", nil))
	if w.Code != 503 {
		t.Errorf("a drained node is ready: %d", w.Code)
	}
}

// TestStepped: machines wait for /_openecs/step.
func TestStepped(t *testing.T) {
	n := open(t, node.Options{Ephemeral: true, Sim: sim.Options{Mode: sim.Stepped}})
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	c := inProcess(t, n)
	group, err := c.CreateSecurityGroup(ctx, &api.CreateSecurityGroupRequest{RegionID: "cn-beijing"})
	if err != nil {
		t.Fatal(err)
	}
	made, err := c.CreateInstance(ctx, &api.CreateInstanceRequest{RegionID: "cn-beijing", InstanceType: "ecs.n1.small",
		ImageID: "ubuntu1404_64_40G_cloudinit_20160727.raw", SecurityGroupID: group.SecurityGroupID})
	if err != nil {
		t.Fatal(err)
	}
	step := func(query string) int {
		req := httptest.NewRequest("POST", "/_openecs/step"+query, nil)
		req.Header.Set("Authorization", "Bearer "+n.Keys.AdminToken)
		w := httptest.NewRecorder()
		n.ServeHTTP(w, req)
		var moved struct{ Moved int }
		if err := json.Unmarshal(w.Body.Bytes(), &moved); err != nil {
			t.Fatal(err)
		}
		return moved.Moved
	}
	status := func() string {
		i, err := c.FindInstance(ctx, "cn-beijing", made.InstanceID)
		if err != nil || i == nil {
			t.Fatal(err)
		}
		return i.Status
	}
	if s := status(); s != "Pending" {
		t.Errorf("%s before a step", s)
	}
	if got := step("?instance=i-none"); got != 0 {
		t.Errorf("%d moved of an instance that is not there", got)
	}
	for step("?instance="+made.InstanceID) == 0 { // the reconciler may not have asked yet
		if ctx.Err() != nil {
			t.Fatal("there is nothing to move")
		}
		time.Sleep(time.Millisecond)
	}
	if _, err := c.WaitInstance(ctx, "cn-beijing", made.InstanceID, "Stopped"); err != nil {
		t.Error(err)
	}
}

// broken is a store whose commits fail for good from a moment on.
type broken struct {
	store.Store
	now chan struct{} // closed: from now on
}

func (b broken) Campaign(ctx context.Context, addr string) (store.Term, error) {
	t, err := b.Store.Campaign(ctx, addr)
	return brokenTerm{t, b}, err
}

type brokenTerm struct {
	store.Term
	b broken
}

var errDisk = errors.New("the disk is on fire")

func (t brokenTerm) Commit(ctx context.Context, batch store.Batch) error {
	select {
	case <-t.b.now:
		return errors.Join(store.ErrFailed, errDisk)
	default:
		return t.Term.Commit(ctx, batch)
	}
}

func (t brokenTerm) Recover(ctx context.Context) (store.Rev, error) {
	select {
	case <-t.b.now:
		return 0, errors.Join(store.ErrFailed, errDisk)
	default:
		return t.Term.Recover(ctx)
	}
}

func TestStoreFails(t *testing.T) {
	b := broken{mem.New(mem.Options{}), make(chan struct{})}
	n := open(t, node.Options{Ephemeral: true, OpenStore: func() (store.Store, error) { return b, nil }})
	makeVPC(t, n, "before")
	close(b.now)
	_, err := inProcess(t, n).CreateVpc(context.Background(), &api.CreateVpcRequest{RegionID: "cn-hangzhou"})
	if e, ok := errors.AsType[*api.Error](err); !ok || e.Status < 500 {
		t.Errorf("%v, want a refusal of 5xx", err)
	}
	select {
	case <-n.Service.Failed():
	case <-time.After(5 * time.Second):
		t.Fatal("the node has not failed")
	}
	if err := n.Failure(); !errors.Is(err, errDisk) {
		t.Errorf("%v, want the cause", err)
	}
	w := httptest.NewRecorder()
	n.ServeHTTP(w, httptest.NewRequest("GET", "/_openecs/health", nil))
	if w.Code != 503 {
		t.Errorf("health is %d", w.Code)
	}
	if got := vpcs(t, n); len(got) != 1 { // reading goes on
		t.Errorf("%v", got)
	}
}

// TestDialsNothingOutside: proxied requests for other hosts are refused before
// anything is dialled, those for the real cloud end here.
func TestDialsNothingOutside(t *testing.T) {
	d := &intercept.RecordingDialer{}
	n := open(t, node.Options{Ephemeral: true, Dialer: d, Allow: []string{"allowed.example:80", "*.aliyuncs.com"}})
	front := n.Server()
	_, done := serve(t, n)
	for page, want := range map[string]int{
		"http://ecs.cn-hangzhou.aliyuncs.com/_openecs/health": 200, "http://other.example/": 403, "http://allowed.example/": 502,
		"http://100.100.100.200/latest/meta-data/": 403,
	} {
		req := httptest.NewRequest("GET", page, nil)
		resp := through(t, n, req)
		if resp.StatusCode != want {
			t.Errorf("%s: %d, want %d", page, resp.StatusCode, want)
		}
	}
	if got := d.Dials(); len(got) != 1 || got[0] != "allowed.example:80" {
		t.Errorf("dialled %v", got)
	}
	front.Close()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// through sends a request in absolute form over a connection to the node.
func through(t *testing.T, n *node.Node, req *http.Request) *http.Response {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go n.Serve(ln)
	t.Cleanup(func() { ln.Close() })
	proxy := &http.Transport{Proxy: func(*http.Request) (*url.URL, error) { return url.Parse("http://" + ln.Addr().String()) }, DisableKeepAlives: true}
	req.RequestURI = ""
	resp, err := proxy.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	return resp
}
