package ecs

import "testing"

func TestParsePortRange(t *testing.T) {
	for _, c := range []struct {
		in       string
		from, to uint16
		ok       bool
	}{
		{"80/80", 80, 80, true}, {"1/65535", 1, 65535, true}, {"22/23", 22, 23, true},
		{"", 0, 0, false}, {"80", 0, 0, false}, {"80/", 0, 0, false}, {"/80", 0, 0, false}, {"0/80", 0, 0, false}, {"81/80", 0, 0, false},
		{"80/65536", 0, 0, false}, {"-1/-1", 0, 0, false}, {"80/80/80", 0, 0, false}, {"+80/80", 0, 0, false}, {" 80/80", 0, 0, false},
	} {
		from, to, ok := ParsePortRange(c.in)
		if from != c.from || to != c.to || ok != c.ok {
			t.Errorf("%q: %d, %d, %v", c.in, from, to, ok)
		}
		if ok && (PortEntry{From: from, To: to}).Range() != c.in {
			t.Errorf("%q is shown in another way", c.in)
		}
	}
}
