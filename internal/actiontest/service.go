// Package actiontest runs a whole service in a test and speaks to it through the front door: signed requests of the
// generated client, the state machine, simulated machines, all in memory, on a clock that stands still until the test
// moves it. Tests of any package may import it; nothing else does.
//
//	func TestStopInstance(t *testing.T) {
//		s := actiontest.Start(t)
//		id := s.Running()                                                         // a VPC, a vSwitch, a group, an instance
//		actiontest.Call[api.StopInstanceResponse](s, "StopInstance", "InstanceId", id) // by name and parameters; or typed:
//		_, err := s.Client.StopInstance(ctx, &api.StopInstanceRequest{InstanceID: id})
//		actiontest.Refused(t, err, api.CodeIncorrectInstanceStatus, 403)
//		s.Settle()
//		s.Want(id, "Stopped")
//	}
//
// Every answer and every refusal that any client of the service gets is held to its documented shape.
//
// EachFault and EachRestart repeat a scenario with a failure at each call of the engine, and with restarts between its
// steps.
package actiontest

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/client"
	"github.com/openecs/openecs/internal/auth"
	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/clock"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/engine"
	"github.com/openecs/openecs/internal/engine/sim"
	"github.com/openecs/openecs/internal/oss"
	"github.com/openecs/openecs/internal/price"
	"github.com/openecs/openecs/internal/reconcile"
	"github.com/openecs/openecs/internal/service"
	"github.com/openecs/openecs/internal/shapetest"
	"github.com/openecs/openecs/internal/state"
	"github.com/openecs/openecs/internal/store/mem"
)

// Account and OtherAccount are the accounts of Client and of Other.
const (
	Account      = 1234567890123456
	OtherAccount = 42
)

// Began is when the clock of a service stands at first, unless At says otherwise.
var Began = time.Date(2026, 8, 9, 5, 0, 0, 0, time.UTC)

// Service is a running service, as one caller in one test sees it.
type Service struct {
	T      testing.TB
	Client *client.Client // of Account, region cn-hangzhou; tries once
	Other  *client.Client // of OtherAccount
	*running
}

// running is what all views of a service share.
type running struct {
	Catalog *catalog.Catalog
	Clock   *clock.Manual
	Sim     *sim.World // another one after RestartWithoutMachines

	tb      testing.TB // of Start
	store   *mem.Store
	host    *sim.Host
	wrap    func(*sim.Host) engine.Engine // what stands between service and machines; nil: nothing
	svc     *service.Service
	mode    sim.Mode
	scale   float64
	network Network // of Service.Network
	classic string  // of Service.Classic

	mu    sync.RWMutex // read by requests, written by a restart
	front http.Handler

	step    sync.Mutex
	objects *oss.Client
	prices  *price.List // nil: OpenECS's own
	balance *ecs.Money

	between func() // after each step of a scenario; nil: nothing
}

type options struct {
	at  time.Time
	sim sim.Options
	oss *oss.Client

	prices  string // file of a price list
	balance *ecs.Money
}

// Option changes how a service is started.
type Option func(*options)

// Stepped makes machines change state only when Step or Settle says so; otherwise each change takes sim.AutoDelay.
func Stepped() Option { return func(o *options) { o.sim.Mode = sim.Stepped } }

// Scaled makes each change take as long as in the real service, divided by scale, so that a test can watch it.
func Scaled(scale float64) Option {
	return func(o *options) { o.sim.Mode, o.sim.Scale = sim.Scaled, scale }
}

// At starts the clock at an instant.
func At(t time.Time) Option { return func(o *options) { o.at = t } }

// Objects has images imported from and exported to an object store: osstest's.
func Objects(c *oss.Client) Option { return func(o *options) { o.oss = c } }

// Prices has the service charge by an operator's price list, which is read from a file.
func Prices(file string) Option {
	return func(o *options) { o.prices = file }
}

// Balance is what each account starts with, as "10.00".
func Balance(amount string) Option {
	return func(o *options) {
		m, err := ecs.ParseMoney(amount)
		if err != nil {
			panic(err)
		}
		o.balance = &m
	}
}

// Start runs a service until the test ends.
func Start(t testing.TB, opts ...Option) *Service {
	t.Helper()
	o := options{at: Began}
	for _, f := range opts {
		f(&o)
	}
	cat, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	r := &running{Catalog: cat, Clock: clock.NewManual(o.at), tb: t, store: mem.New(mem.Options{}), mode: o.sim.Mode, scale: o.sim.Scale, objects: o.oss, balance: o.balance}
	if o.prices != "" {
		if r.prices, err = price.Load(o.prices, cat); err != nil {
			t.Fatal(err)
		}
	}
	r.Sim = sim.NewWorld(r.Clock, o.sim)
	s := &Service{T: t, running: r}
	s.open()
	t.Cleanup(func() {
		s.shut()
		s.must(r.store.Close())
	})
	s.Client, s.Other = s.In("cn-hangzhou"), s.connect("other", "cn-hangzhou")
	return s
}

