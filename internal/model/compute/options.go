package compute

import (
	"time"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// Options is what an instance has of what few have; without a row the zero
// value. The answer is the caller's own copy.
func Options(v state.View, k ecs.Key) ecs.InstanceOptions {
	if o, ok := state.InstanceOptions.Get(v, k); ok {
		return *o
	}
	return ecs.InstanceOptions{}
}

// ChangeOptions changes them.
func ChangeOptions(tx *state.Tx, k ecs.Key, account uint64, change func(*ecs.InstanceOptions)) {
	o := Options(tx, k)
	o.Account = account
	change(&o)
	state.InstanceOptions.Put(tx, k, &o)
}

// SetRelease has an instance deleted at an instant in place of the one that
// was set; the zero time sets none.
func SetRelease(tx *state.Tx, k ecs.Key, r *ecs.Instance, t time.Time) {
	next := *r
	if t.IsZero() {
		next.AutoRelease = 0
		tx.Cancel(DueRelease, k)
	} else {
		next.AutoRelease = t.Unix()
		tx.Reschedule(t, DueRelease, k)
		tx.Wake(wakeDue, 0)
	}
	state.Instances.Put(tx, k, &next)
}
