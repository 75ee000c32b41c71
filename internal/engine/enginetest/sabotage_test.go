package enginetest_test

import (
	"context"
	"errors"
	"iter"
	"testing"
	"time"

	"github.com/openecs/openecs/internal/clock"
	"github.com/openecs/openecs/internal/engine"
	"github.com/openecs/openecs/internal/engine/enginetest"
	"github.com/openecs/openecs/internal/engine/sim"
)

// broken is an engine with one promise broken per hook; nil hooks keep it.
type broken struct {
	engine.Engine
	provision func(context.Context, *engine.Machine) error
	start     func(context.Context, engine.ID, engine.Gen, *engine.Boot) error
	stop      func(context.Context, engine.ID, engine.Gen, bool) error
	remove    func(context.Context, engine.ID) error
	observe   func(context.Context, engine.ID) (engine.Observation, error)
	events    func(context.Context) iter.Seq[engine.ID]
}

func (b *broken) Provision(ctx context.Context, m *engine.Machine) error {
	if b.provision != nil {
		return b.provision(ctx, m)
	}
	return b.Engine.Provision(ctx, m)
}

func (b *broken) Start(ctx context.Context, id engine.ID, gen engine.Gen, boot *engine.Boot) error {
	if b.start != nil {
		return b.start(ctx, id, gen, boot)
	}
	return b.Engine.Start(ctx, id, gen, boot)
}

func (b *broken) Stop(ctx context.Context, id engine.ID, gen engine.Gen, force bool) error {
	if b.stop != nil {
		return b.stop(ctx, id, gen, force)
	}
	return b.Engine.Stop(ctx, id, gen, force)
}

func (b *broken) Remove(ctx context.Context, id engine.ID) error {
	if b.remove != nil {
		return b.remove(ctx, id)
	}
	return b.Engine.Remove(ctx, id)
}

func (b *broken) Observe(ctx context.Context, id engine.ID) (engine.Observation, error) {
	if b.observe != nil {
		return b.observe(ctx, id)
	}
	return b.Engine.Observe(ctx, id)
}

func (b *broken) Events(ctx context.Context) iter.Seq[engine.ID] {
	if b.events != nil {
		return b.events(ctx)
	}
	return b.Engine.Events(ctx)
}

