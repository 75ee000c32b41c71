package client

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

// HandlerTransport carries requests to a handler in this process: no listener,
// no connection, the same bytes. A handler that outlives the request's context
// runs on; its answer is dropped.
func HandlerTransport(h http.Handler) http.RoundTripper { return handlerTransport{h} }

type handlerTransport struct{ h http.Handler }

func (t handlerTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx := req.Context()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	r := req.Clone(ctx)
	if r.Host == "" {
		r.Host = r.URL.Host
	}
	if r.Body == nil {
		r.Body = http.NoBody
	}
	r.RequestURI, r.RemoteAddr = r.URL.RequestURI(), "127.0.0.1:0"
	r.Proto, r.ProtoMajor, r.ProtoMinor = "HTTP/1.1", 1, 1
	// A server's request has scheme and host in no URL.
	u := *r.URL
	u.Scheme, u.Host = "", ""
	r.URL = &u

	done := make(chan error, 1)
	w := &answer{header: make(http.Header)}
	go func() {
		defer func() {
			r.Body.Close()
			switch p := recover(); {
			case p == nil:
				done <- nil
			case p == http.ErrAbortHandler:
				done <- io.ErrUnexpectedEOF
			default:
				done <- fmt.Errorf("client: the handler panicked: %v", p)
			}
		}()
		t.h.ServeHTTP(w, r)
	}()
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case err := <-done:
		if err != nil {
			return nil, err
		}
	}
	return w.response(req), nil
}

// answer is an http.ResponseWriter that keeps the answer.
type answer struct {
	header http.Header // as the handler sees it
	sent   http.Header // as it was when the status was written
	status int
	body   bytes.Buffer
}

func (w *answer) Header() http.Header { return w.header }

func (w *answer) WriteHeader(status int) {
	if w.status == 0 && status >= 200 {
		w.status, w.sent = status, w.header.Clone()
	}
}

func (w *answer) Write(b []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(b)
}

func (w *answer) Flush() { w.WriteHeader(http.StatusOK) }

// SetReadDeadline and its like mean nothing without a connection; they are
// here so that http.ResponseController does not fail.
func (w *answer) SetReadDeadline(time.Time) error  { return nil }
func (w *answer) SetWriteDeadline(time.Time) error { return nil }
func (w *answer) EnableFullDuplex() error          { return errors.ErrUnsupported }

func (w *answer) response(req *http.Request) *http.Response {
	w.WriteHeader(http.StatusOK)
	return &http.Response{
		Status: fmt.Sprintf("%d %s", w.status, http.StatusText(w.status)), StatusCode: w.status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: w.sent, Body: io.NopCloser(&w.body), ContentLength: int64(w.body.Len()), Request: req,
	}
}
