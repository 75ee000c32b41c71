// Package node is an OpenECS service on this machine: its data directory with
// keys, certificate authority and store, its engine, and its listener. The
// command line runs one, be it for one command or until it is told to stop.
//
// The data directory holds
//
//	keys.json     the root access key, the administration token and the secrets (mode 0600)
//	ca.pem        the certificate authority that stands for *.aliyuncs.com, with ca-key.pem (0600)
//	store/        everything else, under the store's own lock
//	engine        what runs the instances: simulated, incus
//	nonces/       which requests' nonces are spent, so that none can be replayed after a restart
//	clock.json    where the clock stands, once it was driven
//	server.json   where the running server is, as long as one runs (0600)
//	env/          certificates and profiles that the variables of `openecs env` name
package node

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"

	"github.com/openecs/openecs/internal/auth"
	"github.com/openecs/openecs/internal/auth/noncelog"
	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/clock"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/engine"
	"github.com/openecs/openecs/internal/engine/sim"
	"github.com/openecs/openecs/internal/intercept"
	"github.com/openecs/openecs/internal/oss"
	"github.com/openecs/openecs/internal/price"
	"github.com/openecs/openecs/internal/service"
	"github.com/openecs/openecs/internal/store"
	"github.com/openecs/openecs/internal/store/mem"
	"github.com/openecs/openecs/internal/store/pebble"
	"github.com/openecs/openecs/internal/testkit"
	"github.com/openecs/openecs/internal/wiretap"
)

// Options say what kind of node to run.
type Options struct {
	DataDir   string // "" with Ephemeral
	Ephemeral bool   // nothing on disk
	Catalog   string // a directory with an operator's own catalogue rows; "" for none
	Prices    string // a file with an operator's price list; "" for OpenECS's own
	Stock     string // a file with how much zones have room for, see ReadStock; "" leaves what is on record

	// The root key at first start; drawn when empty.
	AccessKeyID, AccessKeySecret string

	// Balance is what the account has at first start; nil: ecs.DefaultBalance.
	Balance *ecs.Money
	// AdminToken, if set, takes the place of the administration token that is drawn.
	AdminToken string

	// Testing records requests and keeps what the service began with, for
	// /_openecs/requests and /_openecs/reset. Both cost memory.
	Testing bool

	// Seed is a file of resources that an empty service begins with, Faults one of
	// faults in force from the start; "" for none. Loose relaxes what
	// service.Config.Loose says.
	Seed, Faults string
	Loose        bool

	Sim     sim.Options
	Reserve int64    // free space to leave on the disk, in bytes; 0 is the store's default, 64 MiB
	Hosts   []string // names, besides loopback and *.aliyuncs.com, under which the service may be addressed
	Allow   []string // hosts outside that proxied requests may reach
	Dialer  intercept.Dialer
	Log     *slog.Logger

	// GetCertificate answers TLS handshakes before the certificate authority of
	// the node does, which signs for loopback and *.aliyuncs.com only; nil, nil
	// passes on to it.
	GetCertificate func(*tls.ClientHelloInfo) (*tls.Certificate, error)

	// Objects is the object store that images are imported from and exported to;
	// nil for none.
	Objects *oss.Client

	// OpenEngine, if set, opens the engine that runs the instances, whose name is
	// EngineName; the node closes it. Without it they are simulated.
	OpenEngine func(ctx context.Context, cell string) (Engine, error)
	EngineName string

	// Beside, if set, runs beside the service from when it is open until ctx ends,
	// which Close waits for: an agent of the engine's host.
	Beside func(ctx context.Context, s *service.Service) error

	// OpenStore, if set, opens the store in place of the kind that the other
	// options choose. Tests put one here that fails.
	OpenStore func() (store.Store, error)
}

// Engine is an engine that the node closes when it ends.
type Engine interface {
	engine.Engine
	io.Closer
}

