package client

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/openecs/openecs/api"
)

func get(p *api.Params, name string) string { v, _ := p.Get(name); return v }

// TestOverHTTP goes over a real connection and a real signature check.
func TestOverHTTP(t *testing.T) {
	f := newFake(t)
	server := httptest.NewServer(f)
	defer server.Close()
	c := f.client(func(c *Config) { c.Transport, c.Endpoint = nil, server.URL+"/" })
	defer c.CloseIdle()
	out, err := c.CreateInstance(t.Context(), &api.CreateInstanceRequest{InstanceType: "ecs.g7.large", InstanceName: "a b*+~/é中&=%"})
	if err != nil || out.InstanceID != "i-a" || out.RequestID != "R-CreateInstance" {
		t.Fatalf("%+v, %v", out, err)
	}
	sent := f.requests[0]
	if get(sent, "InstanceName") != "a b*+~/é中&=%" || get(sent, "RegionId") != "cn-hangzhou" || get(sent, "ClientToken") == "" {
		t.Errorf("sent %v", sent.All())
	}
	bad := f.client(func(c *Config) { c.Transport, c.Endpoint, c.AccessKeySecret = nil, server.URL, "wrong" })
	_, err = bad.DescribeRegions(t.Context(), &api.DescribeRegionsRequest{AcceptLanguage: "quoted-back"})
	e, ok := errors.AsType[*api.Error](err)
	if !ok || e.Code != "SignatureDoesNotMatch" || e.Status != 400 || e.RequestID != "R-auth" || strings.Contains(err.Error(), "quoted-back") {
		t.Errorf("%v", err)
	}
}

// TestDrivenClock: requests can be signed with the service's own time.
func TestDrivenClock(t *testing.T) {
	f := newFake(t)
	then := func() time.Time { return time.Date(2031, 1, 1, 0, 0, 0, 0, time.UTC) }
	f.verifier.Clock = then
	if _, err := f.client(func(c *Config) { c.Clock = then }).DescribeRegions(t.Context(), &api.DescribeRegionsRequest{}); err != nil {
		t.Error(err)
	}
	if _, err := f.client(nil).DescribeRegions(t.Context(), &api.DescribeRegionsRequest{}); !errors.Is(err, &api.Error{Code: "InvalidTimeStamp.Expired"}) {
		t.Error(err)
	}
}

func TestCall(t *testing.T) {
	f := newFake(t)
	c := f.client(nil)
	p := new(api.Params)
	p.Set("InstanceIds", "[]")
	body, id, err := c.Call(t.Context(), "", "DescribeInstances", p)
	if err != nil || id != "R-DescribeInstances" || !strings.Contains(string(body), `"Instance":[]`) {
		t.Errorf("%s, %s, %v", body, id, err)
	}
	if p.Len() != 1 {
		t.Errorf("the caller's parameters were changed: %v", p.All())
	}
	for _, test := range []struct{ product, action, wantProduct, wantVersion string }{
		{"", "DescribeInstances", "Ecs", "2014-05-26"}, {"ecs", "RunInstances", "Ecs", "2014-05-26"}, {"2014-05-26", "DescribeVpcs", "Ecs", "2014-05-26"},
		{"", "DescribeVpcs", "Vpc", "2016-04-28"}, {"Vpc", "DescribeVpcs", "Vpc", "2016-04-28"}, {"", "GetCallerIdentity", "Sts", "2015-04-01"},
		{"Ecs", "NoSuchAction", "Ecs", "2014-05-26"}, {"2016-04-28", "NoSuchAction", "Vpc", "2016-04-28"},
	} {
		to, err := find(test.product, test.action)
		if err != nil || to.product != test.wantProduct || to.version != test.wantVersion {
			t.Errorf("%s %s: %+v, %v", test.product, test.action, to, err)
		}
	}
	if _, _, err := c.Call(t.Context(), "Oss", "PutObject", nil); err == nil {
		t.Error("an unknown product was called")
	}
	if to, _ := find("", "CreateInstance"); !to.write || !to.token {
		t.Errorf("CreateInstance: %+v", to)
	}
	if to, _ := find("", "DescribeInstances"); to.write {
		t.Errorf("DescribeInstances: %+v", to)
	}
}

