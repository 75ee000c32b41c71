package ecs

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestIDNamesItsKey(t *testing.T) {
	kinds := []Kind{KindInstance, KindDisk, KindNetworkInterface, KindSecurityGroup, KindRule, KindVPC, KindVSwitch, KindRouteTable, KindRouter, KindKeyPair, KindLaunchTemplate, KindPrefixList, KindPortRangeList,
		KindNetworkACL, KindDHCPOptionsSet, KindHaVip, KindRouteEntry, KindIPv4Gateway, KindIPv6Gateway}
	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.SampledFrom(kinds).Draw(t, "kind")
		k := Key(uint64(rapid.SampledFrom([]uint8{1, 2, 3, 35, 200, 255}).Draw(t, "region"))<<56 | rapid.Uint64Range(1, 1<<56-1).Draw(t, "low"))
		id := ID(kind, k)
		if got, ok := ParseID(kind, id); !ok || got != k {
			t.Fatalf("ParseID(%q) = %v, %v; want %v", id, got, ok, k)
		}
		for _, other := range kinds {
			if _, ok := ParseID(other, id); ok && other != kind {
				t.Fatalf("%q is also a %c", id, other)
			}
		}
		broken := []byte(id)
		at := rapid.IntRange(0, len(id)-1).Draw(t, "at")
		if broken[at]++; string(broken) != id {
			if _, ok := ParseID(kind, string(broken)); ok {
				t.Fatalf("%q names a row, though it is %q mistyped", broken, id)
			}
		}
	})
}

func TestResourceGroupIDs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k := Key(rapid.Uint64Range(1, 1<<56-1).Draw(t, "key"))
		id := ID(KindResourceGroup, k)
		if got, ok := ParseID(KindResourceGroup, id); !ok || got != k || len(id) != 18 || !strings.HasPrefix(id, "rg-acfm") {
			t.Fatalf("ParseID(%q) = %v, %v; want %v", id, got, ok, k)
		}
		account := rapid.Uint64Range(1, 1<<51).Draw(t, "account")
		d := DefaultResourceGroup(account)
		if d.Region() != 0 || d <= MakeKey(0, time.Date(2036, 12, 31, 0, 0, 0, 0, time.UTC)) || d == DefaultResourceGroup(account+1) {
			t.Fatalf("the default group of %d has key %x", account, d)
		}
	})
	for _, bad := range []string{"", "rg-", "rg-acfm", "rg-acfm0000000000", "rg-acfm000000000000", "rg-acfmzzzzzzzzzzz", "rg-acfmA0000000000", "i-bp1"} {
		if _, ok := ParseID(KindResourceGroup, bad); ok {
			t.Errorf("%q names a resource group", bad)
		}
	}
}

func TestIDsLookLikeTheRealOnes(t *testing.T) {
	k := MakeKey(1, time.Date(2026, 8, 9, 5, 0, 0, 0, time.UTC))
	for kind, want := range map[Kind]struct {
		prefix string
		length int
	}{KindInstance: {"i-bp1", 22}, KindVPC: {"vpc-bp1", 25}, KindVSwitch: {"vsw-bp1", 25}, KindSecurityGroup: {"sg-bp1", 23}, KindDisk: {"d-bp1", 22}} {
		if id := ID(kind, k); !strings.HasPrefix(id, want.prefix) || len(id) != want.length {
			t.Errorf("%c: %q, want %s… of %d characters", kind, id, want.prefix, want.length)
		}
	}
	if ID(KindInstance, k) >= ID(KindInstance, k+1) || ID(KindInstance, k) >= ID(KindInstance, k+1<<16) {
		t.Error("identifiers do not rise with their keys")
	}
}

