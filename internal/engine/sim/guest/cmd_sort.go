package guest

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

func sortLines(c *call) int {
	set, ok := c.flags("rnufhVb", "kt")
	if !ok {
		return 2
	}
	key := func(l string) string {
		k, given := set['k']
		if !given {
			return l
		}
		n, _ := strconv.Atoi(strings.SplitN(strings.TrimRight(k, "nr"), ",", 2)[0])
		f := strings.Fields(l)
		if t, given := set['t']; given {
			f = strings.Split(l, t)
		}
		if n < 1 || n > len(f) {
			return ""
		}
		return f[n-1]
	}
	numeric := has(set, 'n') || has(set, 'h') || strings.Contains(set['k'], "n")
	var list []string
	total := 0
	status := c.inputs(c.args, func(_ string, r io.Reader) error {
		var full error
		return firstOf(&full, lines(r, func(l string) bool {
			if total += len(l) + 16; total > maxBytes {
				full = errNoSpace
				return false
			}
			list = append(list, l)
			return true
		}))
	})
	slices.SortStableFunc(list, func(a, b string) int {
		x, y := key(a), key(b)
		d := strings.Compare(x, y)
		if numeric {
			m, n := leading(x), leading(y)
			switch {
			case m < n:
				d = -1
			case m > n:
				d = 1
			default:
				d = 0
			}
		}
		if d == 0 && !has(set, 'u') {
			d = strings.Compare(a, b)
		}
		if has(set, 'r') || strings.Contains(set['k'], "r") {
			d = -d
		}
		return d
	})
	if has(set, 'u') {
		list = slices.CompactFunc(list, func(a, b string) bool { return key(a) == key(b) })
	}
	for _, l := range list {
		if c.print(l+"\n") != nil {
			return 2
		}
	}
	return status
}

// leading is the number a text begins with.
func leading(s string) float64 {
	s = strings.TrimSpace(s)
	end := 0
	for end < len(s) && (s[end] >= '0' && s[end] <= '9' || s[end] == '.' || end == 0 && s[end] == '-') {
		end++
	}
	f, _ := strconv.ParseFloat(s[:end], 64)
	return f
}

func uniq(c *call) int {
	set, ok := c.flags("cdu", "")
	if !ok {
		return 1
	}
	return c.inputs(c.args, func(_ string, r io.Reader) error {
		last, n := "", 0
		var werr error
		flush := func() {
			if n == 0 || has(set, 'd') && n < 2 || has(set, 'u') && n > 1 {
				return
			}
			if has(set, 'c') {
				werr = c.print(fmt.Sprintf("%7d %s\n", n, last))
			} else {
				werr = c.print(last + "\n")
			}
		}
		err := lines(r, func(l string) bool {
			if n > 0 && l == last {
				n++
				return true
			}
			flush()
			last, n = l, 1
			return werr == nil
		})
		flush()
		return firstOf(&werr, err)
	})
}
