package testkit

import (
	"context"
	"errors"

	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/clock"
	"github.com/openecs/openecs/internal/engine/sim"
	"github.com/openecs/openecs/internal/fault"
	"github.com/openecs/openecs/internal/service"
)

// Kit is the test kit of one service.
type Kit struct {
	Faults   *fault.Set
	Requests *Recorder // nil: none are recorded

	service *service.Service
	world   *sim.World
	clock   clock.Clock
	catalog *catalog.Catalog
	account uint64
	testing bool
	begin   *service.Snapshot // what Reset goes back to; nil: not kept
}

// New makes the kit of a service to be: its Faults and Requests go into the
// service's configuration. With testing requests are recorded and Reset works;
// both cost memory. world is nil where instances are real: then Reset and Seed are
// refused. account is whose resources a seed makes unless it says.
func New(world *sim.World, clk clock.Clock, cat *catalog.Catalog, account uint64, testing bool) *Kit {
	k := &Kit{Faults: &fault.Set{}, world: world, clock: clk, catalog: cat, account: account, testing: testing}
	if world != nil {
		k.Faults.Hosts = Hosts{world}
	}
	if testing {
		k.Requests = &Recorder{}
	}
	return k
}

// Of tells the kit its service, once it is open; Reset goes back to what it is
// now.
func (k *Kit) Of(s *service.Service) {
	k.service = s
	k.keep()
}

func (k *Kit) keep() {
	if k.testing && k.world != nil {
		k.begin = k.service.DB.Snapshot()
	}
}

// ErrReal says that instances are real: what they are is not ours to put back.
var ErrReal = errors.New("The instances of this service are real: reset and seeding are for simulated ones.")

// ErrNotTesting says that a service was not started for tests.
var ErrNotTesting = errors.New("This service was not started for tests: openecs serve needs --testing or --ephemeral.")

// Reset makes the service what it was when it was opened, or after the last
// seed: resources, idempotency tokens and machines. Faults are lifted, recorded
// requests forgotten. The clock, and the numbers that ids are made of, go on.
// Requests under way may still change something afterwards.
func (k *Kit) Reset(ctx context.Context) error {
	switch {
	case k.world == nil:
		return ErrReal
	case k.begin == nil:
		return ErrNotTesting
	}
	k.Faults.Clear()
	err := k.service.Restore(ctx, k.begin, k.world.Reset)
	k.Requests.Forget()
	return err
}
