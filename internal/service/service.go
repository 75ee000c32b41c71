// Package service assembles an OpenECS service from a store, an engine, a
// clock, a catalogue and the action groups, all passed in, and runs it. It
// links none of the stores and engines itself, so whoever embeds it links only
// what it chose: package ecstest the simulator and a store in memory, the
// command line all of them.
package service

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/openecs/openecs/internal/action"
	"github.com/openecs/openecs/internal/auth"
	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/clock"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/engine"
	"github.com/openecs/openecs/internal/fault"
	"github.com/openecs/openecs/internal/model/meter"
	"github.com/openecs/openecs/internal/model/network"
	"github.com/openecs/openecs/internal/model/reach"
	"github.com/openecs/openecs/internal/price"
	"github.com/openecs/openecs/internal/reconcile"
	"github.com/openecs/openecs/internal/server"
	"github.com/openecs/openecs/internal/state"
	"github.com/openecs/openecs/internal/store"
)

// Config is what a Service is made of. Store, Engine, Clock, Catalog and Keys
// are needed. The service closes none of them.
type Config struct {
	Store   store.Store
	Engine  engine.Engine
	Clock   clock.Clock
	Catalog *catalog.Catalog
	Prices  *price.List // default: OpenECS's own, price.Own
	Keys    auth.Keys
	Addr    string // where it can be reached; told to others who want the store
	Cell    string // whose machines it makes, on hosts that several services share
	Log     *slog.Logger

	// Objects is the object store that images are imported from and exported to;
	// without one both are refused.
	Objects reconcile.Objects

	// Balance is what an account has when it is opened, ecs.DefaultBalance for nil.
	// Accounts are opened, once and for good, by the first service that has keys of
	// theirs.
	Balance *ecs.Money

	Faults    *fault.Set   // nil: none can be asked for
	Loose     bool         // images and instance types that do not exist are taken for the usual ones; see loose.go
	Draws     *state.Draws // of a service that is filled with what was saved; nil: everything is new
	Admin     http.Handler // for /_openecs/…
	Observe   func(server.Record)
	MaxNonces int // default auth.DefaultNonces

	// NonceJournal keeps spent nonces past the end of the process; nil: they are
	// forgotten with it. It is read once the store is ours.
	NonceJournal auth.NonceJournal

	// TokenSecret keeps the tokens of listings and temporary access keys good
	// across restarts; by default one is drawn.
	TokenSecret []byte
}

// Service is a running service.
type Service struct {
	DB      *state.DB
	Mux     *action.Mux
	Nonces  *auth.Nonces
	handler *server.Server

	catalog    *catalog.Catalog
	prices     *price.List
	firewall   network.Firewall
	reconciler *reconcile.Reconciler
	log        *slog.Logger
}

// Open loads the state and starts working on what is not settled. The errors
// of the store (held by another process, corrupt, newer) come through.
func Open(ctx context.Context, c Config) (*Service, error) {
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.Prices == nil {
		c.Prices = price.Own(c.Catalog)
	}
	if c.TokenSecret == nil {
		c.TokenSecret = make([]byte, 32)
		rand.Read(c.TokenSecret)
	}
	r := reconcile.New(c.Clock)
	db, err := state.Open(ctx, state.Tables(), c.Store, state.Options{
		Addr: c.Addr, Clock: c.Clock.Now, OnWake: r.Wake, Log: c.Log, Draws: c.Draws, Observer: meter.Observer(c.Prices, c.Catalog),
	})
	if err != nil {
		return nil, err
	}
	if d, ok := c.Clock.(*clock.Driven); ok {
		d.NotBefore(db.Snapshot().Time())
	}
	if err := openAccounts(ctx, db, &c); err != nil {
		return nil, errors.Join(err, db.Close(ctx))
	}
	if err := meter.Start(ctx, db, c.Prices, c.Catalog, c.Log); err != nil {
		return nil, errors.Join(err, db.Close(ctx))
	}
	s := &Service{DB: db, Nonces: auth.NewNonces(c.MaxNonces), reconciler: r, log: c.Log, catalog: c.Catalog, prices: c.Prices}
	if c.NonceJournal != nil {
		s.Nonces.Resume(c.NonceJournal, clock.Real().Now().Unix())
	}
	sessions := auth.NewSessions(c.TokenSecret, c.Clock.Now)
	pager := action.NewPager(c.TokenSecret)
	all, provisioning := groups(db, c.Catalog, c.Prices, pager, sessions, c.Objects != nil, r)
	s.Mux = action.NewMux(all...)
	past := &past{db: db, now: c.Clock.Now, bind: func(db *state.DB) *action.Mux {
		all, _ := groups(db, c.Catalog, c.Prices, pager, sessions, c.Objects != nil, r)
		return action.NewMux(all...)
	}}
	if c.Faults != nil {
		c.Faults.ZoneOf, c.Faults.Reach = s.zoneOf, db.History().Keep
	}
	s.handler = server.New(server.Config{
		Faults: c.Faults, Stale: past.mux, Loosen: s.loosen(c),
		Mux:     s.Mux,
		Catalog: c.Catalog, Now: c.Clock.Now, Log: c.Log, Admin: c.Admin, Observe: c.Observe,
		// Clients sign by the wall clock, whatever time the service's own clock shows.
		Verifier: &auth.Verifier{Keys: c.Keys, Sessions: sessions, Clock: clock.Real().Now, Nonces: s.Nonces},
	})
	r.Start(reconcile.Config{
		DB: db, Catalog: c.Catalog, Prices: c.Prices, Clock: c.Clock, Cell: c.Cell, Log: c.Log, Objects: c.Objects, Deliver: provisioning.Deliver,
		Engine: func(string) engine.Engine { return c.Engine }, Engines: []engine.Engine{c.Engine},
	})
	return s, nil
}

// ServeHTTP answers the API of all products, and /_openecs/.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// Query asks about a connection.
type Query = reach.Query

// Explain says whether a connection comes about, in whatever account its ends
// are, and what decides. An error is a sentence about the query.
func (s *Service) Explain(q Query) (*reach.Answer, error) {
	return reach.Explain(s.DB.Snapshot(), &s.firewall, q)
}

// Due is how many things are on record to happen at an instant.
func (s *Service) Due() int { return state.DueCount(s.DB.Snapshot()) }

// Reconciling counts what the reconciler went through.
func (s *Service) Reconciling() reconcile.Stats { return s.reconciler.Stats() }

// Failed is closed when the store has failed for good: nothing can be written
// any more, and the process should end.
func (s *Service) Failed() <-chan struct{} { return s.DB.Failed() }

// Close ends the work under way and makes everything acknowledged durable. It
// takes as long as the store needs, at most a few seconds.
func (s *Service) Close() error {
	s.reconciler.Close()
	ctx, cancel := context.WithTimeout(context.Background(), closeTime)
	defer cancel()
	err := s.DB.Close(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		s.log.Warn("the state could not be closed in time")
	}
	return err
}

const closeTime = 10 * time.Second
