package ecs

import (
	"errors"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // zones are the same on every host
)

// Frequency is when the runs of a scheduled invocation begin: each so often, once
// at an instant, or by a cron expression.
type Frequency struct {
	every  time.Duration
	at     time.Time
	fields [7]field // seconds, minutes, hours, days, months, weekdays, years
	zone   *time.Location
}

// field is the values that a field of a cron expression allows; nil allows all.
type field map[int]bool

func (f field) has(n int) bool { return f == nil || f[n] }

// Why a frequency is refused.
var (
	ErrFrequency            = errors.New("ecs: not a frequency")
	ErrFrequencyUnsupported = errors.New("ecs: the letters L, W and # of cron expressions are not supported")
)

// The bounds of intervals.
const (
	MinRate = time.Minute
	MaxRate = 7 * 24 * time.Hour
	minCron = 10 * time.Second
)

var frequencies sync.Map // of those parsed before, so that a transaction reads no time zone

// ParseFrequency reads rate(5m), at(2026-08-09 05:00:00 Asia/Shanghai) or a cron
// expression of six or seven fields with an optional time zone, UTC by default.
func ParseFrequency(text string) (*Frequency, error) {
	if f, ok := frequencies.Load(text); ok {
		return f.(*Frequency), nil
	}
	f, err := parseFrequency(strings.TrimSpace(text))
	if err == nil && len(text) <= 256 {
		frequencies.Store(strings.Clone(text), f)
	}
	return f, err
}

func parseFrequency(text string) (*Frequency, error) {
	if inner, ok := between(text, "rate("); ok {
		inner = strings.ReplaceAll(inner, " ", "")
		if inner == "" {
			return nil, ErrFrequency
		}
		unit, ok := map[byte]time.Duration{'s': time.Second, 'm': time.Minute, 'h': time.Hour, 'd': 24 * time.Hour}[inner[len(inner)-1]]
		n, err := strconv.ParseUint(inner[:len(inner)-1], 10, 20)
		d := time.Duration(n) * unit
		if !ok || err != nil || d < MinRate || d > MaxRate {
			return nil, ErrFrequency
		}
		return &Frequency{every: d}, nil
	}
	if inner, ok := between(text, "at("); ok {
		f := strings.Fields(inner)
		if len(f) != 2 && len(f) != 3 {
			return nil, ErrFrequency
		}
		zone, err := parseZone(append(f, "UTC")[2])
		if err != nil {
			return nil, err
		}
		t, err := time.ParseInLocation("2006-01-02 15:04:05", f[0]+" "+f[1], zone)
		if err != nil {
			return nil, ErrFrequency
		}
		return &Frequency{at: t}, nil
	}
	return parseCron(strings.Fields(text))
}

func between(text, begin string) (string, bool) {
	inner, ok := strings.CutPrefix(text, begin)
	if !ok {
		return "", false
	}
	return strings.CutSuffix(inner, ")")
}

var offset = regexp.MustCompile(`^GMT([+-])([1-9]?\d)(?::([0-5]\d))?$`)

func parseZone(name string) (*time.Location, error) {
	if name == "UTC" {
		return time.UTC, nil
	}
	if m := offset.FindStringSubmatch(name); m != nil {
		h, _ := strconv.Atoi(m[2])
		min, _ := strconv.Atoi("0" + m[3])
		s := h*3600 + min*60
		if h > 14 {
			return nil, ErrFrequency
		}
		if m[1] == "-" {
			s = -s
		}
		return time.FixedZone(name, s), nil
	}
	if !strings.Contains(name, "/") || strings.Contains(name, "..") {
		return nil, ErrFrequency
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, ErrFrequency
	}
	return zone, nil
}

// ValidTimeZone reports whether a time zone has a form that schedules take.
func ValidTimeZone(name string) bool {
	_, err := parseZone(name)
	return err == nil
}

var cronFields = [7]struct {
	lo, hi int
	names  []string
}{
	{0, 59, nil}, {0, 59, nil}, {0, 23, nil}, {1, 31, nil},
	{1, 12, []string{"", "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"}},
	{1, 7, []string{"", "MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"}}, // 1 is Monday
	{1970, 2099, nil},
}

