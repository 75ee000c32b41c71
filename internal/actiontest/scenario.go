package actiontest

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/openecs/openecs/internal/engine"
	"github.com/openecs/openecs/internal/engine/sim"
)

// Scenario is one story, told to a service that has just started. It asks for things, waits with Settle before it
// looks, and says what must be: usually it ends with NothingLeft.
type Scenario func(s *Service)

// EachFault runs a scenario once undisturbed, then once for each call of the engine that it led to, each way in which
// that call can fail, and each moment: before it took effect, after (its answer is lost), and late (the move itself
// fails). All of these faults pass: the scenario must end the same.
func EachFault(t *testing.T, scenario Scenario, opts ...Option) {
	calls := 0
	if !t.Run("undisturbed", func(t *testing.T) {
		s := Start(t, opts...)
		scenario(s)
		calls = s.Sim.Calls()
	}) {
		return
	}
	if calls == 0 {
		t.Fatal("the scenario leads to no call of the engine")
	}
	for _, when := range []struct {
		name string
		when sim.When
	}{{"before", sim.Before}, {"after", sim.After}, {"late", sim.Late}} {
		for _, fault := range []error{engine.ErrUnreachable, engine.ErrBusy, errors.New("something passing")} {
			for n := 1; n <= calls; n++ {
				t.Run(fmt.Sprintf("%v %s call %d", fault, when.name, n), func(t *testing.T) {
					s := Start(t, opts...)
					s.Sim.Inject(sim.Fault{When: when.when, Nth: n, Times: 1, Err: fault})
					scenario(s)
				})
			}
		}
	}
}

// EachRestart runs a scenario once undisturbed, then once with a restart after every step and once for each step with
// a restart after that one: at once, or when a little time has passed; with the machines still there, and without
// them, as the simulator's when its process ends. A step is an action of any client that changed something, or an
// Advance (so a Settle too).
func EachRestart(t *testing.T, scenario Scenario, opts ...Option) {
	steps := 0
	if !t.Run("undisturbed", func(t *testing.T) {
		s := Start(t, opts...)
		s.between = func() { steps++ }
		scenario(s)
	}) {
		return
	}
	if steps == 0 {
		t.Fatal("the scenario has no steps")
	}
	for _, lost := range []bool{false, true} {
		for _, after := range []time.Duration{0, sim.AutoDelay / 4, sim.AutoDelay * 5 / 4} {
			for only := range steps + 1 {
				name := fmt.Sprintf("lost %v, %v after step %d", lost, after, only)
				if only == 0 {
					name = fmt.Sprintf("lost %v, %v after every step", lost, after)
				}
				t.Run(name, func(t *testing.T) {
					s := Start(t, opts...)
					step := 0
					s.between = func() {
						if step++; only == 0 || step == only {
							s.advance(after)
							s.restart(lost)
						}
					}
					scenario(s)
				})
			}
		}
	}
}
