package ecs

import (
	"net/netip"
	"testing"

	"pgregory.net/rapid"
)

func TestIPv6(t *testing.T) {
	for _, c := range []struct{ in, out string }{
		{"2001:db8::1", "2001:db8::1"}, {"2001:0DB8:0:0:0:0:0:1", "2001:db8::1"}, {"fd00::", "fd00::"},
	} {
		if a, ok := ParseIPv6(c.in); !ok || a.String() != c.out || a.Addr().String() != c.out {
			t.Errorf("%q: %v %v", c.in, a, ok)
		}
	}
	for _, bad := range []string{"", "1.2.3.4", "::ffff:1.2.3.4", "fe80::1%eth0", "2001:db8", "2001:db8::1/64"} {
		if _, ok := ParseIPv6(bad); ok {
			t.Errorf("%q is read", bad)
		}
	}
	if s := (IPv6{}).String(); s != "" {
		t.Errorf("none shows %q", s)
	}
}

func TestPrefix6(t *testing.T) {
	p, ok := ParsePrefix6("2408:4005:3c0:af00::/56")
	if !ok || p.String() != "2408:4005:3c0:af00::/56" {
		t.Fatalf("%v %v", p, ok)
	}
	w := p.VSwitch(255)
	if w.String() != "2408:4005:3c0:afff::/64" || !p.Covers(w) || w.Covers(p) || !w.Overlaps(p) || p.VSwitch(1).Overlaps(w) {
		t.Errorf("vSwitch %v", w)
	}
	if none := (Prefix6{}); none.Covers(p) || p.Covers(none) || none.Overlaps(none) || none.String() != "" {
		t.Error("none has addresses")
	}
	for _, bad := range []string{"", "2408::1/64", "10.0.0.0/8", "2408::/129", "::ffff:10.0.0.0/104", "2408::"} {
		if _, ok := ParsePrefix6(bad); ok {
			t.Errorf("%q is read", bad)
		}
	}
}

// Contains and Overlaps are what netip says, at every length.
func TestPrefix6Model(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		addr := func(name string) netip.Addr {
			var b [16]byte
			for i, v := range rapid.SliceOfN(rapid.ByteMax(1), 16, 16).Draw(t, name) {
				b[i] = v << rapid.IntRange(0, 7).Draw(t, name+" bit")
			}
			return netip.AddrFrom16(b)
		}
		network := func(name string) netip.Prefix {
			return netip.PrefixFrom(addr(name), rapid.IntRange(1, 128).Draw(t, name+" bits")).Masked()
		}
		a, p, q := addr("a"), network("p"), network("q")
		if a.Is4In6() || p.Addr().Is4In6() || q.Addr().Is4In6() {
			t.Skip("an IPv4 address")
		}
		mine := func(n netip.Prefix) Prefix6 {
			out, ok := ParsePrefix6(n.String())
			if !ok {
				t.Fatalf("%v is not read", n)
			}
			return out
		}
		if got, want := mine(p).Contains(ipv6(a)), p.Contains(a); got != want {
			t.Fatalf("%v contains %v: %v", p, a, got)
		}
		if got, want := mine(p).Overlaps(mine(q)), p.Overlaps(q); got != want {
			t.Fatalf("%v overlaps %v: %v", p, q, got)
		}
	})
}
