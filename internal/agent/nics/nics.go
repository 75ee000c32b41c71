// Package nics gives Incus instances the devices whose host ends an agent moves
// into their VPCs. Its NICs are what the Incus engine asks for the devices of a
// machine; the engine declares that interface.
package nics

import (
	"context"
	"fmt"
	"strings"

	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/engine"
)

// Agent is what is needed of the host's agent.
type Agent interface {
	// Guarded is nil once the rules of an interface are in force.
	Guarded(name, mac string) error

	// Changed is closed when Guarded may answer otherwise.
	Changed() <-chan struct{}
}

// NICs makes devices.
type NICs struct{ agent Agent }

// New makes devices for the instances of a host.
func New(a Agent) *NICs { return &NICs{agent: a} }

// Plug returns the devices of a machine that is about to be made, once the rules
// of all its interfaces are in force. It ends early with ctx: then the machine is
// not to be made yet, and Plug may be called again.
func (p *NICs) Plug(ctx context.Context, m *engine.Machine) (map[string]map[string]string, error) {
	out := map[string]map[string]string{}
	for i := range m.NICs {
		if err := p.Wait(ctx, &m.NICs[i]); err != nil {
			return nil, err
		}
		eth := fmt.Sprintf("eth%d", i)
		out[eth] = Device(&m.NICs[i], eth)
	}
	return out, nil
}

// Wait waits until the rules of an interface are in force.
func (p *NICs) Wait(ctx context.Context, n *engine.NIC) error {
	for {
		changed := p.agent.Changed() // before the question, so that no change is missed
		err := p.agent.Guarded(ecs.HostNIC(ecs.Key(n.ID)), n.MAC)
		if err == nil {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("%w: the rules of %s are not in force: %w", engine.ErrBusy, n.Name, err)
		}
	}
}

// Unplugged has nothing to do: the agent removes what an instance leaves.
func (*NICs) Unplugged(context.Context, engine.ID, map[string]map[string]string) error { return nil }

// Device is an interface as a device of an instance, called eth inside. It has
// nothing of limits or addresses: those are the agent's, and Incus fails to
// change them on an interface whose host end it does not find.
func Device(n *engine.NIC, eth string) map[string]string {
	return map[string]string{
		"type": "nic", "nictype": "p2p", "name": eth, "host_name": ecs.HostNIC(ecs.Key(n.ID)), "hwaddr": strings.ToLower(n.MAC),
	}
}
