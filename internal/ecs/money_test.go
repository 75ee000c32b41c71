package ecs

import "testing"

func TestMoney(t *testing.T) {
	for s, want := range map[string]string{"0": "0.00", "1": "1.00", "1.5": "1.50", "12.34567": "12.34567", "0.001": "0.001", "1000000000000": "1000000000000.00"} {
		m, err := ParseMoney(s)
		if err != nil || m.String() != want {
			t.Errorf("%s: %v %v, want %s", s, m, err, want)
		}
		if back, err := ParseMoney(m.String()); err != nil || back != m {
			t.Errorf("%s does not come back: %v %v", m, back, err)
		}
	}
	if s := (-Unit / 4).String(); s != "-0.25" {
		t.Errorf("a negative quarter: %s", s)
	}
	for _, s := range []string{"", ".", "1.", ".5", "-1", "+1", "1e3", "0x1", "1,5", "1.234567", "1000000000000.00001", "99999999999999999999", " 1", "１"} {
		if m, err := ParseMoney(s); err == nil {
			t.Errorf("%q is %v", s, m)
		}
	}
}
