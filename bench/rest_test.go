package bench

import (
	"context"
	"testing"
	"time"

	"github.com/openecs/openecs/internal/node"
	"github.com/openecs/openecs/internal/state"
	"github.com/openecs/openecs/internal/store/pebble"
)

// loaded is a run of the load benchmark.
type loaded struct {
	load, scan []float64 // seconds by round
	rows       int

	loadCPU, scanCPU float64 // processor seconds of all rounds
}

// measureLoad opens the state of n instances, and scans the same store with
// bare Pebble, in turns. Both begin with a closed directory.
func measureLoad(tb testing.TB, n, rounds int) (out loaded) {
	f := fixtures.get(tb, n)
	dir := f.copied(tb) + "/store/db" // bare Pebble would leave its own format behind
	for round := range rounds {
		start, used := time.Now(), cpuSeconds()
		db := openBare(tb, dir)
		out.rows = scan(tb, db)
		out.scan = append(out.scan, time.Since(start).Seconds())
		out.scanCPU += cpuSeconds() - used
		must(tb, db.Close())

		var st *pebble.Store
		var sdb *state.DB
		profiledHere(tb, "load", round, func() {
			var err error
			start, used = time.Now(), cpuSeconds()
			st, err = pebble.Open(f.dir+"/store", pebble.Options{})
			must(tb, err)
			sdb, err = state.Open(tb.Context(), state.Tables(), st, state.Options{Clock: time.Now})
			must(tb, err)
			out.load = append(out.load, time.Since(start).Seconds())
			out.loadCPU += cpuSeconds() - used
		})
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
		b.ReportMetric(l.loadCPU/l.scanCPU, "cpu-of-scan")
		report(b, "load of 100,000 instances", "of-scan", median(quotients(l.load, l.scan)), "<= 4")
	}
}

// heapCreated is the live heap an instance in a process that made n of them,
// with what the simulator keeps of the machines and the nonces of the calls.
func heapCreated(tb testing.TB, n int) (bytes, objects float64) {
	tb.Helper()
	nd, err := node.Open(tb.Context(), node.Options{DataDir: fixtures.temp(tb)})
	must(tb, err)
	defer nd.Close()
	w := makeNetwork(tb, targetOf(nd), n)
	b0, o0 := live()
	create(tb, targetOf(nd), w, n)
	settle(tb, nd.Service.DB)
	b1, o1 := live()
	return (float64(b1) - float64(b0)) / float64(n), (float64(o1) - float64(o0)) / float64(n)
}

// heapLoaded is the live heap of the state in a directory, after a load.
func heapLoaded(tb testing.TB, dir string) (bytes, objects float64) {
	tb.Helper()
	b0, o0 := live()
	st, err := pebble.Open(dir+"/store", pebble.Options{})
	must(tb, err)
	db, err := state.Open(tb.Context(), state.Tables(), st, state.Options{Clock: time.Now})
	must(tb, err)
	b1, o1 := live()
	must(tb, db.Close(context.Background()))
	must(tb, st.Close())
	return float64(b1) - float64(b0), float64(o1) - float64(o0)
}

// BenchmarkHeap is the live heap of 100,000 instances, each with a disk, an
// interface, a token and all indexes. The figure is that of a process that made
// them, which is the larger one; the state alone after a load stands beside it.
func BenchmarkHeap(b *testing.B) {
	const n = 100_000
	for b.Loop() {
		bytes, objects := heapCreated(b, n)
		report(b, "heap an instance, bytes", "B/instance", bytes, "<= 2560")
		report(b, "heap an instance, objects", "objects/instance", objects, "<= 20")
		emptyB, emptyO := heapLoaded(b, fixtures.get(b, 1).dir)
		fullB, fullO := heapLoaded(b, fixtures.get(b, n).dir)
		b.ReportMetric((fullB-emptyB)/n, "loaded-B/instance")
		b.ReportMetric((fullO-emptyO)/n, "loaded-objects/instance")
	}
}
