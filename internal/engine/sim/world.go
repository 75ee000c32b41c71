package sim

import (
	"cmp"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/openecs/openecs/internal/clock"
	"github.com/openecs/openecs/internal/engine"
	"github.com/openecs/openecs/internal/engine/sim/guest"
)

// World is the simulated hosts with their machines, and the knobs. It outlives the Hosts that
// reach it. All methods are safe for concurrent use.
type World struct {
	clock clock.Clock
	opts  Options

	mu       sync.Mutex
	machines map[engine.ID]machine
	moves    map[engine.ID]move    // what is under way, and nothing else
	failed   map[engine.ID]failure // moves that failed and have not said so
	tasks    map[engine.ID]task    // what is under way with disks, snapshots, images and interfaces
	pools    []pool
	poolOf   map[pool]uint16
	stock    map[place]int // limits; no entry is no limit
	used     map[place]int // machines there are
	down     map[string]bool
	faults   []*fault
	calls    int
	order    uint64 // of moves, for Pending
	subs     map[*sub]struct{}
	guests   map[engine.ID]*guest.Guest // insides, of machines that were ever looked into
	history  map[engine.ID][]mark       // of machines to which more happened than one boot
}

// machine is all that is kept of a machine at rest: 16 bytes, so that 100,000 of them are cheap.
type machine struct {
	gen         engine.Gen
	boot        uint32
	started     uint32 // Unix seconds, good until 2106; 0: never
	pool        uint16
	power       engine.Power // at rest: Stopped or Running
	provisioned bool
}

// pool is what machines have in common; machines hold its index.
type pool struct{ cell, zone, typ string }

func (p pool) place() place { return place{p.zone, p.typ} }

type place struct{ zone, typ string }

// move is what is under way with a machine; the machine's own entry stays as it was at rest.
type move struct {
	op    Op
	gen   engine.Gen
	boot  uint32
	pool  uint16 // what the machine is of afterwards; its room is taken already
	end   int64  // Unix nanoseconds
	order uint64
	stuck *fault // never ends, because of this one
	fail  error  // how it ends
}

type failure struct {
	op  Op
	gen engine.Gen
	err error
}

// Waiting is a move, or work on a disk, a snapshot, an image or an interface, that has not ended.
type Waiting struct {
	ID  engine.ID
	Op  Op
	Gen engine.Gen
}

// NewWorld returns an empty world that lives by the given clock.
func NewWorld(c clock.Clock, o Options) *World {
	return &World{
		clock: c, opts: o,
		machines: map[engine.ID]machine{}, moves: map[engine.ID]move{}, failed: map[engine.ID]failure{}, tasks: map[engine.ID]task{},
		poolOf: map[pool]uint16{}, stock: map[place]int{}, used: map[place]int{},
		down: map[string]bool{}, subs: map[*sub]struct{}{}, guests: map[engine.ID]*guest.Guest{},
		history: map[engine.ID][]mark{},
	}
}

// Step ends the move of one machine, or the work on one disk, snapshot, image or interface, now, whatever the
// mode. False: there is none, or a fault (Never) holds it.
func (w *World) Step(id engine.ID) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.settle(id)
	return w.step(id) || w.stepTask(id)
}

// StepAll ends every move there is, in the order they began, and says how many.
func (w *World) StepAll() (n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, p := range w.pending() {
		if w.step(p.ID) || w.stepTask(p.ID) {
			n++
		}
	}
	return n
}

// Pending is the moves that have not ended, in the order they began.
func (w *World) Pending() []Waiting {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.pending()
}

// SetStock limits how many machines of a type a zone holds at once; those there are stay and
// count. A negative n lifts the limit.
func (w *World) SetStock(zone, typ string, n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if n < 0 {
		delete(w.stock, place{zone, typ})
		return
	}
	w.stock[place{zone, typ}] = n
}

// Cut makes a zone's hosts unreachable; what is under way there goes on. Mend undoes it.
func (w *World) Cut(zone string)  { w.reach(zone, false) }
func (w *World) Mend(zone string) { w.reach(zone, true) }

func (w *World) reach(zone string, up bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if up {
		delete(w.down, zone)
		for id, m := range w.machines {
			if w.pools[m.pool].zone == zone {
				w.changed(id)
			}
		}
		return
	}
	w.down[zone] = true
}

// PowerOff lets the guest of a running machine at rest power itself off. False: it was not that.
func (w *World) PowerOff(id engine.ID) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.settle(id)
	m := w.machines[id]
	if _, moving := w.moves[id]; moving || m.power != engine.Running {
		return false
	}
	m.power = engine.Stopped
	w.machines[id] = m
	w.note(id, m, poweredOff, w.clock.Now())
	w.halt(id)
	w.changed(id)
	return true
}

// Lose makes a machine vanish as if its host had burnt. False: there is none.
func (w *World) Lose(id engine.ID) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	m, ok := w.machines[id]
	if ok {
		w.cancel(id)
		w.drop(id, m)
		w.changed(id)
	}
	return ok
}

