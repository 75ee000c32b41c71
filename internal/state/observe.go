package state

import "github.com/openecs/openecs/internal/ecs"

// Observer sees every record that closures put or delete in some tables, whoever
// does it: for what must follow each change and could be forgotten at one of the
// many places that make one, such as metering. The zero value sees nothing. It
// works on the committer's goroutine, within the closure, whose rules hold for it.
type Observer struct {
	// Begin is called before each closure, End after one that succeeded: an error
	// of it is the closure's. nil: neither.
	Begin func()
	End   func(tx *Tx) error

	rows []func(tx *Tx, k ecs.Key, old, next row) // by table
}

// Observe has f called before the record of t under k becomes next, which f may
// still change; nil is none. f must not change t itself.
func Observe[R any](o *Observer, t *Table[R], f func(tx *Tx, k ecs.Key, old, next *R)) {
	for len(o.rows) <= t.ord {
		o.rows = append(o.rows, nil)
	}
	o.rows[t.ord] = func(tx *Tx, k ecs.Key, old, next row) { f(tx, k, (*R)(old), (*R)(next)) }
}

func (o *Observer) see(tx *Tx, t *table, k ecs.Key, old, next row) {
	if o != nil && t.ord < len(o.rows) && o.rows[t.ord] != nil {
		o.rows[t.ord](tx, k, old, next)
	}
}

func (o *Observer) begin() {
	if o != nil && o.Begin != nil {
		o.Begin()
	}
}

func (o *Observer) end(tx *Tx) error {
	if o == nil || o.End == nil {
		return nil
	}
	return o.End(tx)
}
