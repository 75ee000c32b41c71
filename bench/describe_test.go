package bench

import (
	"fmt"
	"testing"
)

const describeConns = 16

// describe measures DescribeInstances by one id against the floor, in turns,
// on children over stores of several sizes: requests a second of each, by
// size and round.
func describe(tb testing.TB, sizes []int, rounds, perRound int) (product, bare [][]float64, costs, bareCosts []cost) {
	children := make([]*child, len(sizes))
	product, bare = make([][]float64, len(sizes)), make([][]float64, len(sizes))
	costs, bareCosts = make([]cost, len(sizes)), make([]cost, len(sizes))
	for i, n := range sizes {
		c := startChild(tb, fixtures.get(tb, n).dir)
		defer c.stop()
		c.floorAnswers(c.fetch("DescribeInstances", "InstanceIds", `["`+fixtures.get(tb, n).instances[0]+`"]`))
		children[i] = c
	}
	for round := range rounds + 1 {
		for i, c := range children {
			ids := fixtures.get(tb, sizes[i]).instances
			one := func(j int) []string {
				return []string{"InstanceIds", `["` + ids[(j*7919+round)%len(ids)] + `"]`}
			}
			reqs := requests(c, perRound, one, "DescribeInstances")
			begin := c.status(false)
			f := drive(tb, c.Floor, describeConns, reqs)
			middle := c.status(false)
			reqs = requests(c, perRound, one, "DescribeInstances")
			p := c.profiled(fmt.Sprintf("describe-%d", sizes[i]), round, func() float64 { return drive(tb, c.Product, describeConns, reqs) })
			if round > 0 { // the first warms up
				costs[i].add(perRound, middle, c.status(false))
				bareCosts[i].add(perRound, begin, middle)
				product[i], bare[i] = append(product[i], p), append(bare[i], f)
			}
		}
	}
	return product, bare, costs, bareCosts
}

func quotients(a, b []float64) []float64 {
	q := make([]float64, len(a))
	for i := range a {
		q[i] = a[i] / b[i]
	}
	return q
}

// BenchmarkDescribeOne is DescribeInstances by one id, signed, over HTTP.
func BenchmarkDescribeOne(b *testing.B) {
	for b.Loop() {
		p, f, cp, cf := describe(b, []int{1000, 100_000}, 7, 10_000)
		b.ReportMetric(median(p[0]), "requests/s")
		b.ReportMetric(median(f[0]), "floor-requests/s")
		b.ReportMetric(cp[0].micros(), "cpu-us/request")
		b.ReportMetric(cf[0].micros(), "floor-cpu-us/request")
		b.ReportMetric(cp[0].mallocs/cp[0].requests, "allocs/request")
		b.ReportMetric(cf[0].mallocs/cf[0].requests, "floor-allocs/request")
		b.ReportMetric(cp[0].bytes/cp[0].requests, "B/request")
		b.ReportMetric(cf[0].bytes/cf[0].requests, "floor-B/request")
		b.ReportMetric(cp[1].micros(), "cpu-us/request-100k")
		b.ReportMetric(cf[1].micros(), "floor-cpu-us/request-100k")
		report(b, "DescribeInstances, 1,000 stored", "of-floor", median(quotients(p[0], f[0])), ">= 0.85")
		b.ReportMetric(median(quotients(p[1], f[1])), "of-floor-100k")
		report(b, "  100,000 stored against 1,000", "of-1k", median(quotients(p[1], p[0])), ">= 0.90")
	}
}
