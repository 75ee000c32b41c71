package sim

import (
	"math/rand/v2"
	"time"

	"github.com/openecs/openecs/internal/engine"
)

// Mode says how moves come to an end.
type Mode uint8

const (
	Auto    Mode = iota // each takes AutoDelay
	Scaled              // each takes as long as in the real service, divided by Options.Scale
	Stepped             // each waits for Step
)

// Op is a kind of move.
type Op uint8

const (
	Provision Op = iota + 1
	Start
	Stop
	Reboot
	Remove
	Observe  // not a move; for Match only
	Capacity // likewise
	List     // likewise
	Adopt    // likewise
	DiskWork
	SnapshotWork
	ImageWork
	InterfaceWork
	Exec // not a move; for Match only
	WriteFile
	ReadConsole
	ReadScreen
	AddressWork // on an elastic IP
	GatewayWork // on a NAT gateway or one of its entries
)

func (o Op) String() string {
	if int(o) >= len(opNames) {
		return "invalid"
	}
	return opNames[o]
}

var opNames = [...]string{"any", "provision", "start", "stop", "reboot", "remove", "observe", "capacity", "list", "adopt", "disk", "snapshot", "image", "interface", "exec", "write file",
	"read console", "read screen", "address", "gateway"}

// AutoDelay is what every move takes in mode Auto: the least that a client polling as fast as it
// likes will see.
const AutoDelay = 20 * time.Millisecond

// What moves take in mode Scaled at scale 1. A reboot takes as long as a start. A stopped machine
// goes in RemoveDelay, another stops first.
const (
	PendingDelay  = 3 * time.Second
	StartingDelay = 20 * time.Second
	StoppingDelay = 10 * time.Second
	RemoveDelay   = 1 * time.Second
)

// Options are the knobs that are set once. The zero value is a world in mode Auto that accepts
// every zone.
type Options struct {
	Mode  Mode
	Scale float64  // for Scaled; 0 is 1
	Zones []string // if any, no other zone exists: ErrPermanent

	// Delay, if set, replaces what the mode says (not in Stepped). It is called with the world
	// locked and must not call it.
	Delay func(op Op, rest engine.Power) time.Duration
}

// Uniform is a Delay between low and high, the same sequence for the same seed.
func Uniform(low, high time.Duration, seed uint64) func(Op, engine.Power) time.Duration {
	r := rand.New(rand.NewPCG(seed, 0))
	return func(Op, engine.Power) time.Duration {
		return low + time.Duration(r.Int64N(int64(high-low)+1))
	}
}

// delay is how long op takes from the power the machine was at rest in.
func (o *Options) delay(op Op, rest engine.Power) time.Duration {
	if o.Delay != nil {
		return max(o.Delay(op, rest), 0)
	}
	if o.Mode == Auto {
		return AutoDelay
	}
	var d time.Duration
	switch op {
	case Provision:
		d = PendingDelay
	case Start, Reboot:
		d = StartingDelay
	case Stop:
		d = StoppingDelay
	case DiskWork:
		d = DiskDelay
	case SnapshotWork:
		d = SnapshotDelay
	case ImageWork:
		d = ImageDelay
	case AddressWork:
		d = AddressDelay
	case GatewayWork:
		d = GatewayDelay
	case InterfaceWork:
		d = InterfaceDelay
	default:
		d = RemoveDelay
		if rest == engine.Running {
			d = StoppingDelay
		}
	}
	if o.Scale > 0 {
		d = time.Duration(float64(d) / o.Scale)
	}
	return d
}
