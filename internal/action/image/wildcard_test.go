package image

import "testing"

func TestWildcard(t *testing.T) {
	for _, c := range []struct {
		pattern, name string
		want          bool
	}{
		{"a", "a", true}, {"a", "ab", false}, {"*", "", true}, {"a*", "ab", true}, {"*b", "ab", true}, {"a*a", "a", false},
		{"a*c", "abc", true}, {"a**c", "ac", true}, {"*b*", "abc", true}, {"*x*", "abc", false}, {"a*b*c", "a1b2c", true}, {"a*b*c", "a1c2b", false},
	} {
		if got := wildcard(c.pattern, c.name); got != c.want {
			t.Errorf("wildcard(%q, %q) = %v", c.pattern, c.name, got)
		}
	}
}
