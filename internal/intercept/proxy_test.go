package intercept

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestProxiedCallsEndHere(t *testing.T) {
	f := serve(t, echo, Options{})
	_, port, _ := net.SplitHostPort(f.addr)
	c := f.client(t, true)
	for _, u := range []string{
		"http://ecs.aliyuncs.com/?A=1", "https://ecs.aliyuncs.com/?A=1", "https://vpc.cn-beijing.aliyuncs.com/?A=1",
		"http://location-readonly.aliyuncs.com?A=1", "https://ecs.aliyuncs.com:443/?A=1",
	} {
		for range 2 {
			code, body := get(t, c, u)
			parsed, _ := url.Parse(u)
			if want := fmt.Sprintf("%s://%s A=1 uri=/?A=1 abs=false", parsed.Scheme, parsed.Host); code != 200 || !strings.HasSuffix(body, want) {
				t.Fatalf("%s: %d %q, want %q", u, code, body, want)
			}
		}
	}
	// Clients that ask the proxy for loopback too, which net/http does not.
	raw := func(request string) string {
		conn := dialTCP(t, f.addr)
		io.WriteString(conn, request)
		answer, _ := io.ReadAll(conn)
		return string(answer)
	}
	for _, host := range []string{"127.0.0.1", "localhost"} {
		host = net.JoinHostPort(host, port)
		if got := raw("GET http://" + host + "/?A=1 HTTP/1.1\r\nHost: other\r\nConnection: close\r\n\r\n"); !strings.Contains(got, "http://"+host+" A=1") {
			t.Fatalf("absolute form of %s: %s", host, got)
		}
		// The client need not wait for the 200 before it goes on.
		if got := raw("CONNECT " + host + " HTTP/1.1\r\nHost: " + host + "\r\n\r\nGET /?A=1 HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n"); !strings.HasPrefix(got, established) || !strings.Contains(got, "http://"+host+" A=1") {
			t.Fatalf("CONNECT %s: %s", host, got)
		}
	}
	if got := raw("GET https://ecs.aliyuncs.com/?A=1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"); !strings.Contains(got, "http://ecs.aliyuncs.com A=1") {
		t.Fatalf("absolute form of https: %s", got)
	}
	if d := f.dial.Dials(); len(d) != 0 {
		t.Fatalf("dialled %v", d)
	}
}

func TestProxyOverTLS(t *testing.T) {
	f := serve(t, echo, Options{})
	c := f.client(t, false)
	c.Transport.(*http.Transport).Proxy = http.ProxyURL(&url.URL{Scheme: "https", Host: f.addr})
	if code, body := get(t, c, "https://ecs.aliyuncs.com/"); code != 200 || !strings.Contains(body, "https://ecs.aliyuncs.com") {
		t.Fatalf("%d %s", code, body)
	}
}

func TestOtherHostsAreRefused(t *testing.T) {
	var log bytes.Buffer
	f := serve(t, echo, Options{
		Allow:  []string{"allowed.example"},
		Logger: slog.New(slog.NewTextHandler(&log, nil)),
	})
	all := serve(t, echo, Options{Allow: []string{"*", "*:22", "ecs.aliyuncs.com:22", "100.100.100.200"}})
	_, otherPort, _ := net.SplitHostPort(all.addr)
	for _, tc := range []struct {
		f          *fixture
		request    string
		host, hint string
	}{
		{f, "CONNECT example.com:443", "example.com:443", "--allow example.com."},
		{f, "CONNECT example.com:22", "example.com:22", "--allow example.com:22."},
		{f, "CONNECT allowed.example:22", "allowed.example:22", "--allow allowed.example:22."},
		{f, "CONNECT 127.0.0.1:" + otherPort, "127.0.0.1:" + otherPort, "--allow 127.0.0.1:" + otherPort},
		{f, "CONNECT aliyuncs.com.example:443", "aliyuncs.com.example:443", "--allow"},
		{f, "GET http://example.com/x", "example.com:80", "--allow example.com."},
		{f, "GET http://100.100.100.200/latest/meta-data/", "100.100.100.200:80", "never forwards"},
		{all, "GET http://100.100.100.200/latest/meta-data/", "100.100.100.200:80", "never forwards"},
		{all, "CONNECT ecs.aliyuncs.com:22", "ecs.aliyuncs.com:22", "never forwards"},
		{all, "GET http://ecs.aliyuncs.com:22/", "ecs.aliyuncs.com:22", "never forwards"},
	} {
		conn := dialTCP(t, tc.f.addr)
		fmt.Fprintf(conn, "%s HTTP/1.1\r\nHost: ecs.aliyuncs.com\r\n\r\n", tc.request)
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(resp.Body)
		if resp.StatusCode != 403 || !strings.Contains(string(body), tc.host) || !strings.Contains(string(body), tc.hint) {
			t.Errorf("%s: %d %s", tc.request, resp.StatusCode, body)
		}
		if resp.Header.Get("Content-Type") != "text/plain; charset=utf-8" {
			t.Errorf("%s: %s", tc.request, resp.Header.Get("Content-Type"))
		}
	}
	if d := append(f.dial.Dials(), all.dial.Dials()...); len(d) != 0 {
		t.Fatalf("dialled %v", d)
	}
	f.Close()
	if !strings.Contains(log.String(), "host=example.com:443") {
		t.Fatalf("log: %s", &log)
	}
}

