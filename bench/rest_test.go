package bench

import (
	"context"
	"testing"
	"time"

	"github.com/openecs/openecs/internal/state"
	"github.com/openecs/openecs/internal/store/pebble"
)

// loaded is a run of the load benchmark.
type loaded struct {
	load, scan []float64 // seconds by round
	rows       int
}

// measureLoad opens the state of n instances, and scans the same store with
// bare Pebble, in turns. Both begin with a closed directory.
func measureLoad(tb testing.TB, n, rounds int) (out loaded) {
	f := fixtures.get(tb, n)
	dir := f.copied(tb) + "/store/db" // bare Pebble would leave its own format behind
	for range rounds {
		start := time.Now()
		db := openBare(tb, dir)
		out.rows = scan(tb, db)
		out.scan = append(out.scan, time.Since(start).Seconds())
		must(tb, db.Close())

		start = time.Now()
		st, err := pebble.Open(f.dir+"/store", pebble.Options{})
		must(tb, err)
		sdb, err := state.Open(tb.Context(), state.Tables(), st, state.Options{Clock: time.Now})
		must(tb, err)
		out.load = append(out.load, time.Since(start).Seconds())
		must(tb, sdb.Close(context.Background()))
		must(tb, st.Close())
	}
	return out
}

// BenchmarkLoad is what a start on 100,000 instances waits for.
func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		l := measureLoad(b, 100_000, 7)
		b.ReportMetric(median(l.load)*1000, "load-ms")
		b.ReportMetric(median(l.scan)*1000, "scan-ms")
		b.ReportMetric(float64(l.rows), "rows")
		report(b, "load of 100,000 instances", "of-scan", median(quotients(l.load, l.scan)), "<= 4")
	}
}

// BenchmarkHeap is the live heap of 100,000 instances, each with a disk, an
// interface, a token and all indexes: what a process with them has more than
// one without, after they were loaded, and in one that made them. The whole
// service is in it; what the simulator keeps of each machine is told apart by
// the state alone.
func BenchmarkHeap(b *testing.B) {
	const n = 100_000
	for b.Loop() {
		f := fixtures.get(b, n)
		heap := func(dir string) (float64, float64) {
			empty0, objects0 := live()
			st, err := pebble.Open(dir+"/store", pebble.Options{})
			must(b, err)
			db, err := state.Open(b.Context(), state.Tables(), st, state.Options{Clock: time.Now})
			must(b, err)
			bytes, objects := live()
			must(b, db.Close(context.Background()))
			must(b, st.Close())
			return float64(bytes) - float64(empty0), float64(objects) - float64(objects0)
		}
		eb, eo := heap(fixtures.get(b, 1).dir)
		fb, fo := heap(f.dir)
		report(b, "heap an instance, bytes", "B/instance", (fb-eb)/n, "<= 2560")
		report(b, "heap an instance, objects", "objects/instance", (fo-eo)/n, "<= 20")

		empty := startChild(b, fixtures.get(b, 1).dir)
		full := startChild(b, f.dir)
		empty.settle()
		full.settle()
		e, l := empty.status(true), full.status(true)
		empty.stop()
		full.stop()
		b.ReportMetric(float64(l.Heap-e.Heap)/n, "service-B/instance")
		b.ReportMetric(float64(l.Objects-e.Objects)/n, "service-objects/instance")
	}
}
