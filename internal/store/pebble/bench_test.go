package pebble

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/cockroachdb/pebble/v2"

	"github.com/openecs/openecs/internal/store"
)

// record is what the figures in the design speak of: 900 bytes under a random key of 16.
func record(rng *rand.Rand) store.Change {
	key := binary.BigEndian.AppendUint64(nil, rng.Uint64())
	value := make([]byte, 900)
	for i := 0; i+8 <= len(value); i += 16 { // half of it compresses
		binary.BigEndian.PutUint64(value[i:], rng.Uint64())
	}
	return store.Change{Key: binary.BigEndian.AppendUint64(key, rng.Uint64()), Value: value}
}

func records(rng *rand.Rand, n int) []store.Change {
	out := make([]store.Change, n)
	for i := range out {
		out[i] = record(rng)
	}
	return out
}

// rawDB is Pebble as it comes, but for its chatter.
func rawDB(b *testing.B, dir string) *pebble.DB {
	b.Helper()
	db, err := pebble.Open(dir, &pebble.Options{Logger: newGuard(), FormatMajorVersion: format})
	if err != nil {
		b.Fatal(err)
	}
	return db
}

// BenchmarkCommit compares a commit with a loop over bare Pebble that writes the same bytes in the same batches.
func BenchmarkCommit(b *testing.B) {
	for _, n := range []int{64, 500} {
		b.Run(fmt.Sprintf("%d/store", n), func(b *testing.B) {
			s := open(b, b.TempDir(), Options{})
			term, err := s.Campaign(b.Context(), "")
			if err != nil {
				b.Fatal(err)
			}
			rng := rand.New(rand.NewPCG(1, 1))
			for b.Loop() {
				b.StopTimer()
				batch := store.Batch{Rev: term.Head() + 1, Changes: records(rng, n)}
				b.StartTimer()
				if err := term.Commit(b.Context(), batch); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds(), "records/s")
		})
		b.Run(fmt.Sprintf("%d/raw", n), func(b *testing.B) {
			db := rawDB(b, b.TempDir())
			defer db.Close()
			rng := rand.New(rand.NewPCG(1, 1))
			for b.Loop() {
				b.StopTimer()
				changes := records(rng, n)
				b.StartTimer()
				batch := db.NewBatch()
				for _, c := range changes {
					if err := batch.Set(c.Key, c.Value, nil); err != nil {
						b.Fatal(err)
					}
				}
				if err := batch.Commit(pebble.Sync); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds(), "records/s")
		})
	}
}

// fill makes a store of n records, given back closed.
func fill(b *testing.B, dir string, n int) {
	b.Helper()
	s := open(b, dir, Options{})
	term, err := s.Campaign(b.Context(), "")
	if err != nil {
		b.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(1, 1))
	for done := 0; done < n; {
		k := min(2000, n-done)
		if err := term.Commit(b.Context(), store.Batch{Rev: term.Head() + 1, Changes: records(rng, k)}); err != nil {
			b.Fatal(err)
		}
		done += k
	}
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkLoad opens a store of 300,000 rows and reads them, and does the same with bare Pebble.
func BenchmarkLoad(b *testing.B) {
	const rows = 300_000
	dir := b.TempDir()
	fill(b, dir, rows)
	b.Run("store", func(b *testing.B) {
		for b.Loop() {
			s := open(b, dir, Options{})
			_, seq := s.Load(b.Context())
			n := 0
			for _, err := range seq {
				if err != nil {
					b.Fatal(err)
				}
				n++
			}
			if err := s.Close(); err != nil || n != rows {
				b.Fatal(n, err)
			}
		}
		b.ReportMetric(float64(rows*b.N)/b.Elapsed().Seconds(), "rows/s")
	})
	b.Run("raw", func(b *testing.B) {
		for b.Loop() {
			db := rawDB(b, dir+"/db")
			it, err := db.NewIter(nil)
			if err != nil {
				b.Fatal(err)
			}
			n, bytes := 0, 0
			for it.First(); it.Valid(); it.Next() {
				n++
				bytes += len(it.Key()) + len(it.Value())
			}
			if err := it.Close(); err != nil || n != rows+1 {
				b.Fatal(n, err)
			}
			if err := db.Close(); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(rows*b.N)/b.Elapsed().Seconds(), "rows/s")
	})
}

// BenchmarkOpen is what a start waits for: Campaign on a directory that exists, and on one that was killed with a log
// to replay.
func BenchmarkOpen(b *testing.B) {
	for _, rows := range []int{10, 100_000} {
		dir := b.TempDir()
		fill(b, dir, rows)
		for _, killed := range []bool{false, true} {
			b.Run(fmt.Sprintf("rows=%d/killed=%t", rows, killed), func(b *testing.B) {
				rng := rand.New(rand.NewPCG(1, 1))
				for b.Loop() {
					s := open(b, dir, Options{})
					term, err := s.Campaign(b.Context(), "")
					if err != nil {
						b.Fatal(err)
					}
					b.StopTimer()
					if killed { // what Close would flush stays in the log
						for range 4 {
							if err := term.Commit(b.Context(), store.Batch{Rev: term.Head() + 1, Changes: records(rng, 500)}); err != nil {
								b.Fatal(err)
							}
						}
						s.opts.Reserve = 1 << 60
					}
					if err := s.Close(); err != nil {
						b.Fatal(err)
					}
					b.StartTimer()
				}
			})
		}
	}
}