func TestNoProxyInsideATunnel(t *testing.T) {
	f := serve(t, echo, Options{Allow: []string{"*"}})
	for _, second := range []string{"CONNECT ecs.aliyuncs.com:443", "GET http://example.com/"} {
		conn := dialTCP(t, f.addr)
		fmt.Fprintf(conn, "CONNECT ecs.aliyuncs.com:80 HTTP/1.1\r\nHost: a\r\n\r\n%s HTTP/1.1\r\nHost: b\r\n\r\n", second)
		answer, _ := io.ReadAll(conn)
		if !strings.Contains(string(answer), "403 Forbidden") || !strings.Contains(string(answer), "inside a CONNECT") {
			t.Errorf("%s: %s", second, answer)
		}
	}
}

// redirect stands for the world outside: every name is one test server.
type redirect struct{ addr string }

func (d redirect) DialContext(ctx context.Context, network, _ string) (net.Conn, error) {
	return new(net.Dialer).DialContext(ctx, network, d.addr)
}

func TestAllowedHosts(t *testing.T) {
	outside := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "outside %s %q", r.Host, r.Header.Get("X-Forwarded-For"))
	}))
	defer outside.Close()
	plain := httptest.NewServer(outside.Config.Handler)
	defer plain.Close()

	dial := &RecordingDialer{Next: redirect{outside.Listener.Addr().String()}}
	f := serve(t, echo, Options{Allow: []string{"example.com", "*.example.org"}, Dialer: dial})
	c := f.client(t, true)
	pool := x509.NewCertPool()
	pool.AddCert(outside.Certificate()) // the test certificate is for example.com
	c.Transport.(*http.Transport).TLSClientConfig = &tls.Config{RootCAs: pool}
	if code, body := get(t, c, "https://example.com/"); code != 200 || body != `outside example.com ""` {
		t.Fatalf("CONNECT: %d %s", code, body)
	}
	dial.Next = redirect{plain.Listener.Addr().String()}
	if code, body := get(t, c, "http://www.example.org/"); code != 200 || body != `outside www.example.org ""` {
		t.Fatalf("absolute: %d %s", code, body)
	}
	if got := fmt.Sprint(dial.Dials()); got != "[example.com:443 www.example.org:80]" {
		t.Fatalf("dialled %s", got)
	}
	dial.Next = nil // refuses
	c.CloseIdleConnections()
	if code, body := get(t, c, "http://a.example.org/"); code != 502 || !strings.Contains(body, "a.example.org") {
		t.Fatalf("unreachable: %d %s", code, body)
	}
}

func TestShutdownEndsStillTunnels(t *testing.T) {
	t.Parallel()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			go io.Copy(c, c)
		}
	}()
	f := serve(t, echo, Options{Allow: []string{"example.com"}, Dialer: redirect{ln.Addr().String()}})
	conn := dialTCP(t, f.addr)
	r := bufio.NewReader(conn)
	fmt.Fprint(conn, "CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n")
	if resp, err := http.ReadResponse(r, &http.Request{Method: "CONNECT"}); err != nil || resp.StatusCode != 200 {
		t.Fatal(resp, err)
	}
	say := func() error {
		if _, err := io.WriteString(conn, "ping\n"); err != nil {
			return err
		}
		_, err := r.ReadString('\n')
		return err
	}
	if err := say(); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- f.Shutdown(context.Background()) }()
	for range 10 { // busy for longer than the drain's patience with silence
		time.Sleep(50 * time.Millisecond)
		if err := say(); err != nil {
			t.Fatalf("a busy tunnel was cut: %v", err)
		}
	}
	io.Copy(io.Discard, r)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}

func TestForwardTo(t *testing.T) {
	far := serve(t, echo, Options{})
	dial := &RecordingDialer{}
	h, err := ForwardTo("http://"+far.addr, dial, nil)
	if err != nil {
		t.Fatal(err)
	}
	near := serve(t, h, Options{})
	resp, err := near.client(t, true).Post("https://ecs.cn-hangzhou.aliyuncs.com/?B=%2A;c&A=a+b", "text/plain", strings.NewReader("body"))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(resp.Body)
	if want := "POST body http://ecs.cn-hangzhou.aliyuncs.com B=%2A;c&A=a+b uri=/?B=%2A;c&A=a+b abs=false"; string(body) != want {
		t.Fatalf("%s, want %s", body, want)
	}
	if got := fmt.Sprint(dial.Dials()); got != "["+far.addr+"]" {
		t.Fatalf("dialled %s", got)
	}
	for _, bad := range []string{"", "127.0.0.1:7070", "ftp://127.0.0.1:7070", "http://ecs.aliyuncs.com", "http://"} {
		if _, err := ForwardTo(bad, nil, nil); err == nil {
			t.Errorf("%q was accepted", bad)
		}
	}
}
