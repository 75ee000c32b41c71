package testkit

import (
	"fmt"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/engine"
	"github.com/openecs/openecs/internal/engine/sim"
	"github.com/openecs/openecs/internal/fault"
)

// Hosts makes work of simulated hosts fail.
type Hosts struct{ World *sim.World }

var _ fault.Hosts = Hosts{}

var operations = map[fault.Operation]sim.Op{
	fault.Provision: sim.Provision, fault.Boot: sim.Start, fault.Shutdown: sim.Stop, fault.Reboot: sim.Reboot, fault.Remove: sim.Remove,
}

// Inject implements fault.Hosts.
func (h Hosts) Inject(f fault.Host, skip, times int) (lift func(), err error) {
	in := sim.Fault{Match: sim.Match{Op: operations[f.Operation], Zone: f.Zone, Type: f.Type}, Nth: skip + 1, Times: times}
	if times == 0 {
		in.Times = -1
	}
	if f.Instance != "" {
		k, ok := ecs.ParseID(ecs.KindInstance, f.Instance)
		if !ok {
			return nil, fmt.Errorf("%q is no instance's id", f.Instance)
		}
		in.ID = engine.ID(k)
	}
	switch f.Outcome {
	case fault.Never:
		in.When = sim.Never
	case fault.Unreachable:
		in.Err = fmt.Errorf("%w: injected", engine.ErrUnreachable)
	case fault.Impossible:
		in.Err = fmt.Errorf("%w: injected", engine.ErrPermanent)
	case fault.NoStock:
		in.Err = fmt.Errorf("%w: injected", engine.ErrNoStock)
	}
	return h.World.Inject(in), nil
}
