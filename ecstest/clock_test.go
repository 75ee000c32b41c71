package ecstest

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/auth"
)

const day = 24 * time.Hour

// caller is the code that GetCallerIdentity is refused with, signed now, "" if it is not.
func caller(t *testing.T, s *Server, form string, c auth.Credential) (code string) {
	t.Helper()
	now := auth.Signing{Time: time.Now(), Nonce: auth.NewNonce()}
	var req *http.Request
	var err error
	switch form {
	case "header":
		if req, err = http.NewRequest("POST", s.Endpoint+"/", nil); err != nil {
			t.Fatal(err)
		}
		req.Header.Set("X-Acs-Action", "GetCallerIdentity")
		req.Header.Set("X-Acs-Version", "2015-04-01")
		err = auth.SignV3(req, nil, c, now)
	case "query":
		p := new(api.Params)
		p.Set("Action", "GetCallerIdentity")
		p.Set("Version", "2015-04-01")
		p.Set("Format", "JSON")
		auth.SignV1("GET", p, c, now)
		req, err = http.NewRequest("GET", s.Endpoint+"/?"+auth.EncodeQuery(p), nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, _ := io.ReadAll(resp.Body)
	var out struct{ Code, AccountID string }
	if err := json.Unmarshal(b, &out); err != nil {
		t.Fatalf("%s: %v", b, err)
	}
	if out.Code == "" && out.AccountID != fmt.Sprint(uint64(Account)) {
		t.Fatalf("%s", b)
	}
	return out.Code
}

// TestSignedByTheMachinesClock: whatever the service's clock shows, a request that is signed now is good and one
// that is signed by the service's time is not; a temporary key ends by the service's clock.
func TestSignedByTheMachinesClock(t *testing.T) {
	s := Start(t)
	own := auth.Credential{ID: s.AccessKeyID, Secret: s.AccessKeySecret}
	session := func() auth.Credential {
		out, err := s.Client.AssumeRole(t.Context(), &api.AssumeRoleRequest{
			RoleArn: fmt.Sprintf("acs:ram::%d:role/deploy", uint64(Account)), RoleSessionName: "run-1", DurationSeconds: new(int64(900))})
		if err != nil {
			t.Fatal(err)
		}
		if want := s.Clock.Now().Add(900 * time.Second); !strings.HasPrefix(want.Format(time.RFC3339), out.Credentials.Expiration[:16]) {
			t.Errorf("it ends at %s, want %v", out.Credentials.Expiration, want)
		}
		return auth.Credential{ID: out.Credentials.AccessKeyID, Secret: out.Credentials.AccessKeySecret, Token: out.Credentials.SecurityToken}
	}
	for _, move := range []func(){
		func() { s.Clock.Freeze() },
		func() { s.Clock.Advance(400 * day) },
		func() { s.Clock.Scale(1e5) },
		func() { s.Clock.Resume() },
	} {
		move()
		s.Clock.Freeze() // so that the key does not end while we look
		temporary := session()
		for _, form := range []string{"header", "query"} {
			for _, c := range []auth.Credential{own, temporary} {
				if code := caller(t, s, form, c); code != "" {
					t.Errorf("%s, at %v: %s", form, s.Clock.Now(), code)
				}
			}
		}
		s.Clock.Advance(899 * time.Second)
		if code := caller(t, s, "query", temporary); code != "" {
			t.Errorf("a second before its end: %s", code)
		}
		s.Clock.Advance(time.Second)
		for _, form := range []string{"header", "query"} {
			if code := caller(t, s, form, temporary); code != api.CodeInvalidSecurityTokenExpired {
				t.Errorf("%s, at its end: %s", form, code)
			}
		}
	}
	p := new(api.Params)
	p.Set("Action", "GetCallerIdentity")
	p.Set("Version", "2015-04-01")
	p.Set("Format", "JSON")
	auth.SignV1("GET", p, own, auth.Signing{Time: s.Clock.Now(), Nonce: auth.NewNonce()})
	resp, err := http.Get(s.Endpoint + "/?" + auth.EncodeQuery(p))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if b, _ := io.ReadAll(resp.Body); resp.StatusCode != 400 || !strings.Contains(string(b), `"InvalidTimeStamp.Expired"`) {
		t.Errorf("signed by the service's time: %d %s", resp.StatusCode, b)
	}
}

// TestFreezeInFlight freezes the clock while instances start: they stay as they are, requests are answered, and
// everything goes on afterwards.
func TestFreezeInFlight(t *testing.T) {
	s := Start(t, Scaled(1))
	ctx := context.Background()
	net := s.network(t)
	run, err := s.Client.RunInstances(ctx, &api.RunInstancesRequest{
		RegionID: "cn-hangzhou", InstanceType: "ecs.g7.large", ImageID: "aliyun_3_x64_20G_alibase_20240819.vhd", Amount: new(5),
		SecurityGroupID: net.group, VSwitchID: net.vswitch, SystemDisk: api.RunInstancesRequestSystemDisk{Category: "cloud_essd"},
	})
	if err != nil {
		t.Fatal(err)
	}
	s.Clock.Freeze()
	at := s.Clock.Now()
	want := func(status string) {
		t.Helper()
		for _, id := range run.InstanceIDSets.InstanceIDSet {
			i, err := s.Client.FindInstance(ctx, "cn-hangzhou", id)
			if err != nil || i == nil || i.Status != status {
				t.Fatalf("%s: %+v %v, want %s", id, i, err, status)
			}
		}
	}
	want("Pending")
	time.Sleep(50 * time.Millisecond)
	want("Pending")
	if _, err := s.Client.CreateVpc(ctx, &api.CreateVpcRequest{RegionID: "cn-hangzhou"}); err != nil {
		t.Fatal(err)
	}
	if !s.Clock.Now().Equal(at) {
		t.Errorf("a frozen clock went on by %v", s.Clock.Now().Sub(at))
	}
	s.Clock.Advance(10 * time.Second)
	want("Starting")
	s.Clock.Scale(3600)
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(time.Millisecond) {
		i, err := s.Client.FindInstance(ctx, "cn-hangzhou", run.InstanceIDSets.InstanceIDSet[4])
		if err != nil {
			t.Fatal(err)
		}
		if i.Status == "Running" {
			break
		}
		if time.Now().After(end) {
			t.Fatalf("it is %s at %v", i.Status, s.Clock.Now())
		}
	}
	s.Clock.Resume()
}

// tell is a test that notes what ends it.
type tell struct {
	testing.TB
	said string
}

func (t *tell) Helper() {}
func (t *tell) Fatalf(format string, args ...any) {
	t.said = fmt.Sprintf(format, args...)
	panic(t)
}

func TestClockRefuses(t *testing.T) {
	s := Start(t, At(time.Date(2026, 8, 9, 5, 0, 0, 0, time.UTC)))
	for want, move := range map[string]func(*Clock){
		"cannot go back":          func(c *Clock) { c.Set(c.Now().Add(-time.Second)) },
		"cannot go back: 2026-08": func(c *Clock) { c.Advance(-time.Second) },
		"cannot go so far":        func(c *Clock) { c.Set(time.Date(2101, 1, 1, 0, 0, 0, 0, time.UTC)) },
		"not -1":                  func(c *Clock) { c.Scale(-1) },
		"not 1e+07":               func(c *Clock) { c.Scale(1e7) },
	} {
		to := &tell{TB: t}
		func() {
			defer func() { recover() }()
			move(&Clock{to, s.Clock.d})
		}()
		if !strings.Contains(to.said, want) {
			t.Errorf("%q, want %q", to.said, want)
		}
	}
	if got := s.Clock.Now(); !got.Equal(time.Date(2026, 8, 9, 5, 0, 0, 0, time.UTC)) {
		t.Errorf("it went to %v", got)
	}
}
