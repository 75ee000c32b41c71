package state

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/store/mem"
)

// The bench's tables look like the service's: an instance with ten index entries over four rows.
type benchRow struct {
	_       struct{} `cbor:",toarray"`
	Account uint64
	A, B, C ecs.Sym
	Parent  ecs.Key
	Group   []ecs.Key
	Name    string
	Created int64
	State   uint8
	IP      uint32
	N1, N2  int64
	N3, N4  int32
}

type benchSchema struct {
	Schema
	instances, disks, nics *Table[benchRow]
	byAccount, byState     *Index[benchRow]
}

func newBenchSchema() *benchSchema {
	s := new(benchSchema)
	acct := func(k ecs.Key, r *benchRow, add func(uint64)) { add(r.Account) }
	parent := func(k ecs.Key, r *benchRow, add func(uint64)) { add(uint64(r.Parent)) }
	s.instances = Define[benchRow](&s.Schema, 'i', "instance")
	s.byAccount = s.instances.Index("account", acct)
	s.byState = s.instances.Index("state", func(k ecs.Key, r *benchRow, add func(uint64)) { add(blend(r.Account, uint64(r.State))) })
	s.instances.Index("zone", func(k ecs.Key, r *benchRow, add func(uint64)) { add(uint64(r.A)) })
	s.instances.Index("type", func(k ecs.Key, r *benchRow, add func(uint64)) { add(uint64(r.B)) })
	s.disks = Define[benchRow](&s.Schema, 'd', "disk")
	s.disks.Index("account", acct)
	s.disks.Index("instance", parent).Sparse()
	s.nics = Define[benchRow](&s.Schema, 'n', "nic")
	s.nics.Index("instance", parent).Sparse()
	s.nics.Index("group", func(k ecs.Key, r *benchRow, add func(uint64)) {
		for _, g := range r.Group {
			add(uint64(g))
		}
	})
	s.nics.Index("ip", func(k ecs.Key, r *benchRow, add func(uint64)) { add(uint64(r.IP)) }).Sparse()
	return s
}

// create writes four rows, the token included, and ten index entries.
func (s *benchSchema) create(tx *Tx, token string, params [16]byte) error {
	if _, found, err := LookupToken(tx, tx.Now(), 7, 1, "CreateInstance", token, params); found || err != nil {
		return err
	}
	i, d, n := tx.NewKey(1), tx.NewKey(1), tx.NewKey(1)
	now := tx.Now().Unix()
	zone, typ := tx.Sym("cn-hangzhou-h"), tx.Sym("ecs.g7.large")
	s.instances.Put(tx, i, &benchRow{Account: 7, A: zone, B: typ, Parent: d, Name: "launch-advisor", Created: now})
	s.disks.Put(tx, d, &benchRow{Account: 7, A: zone, Parent: i, Created: now, N1: 40})
	s.nics.Put(tx, n, &benchRow{Account: 7, Parent: i, Group: []ecs.Key{5}, Created: now, IP: uint32(n >> 3)})
	tx.PutToken(7, 1, "CreateInstance", token, params, AppendKeys(nil, i), tx.Now().Add(24*time.Hour))
	tx.Wake('i', i)
	return nil
}

func openBench(b testing.TB, s *Schema) (*DB, *mem.Store) {
	b.Helper()
	st := mem.New(mem.Options{})
	db, err := Open(context.Background(), s, st, Options{Clock: time.Now, OnWake: func([]Wake) {}})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { db.Close(context.Background()) })
	return db, st
}

// BenchmarkCreate64 is four rows and ten index entries a closure from 64 writers.
func BenchmarkCreate64(b *testing.B) {
	s := newBenchSchema()
	db, _ := openBench(b, &s.Schema)
	b.ReportAllocs()
	var n atomic.Int64
	var wg sync.WaitGroup
	for range 64 {
		wg.Go(func() {
			for {
				i := n.Add(1)
				if i > int64(b.N) {
					return
				}
				token := fmt.Sprintf("token-%032d", i)
				if err := db.Update(context.Background(), func(tx *Tx) error { return s.create(tx, token, [16]byte{1}) }); err != nil {
					panic(err)
				}
			}
		})
	}
	wg.Wait()
	st := db.Stats()
	b.ReportMetric(float64(st.Committed)/float64(st.Commits), "closures/batch")
}

