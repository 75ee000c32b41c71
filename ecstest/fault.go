package ecstest

import (
	"fmt"

	"github.com/openecs/openecs/internal/engine"
	"github.com/openecs/openecs/internal/engine/sim"
)

// Operation is what the service asks of the host of an instance.
type Operation string

// The operations that can be made to fail.
const (
	Provision Operation = "provision" // make an instance: Pending
	Boot      Operation = "start"
	Shutdown  Operation = "stop"
	Reboot    Operation = "reboot"
	Remove    Operation = "remove"
)

var simOps = map[Operation]sim.Op{
	Provision: sim.Provision, Boot: sim.Start, Shutdown: sim.Stop, Reboot: sim.Reboot, Remove: sim.Remove,
}

// FailNext makes the next n tries of an operation fail as if the host could not
// be reached. The service tries again, so this costs time and nothing else. It
// returns what lifts the fault.
func (s *Server) FailNext(op Operation, n int) (lift func()) {
	return s.inject(op, sim.Fault{Times: n, Err: fmt.Errorf("%w: injected", engine.ErrUnreachable)})
}

// Impossible makes an operation fail for good, until it is lifted: an instance
// that cannot be made vanishes, one that cannot be started stays Stopped.
func (s *Server) Impossible(op Operation) (lift func()) {
	return s.inject(op, sim.Fault{Times: -1, Err: fmt.Errorf("%w: injected", engine.ErrPermanent)})
}

// NeverProvision leaves new instances in Pending until it is lifted or their
// deadline has passed.
func (s *Server) NeverProvision() (lift func()) {
	return s.inject(Provision, sim.Fault{When: sim.Never, Times: -1})
}

// NoStock leaves no room for an instance type, "" for any: instances that were
// accepted vanish again, as on the real service.
func (s *Server) NoStock(instanceType string) (lift func()) {
	return s.inject(Provision, sim.Fault{Match: sim.Match{Type: instanceType}, Times: -1, Err: fmt.Errorf("%w: injected", engine.ErrNoStock)})
}

func (s *Server) inject(op Operation, f sim.Fault) (lift func()) {
	f.Op = simOps[op]
	if f.Op == 0 {
		panic("ecstest: no operation " + string(op))
	}
	return s.world.Inject(f)
}
