package reconcile

import (
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/openecs/openecs/internal/clock"
	"github.com/openecs/openecs/internal/ecs"
)

// busyClock counts the work it was told of.
type busyClock struct {
	clock.Clock
	busy atomic.Int64
}

func (c *busyClock) Begin() { c.busy.Add(1) }
func (c *busyClock) End()   { c.busy.Add(-1) }

func (c *busyClock) want(t *testing.T, n int64) {
	t.Helper()
	if got := c.busy.Load(); got != n {
		t.Errorf("the clock is busy with %d keys, want %d", got, n)
	}
}

func TestQueue(t *testing.T) {
	c := &busyClock{}
	q := newQueue(c)
	q.add(1, 2, 1, 3)
	c.want(t, 3)
	a, _ := q.take(nil, 2)
	if !slices.Equal(a, []ecs.Key{1, 2}) {
		t.Fatalf("%v", a)
	}
	q.add(2, 2) // held: handed out once more afterwards
	q.done(a)
	c.want(t, 2)
	b, _ := q.take(nil, 10)
	if !slices.Equal(b, []ecs.Key{3, 2}) {
		t.Fatalf("%v", b)
	}
	q.done(b)
	c.want(t, 0)

	q.add(4, 5)
	held, _ := q.take(nil, 1)
	q.add(4)
	q.close()
	c.want(t, 1)
	if _, ok := q.take(nil, 1); ok {
		t.Error("a closed queue hands out keys")
	}
	q.done(held)
	q.add(6)
	c.want(t, 0)
	if len(q.state) != 0 {
		t.Errorf("left behind: %v", q.state)
	}
}

// TestQueueHandsAKeyToOneWorker: however often a key is added, one worker has
// it at a time, and it is looked at after the last time it was added.
func TestQueueHandsAKeyToOneWorker(t *testing.T) {
	c := &busyClock{}
	q := newQueue(c)
	const keys, adds = 50, 400
	var holders, asked, seen [keys]atomic.Int64
	var workers, adders sync.WaitGroup
	for range 4 {
		workers.Go(func() {
			for {
				got, ok := q.take(nil, 8)
				if !ok {
					return
				}
				for _, k := range got {
					if holders[k].Add(1) != 1 {
						t.Errorf("two workers hold %d", k)
					}
					seen[k].Store(asked[k].Load())
				}
				for _, k := range got {
					holders[k].Add(-1)
				}
				q.done(got)
			}
		})
	}
	for range 4 {
		adders.Go(func() {
			for i := range adds {
				k := i * 7 % keys
				asked[k].Add(1)
				q.add(ecs.Key(k))
			}
		})
	}
	adders.Wait()
	for c.busy.Load() != 0 {
	}
	q.close()
	workers.Wait()
	for k := range keys {
		if seen[k].Load() != asked[k].Load() {
			t.Errorf("%d was added after it was last looked at", k)
		}
	}
}
