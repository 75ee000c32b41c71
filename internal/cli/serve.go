package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/clock"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/engine/sim"
	"github.com/openecs/openecs/internal/node"
	"github.com/openecs/openecs/internal/oss"
	"github.com/openecs/openecs/internal/price"
)

// serveFlags are the flags of serve.
type serveFlags struct {
	listen, readyFile, logFormat, simMode, catalog, prices, stock string
	tlsCert, tlsKey                                               string
	ossEndpoint, ossKeyFile, balance                              string
	hosts, allow                                                  []string
	simScale                                                      float64
	reserve                                                       int64
	ephemeral, exitWithParent, insecure                           bool
	seed, faults                                                  string
	testing, loose                                                bool
	engineFlags
}

func (a *app) serveCommand() *cobra.Command {
	f := &serveFlags{}
	cmd := &cobra.Command{
		Use: "serve", Short: "Answer the API on a port until told to stop",
		Long: `serve answers the API of all products on one port, over HTTP and TLS, and is a
proxy for *.aliyuncs.com on the same port. It stops on SIGTERM and SIGINT, after
the requests under way.

At the first start OPENECS_ACCESS_KEY_ID and OPENECS_ACCESS_KEY_SECRET set the
root access key; without them one is drawn. openecs credentials shows it.
OPENECS_ADMIN_TOKEN sets the administration token for this run; with --ephemeral
there is no other way to learn it.

With --oss-endpoint and --oss-key-file ImportImage and ExportImage work with
that object store; without them both are refused.

For tests (docs/testing.md): --seed begins an empty service with the resources of
a file, --faults has requests fail as a file says, --loose takes public images
and instance types that do not exist for the usual ones. --testing, which these
three and --ephemeral imply, records requests and allows reset and seeding under
/_openecs/.

With --engine incus instances are real: containers or virtual machines of an Incus
host. docs/real-instances.md says how to prepare one.

An address that other machines can reach needs --tls-cert and --tls-key. They
then speak TLS only; programs on this machine may speak plain HTTP all the same.

Exit codes: 0 after a signal, 2 when flags, the port or the data directory are no
good, 1 when the store has failed.`,
		Example: "  openecs serve\n  openecs serve --ephemeral --listen 127.0.0.1:0 --ready-file ready.json\n" +
			"  openecs serve --listen 0.0.0.0:7070 --tls-cert cert.pem --tls-key key.pem --host ecs.example.com",
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.serve(cmd.Context(), f) },
	}
	p := cmd.Flags()
	p.StringVar(&f.listen, "listen", "127.0.0.1:7070", "address to listen on; port 0 picks a free one")
	p.StringVar(&f.readyFile, "ready-file", "", "write where the service is to this file, as JSON, once it is ready")
	p.StringVar(&f.logFormat, "log-format", "text", "text or json")
	p.StringVar(&f.simMode, "sim", "auto", "simulated instances change state by themselves (auto), as slowly as real ones (scaled) or when told (stepped)")
	p.Float64Var(&f.simScale, "sim-scale", 1, "with --sim scaled: how many times faster than real")
	p.StringVar(&f.catalog, "catalog", "", "directory with your own rows for the catalogue")
	p.StringVar(&f.prices, "prices", "", "file with your own price list; default: OpenECS's own prices, which are illustrative")
	p.StringVar(&f.stock, "stock", "", "file with how many instances of a type zones have room for; what it does not name has no bound")
	p.Int64Var(&f.reserve, "reserve", 64<<20, "free space in bytes to leave on the disk: below it writes answer 503")
	p.StringArrayVar(&f.hosts, "host", nil, "a further host name the service may be addressed by; repeatable")
	p.StringArrayVar(&f.allow, "allow", nil, "a host outside that proxied requests may reach; repeatable")
	p.StringVar(&f.balance, "balance", "", "what the account of a fresh data directory starts with, as 500 or 99.50; without it 1000000")
	p.BoolVar(&f.ephemeral, "ephemeral", false, "keep nothing: state in memory, no data directory")
	p.BoolVar(&f.exitWithParent, "exit-with-parent", false, "stop when the process that started this one is gone")
	p.StringVar(&f.seed, "seed", "", "YAML file of resources to begin with; the service must be empty")
	p.StringVar(&f.faults, "faults", "", "YAML file of faults in force from the start")
	p.BoolVar(&f.loose, "loose", false, "take public images and instance types that do not exist for the usual ones")
	p.BoolVar(&f.testing, "testing", false, "record requests, and allow reset and seeding under /_openecs/")
	p.StringVar(&f.tlsCert, "tls-cert", "", "certificate (PEM) for names other than loopback and *.aliyuncs.com")
	p.StringVar(&f.tlsKey, "tls-key", "", "its key (PEM)")
	p.StringVar(&f.ossEndpoint, "oss-endpoint", "", "object store that images are imported from and exported to, as http://host:port")
	p.StringVar(&f.ossKeyFile, "oss-key-file", "", "file with its access key: the id and the secret, with white space between")
	f.engineFlags.add(cmd)
	p.BoolVar(&f.insecure, "insecure-listen", false, "allow plain HTTP from other machines: keys sign requests, but nothing hides them")
	return cmd
}

