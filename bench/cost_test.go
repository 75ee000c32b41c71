package bench

import (
	"bytes"
	"os"
	"strconv"
	"time"
)

// cost is what requests cost the server's process: figures that other work on
// the machine changes less than the clock.
type cost struct{ requests, cpu, mallocs, bytes float64 }

// add counts requests that were answered between two looks at the child.
func (c *cost) add(requests int, before, after status) {
	c.requests += float64(requests)
	c.cpu += after.CPU - before.CPU
	c.mallocs += float64(after.Mallocs - before.Mallocs)
	c.bytes += float64(after.Allocated - before.Allocated)
}

// micros is the processor time of a request, in microseconds.
func (c *cost) micros() float64 { return c.cpu / c.requests * 1e6 }

// cpuSeconds is the processor time that this process has used, 0 where the
// system does not say so in /proc.
func cpuSeconds() float64 {
	text, _ := os.ReadFile("/proc/self/stat")
	_, text, _ = bytes.Cut(text, []byte(") ")) // a name may hold spaces
	fields := bytes.Fields(text)
	if len(fields) < 13 {
		return 0
	}
	user, _ := strconv.ParseFloat(string(fields[11]), 64)
	system, _ := strconv.ParseFloat(string(fields[12]), 64)
	return (user + system) / 100 // clock ticks
}

// quiet waits until this process hardly works any more, a minute at most: what
// one side leaves to compact and to collect must not slow the turn of the other.
func quiet() {
	for range 600 {
		before := cpuSeconds()
		time.Sleep(100 * time.Millisecond)
		if cpuSeconds()-before < 0.02 {
			return
		}
	}
}
