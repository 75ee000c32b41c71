package actiontest

import (
	"context"
	"time"

	"github.com/openecs/openecs/internal/engine"
	"github.com/openecs/openecs/internal/engine/sim"
)

// limit is how long, of real time, a test waits for the service to be done.
const limit = 30 * time.Second

// Quiet returns when the service has done all it can at this instant.
func (s *Service) Quiet() {
	s.T.Helper()
	s.advance(0)
}

// Advance moves the clock on and returns when everything that falls due on the way has happened. It is a step of a
// scenario.
func (s *Service) Advance(d time.Duration) {
	s.T.Helper()
	s.advance(d)
	s.stepped()
}

func (s *Service) advance(d time.Duration) {
	s.T.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	s.must(s.Clock.Advance(ctx, d))
}

// Settle brings everything under way to its end, what has to be tried again too: the clock moves on by a minute.
func (s *Service) Settle() {
	s.T.Helper()
	for s.mode == sim.Stepped {
		s.Quiet()
		if s.Sim.StepAll() == 0 {
			break
		}
	}
	s.Advance(time.Minute)
}

// Step ends the state that an instance, a disk, a snapshot, an image or an interface is in.
func (s *Service) Step(id string) {
	s.T.Helper()
	switch s.mode {
	case sim.Auto:
		s.advance(sim.AutoDelay)
		return
	case sim.Scaled:
		s.advance(time.Minute)
		return
	}
	if !s.Sim.Step(engine.ID(s.anyKey(id))) {
		s.T.Fatalf("%s is not changing", id)
	}
	s.Quiet()
}
