package cli

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"errors"
	"io"
	"math/big"
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
	"github.com/openecs/openecs/internal/store"
	"github.com/openecs/openecs/internal/store/mem"
)

func TestServeFlags(t *testing.T) {
	clean(t)
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	key := filepath.Join(dir, "key")
	if err := os.WriteFile(key, []byte("id secret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		says string
		args []string
	}{
		{"--insecure-listen", []string{"--listen", ":0"}},
		{"--tls-cert", []string{"--listen", "[::]:0"}},
		{"go together", []string{"--tls-cert", file}},
		{"--tls-cert", []string{"--tls-cert", file, "--tls-key", file}},
		{"above 0", []string{"--sim", "scaled", "--sim-scale", "0"}},
		{"above 0", []string{"--sim", "scaled", "--sim-scale", "NaN"}},
		{"text or json", []string{"--log-format", "xml"}},
		{"go together", []string{"--oss-endpoint", "http://127.0.0.1:9"}},
		{"go together", []string{"--oss-key-file", file}},
		{"two words", []string{"--oss-endpoint", "http://127.0.0.1:9", "--oss-key-file", file}},
		{"--oss-key-file", []string{"--oss-endpoint", "http://127.0.0.1:9", "--oss-key-file", filepath.Join(dir, "none")}},
		{"no endpoint", []string{"--oss-endpoint", "127.0.0.1:9", "--oss-key-file", key}},
		{"less than nothing", []string{"--reserve", "-1"}},
		{"--catalog", []string{"--catalog", file}},
		{"never reachable", []string{"--allow", "*.aliyuncs.com"}},
		{"never reachable", []string{"--allow", "100.100.100.200:80"}},
		{"it is a host", []string{"--allow", "http://example.com"}},
		{"takes no argument", []string{"now"}},
		{"--ready-file", []string{"--listen", "127.0.0.1:0", "--ephemeral", "--ready-file", filepath.Join(dir, "no", "ready.json")}},
		{"cannot listen", []string{"--listen", "127.0.0.1:99999"}},
		{"not for it", []string{"--endpoint", "http://127.0.0.1:1"}},
		{"--seed " + file, []string{"--listen", "127.0.0.1:0", "--ephemeral", "--seed", file}},
		{"--seed", []string{"--listen", "127.0.0.1:0", "--ephemeral", "--seed", filepath.Join(dir, "none")}},
		{"--faults " + file, []string{"--listen", "127.0.0.1:0", "--ephemeral", "--faults", file}},
	} {
		o := run(t, dir, append([]string{"serve"}, c.args...)...)
		if o.code != exitUsage || !strings.Contains(o.err, c.says) || strings.Count(strings.TrimSpace(o.err), "\n") > 0 {
			t.Errorf("serve %v: exit %d, %q; want exit 2 and one sentence with %q", c.args, o.code, o.err, c.says)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "keys.json")); err == nil {
		t.Error("a refused serve drew keys")
	}
	t.Setenv("OPENECS_ADMIN_TOKEN", "short")
	if o := run(t, dir, "serve", "--ephemeral", "--listen", "127.0.0.1:0"); o.code != exitUsage || !strings.Contains(o.err, "OPENECS_ADMIN_TOKEN has 5 characters") {
		t.Errorf("exit %d, %q", o.code, o.err)
	}
}

func TestServeEphemeral(t *testing.T) {
	clean(t)
	dir := t.TempDir()
	at, stop := serveIn(t, dir, "--ephemeral", "--sim", "scaled", "--sim-scale", "1000")
	pool := x509.NewCertPool()
	if b, err := os.ReadFile(at.CA); err != nil || !pool.AppendCertsFromPEM(b) {
		t.Fatalf("%s: %v", at.CA, err)
	}
	// The same port speaks TLS for the names of the real service.
	https := &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{RootCAs: pool, ServerName: "ecs.cn-hangzhou.aliyuncs.com"}}
	resp, err := https.RoundTrip(newRequest(t, strings.Replace(at.Endpoint, "http:", "https:", 1)+"/_openecs/health"))
	if err != nil || resp.StatusCode != 200 {
		t.Errorf("%v %v", resp, err)
	}
	o := stop()
	if o.code != 0 || strings.Count(o.out, "\n") != 1 || !strings.Contains(o.out, "is ready at "+at.Endpoint) || !strings.Contains(o.out, at.AccessKeyID) {
		t.Errorf("exit %d, %q %q", o.code, o.out, o.err)
	}
	if _, err := os.Stat(at.CA); !os.IsNotExist(err) {
		t.Errorf("%s is left: %v", at.CA, err)
	}
	if entries, _ := os.ReadDir(dir); len(entries) > 0 {
		t.Errorf("an ephemeral server left %v", entries)
	}
}

