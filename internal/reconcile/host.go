package reconcile

import (
	"context"
	"slices"

	"github.com/openecs/openecs/internal/clock"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/engine"
	"github.com/openecs/openecs/internal/state"
)

// host is what runs the instances of one zone. It has a queue, workers and a
// breaker of its own, so that one that hangs or is away holds up no other.
// The host of zone 0 has no instances: it is where rows come due.
type host struct {
	zone    ecs.Sym
	queue   *queue
	breaker breaker
}

// Keys that stand for work other than an instance: none has them.
const (
	dueKey ecs.Key = iota
	tokensKey
	probeKey
)

// host returns the host of a zone, with its workers running; nil before Start
// and after Close.
func (r *Reconciler) host(zone ecs.Sym) *host {
	r.mu.Lock()
	defer r.mu.Unlock()
	h, ok := r.hosts[zone]
	if ok || r.man == nil {
		return h
	}
	h = &host{zone: zone, queue: newQueue(r.Clock)}
	r.hosts[zone] = h
	n := r.Workers
	if zone == 0 {
		n = 1
	}
	r.man(h, n)
	return h
}

// add queues instances with their hosts. What has no row needs no look.
func (r *Reconciler) add(keys ...ecs.Key) {
	v := r.DB.Snapshot()
	for _, k := range keys {
		rec, ok := state.Instances.Get(v, k)
		if !ok {
			continue
		}
		if h := r.host(rec.Zone); h != nil {
			h.queue.add(k)
		}
	}
}

// chore queues work that is for no host.
func (r *Reconciler) chore(k ecs.Key) {
	if h := r.host(0); h != nil {
		h.queue.add(k)
	}
}

// told tells the breaker what a look showed, and does what follows. It reports
// whether the key waits for the host now.
func (r *Reconciler) told(h *host, k ecs.Key, o outcome) (parked bool) {
	v := h.breaker.report(k, o.reach())
	switch {
	case v.opened:
		r.stats.opened.Add(1)
		r.Log.Warn("a host does not answer; its instances wait for it", "zone", r.DB.Snapshot().Str(h.zone), "cause", o.failed)
	case v.closed:
		r.Log.Info("a host answers again", "zone", r.DB.Snapshot().Str(h.zone))
	}
	if v.probing {
		r.schedule.Wake(r.Clock.Now().Add(v.probeIn), clock.Key{Kind: wakeHost, ID: uint64(h.zone)})
	}
	slices.Sort(v.free)
	h.queue.add(v.free...)
	return v.parked
}

// probe tries a host that did not answer with one of its instances, and ends
// what is past its deadline with the others.
func (r *Reconciler) probe(ctx context.Context, h *host) {
	var writes []write
	for _, k := range h.breaker.waiting() {
		rec, ok := state.Instances.Get(r.DB.Snapshot(), k)
		if ok && r.over(rec) {
			if o := r.expire(k, rec, engine.ErrUnreachable); o.change != nil {
				writes = append(writes, write{k, o.change})
			}
		}
	}
	r.store(ctx, writes)
	if k, ok := h.breaker.next(); ok {
		h.queue.add(k)
	}
}
