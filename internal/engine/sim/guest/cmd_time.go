package guest

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// date shows the time of the service's clock, in UTC.
func date(c *call) int {
	now := c.s.p.clock.Now().UTC()
	format := "%a %b %e %H:%M:%S UTC %Y"
	for i := 0; i < len(c.args); i++ {
		switch a := c.args[i]; {
		case strings.HasPrefix(a, "+"):
			format = a[1:]
		case a == "-u" || a == "--utc":
		case a == "-Iseconds" || a == "--iso-8601=seconds":
			format = "%Y-%m-%dT%H:%M:%S+00:00"
		case a == "-I":
			format = "%Y-%m-%d"
		case a == "-d" && i+1 < len(c.args):
			i++
			if n, err := strconv.ParseInt(strings.TrimPrefix(c.args[i], "@"), 10, 64); err == nil {
				now = time.Unix(n, 0).UTC()
			} else if t, err := time.Parse(time.RFC3339, c.args[i]); err == nil {
				now = t.UTC()
			} else if c.args[i] != "now" {
				return c.fail("invalid date '%s'", c.args[i])
			}
		default:
			return c.fail("invalid argument '%s'", a)
		}
	}
	r := strings.NewReplacer("%Y", now.Format("2006"), "%m", now.Format("01"), "%d", now.Format("02"), "%H", now.Format("15"), "%M", now.Format("04"),
		"%S", now.Format("05"), "%s", strconv.FormatInt(now.Unix(), 10), "%N", fmt.Sprintf("%09d", now.Nanosecond()), "%F", now.Format("2006-01-02"),
		"%T", now.Format("15:04:05"), "%Z", "UTC", "%z", "+0000", "%a", now.Format("Mon"), "%A", now.Format("Monday"), "%b", now.Format("Jan"),
		"%B", now.Format("January"), "%e", now.Format("_2"), "%j", fmt.Sprintf("%03d", now.YearDay()), "%y", now.Format("06"), "%u", strconv.Itoa((int(now.Weekday())+6)%7+1),
		"%D", now.Format("01/02/06"), "%I", now.Format("03"), "%p", now.Format("PM"), "%n", "\n", "%t", "\t", "%%", "%")
	fmt.Fprintln(c.out, r.Replace(format))
	return 0
}

// duration reads what sleep and timeout take: 5, 0.5, 2m, infinity.
func duration(text string) (time.Duration, bool) {
	if text == "infinity" || text == "inf" {
		return math.MaxInt64, true
	}
	unit := time.Second
	if text != "" {
		if u, ok := map[byte]time.Duration{'s': time.Second, 'm': time.Minute, 'h': time.Hour, 'd': 24 * time.Hour}[text[len(text)-1]]; ok {
			unit, text = u, text[:len(text)-1]
		}
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || f < 0 || math.IsNaN(f) {
		return 0, false
	}
	if f *= float64(unit); f >= math.MaxInt64 {
		return math.MaxInt64, true
	}
	return time.Duration(f), true
}

func sleepCommand(c *call) int {
	if len(c.args) == 0 {
		return c.fail("missing operand")
	}
	var total time.Duration
	for _, a := range c.args {
		d, ok := duration(a)
		if !ok {
			return c.fail("invalid time interval '%s'", a)
		}
		if total += d; total < 0 {
			total = math.MaxInt64
		}
	}
	if sleep(c.s.p.ctx, c.s.p.clock, total) != nil {
		return 137
	}
	return 0
}

// timeout runs a command with a deadline. The command is in the shell's own goroutine, so it ends
// at its next step.
func timeout(c *call) int {
	for len(c.args) > 0 && strings.HasPrefix(c.args[0], "-") {
		c.args = c.args[1:]
	}
	if len(c.args) < 2 {
		return c.fail("missing operand") + 124
	}
	d, ok := duration(c.args[0])
	if !ok {
		return c.fail("invalid time interval '%s'", c.args[0]) + 124
	}
	parent := c.s.p
	ctx, cancel := context.WithCancelCause(parent.ctx)
	inner := &process{g: parent.g, ctx: ctx, cancel: cancel, clock: parent.clock, out: parent.out}
	inner.alive.Store(parent.alive.Load())
	parent.clock.Begin()
	inner.wait.Go(func() {
		defer parent.clock.End()
		if sleep(ctx, parent.clock, d) == nil {
			cancel(errTimeout)
		}
	})
	sub := c.s.sub()
	sub.p = inner
	sub.guarded(func() { sub.exec(c.args[1:], false) })
	late := context.Cause(ctx) == errTimeout
	cancel(errFinished)
	inner.wait.Wait()
	if late {
		return 124
	}
	return sub.status
}

const errTimeout fault = "timed out"