func newRequest(t *testing.T, url string) *http.Request {
	t.Helper()
	req, err := http.NewRequest("GET", url, nil)
	if err != nil {
		t.Fatal(err)
	}
	return req
}

// writeCertificate makes a certificate of its own authority for a name.
func writeCertificate(t *testing.T, dir, name string) (cert, key string) {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, k.Public(), k)
	if err != nil {
		t.Fatal(err)
	}
	kb, err := x509.MarshalPKCS8PrivateKey(k)
	if err != nil {
		t.Fatal(err)
	}
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for path, b := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "PRIVATE KEY", Bytes: kb}} {
		if err := os.WriteFile(path, pem.EncodeToMemory(b), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key
}

func TestServeTLS(t *testing.T) {
	clean(t)
	dir := t.TempDir()
	cert, key := writeCertificate(t, t.TempDir(), "ecs.example")
	at, _ := serveIn(t, dir, "--listen", "0.0.0.0:0", "--tls-cert", cert, "--tls-key", key, "--host", "ecs.example")
	run(t, dir, "region", "list").want(t, 0, "") // commands here go on over loopback
	names := func(serverName string) []string {
		t.Helper()
		c, err := tls.Dial("tcp", strings.TrimPrefix(at.Endpoint, "http://"), &tls.Config{ServerName: serverName, InsecureSkipVerify: true})
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		return c.ConnectionState().PeerCertificates[0].DNSNames
	}
	for sni, want := range map[string]string{"ecs.example": "ecs.example", "ecs.cn-hangzhou.aliyuncs.com": "ecs.cn-hangzhou.aliyuncs.com", "localhost": "localhost"} {
		if got := names(sni); len(got) != 1 || got[0] != want {
			t.Errorf("%s is shown a certificate for %v", sni, got)
		}
	}
}

// TestTLSOnly: what comes from another machine is TLS or is ended.
func TestTLSOnly(t *testing.T) {
	talk := func(first string) (read, answer string) {
		here, there := net.Pipe()
		defer there.Close()
		done := make(chan string, 1)
		go func() {
			b := make([]byte, 64)
			c := &tlsOnly{Conn: here}
			n, err := c.Read(b)
			s := string(b[:n])
			if err == nil {
				n, _ = c.Read(b)
				s += string(b[:n])
			} else if err != io.EOF {
				s = err.Error()
			}
			here.Close()
			done <- s
		}()
		answered := make(chan string, 1)
		go func() {
			b, _ := io.ReadAll(there)
			answered <- string(b)
		}()
		for i := range len(first) {
			if _, err := there.Write([]byte{first[i]}); err != nil {
				break
			}
		}
		read = <-done
		there.Close()
		return read, <-answered
	}
	if read, answer := talk("\x16\x03"); read != "\x16\x03" || answer != "" {
		t.Errorf("a handshake: %q, %q", read, answer)
	}
	if read, answer := talk("GET / HTTP/1.1\r\n"); read != "" || !strings.Contains(answer, "400 Bad Request") || !strings.Contains(answer, "TLS only") {
		t.Errorf("plain HTTP: %q, %q", read, answer)
	}
	for _, c := range []struct {
		local, remote string
		here          bool
	}{
		{"127.0.0.1", "127.0.0.1", true}, {"127.0.0.1", "127.0.0.2", true}, {"::1", "::1", true}, {"192.0.2.1", "192.0.2.1", true},
		{"192.0.2.1", "192.0.2.2", false}, {"2001:db8::1", "2001:db8::2", false},
	} {
		conn := addressed{local: &net.TCPAddr{IP: net.ParseIP(c.local)}, remote: &net.TCPAddr{IP: net.ParseIP(c.remote)}}
		if fromHere(conn) != c.here {
			t.Errorf("%s to %s: from here is %v", c.remote, c.local, !c.here)
		}
	}
}

type addressed struct {
	net.Conn
	local, remote net.Addr
}

func (a addressed) LocalAddr() net.Addr  { return a.local }
func (a addressed) RemoteAddr() net.Addr { return a.remote }

// broken is a store whose commits fail for good from a moment on.
type broken struct {
	store.Store
	now chan struct{} // closed: from now on
}

type brokenTerm struct {
	store.Term
	now chan struct{}
}

func (b broken) Campaign(ctx context.Context, addr string) (store.Term, error) {
	t, err := b.Store.Campaign(ctx, addr)
	return brokenTerm{t, b.now}, err
}

func (t brokenTerm) err() error {
	select {
	case <-t.now:
		return errors.Join(store.ErrFailed, errors.New("no space left on device"))
	default:
		return nil
	}
}

func (t brokenTerm) Commit(ctx context.Context, b store.Batch) error {
	if err := t.err(); err != nil {
		return err
	}
	return t.Term.Commit(ctx, b)
}

func (t brokenTerm) Recover(ctx context.Context) (store.Rev, error) {
	if err := t.err(); err != nil {
		return 0, err
	}
	return t.Term.Recover(ctx)
}

// TestServeStoreFails: the process ends, and says why.
func TestServeStoreFails(t *testing.T) {
	clean(t)
	t.Setenv("OPENECS_ACCESS_KEY_ID", "id")
	t.Setenv("OPENECS_ACCESS_KEY_SECRET", "secret")
	b := broken{mem.New(mem.Options{}), make(chan struct{})}
	var out, errOut bytes.Buffer
	ready := filepath.Join(t.TempDir(), "ready.json")
	a := &app{Stdio: Stdio{Out: &out, Err: &errOut}, dialer: &intercept.RecordingDialer{},
		nodeOptions: func(o *node.Options) { o.OpenStore = func() (store.Store, error) { return b, nil } }}
	done := make(chan int, 1)
	go func() {
		done <- a.run(context.Background(), []string{"serve", "--ephemeral", "--listen", "127.0.0.1:0", "--ready-file", ready})
	}()
	var at node.Announcement
	for end := time.Now().Add(10 * time.Second); at.Endpoint == "" && time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if b, err := os.ReadFile(ready); err == nil {
			json.Unmarshal(b, &at)
		}
	}
	dir := t.TempDir()
	run(t, dir, "--endpoint", at.Endpoint, "sg", "create", "--classic").want(t, 0, "")
	close(b.now)
	run(t, dir, "--endpoint", at.Endpoint, "sg", "create", "--classic").want(t, 1, "")
	select {
	case code := <-done:
		if code != 1 || !strings.Contains(errOut.String(), "the store has failed") || !strings.Contains(errOut.String(), "no space left on device") {
			t.Errorf("exit %d, %s", code, &errOut)
		}
	case <-time.After(15 * time.Second):
		t.Fatal("serve goes on")
	}
}

