package bench

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/openecs/openecs/internal/node"
)

// created is a run of the durable create benchmark.
type created struct {
	product, floor []float64 // requests a second by round
	settled        []float64 // the same of the product, until all that the requests set off is done
	writes, syncs  float64   // while creates were acknowledged
	lag            time.Duration
	cost, bare     cost // of a create with all that it set off, and of the floor
}

// createDurable makes rounds of n instances over conns connections on a fresh
// store, in turns with the floor. The work that follows a create is part of its
// own round: the floor's turn waits until it is done.
func createDurable(tb testing.TB, conns, rounds, n int) (out created) {
	dir := fixtures.temp(tb)
	first, err := node.Open(context.Background(), node.Options{DataDir: dir})
	must(tb, err)
	net := makeNetwork(tb, targetOf(first), (rounds+1)*n)
	must(tb, first.Close())
	c := startChild(tb, dir)
	defer c.stop()
	c.floorAnswers([]byte(`{"RequestId":"473469C7-AA6F-4DC5-B3DB-A3DC0DE3C83E","InstanceId":"i-bp1234567890abcdefgh","OrderId":"","TradePrice":0}`))
	for round := range rounds + 1 {
		params := func(i int) []string {
			i += round * n
			return append(net.place(i), "ClientToken", fmt.Sprintf("bench-%030d", i))
		}
		begin := c.status(false)
		f := drive(tb, c.Floor, conns, requests(c, n, params, "CreateInstance"))
		middle := c.status(false)
		reqs := requests(c, n, params, "CreateInstance")
		before := c.settle()
		p := c.profiled("create", round, func() float64 { return drive(tb, c.Product, conns, reqs) })
		after := c.status(false)
		start := time.Now()
		settled := c.settle()
		lag := time.Since(start)
		if round == 0 {
			continue
		}
		out.lag = max(out.lag, lag)
		out.settled = append(out.settled, float64(n)/(float64(n)/p+lag.Seconds()))
		out.product, out.floor = append(out.product, p), append(out.floor, f)
		out.cost.add(n, before, settled)
		out.bare.add(n, begin, middle)
		out.writes += float64(n)
		out.syncs += after.Syncs - before.Syncs
	}
	return out
}

// BenchmarkCreateDurable is CreateInstance with a token from 64 connections,
// answered when it is on the disk. The floor writes nothing.
func BenchmarkCreateDurable(b *testing.B) {
	for b.Loop() {
		r := createDurable(b, 64, 7, 5000)
		b.ReportMetric(median(r.product), "creates/s")
		b.ReportMetric(median(r.floor), "floor-requests/s")
		b.ReportMetric(r.lag.Seconds()*1000, "settled-after-ms")
		b.ReportMetric(median(quotients(r.settled, r.floor)), "of-floor-until-settled")
		b.ReportMetric(r.cost.micros(), "cpu-us/create")
		b.ReportMetric(r.bare.micros(), "floor-cpu-us/request")
		b.ReportMetric(r.cost.mallocs/r.cost.requests, "allocs/create")
		b.ReportMetric(r.cost.bytes/r.cost.requests, "B/create")
		report(b, "CreateInstance, 64 connections", "of-floor", median(quotients(r.product, r.floor)), ">= 0.45")
		report(b, "  acknowledged creates a sync", "creates/sync", r.writes/r.syncs, ">= 16")
	}
}
