package intercept

import (
	"bufio"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestOnePortForHTTPAndTLS(t *testing.T) {
	f := serve(t, echo, Options{})
	_, port, _ := net.SplitHostPort(f.addr)
	c := f.client(t, false)
	for _, base := range []string{"http://" + f.addr, "https://" + f.addr, "http://localhost:" + port, "https://localhost:" + port} {
		for range 3 { // the later ones on the kept connection
			code, body := get(t, c, base+"/?Action=X&A=%2A*")
			if want := fmt.Sprintf("GET  %s Action=X&A=%%2A* uri=/?Action=X&A=%%2A* abs=false", base); code != 200 || body != want {
				t.Fatalf("%d %q, want %q", code, body, want)
			}
		}
	}
}

func TestTLSBySNI(t *testing.T) {
	f := serve(t, echo, Options{})
	conn, err := tls.Dial("tcp", f.addr, &tls.Config{RootCAs: f.ca.Pool(), ServerName: "ecs.cn-beijing.aliyuncs.com", NextProtos: []string{"h2", "http/1.1"}})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if p := conn.ConnectionState().NegotiatedProtocol; p != "http/1.1" {
		t.Fatalf("protocol %q", p)
	}
	fmt.Fprint(conn, "GET /?A=1 HTTP/1.1\r\nHost: ecs.cn-beijing.aliyuncs.com\r\nConnection: close\r\n\r\n")
	answer, _ := io.ReadAll(conn)
	if !strings.Contains(string(answer), "https://ecs.cn-beijing.aliyuncs.com A=1") {
		t.Fatalf("%s", answer)
	}
	if _, err := tls.Dial("tcp", f.addr, &tls.Config{RootCAs: f.ca.Pool(), ServerName: "example.com"}); err == nil {
		t.Fatal("a handshake for example.com succeeded")
	}
}

func TestConfiguredCertificateComesFirst(t *testing.T) {
	other := testCA(t)
	own, err := other.mint("ecs.example.org", time.Now()) // not a name our CA may sign
	if err != nil {
		t.Fatal(err)
	}
	f := serve(t, echo, Options{Hosts: []string{"ecs.example.org"}, GetCertificate: func(h *tls.ClientHelloInfo) (*tls.Certificate, error) {
		if h.ServerName == "ecs.example.org" {
			return own, nil
		}
		return nil, nil
	}})
	conn, err := tls.Dial("tcp", f.addr, &tls.Config{ServerName: "ecs.example.org", InsecureSkipVerify: true})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if got := conn.ConnectionState().PeerCertificates[0]; !got.Equal(own.Leaf) {
		t.Fatalf("certificate for %v", got.DNSNames)
	}
	if code, _ := get(t, f.client(t, false), "https://"+f.addr+"/"); code != 200 {
		t.Fatalf("the CA's certificate: %d", code)
	}
}

func TestHeaderAndBodyLimits(t *testing.T) {
	f := serve(t, echo, Options{MaxBodyBytes: 1000, MaxHeaderBytes: 8 << 10})
	c := f.client(t, false)
	post := func(body io.Reader) (int, string) {
		resp, err := c.Post("http://"+f.addr+"/", "application/x-www-form-urlencoded", body)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		b, _ := io.ReadAll(resp.Body)
		return resp.StatusCode, string(b)
	}
	if code, body := post(strings.NewReader(strings.Repeat("a", 1000))); code != 200 || !strings.Contains(body, "aaaa") {
		t.Fatalf("at the limit: %d", code)
	}
	if code, body := post(strings.NewReader(strings.Repeat("a", 1001))); code != 413 || !strings.Contains(body, "1000 bytes") {
		t.Fatalf("above the limit: %d %s", code, body)
	}
	// Chunked: what the handler reads ends at the limit with an error.
	read := make(chan int64, 1)
	g := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n, _ := io.Copy(io.Discard, r.Body)
		read <- n
	}), Options{MaxBodyBytes: 1000})
	resp, err := c.Post("http://"+g.addr+"/", "text/plain", struct{ io.Reader }{strings.NewReader(strings.Repeat("a", 5000))})
	if err == nil {
		resp.Body.Close()
	}
	if n := <-read; n != 1000 {
		t.Fatalf("the handler read %d bytes", n)
	}
	h := serve(t, echo, Options{MaxHeaderBytes: 8 << 10})
	resp, err = c.Get("http://" + h.addr + "/?A=" + strings.Repeat("a", 20<<10))
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != 431 {
		t.Fatalf("large header: %d", resp.StatusCode)
	}
	// What V3 clients put into the URL must fit by default.
	if code, _ := get(t, c, "http://"+serve(t, echo, Options{}).addr+"/?UserData="+strings.Repeat("a", 60<<10)); code != 200 {
		t.Fatalf("32 KiB of user data in the URL: %d", code)
	}
}