// TestRetries: what is tried again, how often, with which token.
func TestRetries(t *testing.T) {
	throttled := func(code string, status, times int) func(http.ResponseWriter, string, *api.Params) bool {
		return func(w http.ResponseWriter, _ string, _ *api.Params) bool {
			if times--; times < 0 {
				return false
			}
			return refuse(w, status, code)
		}
	}
	for _, test := range []struct {
		name, action string
		before       func(http.ResponseWriter, string, *api.Params) bool
		code         string
		calls        int
	}{
		{"503 twice", "CreateInstance", throttled("ServiceUnavailable", 503, 2), "", 3},
		{"500, no token", "StartInstance", throttled("InternalError", 500, 1), "", 2},
		{"throttling", "DescribeInstances", throttled("Throttling.User", 400, 3), "", 4},
		{"other throttling", "CreateInstance", throttled("Rejected.Throttling", 429, 1), "", 2},
		{"for ever", "DescribeInstances", throttled("Throttling", 400, 99), "Throttling", 6},
		{"refused", "CreateInstance", throttled("InvalidImageId.NotFound", 404, 99), "InvalidImageId.NotFound", 1},
		{"not this API", "DescribeInstances", func(w http.ResponseWriter, _ string, _ *api.Params) bool {
			w.WriteHeader(302)
			w.Write([]byte("<html>"))
			return true
		}, codeUnreadable, 1},
		{"cut off, read", "DescribeInstances", aborts(1), "", 2},
		{"cut off, write with token", "CreateInstance", aborts(2), "", 3},
		{"cut off, write without token", "StartInstance", aborts(1), "network", 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := newFake(t)
			f.instances["i-x"] = &fakeInstance{status: "Stopped"}
			f.before = test.before
			p := new(api.Params)
			p.Set("InstanceIds", "[]")
			p.Set("InstanceId", "i-x")
			_, _, err := f.client(nil).Call(t.Context(), "", test.action, p)
			code := ""
			if e, ok := errors.AsType[*api.Error](err); ok {
				code = e.Code
			} else if _, ok := errors.AsType[*NetworkError](err); ok {
				code = "network"
			} else if err != nil {
				t.Fatal(err)
			}
			if code != test.code || f.count(test.action) != test.calls {
				t.Errorf("%q after %d calls, want %q after %d: %v", code, f.count(test.action), test.code, test.calls, err)
			}
			for _, r := range f.requests[1:] {
				if get(r, "ClientToken") != get(f.requests[0], "ClientToken") {
					t.Error("the token changed between attempts")
				}
			}
		})
	}
}

// aborts breaks the connection for the first n requests.
func aborts(n int) func(http.ResponseWriter, string, *api.Params) bool {
	return func(http.ResponseWriter, string, *api.Params) bool {
		if n--; n >= 0 {
			panic(http.ErrAbortHandler)
		}
		return false
	}
}

func TestRetryAfter(t *testing.T) {
	f, first := newFake(t), true
	f.before = func(w http.ResponseWriter, _ string, _ *api.Params) bool {
		if first {
			first = false
			w.Header().Set("x-acs-retry-after", "80")
			return refuse(w, 400, "Throttling")
		}
		return false
	}
	start := time.Now()
	if _, err := f.client(nil).DescribeRegions(t.Context(), &api.DescribeRegionsRequest{}); err != nil || time.Since(start) < 80*time.Millisecond {
		t.Errorf("after %s: %v", time.Since(start), err)
	}
	for value, want := range map[string]time.Duration{"": 0, "x": 0, "-5": 0, "1500": 1500 * time.Millisecond, "9223372036854775807": time.Minute} {
		if got := retryAfter(http.Header{"X-Acs-Retry-After": {value}}); got != want {
			t.Errorf("%q: %s", value, got)
		}
	}
	r := Retry{}.withDefaults()
	for attempt, want := range map[int]time.Duration{1: 100 * time.Millisecond, 3: 400 * time.Millisecond, 50: 10 * time.Second} {
		for range 20 {
			if got := r.pause(attempt); got < want/2 || got > want {
				t.Errorf("attempt %d: %s", attempt, got)
			}
		}
	}
}

