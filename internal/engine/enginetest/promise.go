package enginetest

import (
	"context"
	"errors"
	"fmt"

	"github.com/openecs/openecs/internal/engine"
)

// Promise is one thing the contract says, as a check.
type Promise struct {
	Name  string
	Check func(ctx context.Context, s *Subject) error
}

// Promises is all of them, for tests that show that a broken engine does not pass.
var Promises = []Promise{
	{"UnknownMachine", unknownMachine},
	{"Lifecycle", lifecycle},
	{"ProvisionTwice", provisionTwice},
	{"GenerationRunsOnce", generationRunsOnce},
	{"GoalAlreadyReached", goalAlreadyReached},
	{"NewerGenerationWins", newerGenerationWins},
	{"BusyUntilProvisioned", busyUntilProvisioned},
	{"RemoveTwice", removeTwice},
	{"RemoveInAnyState", removeInAnyState},
	{"FailedProvisionLeavesNothing", failedProvision},
	{"ListTellsWhose", listTellsWhose},
	{"DriftIsShown", drift},
	{"ObserveConcurrently", observeConcurrently},
	{"ChangesWake", changesWake},
	{"ContextEnds", contextEnds},
	{"StorageLifecycle", storageLifecycle},
	{"StorageGenerations", storageGenerations},
	{"StorageNeedsItsMachine", storageNeedsMachine},
	{"NetworkLifecycle", networkLifecycle},
	{"NetworkGenerations", networkGenerations},
	{"NetworkNeedsItsMachine", networkNeedsMachine},
	{"CommandsRun", commandsRun},
	{"CommandsNeedARunningMachine", commandsNeedARunningMachine},
	{"CommandsEnd", commandsEnd},
	{"FilesStay", filesStay},
	{"ConsoleIsShown", consoleIsShown},
}

func unknownMachine(ctx context.Context, s *Subject) error {
	e, boot := s.Engine, &s.Machine(404).Boot
	_, observe := e.Observe(ctx, 404)
	for name, err := range map[string]error{
		"Observe": observe,
		"Start":   e.Start(ctx, 404, 2, boot),
		"Stop":    e.Stop(ctx, 404, 2, true),
		"Reboot":  e.Reboot(ctx, 404, 2, boot, false),
	} {
		if !errors.Is(err, engine.ErrNotFound) {
			return fmt.Errorf("%s of an unknown machine: %v, want ErrNotFound", name, err)
		}
	}
	if err := e.Remove(ctx, 404); err != nil {
		return fmt.Errorf("Remove of an unknown machine: %w", err)
	}
	return nil
}

func lifecycle(ctx context.Context, s *Subject) error {
	m, err := s.make(ctx, 1)
	if err != nil {
		return err
	}
	first, err := s.run(ctx, m, 2)
	if err != nil {
		return err
	}
	m.Boot.SpecGen = 2
	if err := s.ask(ctx, func() error { return s.Engine.Reboot(ctx, 1, 3, &m.Boot, false) }); err != nil {
		return err
	}
	o, err := s.reach(ctx, 1, 3, engine.Running)
	if err != nil {
		return err
	}
	if o.BootSpecGen != 2 || !o.StartedAt.After(first.StartedAt) {
		return fmt.Errorf("after a reboot observed %+v, before %+v", o, first)
	}
	for gen, force := engine.Gen(4), false; gen <= 6; gen, force = gen+2, true {
		if err := s.ask(ctx, func() error { return s.Engine.Stop(ctx, 1, gen, force) }); err != nil {
			return err
		}
		if o, err = s.reach(ctx, 1, gen, engine.Stopped); err != nil {
			return err
		}
		if o.BootSpecGen != 2 || o.StartedAt.IsZero() {
			return fmt.Errorf("a stop made the last boot forgotten: %+v", o)
		}
		if _, err := s.run(ctx, m, gen+1); err != nil {
			return err
		}
	}
	if err := s.ask(ctx, func() error { return s.Engine.Reboot(ctx, 1, 8, &m.Boot, true) }); err != nil {
		return err
	}
	if _, err := s.reach(ctx, 1, 8, engine.Running); err != nil {
		return err
	}
	return s.gone(ctx, 1)
}

