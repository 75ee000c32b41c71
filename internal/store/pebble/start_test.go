package pebble

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/openecs/openecs/internal/store"
)

// killed fills a store with that many mebibytes of records, 64 a commit, and
// returns a function that makes copies of its directory as a kill leaves it.
func killed(b *testing.B, mib int) func() string {
	b.Helper()
	dir := b.TempDir()
	s := open(b, dir, Options{})
	term, err := s.Campaign(b.Context(), "")
	if err != nil {
		b.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(1, 1))
	for range mib * (1 << 20) / 916 / 64 {
		if err := term.Commit(b.Context(), store.Batch{Rev: term.Head() + 1, Changes: records(rng, 64)}); err != nil {
			b.Fatal(err)
		}
	}
	image := filepath.Join(b.TempDir(), "image")
	if err := os.CopyFS(image, os.DirFS(dir)); err != nil {
		b.Fatal(err)
	}
	n := 0
	return func() string {
		n++
		to := filepath.Join(b.TempDir(), fmt.Sprint(n))
		if err := os.CopyFS(to, os.DirFS(image)); err != nil {
			b.Fatal(err)
		}
		return to
	}
}

// BenchmarkOpenAfterKill is a start that has a log of so many mebibytes to
// replay, and to flush, which Pebble does before it opens.
func BenchmarkOpenAfterKill(b *testing.B) {
	for _, mib := range []int{0, 1, 3} {
		b.Run(fmt.Sprintf("%dMiB", mib), func(b *testing.B) {
			image := killed(b, mib)
			for b.Loop() {
				b.StopTimer()
				s := open(b, image(), Options{})
				b.StartTimer()
				if _, err := s.Campaign(b.Context(), ""); err != nil {
					b.Fatal(err)
				}
				b.StopTimer()
				if err := s.Close(); err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
			}
		})
	}
}
