package feed_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/openecs/openecs/internal/agent"
	"github.com/openecs/openecs/internal/clock"
	"github.com/openecs/openecs/internal/engine/incus/incustest"
)

// TestAgentFollowsFeed has an agent follow a server, which is told what is in
// force.
func TestAgentFollowsFeed(t *testing.T) {
	incustest.Asked(t)
	if os.Getuid() != 0 {
		t.Fatal("network namespaces need root")
	}
	s, server, c := start(t)
	n := s.Network()
	s.Running()
	name := fmt.Sprintf("oef%d.host", os.Getpid()%10000)
	ip := func(args ...string) {
		if out, err := exec.Command("ip", args...).CombinedOutput(); err != nil {
			t.Errorf("ip %v: %s", args, out)
		}
	}
	ip("netns", "add", name)
	t.Cleanup(func() { ip("netns", "del", name) })
	o := agent.Options{NetNS: "/run/netns/" + name, Prefix: fmt.Sprintf("oef%d-", os.Getpid()%10000), Clock: clock.Real()}
	a, err := agent.New(o)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- a.Follow(ctx, c) }()
	t.Cleanup(func() {
		cancel()
		<-done
		a.Close()
		if err := agent.Remove(o); err != nil {
			t.Error(err)
		}
	})
	for i := range 3 {
		rev := s.DB().Snapshot().Rev()
		for began := time.Now(); server.Applied("host-1") < rev; time.Sleep(time.Millisecond) {
			if time.Since(began) > 10*time.Second {
				t.Fatalf("revision %d is in force, not %d", server.Applied("host-1"), rev)
			}
		}
		s.Do("AuthorizeSecurityGroup", "SecurityGroupId", n.Group, "IpProtocol", "tcp", "PortRange", fmt.Sprintf("%d/%d", i+1, i+1), "SourceCidrIp", "0.0.0.0/0")
	}
}