func provisionTwice(ctx context.Context, s *Subject) error {
	m := s.Machine(1)
	for range 3 {
		if err := s.Engine.Provision(ctx, m); err != nil && !errors.Is(err, engine.ErrBusy) {
			return err
		}
	}
	if _, err := s.make(ctx, 1); err != nil {
		return err
	}
	if _, err := s.run(ctx, m, 2); err != nil {
		return err
	}
	if err := s.Engine.Provision(ctx, m); err != nil {
		return err
	}
	if _, err := s.reach(ctx, 1, 2, engine.Running); err != nil {
		return fmt.Errorf("after Provision of a running machine: %w", err)
	}
	n := 0
	for _, err := range s.Engine.List(ctx) {
		if err != nil {
			return err
		}
		n++
	}
	if n != 1 {
		return fmt.Errorf("%d machines are listed, want 1", n)
	}
	return nil
}

func generationRunsOnce(ctx context.Context, s *Subject) error {
	m, err := s.make(ctx, 1)
	if err != nil {
		return err
	}
	for range 3 { // under way
		if err := s.ask(ctx, func() error { return s.Engine.Start(ctx, 1, 2, &m.Boot) }); err != nil {
			return err
		}
	}
	if _, err := s.run(ctx, m, 2); err != nil {
		return err
	}
	if err := s.ask(ctx, func() error { return s.Engine.Reboot(ctx, 1, 3, &m.Boot, false) }); err != nil {
		return err
	}
	before, err := s.reach(ctx, 1, 3, engine.Running)
	if err != nil {
		return err
	}
	for gen := engine.Gen(1); gen <= 3; gen++ { // finished, or older than what has finished
		for name, err := range map[string]error{
			"Start":  s.Engine.Start(ctx, 1, gen, &m.Boot),
			"Stop":   s.Engine.Stop(ctx, 1, gen, true),
			"Reboot": s.Engine.Reboot(ctx, 1, gen, &m.Boot, true),
		} {
			if err != nil {
				return fmt.Errorf("%s of the finished generation %d: %w", name, gen, err)
			}
		}
		if err := s.Pass(ctx); err != nil {
			return err
		}
	}
	after, err := s.Engine.Observe(ctx, 1)
	if after.ReadyAt = before.ReadyAt; err == nil && after != before {
		err = fmt.Errorf("a finished generation ran again: %+v, before %+v", after, before)
	}
	return err
}

func goalAlreadyReached(ctx context.Context, s *Subject) error {
	m, err := s.make(ctx, 1)
	if err != nil {
		return err
	}
	if err := s.ask(ctx, func() error { return s.Engine.Stop(ctx, 1, 2, false) }); err != nil {
		return err
	}
	if _, err := s.reach(ctx, 1, 2, engine.Stopped); err != nil {
		return err
	}
	before, err := s.run(ctx, m, 3)
	if err != nil {
		return err
	}
	if err := s.Pass(ctx); err != nil {
		return err
	}
	after, err := s.run(ctx, m, 4)
	if err == nil && !after.StartedAt.Equal(before.StartedAt) {
		err = fmt.Errorf("starting a running machine booted it")
	}
	if err != nil {
		return err
	}
	if err := s.Engine.Stop(ctx, 1, 5, true); err != nil {
		return err
	}
	if _, err := s.reach(ctx, 1, 5, engine.Stopped); err != nil {
		return err
	}
	if err := s.Engine.Reboot(ctx, 1, 6, &m.Boot, false); err != nil {
		return err
	}
	_, err = s.reach(ctx, 1, 6, engine.Running)
	return err
}

func newerGenerationWins(ctx context.Context, s *Subject) error {
	m, err := s.make(ctx, 1)
	if err != nil {
		return err
	}
	if err := s.Engine.Start(ctx, 1, 2, &m.Boot); err != nil {
		return err
	}
	if err := s.ask(ctx, func() error { return s.Engine.Stop(ctx, 1, 3, true) }); err != nil {
		return err
	}
	if err := s.Engine.Start(ctx, 1, 2, &m.Boot); err != nil { // the worker that was replaced
		return fmt.Errorf("an older generation is not ignored: %w", err)
	}
	_, err = s.reach(ctx, 1, 3, engine.Stopped)
	return err
}