// TestDeadline: a call ends with its context, and says why it was retrying.
func TestDeadline(t *testing.T) {
	f := newFake(t)
	f.before = func(w http.ResponseWriter, _ string, _ *api.Params) bool { return refuse(w, 503, "ServiceUnavailable") }
	c := f.client(func(c *Config) {
		c.Retry = Retry{Attempts: 1 << 30, Base: 5 * time.Millisecond, Max: 5 * time.Millisecond}
	})
	ctx, cancel := context.WithTimeout(t.Context(), 60*time.Millisecond)
	defer cancel()
	_, err := c.DescribeRegions(ctx, &api.DescribeRegionsRequest{})
	if !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, &api.Error{Code: "ServiceUnavailable"}) {
		t.Error(err)
	}
	cancel()
	if _, err := c.DescribeRegions(ctx, &api.DescribeRegionsRequest{}); err == nil {
		t.Error("called under an ended context")
	}

	hang := f.client(func(c *Config) {
		c.Timeout, c.Retry.Attempts = 10*time.Millisecond, 2
		c.Transport = HandlerTransport(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	})
	_, err = hang.DescribeRegions(t.Context(), &api.DescribeRegionsRequest{})
	if _, ok := errors.AsType[*NetworkError](err); !ok || errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "none within 10ms") {
		t.Error(err)
	}
}

// TestRefusedConnection: a request that was never sent may be tried again even
// without a token, and its secrets are in no error.
func TestRefusedConnection(t *testing.T) {
	var dials atomic.Int64
	c, err := New(Config{AccessKeyID: "ak", AccessKeySecret: "secret", Retry: Retry{Attempts: 3, Base: time.Millisecond},
		Dial: func(context.Context, string, string) (net.Conn, error) {
			dials.Add(1)
			return nil, &net.OpError{Op: "dial", Err: errors.New("refused")}
		}})
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.ResetDisk(t.Context(), &api.ResetDiskRequest{DiskID: "hunter2"})
	if dials.Load() != 3 || err == nil || strings.Contains(err.Error(), "hunter2") || !strings.Contains(err.Error(), "http://127.0.0.1:7070") {
		t.Errorf("%d dials: %v", dials.Load(), err)
	}
}

func TestObserve(t *testing.T) {
	f := newFake(t)
	var records []CallRecord
	c := f.client(func(c *Config) { c.Observe = func(r CallRecord) { records = append(records, r) } })
	f.before = func(w http.ResponseWriter, _ string, _ *api.Params) bool {
		return len(f.actions) == 1 && refuse(w, 500, "InternalError")
	}
	_, err := c.CreateInstance(t.Context(), &api.CreateInstanceRequest{InstanceType: "t", Password: "hunter2", UserData: "aHVudGVyMg==", ClientToken: "tok"})
	if err != nil || len(records) != 2 {
		t.Fatalf("%d records, %v", len(records), err)
	}
	first, second := records[0], records[1]
	if first.Err == nil || first.Status != 500 || first.RequestID != "R-InternalError" || first.Attempt != 1 || first.Product != "Ecs" {
		t.Errorf("%+v", first)
	}
	want := []api.Param{{Name: "ClientToken", Value: "tok"}, {Name: "InstanceType", Value: "t"}, {Name: "Password", Value: Masked},
		{Name: "RegionId", Value: "cn-hangzhou"}, {Name: "UserData", Value: Masked}}
	if second.Err != nil || second.Status != 200 || second.Attempt != 2 || second.Action != "CreateInstance" || !slices.Equal(second.Params, want) {
		t.Errorf("%+v", second)
	}
	if get(f.requests[1], "Password") != "hunter2" {
		t.Error("the mask was sent")
	}
}

func TestIsSecret(t *testing.T) {
	for name, want := range map[string]bool{"Password": true, "VncPassword": true, "LaunchTemplate.Password": true, "UserData": true, "AccessKeySecret": true,
		"SecurityToken": true, "Signature": true, "PrivateKeyBody": true, "BearerToken": true, "ClientToken": false, "NextToken": false,
		"PasswordInherit": false, "InstanceId": false, "AccessKeyId": false, "SignatureNonce": false, "": false} {
		if IsSecret(name) != want {
			t.Errorf("%s: %v", name, !want)
		}
	}
}