// Calls is how many engine calls arrived so far, Events not among them.
func (w *World) Calls() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.calls
}

// Len is how many machines exist, half-made ones too.
func (w *World) Len() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.settleAll()
	return len(w.machines)
}

func (w *World) pending() []Waiting {
	w.settleAll()
	type ordered struct {
		Waiting
		order uint64
	}
	var all []ordered
	for id, m := range w.moves {
		all = append(all, ordered{Waiting{id, m.op, m.gen}, m.order})
	}
	for id, t := range w.tasks {
		if t.stuck != nil || t.end > w.clock.Now().UnixNano() {
			all = append(all, ordered{Waiting{id, t.op, t.gen}, t.order})
		}
	}
	slices.SortFunc(all, func(a, b ordered) int { return cmp.Compare(a.order, b.order) })
	waiting := make([]Waiting, len(all))
	for i, o := range all {
		waiting[i] = o.Waiting
	}
	return waiting
}

func (w *World) step(id engine.ID) bool {
	mv, ok := w.moves[id]
	if !ok || mv.stuck != nil {
		return false
	}
	w.finish(id, mv, w.clock.Now())
	w.changed(id)
	return true
}

// settle ends the move of id if its time has come. Nothing is announced: ReadyAt foretold it.
func (w *World) settle(id engine.ID) {
	mv, ok := w.moves[id]
	if ok && mv.stuck == nil && mv.end <= w.clock.Now().UnixNano() {
		w.finish(id, mv, time.Unix(0, mv.end))
	}
}

func (w *World) settleAll() {
	for id := range w.moves {
		w.settle(id)
	}
}

// begin starts a move from rest.
func (w *World) begin(id engine.ID, mv move) {
	m := w.machines[id]
	p := w.pools[m.pool]
	if f := w.strike(true, mv.op, id, p.zone, p.typ); f != nil && f.When == Never {
		mv.stuck = f
	} else if f != nil {
		mv.fail = f.Err
	}
	if mv.op != Start && mv.op != Provision {
		w.halt(id)
	}
	w.order++
	mv.order = w.order
	mv.end = w.endOf(mv.op, m.power)
	w.moves[id] = mv
}

func (w *World) endOf(op Op, rest engine.Power) int64 {
	if w.opts.Mode == Stepped {
		return math.MaxInt64
	}
	return w.clock.Now().Add(w.opts.delay(op, rest)).UnixNano()
}

// cancel ends the move of id without effect.
func (w *World) cancel(id engine.ID) {
	mv, ok := w.moves[id]
	if !ok {
		return
	}
	if m := w.machines[id]; mv.pool != m.pool {
		w.used[w.pools[mv.pool].place()]--
	}
	w.still(id)
}

// finish ends the move of id as it should end, at the given instant.
func (w *World) finish(id engine.ID, mv move, at time.Time) {
	m := w.machines[id]
	if mv.fail != nil {
		w.cancel(id)
		w.failed[id] = failure{mv.op, mv.gen, mv.fail}
		if mv.op == Provision {
			w.drop(id, m)
		}
		return
	}
	w.still(id)
	switch mv.op {
	case Provision:
		m.provisioned = true
	case Stop:
		if m.power == engine.Running {
			w.note(id, m, shutDown, at)
		}
		m.power = engine.Stopped
	case Start, Reboot:
		w.note(id, m, booted, at)
		m.power, m.boot, m.started = engine.Running, mv.boot, uint32(at.Unix())
		if mv.pool != m.pool {
			w.used[w.pools[m.pool].place()]--
			m.pool = mv.pool
		}
	case Remove:
		w.drop(id, m)
		return
	}
	m.gen = mv.gen
	w.machines[id] = m
}

// still forgets the move of id. A Go map keeps the room it once needed, so an idle world gets a
// new one.
func (w *World) still(id engine.ID) {
	delete(w.moves, id)
	if len(w.moves) == 0 {
		w.moves = map[engine.ID]move{}
	}
}

func (w *World) drop(id engine.ID, m machine) {
	w.used[w.pools[m.pool].place()]--
	delete(w.machines, id)
	w.halt(id)
	delete(w.guests, id)
	delete(w.history, id)
}

// pool finds or adds a pool; false: there are as many as a machine can name.
func (w *World) pool(p pool) (uint16, bool) {
	i, ok := w.poolOf[p]
	if !ok {
		if len(w.pools) > math.MaxUint16 {
			return 0, false
		}
		i = uint16(len(w.pools))
		w.pools = append(w.pools, p)
		w.poolOf[p] = i
	}
	return i, true
}

// room is how many more machines fit.
func (w *World) room(p place) int {
	limit, ok := w.stock[p]
	if !ok {
		return engine.Unlimited
	}
	return max(limit-w.used[p], 0)
}