// TestServeKilled: after a hard kill the next start works and has what was
// acknowledged, and the stale server.json misleads nobody.
func TestServeKilled(t *testing.T) {
	clean(t)
	dir := t.TempDir()
	s := startServe(t, dir, "--log-format", "json")
	o := run(t, dir, "sg", "create", "--classic", "--region", "cn-beijing", "-o", "json", "--query", "SecurityGroupId").want(t, 0, "")
	s.cmd.Process.Kill()
	s.cmd.Wait()
	if _, err := os.Stat(filepath.Join(dir, "server.json")); err != nil {
		t.Errorf("it was not killed hard: %v", err)
	}
	run(t, dir, "health").want(t, 3, "")
	if got := run(t, dir, "sg", "list", "--region", "cn-beijing", "-o", "json", "--query", "[0].SecurityGroupId").want(t, 0, ""); got.out != o.out {
		t.Errorf("%s, want %s", got.out, o.out)
	}
	s = startServe(t, dir)
	if got := run(t, dir, "sg", "list", "--region", "cn-beijing", "-o", "json", "--query", "[0].SecurityGroupId").want(t, 0, ""); got.out != o.out {
		t.Errorf("%s, want %s", got.out, o.out)
	}
	s.stop(t)
}

// TestServeDrains: a signal lets the requests under way finish.
func TestServeDrains(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("there are no such signals")
	}
	clean(t)
	s := startServe(t, t.TempDir())
	c, err := net.Dial("tcp", strings.TrimPrefix(s.at.Endpoint, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	// Half a request, whose other half comes after the signal.
	io.WriteString(c, "POST /?Action=DescribeRegions&Version=2014-05-26 HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 11\r\n\r\nFormat")
	time.Sleep(200 * time.Millisecond)
	s.cmd.Process.Signal(syscall.SIGTERM)
	time.Sleep(300 * time.Millisecond)
	if _, err := net.DialTimeout("tcp", strings.TrimPrefix(s.at.Endpoint, "http://"), time.Second); err == nil {
		t.Error("it still accepts")
	}
	io.WriteString(c, "=JSON")
	b := make([]byte, 64)
	c.SetReadDeadline(time.Now().Add(5 * time.Second))
	n, err := io.ReadAtLeast(c, b, 12)
	if err != nil || !strings.HasPrefix(string(b[:n]), "HTTP/1.1 400") { // not signed, but answered
		t.Errorf("%q %v", b[:n], err)
	}
	c.Close()
	if err := s.cmd.Wait(); err != nil {
		t.Errorf("serve ended with %v\n%s", err, s.err)
	}
}

// TestCommandsStartFast: a command with the service in its own process is done
// in a moment. The bound is loose, for machines that do other things too.
func TestCommandsStartFast(t *testing.T) {
	clean(t)
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	run(t, dir, "launch").want(t, 0, "")
	best := time.Hour
	for range 10 {
		start := time.Now()
		if out, err := exec.Command(path, "--data-dir", dir, "instance", "list").CombinedOutput(); err != nil {
			t.Fatalf("%v %s", err, out)
		}
		best = min(best, time.Since(start))
	}
	t.Logf("openecs instance list takes %s", best)
	if best > 500*time.Millisecond {
		t.Errorf("openecs instance list takes %s, want 150 ms", best)
	}
}

// TestCommandsSideBySide: commands on one directory, each with the service in
// its own process, take turns.
func TestCommandsSideBySide(t *testing.T) {
	clean(t)
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	var wg sync.WaitGroup
	for range 6 {
		wg.Go(func() {
			if out, err := exec.Command(path, "--data-dir", dir, "sg", "create", "--classic", "-r", "cn-beijing").CombinedOutput(); err != nil {
				t.Errorf("%v %s", err, out)
			}
		})
	}
	wg.Wait()
	if o := run(t, dir, "sg", "list", "-r", "cn-beijing", "--query", "length(@)"); strings.TrimSpace(o.out) != "6" {
		t.Errorf("%s groups, want 6 (%s)", o.out, o.err)
	}
}