// A slow client neither holds up the others nor stays longer than its time.
func TestSlowClients(t *testing.T) {
	t.Parallel()
	opts := Options{FirstByteTimeout: 150 * time.Millisecond, HeaderTimeout: 150 * time.Millisecond, ReadTimeout: 300 * time.Millisecond}
	f := serve(t, echo, opts)
	connect := "CONNECT ecs.aliyuncs.com:443 HTTP/1.1\r\nHost: ecs.aliyuncs.com:443\r\n\r\n"
	for name, start := range map[string]string{
		"nothing":                   "",
		"half a header":             "GET / HTTP/1.1\r\nHost: local",
		"half a body":               "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nab",
		"one byte of a handshake":   "\x16",
		"nothing after CONNECT":     connect,
		"half a handshake in there": connect + "\x16\x03",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			slow := dialTCP(t, f.addr)
			io.WriteString(slow, start)
			if code, _ := get(t, f.client(t, false), "http://"+f.addr+"/"); code != 200 {
				t.Fatalf("another client: %d", code)
			}
			began := time.Now()
			io.Copy(io.Discard, slow) // ends when the server closes
			if d := time.Since(began); d > 3*time.Second {
				t.Fatalf("it was let hang for %v", d)
			}
		})
	}
}

func TestConnectionLimit(t *testing.T) {
	t.Parallel()
	f := serve(t, echo, Options{MaxConns: 2})
	first, second := dialTCP(t, f.addr), dialTCP(t, f.addr)
	ask := func(c net.Conn) error {
		fmt.Fprint(c, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
		resp, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err == nil {
			resp.Body.Close()
		}
		return err
	}
	if err := ask(first); err != nil {
		t.Fatal(err)
	}
	if err := ask(second); err != nil {
		t.Fatal(err)
	}
	third := dialTCP(t, f.addr)
	third.SetDeadline(time.Now().Add(100 * time.Millisecond))
	if err := ask(third); err == nil {
		t.Fatal("a third connection was served")
	}
	third.Close()
	first.Close()
	if code, _ := get(t, f.client(t, false), "http://"+f.addr+"/"); code != 200 {
		t.Fatalf("after one ended: %d", code)
	}
}

func TestConnectReleasesItsConnection(t *testing.T) {
	f := serve(t, echo, Options{MaxConns: 1})
	for _, secure := range []bool{false, true, false, true} {
		c := f.client(t, true)
		if secure {
			get(t, c, "https://ecs.aliyuncs.com/")
		} else {
			conn := dialTCP(t, f.addr)
			fmt.Fprint(conn, "CONNECT ecs.aliyuncs.com:80 HTTP/1.1\r\nHost: a\r\n\r\n")
			conn.Read(make([]byte, len(established)))
			conn.Close()
		}
		c.CloseIdleConnections()
	}
}

func TestSeveralListeners(t *testing.T) {
	f := serve(t, echo, Options{})
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- f.Server.Serve(ln) }()
	c := f.client(t, false)
	if code, _ := get(t, c, "https://"+ln.Addr().String()); code != 200 {
		t.Fatal(code)
	}
	ln.Close()
	if err := <-ended; err != nil {
		t.Fatalf("closing one listener: %v", err)
	}
	if code, _ := get(t, c, "http://"+f.addr); code != 200 {
		t.Fatal(code)
	}
	f.Close()
	if err := f.Server.Serve(ln); err != http.ErrServerClosed {
		t.Fatalf("Serve after Close: %v", err)
	}
}