// Node is a running node.
type Node struct {
	Service *service.Service
	Keys    *Keys
	CA      *intercept.CA
	Dir     string

	handler http.Handler
	options Options
	world   *sim.World // nil with another engine
	engine  Engine
	store   store.Store
	nonces  *noncelog.Log // nil: none
	metrics *metrics
	kit     *testkit.Kit

	clock  *clock.Driven // nil: the clock cannot be driven
	drive  sync.Mutex    // held while it is
	driven atomic.Bool   // ever

	mu        sync.Mutex
	front     *intercept.Server
	ready     bool
	drained   bool // Drain was called: never ready again
	announced bool // server.json is ours to take away
	closed    bool

	endBeside func() // nil: nothing runs beside
}

// Open starts a node that listens nowhere yet. Errors are sentences that say
// what to do; ErrHeld tells who has the data directory.
func Open(ctx context.Context, o Options) (*Node, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	n := &Node{Dir: o.DataDir, options: o}
	if err := n.open(ctx); err != nil {
		n.release()
		return nil, err
	}
	return n, nil
}

func (n *Node) open(ctx context.Context) (err error) {
	o := n.options
	cat, err := catalog.LoadFrom(o.Catalog)
	if err != nil {
		return err
	}
	prices, err := loadPrices(o.Prices, cat)
	if err != nil {
		return err
	}
	var stock []service.Stock
	if o.Stock != "" {
		if stock, err = ReadStock(o.Stock, cat); err != nil {
			return err
		}
	}
	if err := n.openStore(); err != nil {
		return err
	}
	if err := n.loadKeys(); err != nil {
		return err
	}
	if o.AdminToken != "" {
		keys := *n.Keys
		keys.AdminToken = o.AdminToken
		n.Keys = &keys
	}
	clk, err := n.openClock()
	if err != nil {
		return err
	}
	if err := n.openEngine(ctx, clk); err != nil {
		return err
	}
	n.kit = testkit.New(n.world, clk, cat, n.Keys.Account, o.Testing)
	n.metrics = newMetrics()
	var journal auth.NonceJournal // not n.nonces: a nil of a type of its own is no nil there
	if !o.Ephemeral {
		n.nonces = noncelog.New(filepath.Join(o.DataDir, "nonces"), n.Keys.TokenSecret, o.Log)
		journal = n.nonces
	}
	config := service.Config{
		NonceJournal: journal,
		Store:        n.store, Engine: n.engine, Clock: clk, Catalog: cat, Prices: prices, Keys: n.Keys.static(), Cell: n.Keys.Cell, Log: o.Log,
		Observe: n.observe, Faults: n.kit.Faults, Loose: o.Loose, TokenSecret: n.Keys.TokenSecret, Admin: http.HandlerFunc(n.admin),
		Balance: o.Balance,
	}
	if o.Objects != nil { // a nil of a type of its own is no nil there
		config.Objects = o.Objects
	}
	n.Service, err = service.Open(ctx, config)
	if err != nil {
		return err
	}
	n.kit.Of(n.Service)
	if err := n.prepare(ctx); err != nil {
		return err
	}
	if len(stock) > 0 {
		if err := n.Service.SetStocks(ctx, stock); err != nil {
			return err
		}
	}
	n.runBeside()
	n.metrics.watch(n)
	n.handler = wiretap.Handler(nil, n.Service)
	return nil
}

func (n *Node) runBeside() {
	run := n.options.Beside
	if run == nil {
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := run(ctx, n.Service); err != nil && ctx.Err() == nil {
			n.options.Log.Error("what runs beside the service has ended", "cause", err)
		}
	}()
	n.endBeside = func() { cancel(); <-done }
}

func (n *Node) openStore() (err error) {
	o := n.options
	if !o.Ephemeral {
		if err := os.MkdirAll(o.DataDir, 0o700); err != nil {
			return fmt.Errorf("the data directory cannot be made: %w", err)
		}
	}
	switch {
	case o.OpenStore != nil:
		n.store, err = o.OpenStore()
	case o.Ephemeral:
		n.store = mem.New(mem.Options{})
	default:
		// Not straight into n.store: a nil of a type of its own is no nil there.
		var s *pebble.Store
		if s, err = pebble.Open(filepath.Join(o.DataDir, "store"), pebble.Options{Reserve: o.Reserve}); err == nil {
			n.store = s
		}
	}
	return err
}

