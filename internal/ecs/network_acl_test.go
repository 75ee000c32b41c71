package ecs

import (
	"net/netip"
	"testing"
)

func TestAllowedByACL(t *testing.T) {
	acl := &NetworkACL{
		Ingress: []ACLEntry{
			{Drop: true, Protocol: ProtocolTCP, From: 22, To: 22, CIDR: "10.0.1.0/24"},
			{Protocol: ProtocolTCP, From: 1, To: 1024, CIDR: "10.0.0.0/8"},
			{Protocol: ProtocolICMP, From: -1, To: -1, CIDR: "0.0.0.0/0"},
			{Protocol: ProtocolAll, From: -1, To: -1, CIDR: "2001:db8::/32"},
		},
		Egress: []ACLEntry{
			{Protocol: ProtocolUDP, From: -1, To: -1, CIDR: "0.0.0.0/0"},
			{Drop: true, Protocol: ProtocolAll, From: -1, To: -1, CIDR: "10.0.0.0/8"},
			{Protocol: ProtocolAll, From: -1, To: -1, CIDR: "0.0.0.0/0"},
		},
	}
	for _, c := range []struct {
		name     string
		egress   bool
		peer     string
		protocol Protocol
		port     uint16
		pass     bool
		entry    int
	}{
		{"the first match drops", false, "10.0.1.9", ProtocolTCP, 22, false, 0},
		{"another source", false, "10.0.2.9", ProtocolTCP, 22, true, 1},
		{"another port", false, "10.0.1.9", ProtocolTCP, 23, true, 1},
		{"the first port of a range", false, "10.0.1.9", ProtocolTCP, 1, true, 1},
		{"the last port of a range", false, "10.0.1.9", ProtocolTCP, 1024, true, 1},
		{"beyond a range", false, "10.0.1.9", ProtocolTCP, 1025, false, -1},
		{"another protocol", false, "10.0.1.9", ProtocolUDP, 80, false, -1},
		{"no ports", false, "203.0.113.1", ProtocolICMP, 0, true, 2},
		{"outside every network", false, "203.0.113.1", ProtocolTCP, 80, false, -1},
		{"IPv6", false, "2001:db8::1", ProtocolTCP, 80, true, 3},
		{"IPv6 is in no network of IPv4", false, "2001:db9::1", ProtocolICMP, 0, false, -1},
		{"an IPv4 address in the form of IPv6", false, "::ffff:10.0.2.9", ProtocolTCP, 80, true, 1},
		{"any port", true, "10.0.1.9", ProtocolUDP, 65535, true, 0},
		{"all protocols drop", true, "10.0.1.9", ProtocolTCP, 80, false, 1},
		{"all protocols pass", true, "203.0.113.1", ProtocolGRE, 0, true, 2},
	} {
		got := AllowedByACL(acl, c.egress, netip.MustParseAddr(c.peer), c.protocol, c.port)
		if got != (ACLDecision{Pass: c.pass, Entry: c.entry}) {
			t.Errorf("%s: %+v", c.name, got)
		}
	}
	peer := netip.MustParseAddr("10.0.1.9")
	if got := AllowedByACL(nil, true, peer, ProtocolTCP, 80); !got.Pass || got.Entry != -1 {
		t.Errorf("no ACL: %+v", got)
	}
	if got := AllowedByACL(&NetworkACL{}, false, peer, ProtocolTCP, 80); got.Pass || got.Entry != -1 {
		t.Errorf("an ACL without entries: %+v", got)
	}
}
