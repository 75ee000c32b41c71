package sim_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/openecs/openecs/internal/clock"
	"github.com/openecs/openecs/internal/engine"
	"github.com/openecs/openecs/internal/engine/enginetest"
	"github.com/openecs/openecs/internal/engine/sim"
)

var start = time.Date(2026, 8, 9, 5, 0, 0, 0, time.UTC)

func newMachine(id engine.ID) *engine.Machine {
	return &engine.Machine{ID: id, Name: fmt.Sprintf("i-%d", id), Cell: "c1", Zone: "cn-hangzhou-i", Gen: 1,
		Boot: engine.Boot{SpecGen: 1, Size: engine.Size{Type: "ecs.g7.large", VCPUs: 2, MemoryMiB: 8192}}}
}

func subject(o sim.Options) *enginetest.Subject {
	o.Zones = []string{"cn-hangzhou-i", "cn-hangzhou-j"}
	m := clock.NewManual(start)
	w := sim.NewWorld(m, o)
	return &enginetest.Subject{
		Engine:  w.Connect(),
		Machine: newMachine,
		Pass: func(ctx context.Context) error {
			if err := m.Advance(ctx, time.Second); err != nil {
				return err
			}
			if o.Mode == sim.Stepped {
				w.StepAll()
			}
			return nil
		},
		PowerOff: func(_ context.Context, id engine.ID) error {
			if !w.PowerOff(id) {
				return fmt.Errorf("%d is not running", id)
			}
			return nil
		},
		Impossible: func(m *engine.Machine) { m.Zone = "cn-nowhere-a" },
	}
}

func TestContract(t *testing.T) {
	for name, o := range map[string]sim.Options{
		"auto":    {},
		"scaled":  {Mode: sim.Scaled},
		"faster":  {Mode: sim.Scaled, Scale: 50},
		"stepped": {Mode: sim.Stepped},
		"uniform": {Delay: sim.Uniform(0, 3*time.Second, 1)},
	} {
		t.Run(name, func(t *testing.T) {
			enginetest.Run(t, func(*testing.T) *enginetest.Subject { return subject(o) })
		})
	}
}
