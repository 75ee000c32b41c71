// Package engine is the contract between the reconciler and what runs instances: a simulator, an
// Incus host, an Incus cluster. It holds interfaces and types only.
//
// Layer 9. internal/reconcile calls engines; internal/service, internal/cli and ecstest hand one
// over without calling it. Package engine/enginetest is the contract as a test suite, and every
// engine passes it.
//
// # How an engine is used
//
// A worker that holds the key of an instance reads the record, calls Observe, and takes one step:
//
//	not Provisioned                  → Provision
//	Observation.Gen below Want.Gen   → Start, Stop or Reboot with Want.Gen
//	Deleted                          → Remove, until Observe answers ErrNotFound
//	neither                          → done; a Power that differs is drift, shown and not corrected
//
// Then it writes what it saw and comes back when woken by Events, at Observation.ReadyAt, or after
// a delay of its own. Repeating any step at any time is harmless, so a worker may die anywhere.
package engine

import (
	"context"
	"iter"
	"time"
)

// ID is the row key of an instance: unique within a cell and never used twice.
type ID uint64

// Gen numbers the power operations of one machine, upwards. A generation runs once.
type Gen uint32

// Engine runs machines. Its methods are safe for concurrent use; calls that change one machine are
// made by one worker at a time, but a worker that was replaced may still be in its last call.
//
// Provision, Start, Stop, Reboot and Remove start or continue towards their goal and return
// without waiting for the machine; nil says under way or done, and Observe tells which. All of
// them are idempotent. For a power operation of generation gen:
//
//   - gen finished, or older than one begun: nil, nothing happens.
//   - gen under way: nil, it goes on. Stop with force hastens a graceful stop of the same gen.
//   - gen newer than one under way: it takes that one's place as soon as the host lets it, until
//     then ErrBusy. The older one then never finishes.
//   - the machine already is where gen leads (a started machine is to be started): gen is finished
//     at once. Reboot of a stopped machine starts it.
//   - the machine is not yet provisioned, or is being removed: ErrBusy.
//   - the machine does not exist: ErrNotFound.
//
// A step that fails after the call returned is reported by the next call with the same goal, once;
// the call after that tries again. See the Err variables for what errors mean.
type Engine interface {
	// Provision makes the machine, stopped, with its disks and interfaces; when it is finished,
	// Observation.Gen is m.Gen. A machine that exists is left as it is. After an error other than
	// ErrUnreachable or ErrBusy, and after any failure in the background, nothing of it is left.
	Provision(ctx context.Context, m *Machine) error

	// Start boots a stopped machine as boot says.
	Start(ctx context.Context, id ID, gen Gen, boot *Boot) error

	// Stop asks the guest to shut down or, with force, cuts the power.
	Stop(ctx context.Context, id ID, gen Gen, force bool) error

	// Reboot stops the machine, as Stop does, and boots it as boot says.
	Reboot(ctx context.Context, id ID, gen Gen, boot *Boot, force bool) error

	// Remove ends the machine in whatever state it is and deletes all that Provision made, but for
	// disks that a DiskGoal has detached since; disks that were attached since are detached and
	// stay. So whoever keeps a disk detaches it first, and whoever does not removes it afterwards.
	// A machine that does not exist is nil.
	Remove(ctx context.Context, id ID) error

	// Observe tells how the machine is. A machine that does not exist is ErrNotFound. A host that
	// cannot be asked is ErrUnreachable and never reads as stopped or not found.
	Observe(ctx context.Context, id ID) (Observation, error)

	// Events yields machines whose Observation may have changed, from the moment Events returns.
	// They are hints: repeated, merged, and lost when the connection is; then the sequence ends and
	// the caller calls again and looks at everything. It also ends with ctx, and only with ctx may
	// a sequence that is not ranged over be abandoned. A change whose instant ReadyAt foretold
	// need not be announced.
	Events(ctx context.Context) iter.Seq[ID]

	// Capacity is how many more machines of that size the zone takes at this moment. It reserves
	// nothing. Unlimited is Unlimited.
	Capacity(ctx context.Context, zone string, size Size) (int, error)

	// List yields every machine there is, also half-made ones, to find what no record knows. Order
	// is not defined; what changes meanwhile may or may not appear. An error ends it.
	List(ctx context.Context) iter.Seq2[Listed, error]
}

// Adopter is implemented by an engine whose machines end with its process, such as the simulator.
// Where Observe answers ErrNotFound for a machine its record calls provisioned, the reconciler
// adopts it and goes on; with any other engine that machine is lost and is reported so.
type Adopter interface {
	// Adopt makes the machine exist as it was last observed, at once and past the stock. A Power
	// under way is taken for where it came from: the generation under way is asked for again. A
	// machine that exists is left as it is; o.Provisioned must be true.
	Adopt(ctx context.Context, m *Machine, o Observation) error
}

// Unlimited is the Capacity of a zone without bounds.
const Unlimited = 1<<31 - 1

// Power is what a machine is doing.
type Power uint8

// Starting also covers a reboot from beginning to end.
const (
	Stopped Power = iota
	Starting
	Running
	Stopping
)

func (p Power) String() string {
	if int(p) >= len(powerNames) {
		return "invalid"
	}
	return powerNames[p]
}

var powerNames = [...]string{Stopped: "stopped", Starting: "starting", Running: "running", Stopping: "stopping"}

// Observation is what an engine knows of a machine at one moment.
type Observation struct {
	Provisioned bool   // all parts are made; once true it stays true
	Power       Power  // Stopped until Provisioned
	Gen         Gen    // last generation finished; it never falls
	BootSpecGen uint32 // Boot.SpecGen of the last finished boot; 0: never booted

	// StartedAt is when the machine last came up, to the second; zero if it never did. It stays
	// after a stop.
	StartedAt time.Time

	// ReadyAt is when it pays to look again; zero if the engine cannot tell.
	ReadyAt time.Time
}

// Listed is one machine of List.
type Listed struct {
	ID   ID
	Cell string
	Zone string
	Gen  Gen // last finished
}
