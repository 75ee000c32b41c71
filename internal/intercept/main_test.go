package intercept

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

func TestMain(m *testing.M) {
	IsolateMain()
	if os.Getenv("INTERCEPT_CHILD") != "" {
		child(os.Args[1:])
		return
	}
	os.Exit(m.Run())
}

// child is what the tests run as a command written in Go: it gets each URL in
// turn and prints the answer, or the error.
func child(urls []string) {
	client := &http.Client{Timeout: 10 * time.Second}
	for _, u := range urls {
		resp, err := client.Get(u)
		if err != nil {
			fmt.Println("error:", err)
			continue
		}
		body, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		fmt.Println(resp.StatusCode, string(bytes.TrimSpace(body)))
	}
}

// echo answers with what a handler of the service gets to see.
var echo = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	fmt.Fprintf(w, "%s %s %s://%s %s uri=%s abs=%t", r.Method, body, scheme, r.Host, r.URL.RawQuery, r.RequestURI, r.URL.IsAbs())
})

// testCA makes a CA in memory.
func testCA(t testing.TB) *CA {
	t.Helper()
	ca, err := NewEphemeralCA()
	if err != nil {
		t.Fatal(err)
	}
	return ca
}

type fixture struct {
	*Server
	ca   *CA
	addr string
	dial *RecordingDialer
}

// serve starts a Server on a loopback port that lives as long as the test.
func serve(t testing.TB, h http.Handler, opts Options) *fixture {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	f := &fixture{ca: testCA(t), addr: ln.Addr().String(), dial: &RecordingDialer{}}
	if opts.Dialer == nil {
		opts.Dialer = f.dial
	}
	f.Server = Serve(ln, h, f.ca, opts)
	t.Cleanup(func() { f.Close() })
	return f
}

// client is a Go client that trusts the CA alone. Proxied, it resolves and
// dials nothing but the server.
func (f *fixture) client(t testing.TB, proxied bool) *http.Client {
	tr := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: f.ca.Pool()}}
	if proxied {
		tr.Proxy = http.ProxyURL(&url.URL{Scheme: "http", Host: f.addr})
	}
	t.Cleanup(tr.CloseIdleConnections)
	return &http.Client{Transport: tr, Timeout: 10 * time.Second}
}

func get(t testing.TB, c *http.Client, u string) (int, string) {
	t.Helper()
	resp, err := c.Get(u)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

// dialTCP opens a bare connection with a deadline.
func dialTCP(t testing.TB, addr string) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	c.SetDeadline(time.Now().Add(10 * time.Second))
	return c
}

// environment returns a prepared EnvConfig for f with its files in a directory of the test.
func (f *fixture) environment(t testing.TB) EnvConfig {
	t.Helper()
	dir := t.TempDir()
	c := EnvConfig{
		ProxyURL: "http://" + f.addr, Endpoint: f.addr,
		CAFile: filepath.Join(dir, "ca.pem"), BundleFile: filepath.Join(dir, "bundle.pem"), TrustStore: filepath.Join(dir, "trust.p12"),
		AccessKeyID: "test-id", Secret: "test-secret", Region: "cn-hangzhou", Home: filepath.Join(dir, "home"),
	}
	for _, err := range []error{f.ca.WriteCert(c.CAFile), f.ca.Bundle(c.BundleFile), f.ca.TrustStore(c.TrustStore), c.WriteProfiles()} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return c
}

// tool returns the path of a program, or skips the test: only Go is required.
func tool(t testing.TB, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("%s is not installed", name)
	}
	return path
}

// output runs a command under c's environment and returns what it wrote.
func output(t testing.TB, c EnvConfig, extra []string, cmd ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
	defer cancel()
	code, err := Run(ctx, cmd, append(c.Apply(os.Environ()), extra...), Stdio{Out: &out, Err: &errs})
	if err != nil {
		t.Fatal(err)
	}
	return code, out.String(), errs.String()
}

func parseOne(t testing.TB, pem []byte) *x509.Certificate {
	t.Helper()
	certs := parseRoots(pem)
	if len(certs) != 1 {
		t.Fatalf("%d certificates, want 1", len(certs))
	}
	return certs[0]
}

// certOf is an Options.GetCertificate that knows one certificate.
func certOf(c *tls.Certificate) func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	return func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return c, nil }
}