func loadPrices(file string, cat *catalog.Catalog) (*price.List, error) {
	if file == "" {
		return price.Own(cat), nil
	}
	return price.Load(file, cat)
}

// loadKeys reads or draws the keys and the certificate authority. It comes
// before the store is campaigned for: keys never change once written.
func (n *Node) loadKeys() (err error) {
	o := n.options
	if o.Ephemeral {
		if n.Keys, err = drawKeys(o.AccessKeyID, o.AccessKeySecret); err != nil {
			return err
		}
		n.CA, err = intercept.NewEphemeralCA()
		return err
	}
	if n.Keys, err = LoadKeys(o.DataDir, o.AccessKeyID, o.AccessKeySecret); err != nil {
		return err
	}
	n.CA, err = intercept.LoadOrCreateCA(o.DataDir)
	return err
}

// ServeHTTP answers in process what Serve answers over the network.
func (n *Node) ServeHTTP(w http.ResponseWriter, r *http.Request) { n.handler.ServeHTTP(w, r) }

// Server is the node's front: HTTP, TLS and proxying on one port.
func (n *Node) Server() *intercept.Server {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.front == nil {
		n.front = intercept.New(n.handler, n.CA, intercept.Options{
			Allow: n.options.Allow, Hosts: n.options.Hosts, Dialer: n.options.Dialer, Logger: n.options.Log,
			GetCertificate: n.options.GetCertificate,
		})
		if n.closed || n.drained { // it ended before Serve: there is nothing to answer any more
			n.front.Close()
		}
	}
	return n.front
}

// Serve answers on a listener until Drain or Close. A server on a data
// directory says in server.json where it is; see Announce.
func (n *Node) Serve(ln net.Listener) error {
	if _, err := n.Announce(ln.Addr()); err != nil {
		return err
	}
	err := n.Server().Serve(ln)
	if errors.Is(err, http.ErrServerClosed) || errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

// Failure is why Service.Failed is closed, nil before.
func (n *Node) Failure() error {
	err := n.Service.DB.Err()
	if p, ok := n.store.(*pebble.Store); ok && err != nil && p.Err() != nil {
		return p.Err() // the tables may only know that the store is gone
	}
	return err
}

// Drain stops accepting and waits for the requests under way, until ctx is
// done. A drained node is never ready again, even where Serve starts only now.
func (n *Node) Drain(ctx context.Context) error {
	n.mu.Lock()
	n.ready, n.drained = false, true
	front := n.front
	n.mu.Unlock()
	if front == nil {
		return nil
	}
	return front.Shutdown(ctx)
}

// Close ends the node; what was acknowledged is on the disk.
func (n *Node) Close() error {
	n.mu.Lock()
	if n.closed {
		n.mu.Unlock()
		return nil
	}
	n.closed = true
	front := n.front
	n.mu.Unlock()
	if front != nil {
		front.Close()
	}
	return n.release()
}

func (n *Node) release() (err error) {
	if n.endBeside != nil {
		n.endBeside()
	}
	if n.Service != nil {
		err = errors.Join(n.Service.Close(), n.saveClock())
	}
	if n.engine != nil {
		n.engine.Close()
	}
	if n.nonces != nil {
		n.nonces.Close()
	}
	n.withdraw()
	if n.store != nil {
		err = errors.Join(err, n.store.Close())
	}
	return err
}

// static is the keys as the verifier looks them up.
func (k *Keys) static() service.StaticKeys {
	return service.StaticKeys{k.AccessKeyID: auth.Key{
		ID: k.AccessKeyID, Secret: k.AccessKeySecret, Account: k.Account, ARN: fmt.Sprintf("acs:ram::%d:root", k.Account),
	}}
}