func parseCron(words []string) (*Frequency, error) {
	f := &Frequency{zone: time.UTC}
	if n := len(words); n > 6 {
		if last := words[n-1]; strings.ContainsAny(last, "abcdefghijklmnopqrstuvwxyzGU") {
			zone, err := parseZone(last)
			if err != nil {
				return nil, err
			}
			f.zone, words = zone, words[:n-1]
		}
	}
	if len(words) != 6 && len(words) != 7 {
		return nil, ErrFrequency
	}
	for i, w := range words {
		set, err := parseField(w, i)
		if err != nil {
			return nil, err
		}
		f.fields[i] = set
	}
	if words[3] != "?" && words[5] != "?" && words[3] != "*" && words[5] != "*" {
		return nil, ErrFrequency // one of the two says the day
	}
	// Two runs must be apart: a minute's worth of them shows it.
	last := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	probe := *f
	probe.fields[3], probe.fields[4], probe.fields[5], probe.fields[6] = nil, nil, nil, nil
	for i := range 8 {
		next, ok := probe.nextCron(last)
		if !ok {
			return nil, ErrFrequency
		}
		if i > 0 && next.Sub(last) < minCron {
			return nil, ErrFrequency
		}
		last = next
	}
	return f, nil
}

func parseField(w string, i int) (field, error) {
	c := cronFields[i]
	if w == "*" || w == "?" && (i == 3 || i == 5) {
		return nil, nil
	}
	number := func(s string) (int, bool) {
		for n, name := range c.names {
			if name != "" && strings.EqualFold(name, s) {
				return n, true
			}
		}
		n, err := strconv.Atoi(s)
		return n, err == nil && n >= c.lo && n <= c.hi
	}
	set := field{}
	for part := range strings.SplitSeq(w, ",") {
		span, stepText, stepped := strings.Cut(part, "/")
		step := 1
		if stepped {
			n, err := strconv.Atoi(stepText)
			if err != nil || n < 1 {
				return nil, ErrFrequency
			}
			step = n
		}
		lo, hi := c.lo, c.hi
		if span != "*" {
			a, b, ranged := strings.Cut(span, "-")
			var ok bool
			if lo, ok = number(a); !ok {
				if (i == 3 || i == 5) && strings.ContainsAny(span, "LW#") {
					return nil, ErrFrequencyUnsupported
				}
				return nil, ErrFrequency
			}
			switch {
			case ranged:
				if hi, ok = number(b); !ok || hi < lo {
					return nil, ErrFrequency
				}
			case !stepped:
				hi = lo
			}
		}
		for n := lo; n <= hi; n += step {
			set[n] = true
		}
	}
	return set, nil
}

// Interval is the time between runs of a rate; 0 for others.
func (f *Frequency) Interval() time.Duration { return f.every }

// Next is the first run after an instant, for an invocation made at created; ok
// is false when there is none.
func (f *Frequency) Next(created, after time.Time) (next time.Time, ok bool) {
	switch {
	case f.every > 0:
		n := max(0, after.Sub(created)/f.every)
		return created.Add((n + 1) * f.every), true
	case !f.at.IsZero():
		return f.at.UTC(), f.at.After(after)
	}
	next, ok = f.nextCron(after)
	return next.UTC(), ok
}

// nextCron goes from the largest unit that does not fit to the next value of it.
func (f *Frequency) nextCron(after time.Time) (time.Time, bool) {
	t := after.In(f.zone).Truncate(time.Second).Add(time.Second)
	for range 20000 {
		y, m, d := t.Date()
		switch {
		case y > 2099:
			return t, false
		case !f.fields[6].has(y):
			t = time.Date(y+1, 1, 1, 0, 0, 0, 0, f.zone)
		case !f.fields[4].has(int(m)):
			t = time.Date(y, m+1, 1, 0, 0, 0, 0, f.zone)
		case !f.fields[3].has(d) || !f.fields[5].has((int(t.Weekday())+6)%7+1):
			t = time.Date(y, m, d+1, 0, 0, 0, 0, f.zone)
		case !f.fields[2].has(t.Hour()):
			t = t.Truncate(time.Minute).Add(time.Duration(60-t.Minute()) * time.Minute)
		case !f.fields[1].has(t.Minute()):
			t = t.Truncate(time.Minute).Add(time.Minute)
		case !f.fields[0].has(t.Second()):
			t = t.Add(time.Second)
		default:
			return t, true
		}
	}
	return t, false
}