// TestGuard: no packet to Alibaba Cloud unless it is allowed, whatever leads there.
func TestGuard(t *testing.T) {
	var dialled []string
	base := Config{AccessKeyID: "ak", AccessKeySecret: "s", Retry: Retry{Attempts: 1}, Region: "cn-beijing",
		Dial: func(_ context.Context, _, addr string) (net.Conn, error) {
			dialled = append(dialled, addr)
			return nil, errors.New("recorded")
		}}
	for _, endpoint := range []string{"https://ecs.cn-hangzhou.aliyuncs.com", "http://ECS.aliyuncs.COM.:80", "https://aliyuncs.com", "https://x.alibabacloud.com", AlibabaCloud} {
		c := base
		c.Endpoint = endpoint
		if _, err := New(c); !errors.Is(err, ErrAlibabaCloud) {
			t.Errorf("%s: %v", endpoint, err)
		}
		c.Endpoint, c.Endpoints = "", map[string]string{"Ecs": endpoint}
		if _, err := New(c); err == nil {
			t.Errorf("%s for one product was accepted", endpoint)
		}
	}
	c, err := New(base)
	if err != nil {
		t.Fatal(err)
	}
	req, _ := http.NewRequest("POST", "http://127.0.0.1:7070/", nil)
	req.URL.Host = "vpc.aliyuncs.com:443"
	if _, err := c.transport.RoundTrip(req); !errors.Is(err, ErrAlibabaCloud) {
		t.Error(err)
	}
	req.URL.Host, req.Host = "127.0.0.1:7070", "ecs.aliyuncs.com:80"
	if _, err := c.transport.RoundTrip(req); !errors.Is(err, ErrAlibabaCloud) {
		t.Error(err)
	}
	if len(dialled) != 0 {
		t.Errorf("dialled %v", dialled)
	}

	allowed := base
	allowed.AllowAlibabaCloud, allowed.Endpoint = true, AlibabaCloud
	t.Setenv("HTTPS_PROXY", "")
	if c, err = New(allowed); err != nil {
		t.Fatal(err)
	}
	c.DescribeRegions(t.Context(), &api.DescribeRegionsRequest{})
	if !slices.Equal(dialled, []string{"ecs.cn-beijing.aliyuncs.com:443"}) {
		t.Errorf("dialled %v", dialled)
	}
	for host, want := range map[string]bool{"notaliyuncs.com": false, "aliyuncs.com.example.org": false, "127.0.0.1": false, "localhost": false, "::1": false} {
		if isAlibabaCloud(host) != want {
			t.Error(host)
		}
	}
}

func TestNewRefuses(t *testing.T) {
	for _, endpoint := range []string{"127.0.0.1:7070", "ftp://h", "http://", "http://h/path", "http://u:p@h", "http://h?x=1", "http://h:port:1"} {
		if _, err := New(Config{AccessKeyID: "a", AccessKeySecret: "s", Endpoint: endpoint}); err == nil {
			t.Errorf("%s was accepted", endpoint)
		}
	}
	if _, err := New(Config{}); err == nil {
		t.Error("no key was accepted")
	}
	c, err := New(Config{Transport: HandlerTransport(nil), Credentials: func(context.Context) (Credential, error) { return Credential{}, errors.New("none found") }})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.DescribeRegions(t.Context(), &api.DescribeRegionsRequest{}); err == nil || !strings.Contains(err.Error(), "none found") {
		t.Error(err)
	}
}

func TestHandlerTransport(t *testing.T) {
	do := func(ctx context.Context, h http.HandlerFunc) (*http.Response, error) {
		req, _ := http.NewRequestWithContext(ctx, "POST", "http://host:1/p?q=1", strings.NewReader("body"))
		return HandlerTransport(h).RoundTrip(req)
	}
	resp, err := do(t.Context(), func(w http.ResponseWriter, r *http.Request) {
		if r.Host != "host:1" || r.RequestURI != "/p?q=1" || r.URL.Host != "" {
			t.Errorf("%+v", r)
		}
		w.Header().Set("a", "1")
		w.WriteHeader(201)
		w.WriteHeader(500)
		w.Header().Set("a", "2")
	})
	if err != nil || resp.StatusCode != 201 || resp.Header.Get("a") != "1" || resp.ContentLength != 0 {
		t.Errorf("%+v, %v", resp, err)
	}
	if _, err := do(t.Context(), func(http.ResponseWriter, *http.Request) { panic("oops") }); err == nil || !strings.Contains(err.Error(), "oops") {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	release := make(chan struct{})
	defer close(release)
	if _, err := do(ctx, func(http.ResponseWriter, *http.Request) { cancel(); <-release }); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
