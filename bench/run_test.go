package bench

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	bare "github.com/cockroachdb/pebble/v2"

	"github.com/openecs/openecs/internal/auth"
	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/clock"
	"github.com/openecs/openecs/internal/engine/sim"
	"github.com/openecs/openecs/internal/service"
	"github.com/openecs/openecs/internal/store"
	"github.com/openecs/openecs/internal/store/pebble"
)

// recorder is a store that keeps what is committed.
type recorder struct {
	store.Store
	mu      sync.Mutex
	batches []store.Batch
}

func (r *recorder) Campaign(ctx context.Context, addr string) (store.Term, error) {
	t, err := r.Store.Campaign(ctx, addr)
	return &recorderTerm{t, r}, err
}

type recorderTerm struct {
	store.Term
	r *recorder
}

func (t *recorderTerm) Commit(ctx context.Context, b store.Batch) error {
	err := t.Term.Commit(ctx, b)
	if err == nil {
		t.r.mu.Lock()
		t.r.batches = append(t.r.batches, b.Clone())
		t.r.mu.Unlock()
	}
	return err
}

func (r *recorder) take() []store.Batch {
	r.mu.Lock()
	defer r.mu.Unlock()
	b := r.batches
	r.batches = nil
	return b
}

// ran is a run of the RunInstances benchmark.
type ran struct {
	product, floor []float64 // instances a second by round
	cpu            []float64 // microseconds of processor time an instance, until all is settled
	bytes          float64   // of one instance, in what the store got until the last was answered
	changes        float64   // in a batch
}

const perRun = 100

// runInstances makes calls of RunInstances of 100 from so many callers, and
// writes what the store got until the last was answered once more, with bare
// Pebble, batch by batch. The callers call the handler: all that the service
// does is in it but the socket, which the floor has none of either.
func runInstances(tb testing.TB, callers, rounds, calls int) (out ran) {
	st, err := pebble.Open(fixtures.temp(tb), pebble.Options{})
	must(tb, err)
	defer st.Close()
	rec := &recorder{Store: st}
	world := sim.NewWorld(clock.Real(), sim.Options{})
	host := world.Connect()
	defer host.Close()
	cat, err := catalog.Load()
	must(tb, err)
	svc, err := service.Open(tb.Context(), service.Config{
		Store: rec, Engine: host, Clock: clock.Real(), Catalog: cat, Cell: "bench", Log: slog.New(slog.DiscardHandler),
		Keys: service.StaticKeys{"id": auth.Key{ID: "id", Secret: "secret", Account: 1234567890123456}},
	})
	must(tb, err)
	defer svc.Close()
	n := target{svc, "id", "secret"}
	w := makeNetwork(tb, n, (rounds+1)*calls*perRun)
	db := openBare(tb, fixtures.temp(tb))
	defer db.Close()
	for round := range rounds + 1 {
		rec.take()
		quiet()
		var took time.Duration
		used := cpuSeconds()
		profiledHere(tb, "run", round, func() {
			took = timed(callers, calls, func(i int) {
				i += round * calls
				call(tb, n, "RunInstances", append(w.place(i*perRun), "Amount", fmt.Sprint(perRun), "ClientToken", fmt.Sprintf("run-%d", i))...)
			})
		})
		batches := rec.take()
		settle(tb, svc.DB)
		used = cpuSeconds() - used
		quiet()
		again := replay(tb, db, batches)
		if round == 0 {
			continue
		}
		instances := float64(calls * perRun)
		out.product = append(out.product, instances/took.Seconds())
		out.cpu = append(out.cpu, used*1e6/instances)
		out.floor = append(out.floor, instances/again.Seconds())
		out.bytes, out.changes = 0, 0
		for _, b := range batches {
			out.bytes += float64(b.Size()) / instances
			out.changes += float64(len(b.Changes)) / float64(len(batches))
		}
	}
	return out
}

// timed runs f(0) to f(n-1) from so many goroutines.
func timed(callers, n int, f func(int)) time.Duration {
	var next atomic.Int64
	var wg sync.WaitGroup
	start := time.Now()
	for range callers {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				f(i)
			}
		})
	}
	wg.Wait()
	return time.Since(start)
}

type silent struct{}

func (silent) Infof(string, ...any)         {}
func (silent) Errorf(string, ...any)        {}
func (silent) Fatalf(f string, args ...any) { panic(fmt.Sprintf(f, args...)) }

// openBare opens Pebble as it comes, but for its chatter.
func openBare(tb testing.TB, dir string) *bare.DB {
	tb.Helper()
	db, err := bare.Open(dir, &bare.Options{Logger: silent{}, FormatMajorVersion: bare.FormatNewest})
	must(tb, err)
	return db
}

// replay writes batches with bare Pebble, each synced.
func replay(tb testing.TB, db *bare.DB, batches []store.Batch) time.Duration {
	tb.Helper()
	start := time.Now()
	for _, b := range batches {
		wb := db.NewBatch()
		for _, c := range b.Changes {
			if c.Value == nil {
				must(tb, wb.Delete(c.Key, nil))
			} else {
				must(tb, wb.Set(c.Key, c.Value, nil))
			}
		}
		must(tb, wb.Commit(bare.Sync))
	}
	return time.Since(start)
}

// BenchmarkRunInstances is RunInstances of 100, durable: each instance with
// its system disk, interface and group membership. The instances of the same
// call are started meanwhile, as RunInstances does. A round is of 40,000
// instances: the turns last half a second and more, and both sides flush and
// compact within them. In shorter ones the floor made some 20 syncs, and one
// slow sync decided the ratio.
func BenchmarkRunInstances(b *testing.B) {
	for b.Loop() {
		r := runInstances(b, 8, 4, 400)
		b.ReportMetric(median(r.floor), "floor-instances/s")
		b.ReportMetric(median(r.cpu), "cpu-us/instance")
		b.ReportMetric(r.bytes, "store-B/instance")
		b.ReportMetric(r.changes, "changes/batch")
		report(b, "RunInstances of 100, durable", "of-bare-pebble", median(quotients(r.product, r.floor)), ">= 0.4")
		report(b, "  instances a second", "instances/s", median(r.product), ">= 10000")
	}
}

// scan reads every row and returns how many there are.
func scan(tb testing.TB, db *bare.DB) (rows int) {
	tb.Helper()
	it, err := db.NewIter(nil)
	must(tb, err)
	for it.First(); it.Valid(); it.Next() {
		if _, err := it.ValueAndErr(); err == nil {
			rows++
		}
	}
	must(tb, it.Close())
	return rows
}
