package client

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/openecs/openecs/api"
)

// Retry bounds how often and how patiently a call is tried. The zero value
// means 6 attempts, 100 ms doubling up to 10 s.
type Retry struct {
	Attempts  int           // in all; 1 or less than 0: no retry
	Base, Max time.Duration // of the pauses; each is drawn from its upper half
}

func (r Retry) withDefaults() Retry {
	if r.Attempts == 0 {
		r.Attempts = 6
	}
	if r.Base <= 0 {
		r.Base = 100 * time.Millisecond
	}
	if r.Max <= 0 {
		r.Max = 10 * time.Second
	}
	return r
}

// pause is how long to wait after the given attempt, from 1.
func (r Retry) pause(attempt int) time.Duration {
	d := r.Base
	for ; attempt > 1 && d < r.Max; attempt-- {
		d *= 2
	}
	d = min(d, r.Max)
	return d/2 + rand.N(d/2+1)
}

// maxRetryAfter bounds what a server may ask a client to wait.
const maxRetryAfter = time.Minute

// retryAfter reads the header that comes with throttling, in milliseconds.
func retryAfter(h http.Header) time.Duration {
	ms, err := strconv.ParseInt(h.Get("x-acs-retry-after"), 10, 64)
	if err != nil || ms <= 0 {
		return 0
	}
	return min(time.Duration(min(ms, maxRetryAfter.Milliseconds()))*time.Millisecond, maxRetryAfter)
}

// Temporary reports whether the same request may well succeed later: the
// service was throttling, failing or out of reach.
func Temporary(err error) bool {
	if e, ok := errors.AsType[*api.Error](err); ok {
		return e.Status >= 500 || strings.Contains(e.Code, "Throttling")
	}
	_, network := errors.AsType[*NetworkError](err)
	return network
}

// A NetworkError is a request that got no complete answer.
type NetworkError struct {
	Endpoint string // scheme and host: the query may hold secrets
	Cause    error
}

func (e *NetworkError) Error() string {
	return fmt.Sprintf("no answer from %s: %v", e.Endpoint, e.Cause)
}
func (e *NetworkError) Unwrap() error { return e.Cause }

// unsent reports whether the request cannot have reached the service.
func (e *NetworkError) unsent() bool {
	op, ok := errors.AsType[*net.OpError](e.Cause)
	return ok && op.Op == "dial"
}

// retryable decides on one failed attempt. Refusals for want of capacity and
// failures the service admits to (5xx) are tried again always: a write without
// a token may then find its own effect and be refused for it. A broken
// connection leaves open whether the request took effect, so then only what
// may be repeated is.
func retryable(err error, repeatable bool) bool {
	if n, ok := errors.AsType[*NetworkError](err); ok {
		return repeatable || n.unsent()
	}
	return Temporary(err)
}

// sleep waits, or says why it did not: the context ended, or would end first.
func sleep(ctx context.Context, d time.Duration) error {
	if end, ok := ctx.Deadline(); ok && time.Until(end) < d {
		return context.DeadlineExceeded
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
