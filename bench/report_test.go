package bench

import (
	"fmt"
	"slices"
	"testing"

	"github.com/openecs/openecs/internal/ecs"
)

// report prints a figure beside what is asked of it.
func report(b *testing.B, name, unit string, measured float64, asked string) {
	b.ReportMetric(measured, unit)
	fmt.Printf("%-34s asked %-14s measured %.3g\n", name, asked, measured)
}

func median(v []float64) float64 {
	v = slices.Sorted(slices.Values(v))
	if n := len(v); n%2 == 0 {
		return (v[n/2-1] + v[n/2]) / 2
	} else {
		return v[n/2]
	}
}

func instanceID(k ecs.Key) string { return ecs.ID(ecs.KindInstance, k) }