// minAdminToken keeps an administration token from being guessed.
const minAdminToken = 16

// options checks the flags and makes a node's options of them.
func (f *serveFlags) options(a *app) (node.Options, error) {
	o := node.Options{
		DataDir: a.dataDir, Ephemeral: f.ephemeral, Catalog: f.catalog, Prices: f.prices, Stock: f.stock, Reserve: f.reserve, Hosts: f.hosts, Allow: f.allow, Dialer: a.dialer,
		AccessKeyID: os.Getenv("OPENECS_ACCESS_KEY_ID"), AccessKeySecret: os.Getenv("OPENECS_ACCESS_KEY_SECRET"),
		AdminToken: os.Getenv("OPENECS_ADMIN_TOKEN"),
	}
	if f.ephemeral {
		o.DataDir = ""
	}
	o.Seed, o.Faults, o.Loose = f.seed, f.faults, f.loose
	o.Testing = f.testing || f.ephemeral || f.loose || f.seed != "" || f.faults != ""
	if n := len(o.AdminToken); n > 0 && n < minAdminToken {
		return o, usagef("OPENECS_ADMIN_TOKEN has %d characters; it needs %d, as whoever knows it may do anything here", n, minAdminToken)
	}
	switch f.simMode {
	case "auto":
	case "scaled":
		o.Sim.Mode, o.Sim.Scale = sim.Scaled, f.simScale
	case "stepped":
		o.Sim.Mode = sim.Stepped
	default:
		return o, usagef("--sim %s: it is auto, scaled or stepped", f.simMode)
	}
	if !(f.simScale > 0 && f.simScale <= 1e6) {
		return o, usagef("--sim-scale %v: it is above 0 and at most 1000000", f.simScale)
	}
	switch f.logFormat {
	case "text":
		o.Log = slog.New(slog.NewTextHandler(a.Err, nil))
	case "json":
		o.Log = slog.New(slog.NewJSONHandler(a.Err, nil))
	default:
		return o, usagef("--log-format %s: it is text or json", f.logFormat)
	}
	if f.reserve < 0 {
		return o, usagef("--reserve %d is less than nothing", f.reserve)
	}
	if f.reserve == 0 {
		o.Reserve = -1 // none; 0 is the store's default
	}
	if err := f.checkData(); err != nil {
		return o, err
	}
	if f.balance != "" {
		m, err := ecs.ParseMoney(f.balance)
		if err != nil {
			return o, usagef("--balance %s: %v", f.balance, err)
		}
		o.Balance = &m
	}
	if err := checkAllow(f.allow); err != nil {
		return o, err
	}
	if err := f.objects(&o); err != nil {
		return o, err
	}
	if err := f.engineFlags.into(a, &o, o.Log); err != nil {
		return o, err
	}
	return o, f.tls(&o)
}

// checkData reads the operator's own catalogue, price list and stock.
func (f *serveFlags) checkData() (err error) {
	cat, err := catalog.LoadFrom(f.catalog)
	if err != nil {
		return usagef("--catalog %s: %v", f.catalog, err)
	}
	if f.prices != "" {
		if _, err := price.Load(f.prices, cat); err != nil {
			return usagef("--prices %s: %v", f.prices, err)
		}
	}
	if f.stock != "" {
		if _, err := node.ReadStock(f.stock, cat); err != nil {
			return usagef("--stock %s: %v", f.stock, err)
		}
	}
	return nil
}

