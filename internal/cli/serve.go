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

	"github.com/openecs/openecs/internal/engine/sim"
	"github.com/openecs/openecs/internal/node"
)

// serveFlags are the flags of serve.
type serveFlags struct {
	listen, readyFile, logFormat, simMode, catalog string
	hosts, allow                                   []string
	simScale                                       float64
	reserve                                        int64
	ephemeral, exitWithParent, insecure            bool
}

func (a *app) serveCommand() *cobra.Command {
	f := &serveFlags{}
	cmd := &cobra.Command{
		Use: "serve", Short: "Answer the API on a port until told to stop",
		Long: `serve answers the API of all products on one port, over HTTP and TLS, and is a
proxy for *.aliyuncs.com on the same port. It stops on SIGTERM and SIGINT, after
the requests under way.

At the first start OPENECS_ACCESS_KEY_ID and OPENECS_ACCESS_KEY_SECRET set the
root access key; without them one is drawn. openecs credentials shows it.`,
		Example: "  openecs serve\n  openecs serve --ephemeral --listen 127.0.0.1:0 --ready-file ready.json",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.serve(cmd.Context(), f) },
	}
	p := cmd.Flags()
	p.StringVar(&f.listen, "listen", "127.0.0.1:7070", "address to listen on; port 0 picks a free one")
	p.StringVar(&f.readyFile, "ready-file", "", "write where the service is to this file, as JSON, once it is ready")
	p.StringVar(&f.logFormat, "log-format", "text", "text or json")
	p.StringVar(&f.simMode, "sim", "auto", "simulated instances change state by themselves (auto), as slowly as real ones (scaled) or when told (stepped)")
	p.Float64Var(&f.simScale, "sim-scale", 1, "with --sim scaled: how many times faster than real")
	p.StringVar(&f.catalog, "catalog", "", "directory with your own rows for the catalogue")
	p.Int64Var(&f.reserve, "reserve", 64<<20, "free space in bytes to leave on the disk: below it writes answer 503")
	p.StringArrayVar(&f.hosts, "host", nil, "a further host name the service may be addressed by; repeatable")
	p.StringArrayVar(&f.allow, "allow", nil, "a host outside that proxied requests may reach; repeatable")
	p.BoolVar(&f.ephemeral, "ephemeral", false, "keep nothing: state in memory, no data directory")
	p.BoolVar(&f.exitWithParent, "exit-with-parent", false, "stop when the process that started this one is gone")
	p.BoolVar(&f.insecure, "insecure-listen", false, "allow --listen beyond loopback, where keys sign but nothing hides plain HTTP")
	return cmd
}

func (f *serveFlags) options(a *app) (node.Options, error) {
	o := node.Options{
		DataDir: a.dataDir, Ephemeral: f.ephemeral, Catalog: f.catalog, Reserve: f.reserve, Hosts: f.hosts, Allow: f.allow, Dialer: a.dialer,
		AccessKeyID: os.Getenv("OPENECS_ACCESS_KEY_ID"), AccessKeySecret: os.Getenv("OPENECS_ACCESS_KEY_SECRET"),
	}
	if f.ephemeral {
		o.DataDir = ""
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
	switch f.logFormat {
	case "text":
		o.Log = slog.New(slog.NewTextHandler(a.Err, nil))
	case "json":
		o.Log = slog.New(slog.NewJSONHandler(a.Err, nil))
	default:
		return o, usagef("--log-format %s: it is text or json", f.logFormat)
	}
	host, _, err := net.SplitHostPort(f.listen)
	if err != nil {
		return o, usagef("--listen %s: it is HOST:PORT, such as 127.0.0.1:7070", f.listen)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) && !f.insecure {
		return o, usagef("--listen %s is reachable from other machines over plain HTTP; say --insecure-listen if that is meant, and --host for the names it has there", f.listen)
	}
	return o, nil
}

// drainTime is how long requests under way may take after a signal.
const drainTime = 20 * time.Second

func (a *app) serve(ctx context.Context, f *serveFlags) error {
	o, err := f.options(a)
	if err != nil {
		return err
	}
	ln, err := net.Listen("tcp", f.listen)
	if err != nil {
		if errors.Is(err, syscall.EADDRINUSE) {
			return usagef("the address %s is taken by another program; choose another with --listen, such as --listen 127.0.0.1:0", f.listen)
		}
		return usagef("cannot listen on %s: %v", f.listen, err)
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
		go watchParent(ctx, stop)
	}
	served := make(chan error, 1)
	go func() { served <- n.Serve(ln) }()
	where := n.Announcement(ln.Addr())
	if f.readyFile != "" {
		if f.ephemeral {
			if where.CA, err = a.ephemeralCA(n, f.readyFile); err != nil {
				return err
			}
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
		return fmt.Errorf("the store has failed, and nothing can be written any more: %w; everything acknowledged is there at the next start", n.Service.DB.Err())
	case <-ctx.Done():
	}
	stop()
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
	fmt.Fprintf(a.Out, "openecs is ready at %s; access key %s, its secret: openecs credentials --data-dir %s\n", at.Endpoint, n.Keys.AccessKeyID, o.DataDir)
}

// ephemeralCA writes the certificate beside the ready file, for clients that
// need a path.
func (a *app) ephemeralCA(n *node.Node, readyFile string) (string, error) {
	path := readyFile + ".ca.pem"
	return path, n.CA.WriteCert(path)
}

// watchParent stops the server when its parent is gone: the process then
// belongs to another.
func watchParent(ctx context.Context, stop func()) {
	parent := os.Getppid()
	for ctx.Err() == nil {
		if os.Getppid() != parent {
			stop()
			return
		}
		time.Sleep(200 * time.Millisecond)
	}
}
