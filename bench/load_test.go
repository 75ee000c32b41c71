package bench

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/auth"
	"github.com/openecs/openecs/internal/node"
)

// signed is the query of a request, signed now.
func signed(keyID, secret, action string, params ...string) string {
	p := new(api.Params)
	p.Set("Action", action)
	p.Set("Version", "2014-05-26")
	p.Set("Format", "JSON")
	p.Set("RegionId", "cn-hangzhou")
	for i := 0; i < len(params); i += 2 {
		p.Set(params[i], params[i+1])
	}
	auth.SignV1("GET", p, auth.Credential{ID: keyID, Secret: secret}, auth.Signing{Time: time.Now(), Nonce: auth.NewNonce()})
	return auth.EncodeQuery(p)
}

// requests are prepared before the clock starts: the client only writes and
// reads, and costs both sides the same.
func requests(c *child, n int, params func(i int) []string, action string) [][]byte {
	out := make([][]byte, n)
	for i := range out {
		q := signed(c.KeyID, c.Secret, action, params(i)...)
		out[i] = []byte("GET /?" + q + " HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: bench\r\nAccept-Encoding: identity\r\n\r\n")
	}
	return out
}

// drive sends the requests over so many keep-alive connections, each as fast
// as it is answered, and tells how many a second were answered. An answer that
// is not 200 fails the benchmark.
func drive(tb testing.TB, addr string, conns int, reqs [][]byte) float64 {
	tb.Helper()
	open := make([]net.Conn, conns)
	for i := range open {
		c, err := net.Dial("tcp", addr)
		must(tb, err)
		defer c.Close()
		open[i] = c
	}
	var next atomic.Int64
	var failed atomic.Pointer[error]
	var wg sync.WaitGroup
	start := time.Now()
	for _, c := range open {
		wg.Go(func() {
			r := bufio.NewReaderSize(c, 8<<10)
			for failed.Load() == nil {
				i := int(next.Add(1)) - 1
				if i >= len(reqs) {
					return
				}
				_, err := c.Write(reqs[i])
				if err == nil {
					err = discard(r)
				}
				if err != nil {
					failed.CompareAndSwap(nil, &err)
				}
			}
		})
	}
	wg.Wait()
	took := time.Since(start)
	if err := failed.Load(); err != nil {
		tb.Fatal(*err)
	}
	return float64(len(reqs)) / took.Seconds()
}

// discard reads one answer.
func discard(r *bufio.Reader) error {
	length, ok := -1, false
	for first := true; ; first = false {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return err
		}
		line = bytes.TrimRight(line, "\r\n")
		switch {
		case first:
			ok = bytes.HasPrefix(line, []byte("HTTP/1.1 200"))
		case len(line) == 0:
			if length < 0 {
				return fmt.Errorf("an answer has no Content-Length")
			}
			if ok {
				_, err = r.Discard(length)
				return err
			}
			text, _ := io.ReadAll(io.LimitReader(r, int64(length)))
			return fmt.Errorf("an answer is not 200: %s", text)
		case bytes.HasPrefix(line, []byte("Content-Length: ")):
			if length, err = strconv.Atoi(string(line[16:])); err != nil {
				return err
			}
		}
	}
}

// fetch makes one call over HTTP and returns the body.
func (c *child) fetch(action string, params ...string) []byte {
	c.tb.Helper()
	resp, err := http.Get("http://" + c.Product + "/?" + signed(c.KeyID, c.Secret, action, params...))
	must(c.tb, err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	must(c.tb, err)
	if resp.StatusCode != 200 {
		c.tb.Fatalf("%s: %s", action, body)
	}
	return body
}

// floorAnswers makes the floor answer as many bytes.
func (c *child) floorAnswers(body []byte) {
	c.tb.Helper()
	resp, err := http.Post("http://"+c.Control+"/body", "", bytes.NewReader(body))
	must(c.tb, err)
	resp.Body.Close()
}

// target is a service in this process and the key to call it with.
type target struct {
	http.Handler
	keyID, secret string
}

func targetOf(n *node.Node) target { return target{n, n.Keys.AccessKeyID, n.Keys.AccessKeySecret} }

// call makes one call in process.
func call(tb testing.TB, n target, action string, params ...string) []byte {
	tb.Helper()
	r := httptest.NewRequest("GET", "http://127.0.0.1/?"+signed(n.keyID, n.secret, action, params...), nil)
	w := httptest.NewRecorder()
	n.ServeHTTP(w, r)
	if w.Code != 200 {
		tb.Errorf("%s: %s", action, w.Body)
	}
	return w.Body.Bytes()
}

// metric reads one of the node's counters where an operator would.
func metric(n *node.Node, name string) float64 {
	r := httptest.NewRequest("GET", "http://127.0.0.1/_openecs/metrics", nil)
	r.Header.Set("Authorization", "Bearer "+n.Keys.AdminToken)
	w := httptest.NewRecorder()
	n.ServeHTTP(w, r)
	for line := range strings.Lines(w.Body.String()) {
		if rest, ok := strings.CutPrefix(line, name+" "); ok {
			v, _ := strconv.ParseFloat(strings.TrimSpace(rest), 64)
			return v
		}
	}
	return -1
}