// objects reads where the object store is.
func (f *serveFlags) objects(o *node.Options) error {
	if f.ossEndpoint == "" && f.ossKeyFile == "" {
		return nil
	}
	if f.ossEndpoint == "" || f.ossKeyFile == "" {
		return usagef("--oss-endpoint and --oss-key-file go together")
	}
	id, secret, err := oss.ReadKey(f.ossKeyFile)
	if err != nil {
		return usagef("--oss-key-file: %v", err)
	}
	if o.Objects, err = oss.New(f.ossEndpoint, id, secret, clock.Real().Now); err != nil {
		return usagef("--oss-endpoint: %v", err)
	}
	return nil
}

// drainTime is how long requests under way may take after a signal.
const drainTime = 20 * time.Second

func (a *app) serve(ctx context.Context, f *serveFlags) error {
	if a.cloud != "" || a.endpointGiven {
		return usagef("serve is the service; --endpoint and --cloud are not for it")
	}
	parent := os.Getppid()
	o, err := f.options(a)
	if err != nil {
		return err
	}
	if a.nodeOptions != nil {
		a.nodeOptions(&o)
	}
	ln, err := f.open()
	if err != nil {
		return err
	}
	defer ln.Close()
	n, err := node.Open(ctx, o)
	if err != nil {
		return a.openError(err)
	}
	defer n.Close()
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGTERM, os.Interrupt)
	defer stop()
	if f.exitWithParent {
		go watchParent(ctx, parent, stop)
	}
	where, err := n.Announce(ln.Addr())
	if err != nil {
		return err
	}
	served := make(chan error, 1)
	go func() { served <- n.Serve(ln) }()
	if f.readyFile != "" {
		if f.ephemeral { // clients need a path
			where.CA = f.readyFile + ".ca.pem"
			if err := n.CA.WriteCert(where.CA); err != nil {
				return usagef("--ready-file: %v", err)
			}
			defer os.Remove(where.CA)
		}
		if err := node.WriteAnnouncement(f.readyFile, where); err != nil {
			return usagef("--ready-file: %v", err)
		}
		defer os.Remove(f.readyFile)
	}
	a.sayReady(n, where, o)
	select {
	case err := <-served:
		return err
	case <-n.Service.Failed():
		return fmt.Errorf("the store has failed, and nothing can be written any more: %w; everything acknowledged is there at the next start", n.Failure())
	case <-ctx.Done():
	}
	stop() // a second signal ends the process at once
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
	defer cancel()
	if err := n.Drain(drain); err != nil {
		fmt.Fprintf(a.Err, "openecs: requests under way were cut off: %v\n", err)
	}
	return n.Close()
}

// sayReady prints the one line that says where the service is and where its
// credentials are.
func (a *app) sayReady(n *node.Node, at node.Announcement, o node.Options) {
	if o.Ephemeral {
		// Nothing keeps the key, so this is the place to learn it.
		if o.AccessKeyID == "" {
			fmt.Fprintf(a.Out, "openecs is ready at %s; access key %s, secret %s (kept nowhere)\n", at.Endpoint, n.Keys.AccessKeyID, n.Keys.AccessKeySecret)
			return
		}
		fmt.Fprintf(a.Out, "openecs is ready at %s; access key %s from the environment\n", at.Endpoint, n.Keys.AccessKeyID)
		return
	}
	fmt.Fprintf(a.Out, "openecs is ready at %s; access key %s, its secret: openecs credentials --data-dir %s\n", at.Endpoint, n.Keys.AccessKeyID, shellWord(o.DataDir))
}

// open takes the address. An error is a sentence for the user.
func (f *serveFlags) open() (net.Listener, error) {
	ln, err := net.Listen("tcp", f.listen)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, usagef("the address %s is taken by another program; choose another with --listen, such as --listen 127.0.0.1:0", f.listen)
	}
	if err != nil {
		return nil, usagef("cannot listen on %s: %v", f.listen, err)
	}
	if f.tlsCert != "" {
		ln = tlsElsewhere{ln}
	}
	return ln, nil
}
