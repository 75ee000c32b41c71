// Package enginetest is the contract of package engine as a test suite. Every engine runs it from
// its own tests; nothing else imports it.
package enginetest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/openecs/openecs/internal/engine"
)

// Subject is an engine under test, with no machines.
type Subject struct {
	Engine engine.Engine

	// Machine returns the machine with this ID as it should be provisioned: any zone, type and
	// image that work. Gen is 1 and Boot.SpecGen is 1.
	Machine func(id engine.ID) *engine.Machine

	// Pass lets time pass, on the engine's own clock at least a second, and lets everything under
	// way that can end within it end. It is called until what is waited for happens.
	Pass func(ctx context.Context) error

	// PowerOff makes the guest of a running machine power itself off; nil where a test cannot.
	PowerOff func(ctx context.Context, id engine.ID) error

	// Impossible, if set, changes a machine so that it can never be provisioned.
	Impossible func(*engine.Machine)
}

// Run checks everything the contract promises, each promise with a subject of its own.
func Run(t *testing.T, open func(t *testing.T) *Subject) {
	for _, p := range Promises {
		t.Run(p.Name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			s := open(t)
			switch err := p.Check(ctx, s); {
			case errors.Is(err, errSkip):
				t.Skip(err)
			case err != nil:
				t.Error(err)
			}
			if err := s.clear(ctx); err != nil {
				t.Errorf("afterwards: %v", err)
			}
		})
	}
}

// patience bounds one promise.
const patience = 2 * time.Minute

var errSkip = errors.New("this engine cannot show it")

// until lets time pass until check holds.
func (s *Subject) until(ctx context.Context, what string, check func() (bool, error)) error {
	for {
		ok, err := check()
		if err != nil {
			return fmt.Errorf("waiting until %s: %w", what, err)
		}
		if ok {
			return nil
		}
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("waiting until %s: %w", what, err)
		}
		if err := s.Pass(ctx); err != nil {
			return err
		}
	}
}

// reach waits until id has finished gen and checks the power it is in then.
func (s *Subject) reach(ctx context.Context, id engine.ID, gen engine.Gen, power engine.Power) (o engine.Observation, err error) {
	err = s.until(ctx, fmt.Sprintf("%d finishes generation %d", id, gen), func() (bool, error) {
		o, err = s.Engine.Observe(ctx, id)
		return o.Provisioned && o.Gen >= gen, err
	})
	if err == nil && (o.Gen != gen || o.Power != power) {
		err = fmt.Errorf("observed %+v, want generation %d finished and %v", o, gen, power)
	}
	return o, err
}

// ask repeats a call while the engine is busy.
func (s *Subject) ask(ctx context.Context, call func() error) error {
	return s.until(ctx, "the engine is no longer busy", func() (bool, error) {
		err := call()
		if errors.Is(err, engine.ErrBusy) {
			return false, nil
		}
		return true, err
	})
}

// make provisions a machine; its generation is 1 then.
func (s *Subject) make(ctx context.Context, id engine.ID) (*engine.Machine, error) {
	m := s.Machine(id)
	if err := s.ask(ctx, func() error { return s.Engine.Provision(ctx, m) }); err != nil {
		return nil, fmt.Errorf("Provision: %w", err)
	}
	o, err := s.reach(ctx, id, 1, engine.Stopped)
	if err == nil && (o.BootSpecGen != 0 || !o.StartedAt.IsZero()) {
		err = fmt.Errorf("never started, yet observed %+v", o)
	}
	return m, err
}

// run starts a machine with a generation and waits.
func (s *Subject) run(ctx context.Context, m *engine.Machine, gen engine.Gen) (engine.Observation, error) {
	if err := s.ask(ctx, func() error { return s.Engine.Start(ctx, m.ID, gen, &m.Boot) }); err != nil {
		return engine.Observation{}, fmt.Errorf("Start: %w", err)
	}
	o, err := s.reach(ctx, m.ID, gen, engine.Running)
	if err == nil && (o.BootSpecGen != m.Boot.SpecGen || o.StartedAt.IsZero()) {
		err = fmt.Errorf("started with spec %d, observed %+v", m.Boot.SpecGen, o)
	}
	return o, err
}

// gone removes a machine and waits until nothing shows it.
func (s *Subject) gone(ctx context.Context, id engine.ID) error {
	if err := s.ask(ctx, func() error { return s.Engine.Remove(ctx, id) }); err != nil {
		return fmt.Errorf("Remove: %w", err)
	}
	return s.until(ctx, fmt.Sprintf("%d is gone", id), func() (bool, error) { return s.absent(ctx, id) })
}

func (s *Subject) absent(ctx context.Context, id engine.ID) (bool, error) {
	switch _, err := s.Engine.Observe(ctx, id); {
	case err == nil:
		return false, nil
	case !errors.Is(err, engine.ErrNotFound):
		return false, err
	}
	for l, err := range s.Engine.List(ctx) {
		if err != nil {
			return false, err
		}
		if l.ID == id {
			return false, fmt.Errorf("%d is not found, but listed", id)
		}
	}
	return true, nil
}

// clear removes all machines and checks that none is left.
func (s *Subject) clear(ctx context.Context) error {
	var ids []engine.ID
	for l, err := range s.Engine.List(ctx) {
		if err != nil {
			return err
		}
		ids = append(ids, l.ID)
	}
	for _, id := range ids {
		if err := s.gone(ctx, id); err != nil {
			return err
		}
	}
	return nil
}
