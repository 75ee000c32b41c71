package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/auth"
)

// maxAnswer bounds what is read of an answer.
const maxAnswer = 64 << 20

// call sends a typed request and decodes the answer. An error is an *api.Error
// when the service refused, a *NetworkError when there was no answer, or the
// context's.
func call[Out any](ctx context.Context, c *Client, info *api.ActionInfo, in api.Request) (*Out, error) {
	p := new(api.Params)
	in.AppendParams(p)
	return send[Out](ctx, c, target{info.Product, info.Version, info.Name, info.Write, hasClientToken(in), false}, p)
}

// send is call for parameters instead of a request.
func send[Out any](ctx context.Context, c *Client, to target, p *api.Params) (*Out, error) {
	body, _, err := c.do(ctx, to, p)
	if err != nil {
		return nil, err
	}
	out := new(Out)
	if err := json.Unmarshal(body, out); err != nil {
		return nil, fmt.Errorf("client: the answer to %s: %w", to.action, err)
	}
	return out, nil
}

// Call calls any action by name and returns the JSON answer as it came.
// product is a product's name (Ecs, Vpc, …) or the version of one
// (2014-05-26); "" finds the product by the action and prefers Ecs. Names this
// program does not know are sent all the same: the service will say. params is
// not changed.
func (c *Client) Call(ctx context.Context, product, action string, params *api.Params) (body []byte, requestID string, err error) {
	to, err := find(product, action)
	if err != nil {
		return nil, "", err
	}
	p := new(api.Params)
	if params != nil {
		for _, param := range params.All() {
			p.Set(param.Name, param.Value)
		}
	}
	return c.do(ctx, to, p)
}

// versions are the products' API versions.
var versions = []struct{ product, version string }{
	{"Ecs", "2014-05-26"}, {"Vpc", "2016-04-28"}, {"Sts", "2015-04-01"}, {"Location", "2015-06-12"},
	{"Tag", "2018-08-28"}, {"ResourceManager", "2020-03-31"}, {"BssOpenApi", "2017-12-14"}, {"Ram", "2015-05-01"},
}

// target is one action to call.
type target struct {
	product, version, action string
	write                    bool
	token                    bool // it has a ClientToken
	again                    bool // as safe to repeat as a read
}

func find(product, action string) (target, error) {
	fallback := target{}
	for _, v := range versions {
		if product != "" && !strings.EqualFold(product, v.product) && product != v.version {
			continue
		}
		if info, ok := api.Lookup(v.version, action); ok {
			if product == "" && info.Alias != nil {
				continue // the VPC product's own comes next
			}
			return target{v.product, v.version, action, info.Write, info.Typed() && hasClientToken(info.New()), false}, nil
		}
		if fallback.product == "" {
			fallback = target{v.product, v.version, action, !soundsReading(action), false, false}
		}
	}
	if fallback.product == "" {
		return target{}, fmt.Errorf("client: unknown product or version %q", product)
	}
	return fallback, nil
}

func soundsReading(action string) bool {
	for _, verb := range []string{"Describe", "List", "Get", "Query"} {
		if strings.HasPrefix(action, verb) {
			return true
		}
	}
	return false
}

// hasClientToken reports whether a request type has an idempotency token.
func hasClientToken(in api.Request) bool {
	t := reflect.TypeOf(in)
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return false
	}
	_, ok := t.FieldByName("ClientToken")
	return ok
}

// do sends one call until it is answered, tried often enough or out of time.
// A write that knows idempotency tokens gets one, the same for each attempt.
func (c *Client) do(ctx context.Context, to target, p *api.Params) ([]byte, string, error) {
	if c.config.Region != "" && !p.Has("RegionId") {
		p.Set("RegionId", c.config.Region)
	}
	if to.write && to.token && !p.Has("ClientToken") {
		p.Set("ClientToken", "openecs-"+auth.NewNonce())
	}
	if c.config.BeforeWrite != nil && to.write {
		if dry, _ := p.Get("DryRun"); !strings.EqualFold(dry, "true") {
			if err := c.config.BeforeWrite(ctx, to.action); err != nil {
				return nil, "", err
			}
		}
	}
	token, _ := p.Get("ClientToken")
	repeatable := !to.write || to.again || to.token && token != ""
	var last error // why the attempt before this one failed
	for attempt := 1; ; attempt++ {
		if err := ctx.Err(); err != nil {
			return nil, "", errors.Join(err, last)
		}
		a := c.attempt(ctx, to, p, attempt)
		if a.err == nil {
			return a.body, a.requestID, nil
		}
		if err := ctx.Err(); err != nil {
			if last == nil {
				last = a.err
			}
			return nil, a.requestID, errors.Join(err, last)
		}
		last = a.err
		if attempt >= c.config.Retry.Attempts || !retryable(a.err, repeatable) {
			return nil, a.requestID, a.err
		}
		if err := sleep(ctx, max(c.config.Retry.pause(attempt), a.retryAfter)); err != nil {
			return nil, a.requestID, errors.Join(err, a.err)
		}
	}
}