// Each way to be wrong is caught by the promise it breaks; unharmed, the engine keeps them all.
func TestBrokenEnginesAreCaught(t *testing.T) {
	for name, c := range map[string]struct {
		promise string
		mode    sim.Mode
		harm    func(b *broken, good engine.Engine, w *sim.World)
	}{
		"Observe reads unknown as stopped": {"UnknownMachine", sim.Auto, func(b *broken, good engine.Engine, _ *sim.World) {
			b.observe = func(ctx context.Context, id engine.ID) (engine.Observation, error) {
				o, err := good.Observe(ctx, id)
				if errors.Is(err, engine.ErrNotFound) {
					err = nil
				}
				return o, err
			}
		}},
		"Remove of a removed machine fails": {"RemoveTwice", sim.Auto, func(b *broken, good engine.Engine, _ *sim.World) {
			b.remove = func(ctx context.Context, id engine.ID) error {
				if _, err := good.Observe(ctx, id); err != nil {
					return err
				}
				return good.Remove(ctx, id)
			}
		}},
		"Provision makes it anew": {"ProvisionTwice", sim.Auto, func(b *broken, good engine.Engine, w *sim.World) {
			b.provision = func(ctx context.Context, m *engine.Machine) error {
				w.Lose(m.ID)
				return good.Provision(ctx, m)
			}
		}},
		"Provision refuses what exists": {"ProvisionTwice", sim.Auto, func(b *broken, good engine.Engine, _ *sim.World) {
			b.provision = func(ctx context.Context, m *engine.Machine) error {
				if o, err := good.Observe(ctx, m.ID); err == nil && o.Provisioned {
					return errors.New("exists")
				}
				return good.Provision(ctx, m)
			}
		}},
		"a failed Provision leaves a machine": {"FailedProvisionLeavesNothing", sim.Auto, func(b *broken, good engine.Engine, _ *sim.World) {
			b.provision = func(ctx context.Context, m *engine.Machine) error {
				err := good.Provision(ctx, m)
				if err != nil {
					rest := *m
					rest.Zone = "z1"
					_ = good.Provision(ctx, &rest)
				}
				return err
			}
		}},
		"Stop runs every time": {"GenerationRunsOnce", sim.Auto, func(b *broken, good engine.Engine, _ *sim.World) {
			b.stop = func(ctx context.Context, id engine.ID, gen engine.Gen, force bool) error {
				return good.Stop(ctx, id, gen+100, force)
			}
		}},
		"Start boots what is running": {"GoalAlreadyReached", sim.Auto, func(b *broken, good engine.Engine, _ *sim.World) {
			b.start = func(ctx context.Context, id engine.ID, gen engine.Gen, boot *engine.Boot) error {
				return good.Reboot(ctx, id, gen, boot, false)
			}
		}},
		"an older Start is an error": {"NewerGenerationWins", sim.Stepped, func(b *broken, good engine.Engine, _ *sim.World) {
			last := engine.Gen(0)
			b.stop = func(ctx context.Context, id engine.ID, gen engine.Gen, force bool) error {
				last = max(last, gen)
				return good.Stop(ctx, id, gen, force)
			}
			b.start = func(ctx context.Context, id engine.ID, gen engine.Gen, boot *engine.Boot) error {
				if gen < last {
					return errors.New("stale")
				}
				return good.Start(ctx, id, gen, boot)
			}
		}},
		"no events": {"ChangesWake", sim.Stepped, func(b *broken, _ engine.Engine, _ *sim.World) {
			b.events = func(ctx context.Context) iter.Seq[engine.ID] {
				return func(func(engine.ID) bool) { <-ctx.Done() }
			}
		}},
		"drift is finished as a generation": {"DriftIsShown", sim.Auto, func(b *broken, good engine.Engine, _ *sim.World) {
			b.observe = func(ctx context.Context, id engine.ID) (engine.Observation, error) {
				o, err := good.Observe(ctx, id)
				if o.Power == engine.Stopped && o.Gen == 2 {
					o.Gen = 3
				}
				return o, err
			}
		}},
		"generations fall": {"ObserveConcurrently", sim.Auto, func(b *broken, good engine.Engine, _ *sim.World) {
			b.observe = func(ctx context.Context, id engine.ID) (engine.Observation, error) {
				o, err := good.Observe(ctx, id)
				if o.Power == engine.Stopping {
					o.Gen = 0
				}
				return o, err
			}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, p := range enginetest.Promises {
				if p.Name != c.promise {
					continue
				}
				good, _ := open(c.mode)
				if err := p.Check(t.Context(), good); err != nil {
					t.Fatalf("unharmed: %v", err)
				}
				bad, w := open(c.mode)
				b := &broken{Engine: bad.Engine}
				c.harm(b, bad.Engine, w)
				ctx, cancel := context.WithTimeout(t.Context(), 400*time.Millisecond)
				defer cancel()
				bad.Engine = b
				err := p.Check(ctx, bad)
				if err == nil {
					t.Fatalf("%s did not notice", p.Name)
				}
				t.Log(err)
				return
			}
			t.Fatalf("there is no promise %s", c.promise)
		})
	}
}

func open(mode sim.Mode) (*enginetest.Subject, *sim.World) {
	m := clock.NewManual(time.Date(2026, 8, 9, 5, 0, 0, 0, time.UTC))
	w := sim.NewWorld(m, sim.Options{Mode: mode, Zones: []string{"z1"}})
	return &enginetest.Subject{
		Engine: w.Connect(),
		Machine: func(id engine.ID) *engine.Machine {
			return &engine.Machine{ID: id, Zone: "z1", Gen: 1, Boot: engine.Boot{SpecGen: 1}}
		},
		Pass: func(ctx context.Context) error {
			if mode == sim.Stepped {
				w.StepAll()
			}
			return m.Advance(ctx, time.Second)
		},
		PowerOff: func(_ context.Context, id engine.ID) error {
			w.PowerOff(id)
			return nil
		},
		Impossible: func(m *engine.Machine) { m.Zone = "z0" },
	}, w
}
