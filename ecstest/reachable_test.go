package ecstest

import (
	"strings"
	"testing"

	"github.com/openecs/openecs/api"
)

func TestReachable(t *testing.T) {
	s := Start(t)
	net := s.network(t)
	a, b := s.create(t, net), s.create(t, net)
	want := func(from, to string, port int, ok bool, why string) {
		t.Helper()
		if got, said := s.Reachable(from, to, "tcp", port); got != ok || !strings.Contains(said, why) {
			t.Errorf("%s to %s, port %d: %v, %q; want %v, %q", from, to, port, got, said, ok, why)
		}
	}
	want(a, b, 443, true, "whose members reach each other")
	_, err := s.Client.ModifySecurityGroupPolicy(t.Context(), &api.ModifySecurityGroupPolicyRequest{RegionID: "cn-hangzhou", SecurityGroupID: net.group, InnerAccessPolicy: "Drop"})
	if err != nil {
		t.Fatal(err)
	}
	want(a, b, 443, false, "what no rule matches is dropped")
	_, err = s.Client.AuthorizeSecurityGroup(t.Context(), &api.AuthorizeSecurityGroupRequest{
		RegionID: "cn-hangzhou", SecurityGroupID: net.group, IPProtocol: "tcp", PortRange: "443/443", SourceCidrIP: "192.168.0.0/16",
	})
	if err != nil {
		t.Fatal(err)
	}
	want(a, b, 443, true, "accept tcp 443/443")
	want(a, b, 80, false, "dropped")
	want("203.0.113.5", a, 443, false, "has no public address")
	want(a, "i-none", 443, false, "no identifier")
}