func TestGuardHost(t *testing.T) {
	h := GuardHost(echo, "ecs.internal", "*.lab.example:8080")
	f := serve(t, echo, Options{Hosts: []string{"ecs.internal", "*.lab.example:8080"}})
	for host, want := range map[string]int{
		"127.0.0.1": 200, "127.0.0.1:7070": 200, "[::1]:7070": 200, "localhost:1": 200, "a.localhost": 200, "127.8.8.8": 200,
		"ecs.cn-hangzhou.aliyuncs.com": 200, "ECS.aliyuncs.com:80": 200, "aliyuncs.com": 200,
		"ecs.internal:7070": 200, "a.lab.example:8080": 200, "a.lab.example:80": 403,
		"attacker.example": 403, "aliyuncs.com.attacker.example": 403, "10.0.0.5:7070": 403, "0.0.0.0": 403, "localhost.attacker.example": 403,
	} {
		rec := newRecorder()
		r, _ := http.NewRequest("GET", "/", http.NoBody)
		r.Host = host
		h.ServeHTTP(rec, r)
		if rec.code != want {
			t.Errorf("middleware, %s: %d, want %d", host, rec.code, want)
		}
		conn := dialTCP(t, f.addr)
		fmt.Fprintf(conn, "GET / HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n", host)
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(resp.Body)
		if resp.StatusCode != want || want == 403 && !strings.Contains(string(body), host) {
			t.Errorf("server, %s: %d %s, want %d", host, resp.StatusCode, body, want)
		}
	}
}

type recorder struct {
	header http.Header
	code   int
}

func newRecorder() *recorder                    { return &recorder{http.Header{}, 200} }
func (r *recorder) Header() http.Header         { return r.header }
func (r *recorder) Write(p []byte) (int, error) { return len(p), nil }
func (r *recorder) WriteHeader(code int)        { r.code = code }

// slowHandler holds each request until release is closed.
type slowHandler struct{ arrived, release chan struct{} }

func newSlow() *slowHandler {
	return &slowHandler{make(chan struct{}, 8), make(chan struct{})}
}

func (h *slowHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.arrived <- struct{}{}
	<-h.release
	io.WriteString(w, "finished")
}

func TestShutdownFinishesRequests(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name    string
		proxied bool
		url     string
	}{
		{"plain", false, "http://ADDR/"},
		{"TLS", false, "https://ADDR/"},
		{"absolute", true, "http://ecs.aliyuncs.com/"},
		{"CONNECT", true, "https://ecs.aliyuncs.com/"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			h := newSlow()
			f := serve(t, h, Options{})
			idle, silent := dialTCP(t, f.addr), dialTCP(t, f.addr)
			fmt.Fprint(idle, "OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n") // net/http answers itself
			answer := make(chan string, 1)
			go func() {
				resp, err := f.client(t, tc.proxied).Get(strings.Replace(tc.url, "ADDR", f.addr, 1))
				if err != nil {
					answer <- err.Error()
					return
				}
				body, _ := io.ReadAll(resp.Body)
				resp.Body.Close()
				answer <- string(body)
			}()
			<-h.arrived
			done := make(chan error, 1)
			go func() { done <- f.Shutdown(context.Background()) }()
			io.Copy(io.Discard, silent) // idle connections are closed at once
			select {
			case err := <-done:
				t.Fatalf("Shutdown returned %v with a request in flight", err)
			case got := <-answer:
				t.Fatalf("the request ended with %q", got)
			case <-time.After(100 * time.Millisecond):
			}
			if c, err := net.Dial("tcp", f.addr); err == nil {
				c.Close()
				t.Fatal("it still accepts")
			}
			close(h.release)
			if got := <-answer; got != "finished" {
				t.Fatalf("the request ended with %q", got)
			}
			if err := <-done; err != nil {
				t.Fatal(err)
			}
			io.Copy(io.Discard, idle)
		})
	}
}

