package feed_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/openecs/openecs/internal/actiontest"
	"github.com/openecs/openecs/internal/agent/feed"
	"github.com/openecs/openecs/internal/agent/plan"
	"github.com/openecs/openecs/internal/clock"
	"github.com/openecs/openecs/internal/ecs"
)

func start(t *testing.T) (*actiontest.Service, *feed.Server, *feed.Client) {
	s := actiontest.Start(t)
	o := plan.Options{Here: func(ecs.Key, *ecs.Instance) bool { return true }}
	server := feed.NewServer(s.DB(), func(name string) (plan.Options, bool) { return o, name == "host-1" }, clock.Real())
	front := httptest.NewServer(server)
	t.Cleanup(front.Close)
	return s, server, &feed.Client{URL: front.URL + "/host-1", HTTP: front.Client()}
}

// TestPlansAndReports follows revisions, those that change a plan and those that
// do not.
func TestPlansAndReports(t *testing.T) {
	s, server, c := start(t)
	n := s.Network()
	s.Running()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	next := func(have *plan.Host) *plan.Host {
		t.Helper()
		h, err := c.Next(ctx, have)
		if err != nil {
			t.Fatal(err)
		}
		p := plan.Planner{Options: plan.Options{Here: func(ecs.Key, *ecs.Instance) bool { return true }}}
		if want := p.Host(s.DB().Snapshot()); h.Rev > want.Rev || !h.Equal(want) {
			t.Fatalf("%+v, want %+v", h, want)
		}
		return h
	}
	first := next(nil)
	s.Do("AuthorizeSecurityGroup", "SecurityGroupId", n.Group, "IpProtocol", "tcp", "PortRange", "80/80", "SourceCidrIp", "0.0.0.0/0")
	second := next(first)
	if second.Equal(first) || second.Rev <= first.Rev {
		t.Errorf("revision %d then %d, the same plan: %v", first.Rev, second.Rev, second.Equal(first))
	}
	s.Do("ModifyVpcAttribute", "RegionId", "cn-hangzhou", "VpcId", n.VPC, "VpcName", "renamed")
	third := next(second)
	if !third.Equal(second) || third.Rev <= second.Rev || &third.VPCs[0] != &second.VPCs[0] {
		t.Errorf("revision %d then %d: what has not changed was sent again", second.Rev, third.Rev)
	}
	if server.Applied("host-1") != 0 {
		t.Error("something is in force already")
	}
	if err := c.Report(ctx, third.Rev); err != nil || server.Applied("host-1") != third.Rev {
		t.Errorf("%v, %d", err, server.Applied("host-1"))
	}
	if err := c.Report(ctx, third.Rev+1000); err == nil || server.Applied("host-1") != third.Rev {
		t.Errorf("a revision that is not there yet: %v, %d", err, server.Applied("host-1"))
	}
	// Waiting ends with who waits.
	short, stop := context.WithTimeout(ctx, 50*time.Millisecond)
	defer stop()
	if h, err := c.Next(short, third); err == nil {
		t.Errorf("there is no later revision than %d, but %d", third.Rev, h.Rev)
	}
}

func TestRefusals(t *testing.T) {
	_, _, c := start(t)
	base := strings.TrimSuffix(c.URL, "/host-1")
	for path, want := range map[string]int{"/host-2/plan": 404, "/host-1/plan?after=x": 400, "/host-1/other": 404, "/plan": 404} {
		resp, err := http.Get(base + path)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != want {
			t.Errorf("%s: %s, want %d", path, resp.Status, want)
		}
	}
	c.URL = base + "/host-2"
	if _, err := c.Next(context.Background(), nil); err == nil || !strings.Contains(err.Error(), "no such host") {
		t.Errorf("%v", err)
	}
	if err := c.Report(context.Background(), 0); err == nil || !strings.Contains(err.Error(), "no such host") {
		t.Errorf("%v", err)
	}
}
