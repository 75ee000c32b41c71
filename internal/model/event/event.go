// Package event is what happens to system events of instances within a
// transaction: they are announced, come to their end, and are forgotten.
package event

import (
	"slices"
	"time"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// Due is the kind of an event's due row: an active one ends then, one that has
// ended is forgotten.
const Due = 'E'

// wakeDue tells the reconciler that there is a new due row.
const wakeDue = 'D'

// Kept is how long an event that has ended can be seen.
const Kept = 30 * 24 * time.Hour

// MaxSimulated is how many simulated events of an account may be active in a
// region.
const MaxSimulated = 1000

// Simulate announces an event that will not happen. Maintenance is Scheduled and
// a failure Executing until notBefore, when it counts as Executed.
func Simulate(tx *state.Tx, instance ecs.Key, account uint64, t ecs.EventType, notBefore time.Time) ecs.Key {
	e := ecs.Event{Account: account, Instance: instance, Type: t, NotBefore: notBefore.Unix(), Published: tx.Now().Unix(), Simulated: true,
		Reason: tx.Sym("A simulated event.")}
	if !t.Maintenance() {
		e.Status = ecs.EventExecuting
	}
	k := tx.NewKey(instance.Region())
	state.Events.Put(tx, k, &e)
	tx.At(notBefore, Due, k)
	tx.Wake(wakeDue, 0)
	return k
}

// Announce announces what is going to happen to an instance at an instant, in place
// of another instant that was announced for it.
func Announce(tx *state.Tx, instance ecs.Key, account uint64, t ecs.EventType, notBefore time.Time, why string) {
	for k, e := range state.EventsOfInstance.Ascend(tx, uint64(instance), 0) {
		switch {
		case e.Type != t || e.Simulated:
		case e.NotBefore == notBefore.Unix():
			return
		default:
			end(tx, k, *e, ecs.EventAvoided)
		}
	}
	k := tx.NewKey(instance.Region())
	state.Events.Put(tx, k, &ecs.Event{Account: account, Instance: instance, Type: t, NotBefore: notBefore.Unix(), Published: tx.Now().Unix(), Reason: tx.Sym(why)})
	tx.At(notBefore, Due, k)
	tx.Wake(wakeDue, 0)
}

// Withdraw ends what was announced of a type: as avoided, or once its instant has
// come as executed.
func Withdraw(tx *state.Tx, instance ecs.Key, t ecs.EventType) {
	for k, e := range state.EventsOfInstance.Ascend(tx, uint64(instance), 0) {
		switch {
		case e.Type != t || e.Simulated:
		case e.NotBefore <= tx.Now().Unix():
			end(tx, k, *e, ecs.EventExecuted)
		default:
			end(tx, k, *e, ecs.EventAvoided)
		}
	}
}

// Happened records what has just happened to an instance.
func Happened(tx *state.Tx, instance ecs.Key, account uint64, t ecs.EventType, why string) {
	now := tx.Now().Unix()
	end(tx, tx.NewKey(instance.Region()), ecs.Event{Account: account, Instance: instance, Type: t, Published: now, NotBefore: now, Reason: tx.Sym(why)}, ecs.EventExecuted)
}

// Begin records what happens to an instance until an instant, when it has
// happened.
func Begin(tx *state.Tx, instance ecs.Key, account uint64, t ecs.EventType, until time.Time, why string) {
	k := tx.NewKey(instance.Region())
	state.Events.Put(tx, k, &ecs.Event{
		Account: account, Instance: instance, Type: t, Status: ecs.EventExecuting, Published: tx.Now().Unix(), NotBefore: until.Unix(), Reason: tx.Sym(why),
	})
	tx.At(until, Due, k)
	tx.Wake(wakeDue, 0)
}

// Cancel ends an active event without it having happened.
func Cancel(tx *state.Tx, k ecs.Key, e *ecs.Event) { end(tx, k, *e, ecs.EventCanceled) }

// Avoid ends the announced events of an instance, of these types or of all if none
// is named, because what they announce has been done already; it tells how many
// there were.
func Avoid(tx *state.Tx, instance ecs.Key, types ...ecs.EventType) (n int) {
	for k, e := range state.EventsOfInstance.Ascend(tx, uint64(instance), 0) {
		if e.Status == ecs.EventScheduled && (len(types) == 0 || slices.Contains(types, e.Type)) {
			end(tx, k, *e, ecs.EventAvoided)
			n++
		}
	}
	return n
}

// EndAll ends the active events of an instance that is gone, or is elsewhere: what was
// announced is avoided, and what went on is over.
func EndAll(tx *state.Tx, instance ecs.Key) {
	Avoid(tx, instance)
	for k, e := range state.EventsOfInstance.Ascend(tx, uint64(instance), 0) {
		end(tx, k, *e, ecs.EventExecuted)
	}
}

// Come is what happens when an event is due.
func Come(tx *state.Tx, k ecs.Key) {
	switch e, ok := state.Events.Get(tx, k); {
	case !ok:
	case e.Status.Active():
		end(tx, k, *e, ecs.EventExecuted)
	default:
		state.Events.Delete(tx, k)
	}
}

func end(tx *state.Tx, k ecs.Key, e ecs.Event, as ecs.EventStatus) {
	e.Status, e.Finished = as, tx.Now().Unix()
	state.Events.Put(tx, k, &e)
	tx.Reschedule(tx.Now().Add(Kept), Due, k)
	tx.Wake(wakeDue, 0)
}
