package state

import (
	"iter"
	"math"
	"time"

	"github.com/openecs/openecs/internal/ecs"
)

// Due is something that is to happen at an instant of the service's time. It is durable. Who handles it deletes it, with
// Tx.Done, in the transaction that makes it a fact.
type Due struct {
	Time time.Time // UTC
	Kind byte
	Key  ecs.Key
	Seq  ecs.Key // its own row; of two at one instant, the one asked for first has the lower
}

// dueRow is a Due as stored.
type dueRow struct {
	_ struct{} `cbor:",toarray"`

	At   int64 // Unix nanoseconds
	Kind byte
	Key  ecs.Key
}

func (s *Schema) defineDues() {
	s.dues = define[dueRow](s, codeDue, "due")
	s.duesAt = s.dues.Index("time", func(_ ecs.Key, r *dueRow, add func(uint64)) { add(instant(r.At)) }).Sparse()
	s.duesOf = s.dues.Index("of", func(_ ecs.Key, r *dueRow, add func(uint64)) { add(uint64(r.Key)) })
}

// instant is the order of a signed time as an unsigned key.
func instant(nanos int64) uint64 { return uint64(nanos) ^ 1<<63 }

// nanos is the Unix time of t in nanoseconds; what lies outside 1678 to 2262 counts as the nearest end.
func nanos(t time.Time) int64 {
	switch s := t.Unix(); {
	case s < math.MinInt64/1_000_000_000+1:
		return math.MinInt64
	case s > math.MaxInt64/1_000_000_000-1:
		return math.MaxInt64
	}
	return t.UnixNano()
}

func (r *dueRow) due(seq ecs.Key) Due {
	return Due{Time: time.Unix(0, r.At).UTC(), Kind: r.Kind, Key: r.Key, Seq: seq}
}

// At has kind and k come due at t, which may have passed. Asked for twice with the same t, kind and k, it is due once.
func (tx *Tx) At(t time.Time, kind byte, k ecs.Key) Due {
	tx.check()
	at := nanos(t)
	for d := range DuesOf(tx, kind, k) {
		if nanos(d.Time) == at {
			return d
		}
	}
	r := &dueRow{At: at, Kind: kind, Key: k}
	seq := tx.NewKey(0)
	tx.c.schema.dues.Put(tx, seq, r)
	return r.due(seq)
}

// Reschedule has kind and k come due at t and at no other time.
func (tx *Tx) Reschedule(t time.Time, kind byte, k ecs.Key) Due {
	at := nanos(t)
	for d := range DuesOf(tx, kind, k) {
		if nanos(d.Time) != at {
			tx.Done(d)
		}
	}
	return tx.At(t, kind, k)
}

// Cancel removes all that is due for kind and k, and tells how many there were.
func (tx *Tx) Cancel(kind byte, k ecs.Key) (n int) {
	for d := range DuesOf(tx, kind, k) {
		tx.Done(d)
		n++
	}
	return n
}

// Done removes d. It is false if d was removed before: whoever handles d then must do nothing.
func (tx *Tx) Done(d Due) bool {
	t := tx.c.schema.dues
	if _, ok := t.Get(tx, d.Seq); !ok {
		return false
	}
	t.Delete(tx, d.Seq)
	return true
}

// NextDue is the earliest.
func NextDue(v View) (Due, bool) {
	for d := range Dues(v) {
		return d, true
	}
	return Due{}, false
}

// Dues yields all that is to happen, by time and then in the order it was asked for.
func Dues(v View) iter.Seq[Due] {
	return func(yield func(Due) bool) {
		s := v.tables()
		for _, seq := range s.duesAt.Entries(v, 0, 0) {
			if r, ok := s.dues.Get(v, seq); ok && !yield(r.due(seq)) {
				return
			}
		}
	}
}

// DuesOf yields what is due for kind and k, in the order it was asked for.
func DuesOf(v View, kind byte, k ecs.Key) iter.Seq[Due] {
	return func(yield func(Due) bool) {
		for seq, r := range v.tables().duesOf.Ascend(v, uint64(k), 0) {
			if r.Kind == kind && !yield(r.due(seq)) {
				return
			}
		}
	}
}

// DueCount is how many dues there are.
func DueCount(v View) int { return v.tables().dues.Len(v) }
