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
// Zone 0 is what belongs to a whole region.
type host struct {
	zone    ecs.Sym
	queue   *queue
	breaker breaker
}

// nowhere is the zone of work that is for no host: rows that come due.
const nowhere = ^ecs.Sym(0)

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
	if zone == nowhere {
		n = 1
	}
	r.man(h, n)
	return h
}

// add queues instances and what else is reconciled with their hosts. What has no row needs no look.
func (r *Reconciler) add(keys ...ecs.Key) {
	v := r.DB.Snapshot()
	for _, k := range keys {
		zone, ok := zoneOf(v, k)
		if !ok {
			continue
		}
		if h := r.host(zone); h != nil {
			h.queue.add(k)
		}
	}
}

// zoneOf is the zone of whatever has the key; false if nothing has.
func zoneOf(v state.View, k ecs.Key) (ecs.Sym, bool) {
	if rec, ok := state.Instances.Get(v, k); ok {
		return rec.Zone, true
	}
	for _, f := range flows {
		if zone, ok := f.zoneOf(v, k); ok {
			return zone, true
		}
	}
	return 0, false
}

// chore queues work that is for no host.
func (r *Reconciler) chore(k ecs.Key) {
	if h := r.host(nowhere); h != nil {
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
	snap := r.DB.Snapshot()
	for _, k := range h.breaker.waiting() {
		var do func(*state.Tx, ecs.Key)
		if rec, ok := state.Instances.Get(snap, k); !ok {
			do = r.expireFlow(snap, k, engine.ErrUnreachable)
		} else if r.over(rec) {
			do = r.expire(k, rec, engine.ErrUnreachable).write
		}
		if do != nil {
			writes = append(writes, write{k, do})
		}
	}
	r.store(ctx, writes)
	if k, ok := h.breaker.next(); ok {
		h.queue.add(k)
	}
}
