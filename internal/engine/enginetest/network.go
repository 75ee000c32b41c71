package enginetest

import (
	"context"
	"errors"
	"fmt"
	"net/netip"

	"github.com/openecs/openecs/internal/engine"
)

// network is the engine's network, or errSkip.
func (s *Subject) network() (engine.Network, error) {
	if n, ok := s.Engine.(engine.Network); ok {
		return n, nil
	}
	return nil, errSkip
}

func (s *Subject) nic(id uint64, gen engine.Gen) *engine.NICGoal {
	m := s.Machine(1)
	return &engine.NICGoal{
		NIC:  engine.NIC{ID: id, Name: fmt.Sprintf("eni-%d", id), VPC: 1, VSwitch: 1, MAC: "00:16:3e:00:00:10", Address: netip.MustParsePrefix("192.168.0.10/24")},
		Cell: m.Cell, Zone: m.Zone, Gen: gen,
	}
}

// networkLifecycle attaches an interface, gives it an address more, detaches and
// removes it, twice.
func networkLifecycle(ctx context.Context, s *Subject) error {
	n, err := s.network()
	if err != nil {
		return err
	}
	if _, err := s.make(ctx, 1); err != nil {
		return err
	}
	nic := s.nic(10, 0)
	for _, step := range []struct {
		what   string
		change func()
	}{
		{"it is attached", func() { nic.Machine = 1 }},
		{"it has another address", func() { nic.Secondary = []netip.Addr{netip.MustParseAddr("192.168.0.11")} }},
		{"it is detached", func() { nic.Machine = 0 }},
		{"it is gone", func() { nic.Gone = true }},
		{"it is gone still", func() {}},
	} {
		step.change()
		nic.Gen++
		if err := s.achieve(ctx, step.what, func() (engine.Progress, error) { return n.NIC(ctx, nic) }); err != nil {
			return err
		}
	}
	return nil
}

// networkGenerations shows that a newer goal takes the place of an older one,
// and that the older one then is answered without effect.
func networkGenerations(ctx context.Context, s *Subject) error {
	n, err := s.network()
	if err != nil {
		return err
	}
	for gen := engine.Gen(1); gen <= 2; gen++ {
		if _, err := n.NIC(ctx, s.nic(10, gen)); err != nil {
			return err
		}
	}
	if p, err := n.NIC(ctx, s.nic(10, 1)); err != nil || !p.Done {
		return fmt.Errorf("an older goal: %+v, error %v, want it done", p, err)
	}
	return s.achieve(ctx, "the newer goal is reached", func() (engine.Progress, error) { return n.NIC(ctx, s.nic(10, 2)) })
}

// networkNeedsMachine shows that an interface is not attached to nothing.
func networkNeedsMachine(ctx context.Context, s *Subject) error {
	n, err := s.network()
	if err != nil {
		return err
	}
	nic := s.nic(10, 1)
	nic.Machine = 404
	if _, err := n.NIC(ctx, nic); !errors.Is(err, engine.ErrNotFound) {
		return fmt.Errorf("attached to a machine that does not exist: error %v, want ErrNotFound", err)
	}
	return nil
}
