package testkit

import (
	"context"
	"io"
	"log/slog"
	"time"

	"github.com/openecs/openecs/internal/clock"
	"github.com/openecs/openecs/internal/engine"
	"github.com/openecs/openecs/internal/engine/sim"
	"github.com/openecs/openecs/internal/service"
	"github.com/openecs/openecs/internal/service/seed"
	"github.com/openecs/openecs/internal/store/mem"
)

// seedTime bounds how long a file may take.
const seedTime = 5 * time.Minute

// Seed makes the service what a file says, in place of all that it has; Reset
// goes back to it. An error is a sentence with the line that is wrong, and
// nothing has changed then.
func (k *Kit) Seed(ctx context.Context, data []byte) error {
	if k.world == nil {
		return ErrReal
	}
	ctx, cancel := context.WithTimeout(ctx, seedTime)
	defer cancel()
	to, err := seed.Load(ctx, data, seed.Options{Account: k.account, Now: k.clock.Now(), Catalog: k.catalog, Open: k.workshop})
	if err != nil {
		return err
	}
	if err := k.service.Restore(ctx, to, k.world.Reset); err != nil {
		return err
	}
	k.keep()
	return nil
}

// Save writes what the service holds; see package seed.
func (k *Kit) Save() ([]byte, error) {
	return seed.Save(k.service.DB.Snapshot(), k.catalog, k.account)
}

// workshop is a service that a file is made on.
func (k *Kit) workshop(clk *clock.Manual, draws *service.Draws) (*service.Service, func(), error) {
	store := mem.New(mem.Options{})
	host := sim.NewWorld(clk, sim.Options{Delay: func(sim.Op, engine.Power) time.Duration { return 0 }}).Connect()
	s, err := service.Open(context.Background(), service.Config{
		Store: store, Engine: host, Clock: clk, Catalog: k.catalog, Keys: service.StaticKeys{}, Cell: "seed", Draws: draws,
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	if err != nil {
		return nil, nil, err
	}
	end := func() { s.Close(); host.Close(); store.Close() }
	if err := s.OpenAccounts(k.service); err != nil {
		end()
		return nil, nil, err
	}
	return s, end, nil
}
