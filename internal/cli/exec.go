package cli

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/openecs/openecs/internal/intercept"
	"github.com/openecs/openecs/internal/node"
)

func (a *app) execCommand() *cobra.Command {
	var isolate, ephemeral bool
	var allow []string
	cmd := &cobra.Command{
		Use: "exec -- COMMAND [ARG ...]", Short: "Run a program with its calls to *.aliyuncs.com landing here",
		Long: `exec runs a program unchanged: its calls to *.aliyuncs.com, over HTTP or HTTPS,
land on this service, any other host is refused unless --allow names it, and its
credentials are replaced by this service's. It returns the program's exit code.

Programs that ignore proxy variables (the Node SDKs do) need --isolate (Linux):
they run in namespaces of their own, where *.aliyuncs.com is this service and
nothing else is reachable.`,
		Example: "  openecs exec -- python3 create.py\n  openecs exec --isolate -- node create.js",
		Args:    atLeast("a command after --"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.exec(cmd.Context(), args, allow, isolate, ephemeral)
		},
	}
	cmd.Flags().BoolVar(&isolate, "isolate", false, "own network namespace; nothing else is reachable")
	cmd.Flags().StringArrayVar(&allow, "allow", nil, "a host that may be reached as well; repeatable")
	cmd.Flags().BoolVar(&ephemeral, "ephemeral", false, "a service of its own that keeps nothing")
	return cmd
}

func (a *app) exec(ctx context.Context, args, allow []string, isolate, ephemeral bool) error {
	if a.cloud != "" || a.endpoint != "" {
		return usagef("exec runs against this machine's service; --cloud and --endpoint are not for it")
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	defer ln.Close()
	dir, err := os.MkdirTemp("", "openecs-exec-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	front, ca, keys, stop, err := a.frontFor(ctx, allow, ephemeral)
	if err != nil {
		return err
	}
	defer stop()
	go front.Serve(ln)
	defer front.Close()
	env, err := a.execEnv(dir, ln.Addr().String(), ca, keys)
	if err != nil {
		return err
	}
	std := intercept.OSStdio()
	if in, ok := a.In.(*os.File); ok {
		std.In = in
	}
	std.Out, std.Err = a.Out, a.Err
	var code int
	if isolate {
		code, err = intercept.RunIsolated(ctx, front, intercept.IsolateConfig{Port: ln.Addr().(*net.TCPAddr).Port}, args, env.Apply(os.Environ()), std)
	} else {
		code, err = intercept.Run(ctx, args, env.Apply(os.Environ()), std)
	}
	if err != nil {
		fmt.Fprintf(a.Err, "openecs: %v\n", err)
		return exitError(max(code, exitUsage))
	}
	if code != 0 {
		return exitError(code)
	}
	return nil
}

// frontFor is a front for the program's calls: of a service in this process,
// or passing on to the server that runs on the data directory.
func (a *app) frontFor(ctx context.Context, allow []string, ephemeral bool) (*intercept.Server, *intercept.CA, *node.Keys, func(), error) {
	opts := intercept.Options{Allow: allow, Dialer: a.dialer, Logger: a.log()}
	if !ephemeral {
		if at, ok, _ := node.Running(a.dataDir); ok && alive(ctx, at.Endpoint) {
			return a.frontToRunning(at, opts)
		}
	}
	o := node.Options{DataDir: a.dataDir, Ephemeral: ephemeral, Allow: allow, Dialer: a.dialer, Log: a.log()}
	if ephemeral {
		o.DataDir = ""
	}
	n, err := node.Open(ctx, o)
	if err != nil {
		return nil, nil, nil, nil, a.openError(err)
	}
	return n.Server(), n.CA, n.Keys, func() { n.Close() }, nil
}

func (a *app) frontToRunning(at node.Announcement, opts intercept.Options) (*intercept.Server, *intercept.CA, *node.Keys, func(), error) {
	keys, err := node.ReadKeys(a.dataDir)
	if err != nil {
		return nil, nil, nil, nil, err
	}
	ca, err := intercept.LoadOrCreateCA(a.dataDir)
	if err != nil {
		return nil, nil, nil, nil, err
	}
	h, err := intercept.ForwardTo(at.Endpoint, a.dialer)
	if err != nil {
		return nil, nil, nil, nil, err
	}
	return intercept.New(h, ca, opts), ca, keys, func() {}, nil
}

// execEnv writes the certificates and profiles that the environment names.
func (a *app) execEnv(dir, addr string, ca *intercept.CA, keys *node.Keys) (intercept.EnvConfig, error) {
	c := intercept.EnvConfig{
		ProxyURL: "http://" + addr, Endpoint: addr, CAFile: filepath.Join(dir, "ca.pem"), BundleFile: filepath.Join(dir, "bundle.pem"),
		TrustStore: filepath.Join(dir, "trust.p12"), AccessKeyID: keys.AccessKeyID, Secret: keys.AccessKeySecret, Region: a.region, Home: dir,
	}
	for _, write := range []func() error{
		func() error { return ca.WriteCert(c.CAFile) },
		func() error { return ca.Bundle(c.BundleFile) },
		func() error { return ca.TrustStore(c.TrustStore) },
		c.WriteProfiles,
	} {
		if err := write(); err != nil {
			return c, err
		}
	}
	return c, nil
}

// shellQuote makes a value safe for a POSIX shell.
func shellQuote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