func TestStatus(t *testing.T) {
	for _, c := range []struct {
		name string
		i    Instance
		want Status
	}{
		{"new", Instance{}, Pending},
		{"new, to be started", Instance{Want: Want{Op: OpStart, Gen: 1}}, Pending},
		{"provisioned", Instance{Seen: Seen{Provisioned: true}}, Stopped},
		{"starting", Instance{Want: Want{Op: OpStart, Gen: 1}, Seen: Seen{Provisioned: true}}, Starting},
		{"running", Instance{Want: Want{Op: OpStart, Gen: 1}, Seen: Seen{Provisioned: true, Gen: 1, Power: PowerOn}}, Running},
		{"rebooting", Instance{Want: Want{Op: OpReboot, Gen: 2}, Seen: Seen{Provisioned: true, Gen: 1, Power: PowerOn}}, Starting},
		{"stopping", Instance{Want: Want{Op: OpStop, Gen: 2}, Seen: Seen{Provisioned: true, Gen: 1, Power: PowerOn}}, Stopping},
		{"stopped", Instance{Want: Want{Op: OpStop, Gen: 2}, Seen: Seen{Provisioned: true, Gen: 2}}, Stopped},
		{"powered itself off", Instance{Want: Want{Op: OpStart, Gen: 1}, Seen: Seen{Provisioned: true, Gen: 1}}, Stopped},
		{"deleted while running", Instance{Want: Want{Deleted: true}, Seen: Seen{Provisioned: true, Power: PowerOn}}, Stopping},
		{"deleted while stopped", Instance{Want: Want{Deleted: true}, Seen: Seen{Provisioned: true}}, Stopped},
	} {
		if got := c.i.Status(); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestPeriodEnd(t *testing.T) {
	at := func(s string) time.Time {
		v, err := time.ParseInLocation("2006-01-02 15:04", s, Beijing)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for _, c := range []struct {
		bought string
		n      int
		unit   PeriodUnit
		want   string
	}{
		{"2026-08-09 13:00", 1, Month, "2026-09-09T16:00Z"},
		{"2026-01-31 10:00", 1, Month, "2026-02-28T16:00Z"},
		{"2024-01-31 10:00", 1, Month, "2024-02-29T16:00Z"},
		{"2026-12-15 00:00", 1, Month, "2027-01-15T16:00Z"},
		{"2026-08-09 13:00", 1, Year, "2027-08-09T16:00Z"},
		{"2026-08-09 13:00", 2, Week, "2026-08-23T16:00Z"},
		{"2026-08-31 23:59", 6, Month, "2027-02-28T16:00Z"},
	} {
		if got := Minute(PeriodEnd(at(c.bought), c.n, c.unit).Unix()); got != c.want {
			t.Errorf("%s + %d %v ends %s, want %s", c.bought, c.n, c.unit, got, c.want)
		}
	}
}

func TestPrefix(t *testing.T) {
	p, ok := ParsePrefix("192.168.0.0/24")
	if !ok || p.String() != "192.168.0.0/24" || p.Size() != 256 || p.UsableCount() != 252 {
		t.Fatalf("%v %v", p, ok)
	}
	for s, want := range map[string]bool{"192.168.0.0": false, "192.168.0.1": true, "192.168.0.252": true, "192.168.0.253": false, "192.168.0.255": false, "192.168.1.1": false} {
		a, _ := ParseIPv4(s)
		if p.Usable(a) != want {
			t.Errorf("Usable(%s) = %v", s, !want)
		}
	}
	for _, bad := range []string{"192.168.0.1/24", "x", "::/64", "10.0.0.0/33", "10.0.0.0"} {
		if _, ok := ParsePrefix(bad); ok {
			t.Errorf("%q is taken for a network", bad)
		}
	}
	q, _ := ParsePrefix("192.168.0.0/16")
	r, _ := ParsePrefix("10.0.0.0/8")
	if !q.Covers(p) || p.Covers(q) || !p.Overlaps(q) || p.Overlaps(r) {
		t.Error("Covers or Overlaps is wrong")
	}
}

func TestValidation(t *testing.T) {
	long := strings.Repeat("a", 129)
	for _, c := range []struct {
		what string
		ok   func(string) bool
		good []string
		bad  []string
	}{
		{"name", ValidName, []string{"ab", "网络-1", "a.b:c_d"}, []string{"a", "", long, "1a", "http://x", "a b", "-a"}},
		{"instance name", ValidInstanceName, []string{"ab", "1a", "n-1.x:y_z"}, []string{"a", long, "https://x", "a b", "_a", "n-[1,2]-x"}},
		{"description", ValidDescription, []string{"ab", "any text: 1!"}, []string{"a", strings.Repeat("x", 257), "http://x"}},
		{"password", func(s string) bool { return ValidPassword(s, false) }, []string{"Abcdef12", "abc12!@#", "/bc12!@#A"}, []string{"Abc12!", "abcdefgh", "abcd1234", strings.Repeat("aB1", 11), "Abcdef1\x00"}},
		{"windows password", func(s string) bool { return ValidPassword(s, true) }, []string{"Abcdef12"}, []string{"/bc12!@#A"}},
		{"host name", func(s string) bool { return ValidHostName(s, false) }, []string{"ab", "a.b-c", "web-${instance_id}"}, []string{"a", "-ab", "ab-", "a..b", ".ab", "a--b", "a_b", strings.Repeat("a", 65)}},
		{"windows host name", func(s string) bool { return ValidHostName(s, true) }, []string{"ab1"}, []string{"a.b", "1234", strings.Repeat("a", 16)}},
		{"tag key", ValidTagKey, []string{"a", "env"}, []string{"", "acs:x", "aliyunx", "http://a", long}},
		{"tag value", ValidTagValue, []string{"", "x"}, []string{"https://a", long}},
		{"client token", ValidClientToken, []string{"", strings.Repeat("x", 64)}, []string{strings.Repeat("x", 65), "é"}},
	} {
		for _, s := range c.good {
			if !c.ok(s) {
				t.Errorf("%s %q is refused", c.what, s)
			}
		}
		for _, s := range c.bad {
			if c.ok(s) {
				t.Errorf("%s %q is accepted", c.what, s)
			}
		}
	}
}