func TestShutdownGivesUpWithItsContext(t *testing.T) {
	h := newSlow()
	defer close(h.release)
	f := serve(t, h, Options{})
	c := dialTCP(t, f.addr)
	fmt.Fprint(c, "CONNECT ecs.aliyuncs.com:80 HTTP/1.1\r\nHost: ecs.aliyuncs.com:80\r\n\r\n")
	fmt.Fprint(c, "GET / HTTP/1.1\r\nHost: ecs.aliyuncs.com\r\n\r\n")
	<-h.arrived
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	if err := f.Shutdown(ctx); err != context.DeadlineExceeded {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, c); err != nil && strings.Contains(err.Error(), "timeout") {
		t.Fatal("the connection was left open")
	}
}

// A handler may think for longer than a header or a body may take to arrive.
func TestLongHandlerIsNotCutOff(t *testing.T) {
	t.Parallel()
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-r.Context().Done():
			http.Error(w, "cancelled", 500)
		case <-time.After(400 * time.Millisecond):
			io.WriteString(w, "finished")
		}
	})
	f := serve(t, h, Options{HeaderTimeout: 100 * time.Millisecond, ReadTimeout: 100 * time.Millisecond})
	if code, body := get(t, f.client(t, false), "http://"+f.addr); code != 200 || body != "finished" {
		t.Fatal(code, body)
	}
}

// A client that takes nothing of its answer does not hold the handler for ever.
func TestWriteTimeout(t *testing.T) {
	t.Parallel()
	ended := make(chan error, 1)
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var err error
		for block := make([]byte, 1<<20); err == nil; {
			_, err = w.Write(block)
		}
		ended <- err
	})
	f := serve(t, h, Options{WriteTimeout: 200 * time.Millisecond})
	for _, secure := range []bool{false, true} {
		c := dialTCP(t, f.addr)
		if secure {
			c = tls.Client(c, &tls.Config{RootCAs: f.ca.Pool(), ServerName: "localhost"})
		}
		fmt.Fprint(c, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
		select {
		case <-ended:
		case <-time.After(5 * time.Second):
			t.Fatalf("TLS %t: still writing", secure)
		}
	}
}

func TestWriteDeadlineIsSkippedOnlyWhenSet(t *testing.T) {
	raw, other := net.Pipe()
	defer other.Close()
	c := &conn{Conn: raw}
	defer c.Close()
	late := time.Now().Add(time.Hour)
	for _, step := range []struct {
		name string
		set  func() error
		ends bool
	}{
		{"past", func() error { return c.SetWriteDeadline(time.Unix(1, 0)) }, true},
		{"future", func() error { return c.SetWriteDeadline(late) }, false},
		{"past again", func() error { return c.SetWriteDeadline(time.Unix(1, 0)) }, true},
		{"past twice", func() error { return c.SetWriteDeadline(time.Unix(1, 0)) }, true},
		{"none", func() error { return c.SetWriteDeadline(time.Time{}) }, false},
		{"both past", func() error { return c.SetDeadline(time.Unix(1, 0)) }, true},
		{"both future", func() error { return c.SetDeadline(late) }, false},
	} {
		if err := step.set(); err != nil {
			t.Fatal(err)
		}
		wrote := make(chan error, 1)
		go func() { _, err := c.Write([]byte("x")); wrote <- err }()
		if !step.ends {
			if _, err := other.Read(make([]byte, 1)); err != nil {
				t.Fatal(step.name, err)
			}
		}
		if err := <-wrote; (err != nil) != step.ends {
			t.Errorf("%s: %v", step.name, err)
		}
	}
}