func busyUntilProvisioned(ctx context.Context, s *Subject) error {
	m := s.Machine(1)
	m.Gen = 0
	if err := s.Engine.Provision(ctx, m); err != nil {
		return err
	}
	if err := s.Engine.Start(ctx, 1, 1, &m.Boot); err != nil && !errors.Is(err, engine.ErrBusy) {
		return fmt.Errorf("Start before the end of Provision: %w", err)
	}
	_, err := s.run(ctx, m, 1)
	return err
}

func removeTwice(ctx context.Context, s *Subject) error {
	if _, err := s.make(ctx, 1); err != nil {
		return err
	}
	for range 3 { // under way
		if err := s.ask(ctx, func() error { return s.Engine.Remove(ctx, 1) }); err != nil {
			return err
		}
	}
	for range 2 { // gone
		if err := s.gone(ctx, 1); err != nil {
			return err
		}
	}
	return nil
}

func removeInAnyState(ctx context.Context, s *Subject) error {
	if err := s.Engine.Provision(ctx, s.Machine(1)); err != nil {
		return err
	}
	if err := s.gone(ctx, 1); err != nil { // half-made
		return err
	}
	for id := engine.ID(2); id <= 4; id++ {
		m, err := s.make(ctx, id)
		if err != nil {
			return err
		}
		if err := s.Engine.Start(ctx, id, 2, &m.Boot); err != nil {
			return err
		}
		if id > 2 { // not while starting
			if _, err := s.reach(ctx, id, 2, engine.Running); err != nil {
				return err
			}
		}
		if id > 3 {
			if err := s.Engine.Stop(ctx, id, 3, false); err != nil {
				return err
			}
		}
		if err := s.gone(ctx, id); err != nil {
			return err
		}
	}
	return nil
}

func failedProvision(ctx context.Context, s *Subject) error {
	if s.Impossible == nil {
		return errSkip
	}
	m := s.Machine(1)
	s.Impossible(m)
	for range 2 {
		err := s.until(ctx, "Provision fails", func() (bool, error) {
			err := s.Engine.Provision(ctx, m)
			if errors.Is(err, engine.ErrPermanent) || errors.Is(err, engine.ErrNoStock) {
				return true, nil
			}
			return false, err
		})
		if err != nil {
			return err
		}
		if absent, err := s.absent(ctx, 1); err != nil || !absent {
			return fmt.Errorf("a failed Provision left something behind: %v", err)
		}
	}
	return nil
}

func listTellsWhose(ctx context.Context, s *Subject) error {
	want := map[engine.ID]engine.Listed{}
	for id := engine.ID(1); id <= 3; id++ {
		m, err := s.make(ctx, id)
		if err != nil {
			return err
		}
		want[id] = engine.Listed{ID: id, Cell: m.Cell, Zone: m.Zone, Gen: 1}
	}
	for l, err := range s.Engine.List(ctx) {
		if err != nil {
			return err
		}
		if l != want[l.ID] {
			return fmt.Errorf("listed %+v, want %+v", l, want[l.ID])
		}
		delete(want, l.ID)
	}
	if len(want) > 0 {
		return fmt.Errorf("not listed: %v", want)
	}
	for range s.Engine.List(ctx) { // a caller may leave
		break
	}
	return nil
}

func drift(ctx context.Context, s *Subject) error {
	if s.PowerOff == nil {
		return errSkip
	}
	m, err := s.make(ctx, 1)
	if err != nil {
		return err
	}
	if _, err := s.run(ctx, m, 2); err != nil {
		return err
	}
	return s.woken(ctx, 1, func() error { return s.PowerOff(ctx, 1) }, func(o engine.Observation) bool {
		return o.Power == engine.Stopped && o.Gen == 2
	})
}

func contextEnds(ctx context.Context, s *Subject) error {
	if _, err := s.make(ctx, 1); err != nil {
		return err
	}
	ended, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := s.Engine.Observe(ended, 1); err == nil || errors.Is(err, engine.ErrNotFound) {
		return fmt.Errorf("Observe under an ended context: %v, want another error", err)
	}
	for range s.Engine.Events(ended) {
	}
	return nil
}