// BenchmarkRun100 is closures of 300 rows, and a token.
func BenchmarkRun100(b *testing.B) {
	s := newBenchSchema()
	db, _ := openBench(b, &s.Schema)
	b.ReportAllocs()
	var n atomic.Int64
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for {
				i := n.Add(1)
				if i > int64(b.N) {
					return
				}
				db.Update(context.Background(), func(tx *Tx) error {
					for range 99 {
						s.create(tx, "", [16]byte{})
					}
					return s.create(tx, fmt.Sprintf("token-%032d", i), [16]byte{1})
				})
			}
		})
	}
	wg.Wait()
	b.ReportMetric(float64(b.N)*100/b.Elapsed().Seconds(), "instances/s")
}

// fillBench creates n instances.
func fillBench(b testing.TB, db *DB, s *benchSchema, n int) {
	for i := 0; i < n; i += 100 {
		err := db.Update(context.Background(), func(tx *Tx) error {
			for j := range 100 {
				s.create(tx, fmt.Sprintf("token-%032d", i+j), [16]byte{1})
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkGet(b *testing.B) {
	s := newBenchSchema()
	db, _ := openBench(b, &s.Schema)
	fillBench(b, db, s, 100_000)
	var keys []ecs.Key
	for k := range s.instances.Ascend(db.Snapshot(), 0, 0) {
		keys = append(keys, k)
	}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		i = (i + 7919) % len(keys)
		if _, ok := s.instances.Get(db.Snapshot(), keys[i]); !ok {
			b.Fatal("gone")
		}
	}
}

func BenchmarkIndexPage(b *testing.B) {
	s := newBenchSchema()
	db, _ := openBench(b, &s.Schema)
	fillBench(b, db, s, 100_000)
	b.ReportAllocs()
	for b.Loop() {
		v, n := db.Snapshot(), 0
		if s.byAccount.Count(v, 7) != 100_000 {
			b.Fatal("count")
		}
		for range s.byAccount.Ascend(v, 7, 0) {
			if n++; n == 10 {
				break
			}
		}
	}
}

// BenchmarkOpen loads 100,000 instances with disk, interface and token; the scan is the floor.
func BenchmarkOpen(b *testing.B) {
	s := newBenchSchema()
	db, st := openBench(b, &s.Schema)
	fillBench(b, db, s, 100_000)
	db.Close(context.Background())
	b.Run("scan", func(b *testing.B) {
		for b.Loop() {
			_, seq := st.Load(context.Background())
			for _, err := range seq {
				if err != nil {
					b.Fatal(err)
				}
			}
		}
	})
	b.Run("open", func(b *testing.B) {
		for b.Loop() {
			db, err := Open(context.Background(), &s.Schema, st, Options{Clock: time.Now})
			if err != nil {
				b.Fatal(err)
			}
			b.StopTimer()
			db.Close(context.Background())
			b.StartTimer()
		}
	})
}

// BenchmarkHeap reports live bytes and objects an instance, after creating and after loading.
func BenchmarkHeap(b *testing.B) {
	live := func() (uint64, uint64) {
		runtime.GC()
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc, m.HeapObjects
	}
	const n = 50_000
	var created, loaded, createdObjects, loadedObjects float64
	for b.Loop() {
		s, st := newBenchSchema(), mem.New(mem.Options{})
		fresh := func() *DB { return open(b, &s.Schema, st, Options{Clock: time.Now}) }
		db := fresh()
		fillBench(b, db, s, n)
		with, withObjects := live()
		closeDB(b, db)
		db = nil
		without, withoutObjects := live() // the store keeps its own
		created, createdObjects = float64(with-without)/n, float64(withObjects-withoutObjects)/n
		db = fresh()
		with, withObjects = live()
		loaded, loadedObjects = float64(with-without)/n, float64(withObjects-withoutObjects)/n
		closeDB(b, db)
	}
	b.ReportMetric(created, "created-B/instance")
	b.ReportMetric(createdObjects, "created-objects/instance")
	b.ReportMetric(loaded, "loaded-B/instance")
	b.ReportMetric(loadedObjects, "loaded-objects/instance")
}
