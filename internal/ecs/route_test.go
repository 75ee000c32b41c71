package ecs

import (
	"net/netip"
	"testing"

	"pgregory.net/rapid"
)

func TestRouteTo(t *testing.T) {
	prefix := func(s string) Prefix {
		p, ok := ParsePrefix(s)
		if !ok {
			t.Fatal(s)
		}
		return p
	}
	six, _ := ParsePrefix6("::/1")
	routes := []Route{
		{Prefix: prefix("10.0.0.0/24"), System: true, Entry: 1},
		{Prefix: prefix("0.0.0.0/0"), Entry: 2},
		{Prefix: prefix("10.0.0.0/8"), Entry: 3},
		{Prefix: prefix("10.9.9.9/32"), Entry: 4},
		{Prefix: prefix("100.64.0.0/10"), System: true, Entry: 5},
		{Prefix6: six, IPv6: true, Entry: 6},
	}
	for _, c := range []struct {
		to   string
		want Key
	}{
		{"10.0.0.1", 1}, {"10.0.1.1", 3}, {"10.9.9.9", 4}, {"10.9.9.8", 3}, {"8.8.8.8", 2}, {"100.64.0.1", 5}, {"100.128.0.0", 2}, {"0.0.0.1", 2},
	} {
		a, _ := ParseIPv4(c.to)
		if r, ok := RouteTo(routes, a); !ok || r.Entry != c.want {
			t.Errorf("%s goes by %d (%v), want %d", c.to, r.Entry, ok, c.want)
		}
	}
	a, _ := ParseIPv4("8.8.8.8")
	if r, ok := RouteTo(routes[:1], a); ok {
		t.Errorf("without a route it goes by %v", r)
	}
	in, _ := ParseIPv6("2001:db8::1")
	out, _ := ParseIPv6("fd00::1")
	if r, ok := RouteTo6(routes, in); !ok || r.Entry != 6 {
		t.Errorf("IPv6 goes by %v %v", r, ok)
	}
	if r, ok := RouteTo6(routes, out); ok {
		t.Errorf("without a route IPv6 goes by %v", r)
	}
	all := Route{IPv6: true, Entry: 7}
	if r, ok := RouteTo6(append(routes, all), out); !ok || r.Entry != 7 || all.Destination() != "::/0" {
		t.Errorf("the default route is %v %v", r, ok)
	}
	if r, _ := RouteTo6(append([]Route{all}, routes...), in); r.Entry != 6 {
		t.Errorf("the default route goes before a longer one")
	}
}

// The route is the longest of those that netip says contain the address,
// whatever their order.
func TestRouteToModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seen := map[Prefix]bool{}
		var routes []Route
		for i := range rapid.IntRange(0, 12).Draw(t, "routes") {
			bits := rapid.IntRange(0, 32).Draw(t, "bits")
			addr := IPv4(rapid.Uint32Range(0, 1<<6-1).Draw(t, "network") << 26)
			n := netip.PrefixFrom(addr.Addr(), bits)
			if !n.IsValid() {
				n = netip.PrefixFrom(netip.IPv4Unspecified(), bits)
			}
			p, ok := ParsePrefix(n.Masked().String())
			if !ok {
				t.Fatalf("%v is not read", n)
			}
			if !seen[p] {
				seen[p] = true
				routes = append(routes, Route{Prefix: p, Entry: Key(i + 1)})
			}
		}
		a := IPv4(rapid.Uint32Range(1, 1<<6-1).Draw(t, "address")<<26 | rapid.Uint32Range(0, 3).Draw(t, "low"))
		want, bits := Key(0), -1
		for _, r := range routes {
			if n := netip.MustParsePrefix(r.Prefix.String()); n.Contains(a.Addr()) && n.Bits() > bits {
				want, bits = r.Entry, n.Bits()
			}
		}
		got, ok := RouteTo(routes, a)
		if ok != (bits >= 0) || got.Entry != want {
			t.Fatalf("%v goes by %v %v, want %v", a, got, ok, want)
		}
	})
}