// attempted is how one attempt ended.
type attempted struct {
	body       []byte
	status     int
	requestID  string
	retryAfter time.Duration
	err        error
}

func (c *Client) attempt(caller context.Context, to target, p *api.Params, n int) (a attempted) {
	region, _ := p.Get("RegionId")
	start := time.Now()
	if c.config.Observe != nil {
		defer func() {
			c.config.Observe(CallRecord{Time: start, Product: to.product, Action: to.action, Region: region, Attempt: n,
				Params: masked(p.All()), Status: a.status, RequestID: a.requestID, Duration: time.Since(start), Err: a.err})
		}()
	}
	cred, err := c.credential(caller)
	if err != nil {
		return attempted{err: fmt.Errorf("client: credentials: %w", err)}
	}
	ctx, cancel := context.WithTimeout(caller, c.config.Timeout)
	defer cancel()
	base := c.endpoint(to.product, region)
	u := &url.URL{Scheme: base.Scheme, Host: base.Host, Path: "/", RawQuery: auth.EncodeQuery(p)}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, u.String(), nil)
	if err != nil {
		return attempted{err: fmt.Errorf("client: %s", base.Host)}
	}
	req.Header = http.Header{"Accept": {"application/json"}, "User-Agent": {c.config.UserAgent},
		"X-Acs-Action": {to.action}, "X-Acs-Version": {to.version}}
	if err := auth.SignV3(req, nil, cred, auth.Signing{Time: c.config.Clock(), Nonce: auth.NewNonce()}); err != nil {
		return attempted{err: err}
	}
	// Not http.Client: it follows redirects and puts the URL, secrets and all,
	// in its errors.
	resp, err := c.transport.RoundTrip(req)
	if errors.Is(err, ErrAlibabaCloud) {
		return attempted{err: err}
	}
	lost := func(err error) error {
		if ctx.Err() != nil && caller.Err() == nil { // not the caller's deadline
			err = fmt.Errorf("none within %s", c.config.Timeout)
		}
		return &NetworkError{base.Scheme + "://" + base.Host, err}
	}
	if err != nil {
		return attempted{err: lost(err)}
	}
	defer resp.Body.Close()
	a = attempted{status: resp.StatusCode, requestID: resp.Header.Get("x-acs-request-id"), retryAfter: retryAfter(resp.Header)}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	switch {
	case err != nil:
		a.err = lost(err)
	case len(body) > maxAnswer:
		a.err = fmt.Errorf("client: the answer to %s is longer than %d bytes", to.action, maxAnswer)
	default:
		a.read(body)
	}
	return a
}

// read tells an answer from a refusal. 3xx is a refusal too: nothing that
// speaks this protocol redirects.
func (a *attempted) read(body []byte) {
	var head struct {
		RequestID string `json:"RequestId"`
		Code      string
		Message   string
	}
	ok := a.status >= 200 && a.status < 300
	if ok && a.requestID != "" && json.Valid(body) {
		a.body = body
		return
	}
	err := json.Unmarshal(body, &head)
	if head.RequestID != "" {
		a.requestID = head.RequestID
	}
	switch {
	case ok && json.Valid(body): // an answer may have a Code of its own type
		a.body = body
	case !ok && err == nil && head.Code != "":
		a.err = &api.Error{Code: head.Code, Message: withoutQuote(head.Code, head.Message), Status: a.status, RequestID: a.requestID}
	default:
		text := strings.ToValidUTF8(string(body[:min(len(body), 200)]), "?")
		a.err = &api.Error{Code: codeUnreadable, Message: fmt.Sprintf("HTTP status %d with an answer that is not this API's: %q", a.status, text),
			Status: a.status, RequestID: a.requestID}
	}
}

// codeUnreadable is the client's own: something else than the service answered.
const codeUnreadable = "Client.UnreadableAnswer"
