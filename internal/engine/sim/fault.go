package sim

import "github.com/openecs/openecs/internal/engine"

// Match picks calls; each zero field matches any. A call without a machine (Capacity, List)
// matches no ID.
type Match struct {
	Op   Op
	ID   engine.ID
	Zone string
	Type string // of the machine; of the size asked for in Capacity
}

// When is the moment a fault strikes at.
type When uint8

const (
	Before When = iota // the call fails and does nothing
	After              // the call does its work, then fails: the answer is lost
	Late               // the call succeeds, and the move fails when it ends; the next call says so
	Never              // the call succeeds, and the move never ends; a later generation or Remove displaces it
)

// Fault makes calls fail. Late and Never concern moves only and pass other calls by.
type Fault struct {
	Match
	When  When
	Nth   int   // strikes first at the Nth matching call (Late, Never: move) from now; 0 is 1
	Times int   // strikes this often; 0 is once, negative is for ever
	Err   error // what it says; not needed for Never. Should wrap one of the engine's errors
}

// fault is one in force, with what is left of it.
type fault struct {
	Fault
	skip, left int
}

// Inject puts a fault in force. The returned function lifts it; a move it stopped from ending ends
// as if it had begun then.
func (w *World) Inject(f Fault) (lift func()) {
	if f.When != Never && f.Err == nil {
		panic("sim: a fault needs an error")
	}
	in := &fault{Fault: f, skip: max(f.Nth, 1) - 1, left: f.Times}
	if in.left == 0 {
		in.left = 1
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.faults = append(w.faults, in)
	return func() { w.lift(in) }
}

func (w *World) lift(in *fault) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for i, f := range w.faults {
		if f == in {
			w.faults = append(w.faults[:i:i], w.faults[i+1:]...)
			break
		}
	}
	for id, mv := range w.moves {
		if mv.stuck == in {
			mv.stuck = nil
			mv.end = w.endOf(mv.op, w.machines[id].power)
			w.moves[id] = mv
			w.changed(id)
		}
	}
	for id, t := range w.tasks {
		if t.stuck == in {
			t.stuck, t.end = nil, w.endOf(t.op, engine.Stopped)
			w.tasks[id] = t
			w.changed(id)
		}
	}
}

// strike returns the fault that meets this call, if any, and uses it up by one. Every fault that
// matches counts the call; the first that is ripe strikes. Faults that end moves are asked for
// once a move begins, the others once the call arrives, so a repeated call does not use up the
// former.
func (w *World) strike(ends bool, op Op, id engine.ID, zone, typ string) (hit *fault) {
	for _, f := range w.faults {
		if ends != (f.When >= Late) {
			continue
		}
		if f.Op != 0 && f.Op != op || f.ID != 0 && f.ID != id || f.Zone != "" && f.Zone != zone || f.Type != "" && f.Type != typ {
			continue
		}
		switch {
		case f.skip > 0:
			f.skip--
		case hit == nil && f.left != 0:
			hit = f
			f.left--
		}
	}
	return hit
}
