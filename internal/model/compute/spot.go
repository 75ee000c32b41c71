package compute

import (
	"time"

	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/model/event"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/price"
	"github.com/openecs/openecs/internal/state"
)

// DueSpot is the kind of the due row at which a spot instance is looked at: the
// market may have passed its limit, or its time is up.
const DueSpot = 'S'

// Durations of an interruption.
const (
	SpotNotice  = 5 * time.Minute     // from the lock to the end
	spotHorizon = 31 * 24 * time.Hour // how far ahead the market is searched at once
	spotRetry   = time.Minute         // until a power operation under way is over
)

// Spot is the spot market as instances meet it.
type Spot struct {
	Prices  *price.List
	Catalog *catalog.Catalog
}

// Bid gives a new spot instance its row, and has it looked at in time. The
// instance's own row is to be written before.
func (m *Spot) Bid(tx *state.Tx, k ecs.Key, r *ecs.Instance, s ecs.Spot) {
	s.Protected = r.Created + int64(s.Hours)*3600
	state.Spots.Put(tx, k, &s)
	m.Watch(tx, k, r)
}

// Watch has a spot instance looked at the next time when the market may interrupt
// it. An instance that starts again is watched again.
func (m *Spot) Watch(tx *state.Tx, k ecs.Key, r *ecs.Instance) {
	s, ok := state.Spots.Get(tx, k)
	if !ok {
		return
	}
	now := tx.Now()
	from := now
	if p := time.Unix(s.Protected, 0); p.After(now) {
		from = p
	}
	switch {
	case s.Ends != 0:
		spotDue(tx, time.Unix(s.Ends, 0), k)
	case s.Drill:
		spotDue(tx, from, k)
	case r.Spot == ecs.SpotWithPriceLimit:
		until := from.Add(spotHorizon)
		at, err := m.Prices.Outbid(m.region(k), tx.Str(r.Zone), tx.Str(r.Type), s.Limit, from, until)
		if err != nil || at.IsZero() { // without a price there is nothing above the limit
			at = until
		}
		spotDue(tx, at, k)
	}
}

func spotDue(tx *state.Tx, at time.Time, k ecs.Key) {
	tx.Reschedule(at, DueSpot, k)
	tx.Wake(wakeDue, 0)
}

// Outbid reports whether the market is above what a spot instance bids.
func (m *Spot) Outbid(v state.View, k ecs.Key, r *ecs.Instance, now time.Time) bool {
	s, ok := state.Spots.Get(v, k)
	if !ok || r.Spot != ecs.SpotWithPriceLimit {
		return false
	}
	p, err := m.Prices.SpotAt(m.region(k), v.Str(r.Zone), v.Str(r.Type), now)
	return err == nil && p > s.Limit
}

func (m *Spot) region(k ecs.Key) string {
	if r, ok := m.Catalog.RegionByCode(k.Region()); ok {
		return r.ID
	}
	return ""
}

// Due is what happens when a spot instance is looked at: it is locked if the
// market has passed its limit, it ends if it was locked in time before, or it is
// looked at another time. One that was stopped and holds nothing is left alone
// until it starts.
func (m *Spot) Due(tx *state.Tx, k ecs.Key) {
	r, ok := state.Instances.Get(tx, k)
	s, bid := state.Spots.Get(tx, k)
	if !ok || !bid || r.Want.Deleted {
		return
	}
	now := tx.Now()
	switch {
	case s.Ends != 0 && s.Ends <= now.Unix():
		reclaim(tx, k, r, s)
	case s.Ends != 0:
		m.Watch(tx, k, r)
	case r.Flags.Has(ecs.StopCharging):
	case s.Protected <= now.Unix() && (s.Drill || m.Outbid(tx, k, r, now)):
		announce(tx, k, r, s)
	default:
		m.Watch(tx, k, r)
	}
}

// announce locks an instance that is to be reclaimed, and says so.
func announce(tx *state.Tx, k ecs.Key, r *ecs.Instance, s *ecs.Spot) {
	ends := tx.Now().Add(SpotNotice)
	next, told := *r, *s
	next.Locks |= ecs.LockRecycling
	told.Ends = ends.Unix()
	event.Begin(tx, k, r.Account, ecs.SpotInterruption, ends, "The spot instance is reclaimed.")
	state.Instances.Put(tx, k, &next)
	state.Spots.Put(tx, k, &told)
	spotDue(tx, ends, k)
}

// reclaim takes an instance back: it is released, or stopped without being
// charged, from which a start brings it back when the market allows it.
func reclaim(tx *state.Tx, k ecs.Key, r *ecs.Instance, s *ecs.Spot) {
	if !s.Stop {
		Delete(tx, k, r, true)
		return
	}
	if !r.Settled() {
		spotDue(tx, tx.Now().Add(spotRetry), k)
		return
	}
	next, over := *r, *s
	next.Locks &^= ecs.LockRecycling
	over.Ends, over.Drill = 0, false
	Economize(tx, &next)
	state.Spots.Put(tx, k, &over)
	if r.Status() == ecs.Running {
		Power(tx, k, &next, ecs.OpStop, false, StopTime)
		return
	}
	state.Instances.Put(tx, k, &next)
}

// Economize has an instance that stops hold nothing that is charged: its vCPUs and
// its system's public address. The caller writes it.
func Economize(tx *state.Tx, r *ecs.Instance) {
	r.Flags |= ecs.StopCharging
	if r.PublicIP != 0 {
		network.FreePublic(tx, r.PublicIP)
		r.PublicIP = 0
		r.Flags |= ecs.PublicReleased
	}
}

// InterruptSpot has a spot instance interrupted as soon as it is not protected any
// more, whatever the market price is; it tells when. false: it is no spot instance,
// or is on its way out.
func (m *Spot) InterruptSpot(tx *state.Tx, k ecs.Key) (at time.Time, ok bool) {
	r, ok := state.Instances.Get(tx, k)
	s, bid := state.Spots.Get(tx, k)
	switch {
	case !ok || !bid || r.Want.Deleted || r.Flags.Has(ecs.StopCharging):
		return time.Time{}, false
	case s.Ends != 0:
		return time.Unix(s.Ends, 0).Add(-SpotNotice), true
	}
	next := *s
	next.Drill = true
	state.Spots.Put(tx, k, &next)
	m.Watch(tx, k, r)
	return time.Unix(max(s.Protected, tx.Now().Unix()), 0), true
}

// SpotTermination is when an instance that is being interrupted ends, which its
// metadata tell under instance/spot/termination-time; false if it is not being
// interrupted.
func SpotTermination(v state.View, k ecs.Key) (time.Time, bool) {
	s, ok := state.Spots.Get(v, k)
	if !ok || s.Ends == 0 {
		return time.Time{}, false
	}
	return time.Unix(s.Ends, 0).UTC(), true
}

// endSpot ends what a spot instance has beside its row.
func endSpot(tx *state.Tx, k ecs.Key) {
	if _, ok := state.Spots.Get(tx, k); ok {
		tx.Cancel(DueSpot, k)
		state.Spots.Delete(tx, k)
	}
}
