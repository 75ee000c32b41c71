package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/openecs/openecs/client"
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
	cmd.Flags().SetInterspersed(false) // what follows the command is its own
	cmd.Flags().BoolVar(&isolate, "isolate", false, "own network namespace; nothing else is reachable")
	cmd.Flags().StringArrayVar(&allow, "allow", nil, "a host that may be reached as well; repeatable")
	cmd.Flags().BoolVar(&ephemeral, "ephemeral", false, "a service of its own that keeps nothing")
	return cmd
}

func (a *app) exec(ctx context.Context, args, allow []string, isolate, ephemeral bool) error {
	if a.cloud != "" {
		return usagef("exec keeps a program's calls away from the real cloud; --cloud is not for it")
	}
	if err := checkAllow(allow); err != nil {
		return err
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
	f, err := a.openFront(ctx, ln, allow, ephemeral)
	if err != nil {
		return err
	}
	defer f.close()
	config, err := a.execEnv(dir, ln.Addr().String(), f.ca, f.key)
	if err != nil {
		return err
	}
	if isolate {
		// Every name leads here already: a program needs no proxy, and one that is
		// given one may trust other certificates on the way (the newer Python SDK).
		config.ProxyURL = ""
	}
	env := variables(config, os.Environ())
	if isolate {
		env = append(env, "OPENECS_ENDPOINT=http://"+ln.Addr().String())
	}
	std := intercept.OSStdio()
	if in, ok := a.In.(*os.File); ok {
		std.In = in
	}
	std.Out, std.Err = a.Out, a.Err
	// Run passes signals on, and the program decides what they mean to it. The
	// context that ends with them would have it terminated as well.
	ctx = context.WithoutCancel(ctx)
	var code int
	if isolate {
		code, err = intercept.RunIsolated(ctx, f.server, intercept.IsolateConfig{Port: ln.Addr().(*net.TCPAddr).Port}, args, env, std)
	} else {
		code, err = intercept.Run(ctx, args, env, std)
	}
	if errors.Is(err, intercept.ErrNoIsolation) {
		return usageError{err}
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

// checkAllow refuses hosts that would be refused later in silence.
func checkAllow(hosts []string) error {
	for _, h := range hosts {
		switch {
		case strings.TrimSpace(h) == "" || strings.ContainsAny(h, "/ "):
			return usagef("--allow %q: it is a host, such as pypi.org, *.example.com or 10.0.0.1:8080", h)
		case realCloud(strings.TrimPrefix(h, "*.")) || intercept.IsAlibabaCloud(h):
			return usagef("--allow %s: the real Alibaba Cloud is never reachable from exec and serve", h)
		}
	}
	return nil
}

// front is what a program's calls land on.
type front struct {
	server *intercept.Server
	ca     *intercept.CA
	key    client.Credential
	close  func()
}

// openFront makes a front that serves ln: of a service in this process, or
// passing on to the server that runs on the data directory or at --endpoint. A
// service in this process is announced, so that other commands find it.
func (a *app) openFront(ctx context.Context, ln net.Listener, allow []string, ephemeral bool) (*front, error) {
	opts := intercept.Options{Allow: allow, Dialer: a.dialer, Logger: a.log()}
	switch {
	case ephemeral:
		n, err := node.Open(ctx, node.Options{Ephemeral: true, Allow: allow, Dialer: a.dialer, Log: a.log(),
			AccessKeyID: os.Getenv("OPENECS_ACCESS_KEY_ID"), AccessKeySecret: os.Getenv("OPENECS_ACCESS_KEY_SECRET")})
		if err != nil {
			return nil, err
		}
		return frontOf(n, ln), nil
	case a.endpoint != "":
		key, err := a.endpointKeys()
		if err != nil {
			return nil, err
		}
		ca, err := intercept.NewEphemeralCA()
		if err != nil {
			return nil, err
		}
		return a.frontTo(a.endpoint, ln, ca, key, opts)
	}
	n, at, err := a.local(ctx, node.Options{Allow: allow})
	if err != nil {
		return nil, err
	}
	if n != nil {
		return frontOf(n, ln), nil
	}
	keys, err := node.ReadKeys(a.dataDir)
	if err != nil {
		return nil, err
	}
	ca, err := intercept.LoadOrCreateCA(a.dataDir)
	if err != nil {
		return nil, err
	}
	return a.frontTo(at.Endpoint, ln, ca, keyOf(keys), opts)
}

// frontOf is the front of a node in this process.
func frontOf(n *node.Node, ln net.Listener) *front {
	go n.Serve(ln)
	return &front{n.Server(), n.CA, keyOf(n.Keys), func() { n.Close() }}
}

// frontTo is a front that passes on to a server.
func (a *app) frontTo(endpoint string, ln net.Listener, ca *intercept.CA, key client.Credential, opts intercept.Options) (*front, error) {
	roots, err := a.rootCAs()
	if err != nil {
		return nil, err
	}
	h, err := intercept.ForwardTo(endpoint, a.dialer, roots)
	if err != nil {
		return nil, usageError{err}
	}
	s := intercept.Serve(ln, h, ca, opts)
	return &front{s, ca, key, func() { s.Close() }}, nil
}

func keyOf(k *node.Keys) client.Credential {
	return client.Credential{AccessKeyID: k.AccessKeyID, AccessKeySecret: k.AccessKeySecret}
}

// execEnv writes the certificates and profiles that the environment names.
func (a *app) execEnv(dir, addr string, ca *intercept.CA, key client.Credential) (intercept.EnvConfig, error) {
	c := intercept.EnvConfig{
		ProxyURL: "http://" + addr, Endpoint: addr, CAFile: filepath.Join(dir, "ca.pem"), BundleFile: filepath.Join(dir, "bundle.pem"),
		TrustStore: filepath.Join(dir, "trust.p12"), AccessKeyID: key.AccessKeyID, Secret: key.AccessKeySecret, Region: a.region, Home: dir,
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

// variables is base as a program should get it. Of the variables of openecs
// itself those that would lead elsewhere are replaced too.
func variables(c intercept.EnvConfig, base []string) []string {
	own := []string{"OPENECS_ACCESS_KEY_ID=" + c.AccessKeyID, "OPENECS_ACCESS_KEY_SECRET=" + c.Secret, "OPENECS_REGION=" + c.Region}
	base = slices.DeleteFunc(slices.Clone(base), func(kv string) bool {
		name, _, _ := strings.Cut(kv, "=")
		return slices.ContainsFunc(own, func(o string) bool { return strings.HasPrefix(o, name+"=") })
	})
	return append(c.Apply(base), own...)
}

// shellWord is a value as one types it: in quotes only where it needs them.
func shellWord(s string) string {
	if s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:=@%+,") == "" {
		return s
	}
	return shellQuote(s)
}

// shellQuote makes a value safe for a POSIX shell.
func shellQuote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