func rootKey(id string, account uint64) auth.Key {
	return auth.Key{ID: id, Secret: "secret", Account: account, ARN: fmt.Sprintf("acs:ram::%d:root", account)}
}

func (s *Service) open() {
	s.T.Helper()
	s.host = s.Sim.Connect()
	var eng engine.Engine = s.host
	if s.wrap != nil {
		eng = s.wrap(s.host)
	}
	config := service.Config{
		Store: s.store, Engine: eng, Clock: s.Clock, Catalog: s.Catalog, Prices: s.prices, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		Keys:        service.StaticKeys{"own": rootKey("own", Account), "other": rootKey("other", OtherAccount)},
		TokenSecret: []byte("the same one after each restart"), Balance: s.balance,
	}
	if s.objects != nil {
		config.Objects = s.objects
	}
	svc, err := service.Open(context.Background(), config)
	s.must(err)
	s.svc, s.front = svc, watched(s.tb, svc)
}

// watched has the answers of a service checked.
func watched(t testing.TB, h http.Handler) http.Handler { return shapetest.Handler(t, h) }

func (s *Service) shut() {
	s.T.Helper()
	s.must(s.svc.Close())
	s.host.Close()
}

func (s *Service) must(err error) {
	s.T.Helper()
	if err != nil {
		s.T.Fatal(err)
	}
}

// connect makes a client that stays good across restarts.
func (s *Service) connect(key, region string) *client.Client {
	s.T.Helper()
	c, err := client.New(client.Config{
		Endpoint: "http://127.0.0.1", Transport: transport{s.running, client.HandlerTransport(s.running)}, Region: region,
		AccessKeyID: key, AccessKeySecret: "secret", Retry: client.Retry{Attempts: 1},
	})
	s.must(err)
	return c
}

// In is a client of Account in another region.
func (s *Service) In(region string) *client.Client {
	s.T.Helper()
	return s.connect("own", region)
}

// As is the service as another caller sees it: s.As(s.Other), s.As(s.In("cn-beijing")).
func (s *Service) As(c *client.Client) *Service {
	view := *s
	view.Client = c
	return &view
}

// With is the service in a subtest, which is told of what fails.
func (s *Service) With(t testing.TB) *Service {
	view := *s
	view.T = t
	return &view
}

// DB is the state behind the service, for what no action can bring about. It is another one after a restart.
func (s *Service) DB() *state.DB { return s.svc.DB }

// Restart ends the service and starts it again on the same store; its machines go on. Every client stays good.
func (s *Service) Restart() { s.restart(false) }

// RestartWithoutMachines restarts the service and forgets its machines, as the simulator does when its process ends.
// Faults are forgotten too.
func (s *Service) RestartWithoutMachines() { s.restart(true) }

// RestartWith restarts the service with an engine between it and its machines, and over a world of other options.
func (s *Service) RestartWith(o sim.Options, wrap func(*sim.Host) engine.Engine) {
	s.T.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.shut()
	if s.wrap = wrap; o.Delay != nil || o.Mode != s.mode {
		s.mode, s.Sim = o.Mode, sim.NewWorld(s.Clock, o)
	}
	s.open()
}

// Reconciling is how the reconciler fares.
func (s *Service) Reconciling() reconcile.Stats { return s.svc.Reconciling() }

func (s *Service) restart(lost bool) {
	s.T.Helper()
	s.mu.Lock() // requests under way are answered first
	defer s.mu.Unlock()
	s.shut()
	if lost {
		s.Sim = sim.NewWorld(s.Clock, sim.Options{Mode: s.mode, Scale: s.scale})
	}
	s.open()
}

// ServeHTTP answers by the service that runs at the moment.
func (r *running) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	r.front.ServeHTTP(w, req)
}

// transport is a client's way to the service. An action that changed something is a step of a scenario.
type transport struct {
	r     *running
	inner http.RoundTripper
}

func (t transport) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := t.inner.RoundTrip(req)
	if err == nil && resp.StatusCode == http.StatusOK {
		if info, ok := api.Lookup(req.Header.Get("X-Acs-Version"), req.Header.Get("X-Acs-Action")); ok && info.Write {
			t.r.stepped()
		}
	}
	return resp, err
}

func (r *running) stepped() {
	r.step.Lock()
	defer r.step.Unlock()
	if r.between != nil {
		r.between()
	}
}
