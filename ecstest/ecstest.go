// Package ecstest runs a whole OpenECS service inside a Go test: the API, the
// state machine and simulated instances, in memory, on a loopback address.
//
//	func TestScript(t *testing.T) {
//		s := ecstest.Start(t)
//		run(s.Endpoint, s.AccessKeyID, s.AccessKeySecret)
//	}
//
// Its clock runs until the test drives it: s.Clock.Advance(30*24*time.Hour) is
// over in a moment, with all that falls due on the way.
//
// It starts in milliseconds, is as strict as `openecs serve`, and ends with the
// test. It links neither a durable store nor a real engine.
package ecstest

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/openecs/openecs/client"
	"github.com/openecs/openecs/internal/auth"
	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/clock"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/engine"
	"github.com/openecs/openecs/internal/engine/sim"
	"github.com/openecs/openecs/internal/service"
	"github.com/openecs/openecs/internal/store"
	"github.com/openecs/openecs/internal/store/mem"
	"github.com/openecs/openecs/internal/testkit"
	"github.com/openecs/openecs/internal/wiretap"
)

// Account is the account that the access keys of a test service belong to.
const Account = 1234567890123456

// Server is a running service.
type Server struct {
	Endpoint        string // http://127.0.0.1:port
	AccessKeyID     string
	AccessKeySecret string
	Client          *client.Client // region cn-hangzhou
	Clock           *Clock         // what time it is for the service

	svc     *service.Service
	world   *sim.World
	kit     *testkit.Kit
	handler http.Handler

	noSocket bool
}

type options struct {
	clock *clock.Driven
	sim   sim.Options
	store store.Store
	log   io.Writer
	keys  service.StaticKeys

	noSocket, userData, loose bool
	seed, balance             string
}

// Option changes how a service is started.
type Option func(*options)

// At starts the service on a clock that stands still at an instant until it is
// advanced or let run. Without At it begins at the machine's time, and runs.
func At(t time.Time) Option {
	return func(o *options) { o.clock = clock.NewManual(t) }
}

// Stepped makes instances change state only when Step says so.
func Stepped() Option { return func(o *options) { o.sim.Mode = sim.Stepped } }

// Scaled makes instances take as long as on the real service, divided by the
// scale.
func Scaled(scale float64) Option {
	return func(o *options) { o.sim.Mode, o.sim.Scale = sim.Scaled, scale }
}

// Log writes the service's log.
func Log(w io.Writer) Option { return func(o *options) { o.log = w } }

// Balance is what each account starts with, such as "10.00"; without it,
// 1,000,000.00 CNY.
func Balance(amount string) Option { return func(o *options) { o.balance = amount } }

// OtherAccount adds an access key of another account.
func OtherAccount(id, secret string, account uint64) Option {
	return func(o *options) {
		o.keys[id] = auth.Key{ID: id, Secret: secret, Account: account, ARN: rootARN(account)}
	}
}

// NoSocket starts the service without a listener: Client and ClientFor reach it
// within the process, and so does anything that takes an http.RoundTripper, by
// Transport. Endpoint is a name that only they understand.
func NoSocket() Option { return func(o *options) { o.noSocket = true } }

// ShowUserData has Requests tell user data, which are masked otherwise because
// they often contain passwords.
func ShowUserData() Option { return func(o *options) { o.userData = true } }

// Seed starts the service with what a file says; see Server.Save for its form.
func Seed(file string) Option { return func(o *options) { o.seed = file } }

// Loose takes public images and instance types that do not exist for the usual
// ones, in requests that make instances and launch templates. Nothing else is
// relaxed.
func Loose() Option { return func(o *options) { o.loose = true } }

// Start runs a service until the test ends. Services are independent: a test may
// start any number, and tests may do so in parallel.
func Start(tb testing.TB, opts ...Option) *Server {
	tb.Helper()
	s, stop := start(tb, opts...)
	tb.Cleanup(stop)
	return s
}

