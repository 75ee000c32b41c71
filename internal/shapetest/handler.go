package shapetest

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/wiretap"
)

// Handler is h with every answer checked: its headers, and a body of JSON or XML that has the documented shape or is a
// well-formed refusal, whose code is known for the action. What is wrong is reported to r; the answer goes out as it is.
// Paths under /_openecs/ are not of the API and pass.
func Handler(r wiretap.Reporter, h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if strings.HasPrefix(req.URL.Path, "/_openecs/") {
			h.ServeHTTP(w, req)
			return
		}
		copied := *req
		in := &copiedBody{ReadCloser: req.Body}
		if req.Body != nil && req.Body != http.NoBody {
			copied.Body = in
		}
		out := &copiedAnswer{ResponseWriter: w, status: http.StatusOK}
		h.ServeHTTP(out, &copied)
		version, action := target(req, in.read.Bytes())
		if err := CheckAnswer(version, action, out.status, w.Header(), out.body.Bytes(), req.Method == http.MethodHead); err != nil {
			r.Helper()
			r.Errorf("a wrong answer to %s %s: %v\n%.4000s", version, action, err, out.body.Bytes())
		}
	})
}

// target is the version and action that a request asks for, "" where it names none.
func target(req *http.Request, body []byte) (version, action string) {
	p := new(api.Params)
	if !strings.HasPrefix(req.Header.Get("Content-Type"), "application/x-www-form-urlencoded") && req.Header.Get("Content-Type") != "" {
		body = nil
	}
	_ = p.Parse(req.URL.RawQuery, body) // what is not well formed is refused, and then both may be ""
	v3 := strings.HasPrefix(req.Header.Get("Authorization"), "ACS3-")
	get := func(param, header string) string {
		v, _ := p.Get(param)
		if h := req.Header.Get(header); h != "" && (v3 || v == "") {
			v = h
		}
		return v
	}
	return get("Version", "X-Acs-Version"), get("Action", "X-Acs-Action")
}

type copiedBody struct {
	io.ReadCloser
	read bytes.Buffer
}

func (b *copiedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.read.Write(p[:n])
	return n, err
}

type copiedAnswer struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

func (a *copiedAnswer) WriteHeader(status int) {
	a.status = status
	a.ResponseWriter.WriteHeader(status)
}

func (a *copiedAnswer) Write(p []byte) (int, error) {
	a.body.Write(p)
	return a.ResponseWriter.Write(p)
}

// Unwrap is for http.ResponseController.
func (a *copiedAnswer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// Watch checks the answers of every service that is started from now on. Package ecstest reports to the test it was
// given; for any other service (a node that a command starts) the reports go to standard error, and failed counts them.
func Watch() (failed func() int) {
	everywhere := new(stderr)
	wiretap.Set(func(r wiretap.Reporter, h http.Handler) http.Handler {
		if r == nil {
			r = everywhere
		}
		return Handler(r, h)
	})
	return func() int { return int(everywhere.reports.Load()) }
}

// Main is the TestMain of a package whose tests start services by package ecstest, internal/node or internal/cli: no
// answer goes unchecked, and one wrong answer fails the package.
func Main(m *testing.M) {
	failed := Watch()
	code := m.Run()
	if n := failed(); n > 0 && code == 0 {
		fmt.Fprintf(os.Stderr, "FAIL: %d wrong answers\n", n)
		code = 1
	}
	os.Exit(code)
}

type stderr struct{ reports atomic.Int64 }

func (*stderr) Helper() {}

func (s *stderr) Errorf(format string, args ...any) {
	s.reports.Add(1)
	fmt.Fprintf(os.Stderr, "shapetest: "+format+"\n", args...)
}
