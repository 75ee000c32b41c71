package clock

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// ParseDuration reads a time as people write it to a Driven clock: 30d, 2w, 1d12h, 90m, 1.5h. It
// is above nothing and at most 100 years. The units are w, d, h, m, s and ms; a day has 24 hours.
// An error is a sentence.
func ParseDuration(s string) (time.Duration, error) {
	var total float64 // seconds
	rest := s
	for rest != "" {
		n := len(rest) - len(strings.TrimLeft(rest, "0123456789."))
		number, err := strconv.ParseFloat(rest[:n], 64)
		rest = rest[n:]
		u := strings.IndexAny(rest, "0123456789.")
		if u < 0 {
			u = len(rest)
		}
		unit, ok := units[rest[:u]]
		if err != nil || !ok {
			return 0, fmt.Errorf("%q is no time such as 30d, 2w, 1d12h or 90m", s)
		}
		total += number * unit.Seconds()
		rest = rest[u:]
	}
	switch {
	case s == "":
		return 0, fmt.Errorf("a time such as 30d, 2w, 1d12h or 90m is missing")
	case total > (100 * 365 * day).Seconds():
		return 0, fmt.Errorf("%s is more than 100 years", s)
	case total < time.Millisecond.Seconds():
		return 0, fmt.Errorf("%s is less than a millisecond", s)
	}
	return time.Duration(math.Round(total * float64(time.Second))), nil
}

const day = 24 * time.Hour

var units = map[string]time.Duration{
	"w": 7 * day, "d": day, "h": time.Hour, "m": time.Minute, "s": time.Second, "ms": time.Millisecond,
}

// MaxRate and MinRate bound how fast people may let a Driven clock run.
const (
	MinRate = 0.01
	MaxRate = 1e6 // some eleven days a second
)