func start(tb testing.TB, opts ...Option) (*Server, func()) {
	tb.Helper()
	o := options{log: io.Discard, keys: service.StaticKeys{}}
	for _, f := range opts {
		f(&o)
	}
	if o.clock == nil {
		o.clock = clock.NewDriven()
	}
	s := &Server{AccessKeyID: "testak", AccessKeySecret: "testsecret", Clock: &Clock{tb: tb, d: o.clock}}
	o.keys[s.AccessKeyID] = auth.Key{ID: s.AccessKeyID, Secret: s.AccessKeySecret, Account: Account, ARN: rootARN(Account)}
	cat, err := catalog.Load()
	if err != nil {
		tb.Fatalf("ecstest: %v", err)
	}
	if o.store == nil {
		o.store = mem.New(mem.Options{})
	}
	var balance *ecs.Money
	if o.balance != "" {
		m, err := ecs.ParseMoney(o.balance)
		if err != nil {
			tb.Fatalf("ecstest: Balance(%q): %v", o.balance, err)
		}
		balance = &m
	}
	s.world = sim.NewWorld(o.clock, o.sim)
	host := s.world.Connect()
	s.kit = testkit.New(s.world, o.clock, cat, Account, true)
	s.kit.Requests.ShowUserData = o.userData
	s.svc, err = service.Open(context.Background(), service.Config{
		Store: o.store, Engine: host, Clock: o.clock, Catalog: cat, Keys: o.keys, Cell: "ecstest", Balance: balance,
		Log: slog.New(slog.NewTextHandler(o.log, nil)), Observe: s.kit.Requests.Observe, Faults: s.kit.Faults, Loose: o.loose,
	})
	if err != nil {
		tb.Fatalf("ecstest: %v", err)
	}
	s.kit.Of(s.svc)
	s.handler = wiretap.Handler(tb, s.svc)
	s.Endpoint = "http://ecstest.invalid"
	close := func() {}
	if !o.noSocket {
		web := httptest.NewServer(s.handler)
		s.Endpoint, close = web.URL, web.Close
	}
	s.noSocket = o.noSocket
	if o.seed != "" {
		data, err := os.ReadFile(o.seed)
		if err == nil {
			err = s.kit.Seed(context.Background(), data)
		}
		if err != nil {
			tb.Fatalf("ecstest: %s: %v", o.seed, err)
		}
	}
	s.Client = s.ClientFor(s.AccessKeyID, s.AccessKeySecret)
	return s, func() {
		s.Client.CloseIdle()
		close()
		if err := s.svc.Close(); err != nil {
			tb.Errorf("ecstest: the service did not close: %v", err)
		}
		host.Close()
		if err := o.store.Close(); err != nil {
			tb.Errorf("ecstest: the store did not close: %v", err)
		}
	}
}

// ClientFor is a client with another access key, such as one of OtherAccount.
func (s *Server) ClientFor(id, secret string) *client.Client {
	config := client.Config{Endpoint: s.Endpoint, Region: "cn-hangzhou", AccessKeyID: id, AccessKeySecret: secret}
	if s.noSocket {
		config.Transport = s.Transport()
	}
	c, err := client.New(config)
	if err != nil {
		panic(err) // only for an empty key, a mistake of the test
	}
	return c
}

// Transport carries requests to the service within the process, without a
// connection, whatever their host is.
func (s *Server) Transport() http.RoundTripper { return client.HandlerTransport(s.handler) }

// Reset makes the service what it was when it was started: resources,
// idempotency tokens and machines. Faults are lifted and recorded requests
// forgotten; the clock goes on. It takes microseconds for each row the test
// changed, so that tests can share one service:
//
//	s := ecstest.Start(t)
//	for _, c := range cases {
//		t.Run(c.name, func(t *testing.T) {
//			t.Cleanup(func() { s.Reset(t) })
//			…
//
// No request may be under way.
func (s *Server) Reset(tb testing.TB) {
	tb.Helper()
	if err := s.kit.Reset(context.Background()); err != nil {
		tb.Fatalf("ecstest: %v", err)
	}
}

func rootARN(account uint64) string { return "acs:ram::" + strconv.FormatUint(account, 10) + ":root" }

// Step lets an instance of a Stepped service finish the state it is in; false
// when it is not changing.
func (s *Server) Step(id string) bool {
	k, ok := ecs.ParseID(ecs.KindInstance, id)
	return ok && s.world.Step(engine.ID(k))
}
