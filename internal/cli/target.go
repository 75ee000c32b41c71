package cli

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/aliyun/credentials-go/credentials"

	"github.com/openecs/openecs/client"
	"github.com/openecs/openecs/internal/intercept"
	"github.com/openecs/openecs/internal/node"
	"github.com/openecs/openecs/internal/store"
)

// target is the service that a command talks to.
type target struct {
	*client.Client
	node      *node.Node // when it runs in this process
	simulated bool       // its instances are: no machine exists
	close     func()
}

// connect finds the service: the real cloud when --cloud alibaba names it, the
// one at --endpoint, the server that runs on the data directory, or else one
// in this process.
func (a *app) connect(ctx context.Context) (*target, error) {
	config := client.Config{Region: a.region}
	if err := a.logCalls(&config); err != nil {
		return nil, err
	}
	if a.dialer != nil {
		config.Dial = a.dialer.DialContext
	}
	switch {
	case a.cloud != "":
		return a.connectCloud(config)
	case a.endpoint != "":
		return a.connectEndpoint(config)
	}
	return a.connectLocal(ctx, config)
}

// checkTarget refuses flags and variables that lead to the real cloud without
// naming it, or nowhere, before anything is done.
func (a *app) checkTarget() (err error) {
	switch {
	case a.cloud != "" && a.cloud != "alibaba":
		return usagef("--cloud %s: the only cloud there is, is alibaba", a.cloud)
	case a.cloud != "" && a.endpoint != "":
		return usagef("--endpoint (or OPENECS_ENDPOINT) and --cloud alibaba exclude each other")
	case a.cloud == "" && a.profile != "":
		return usagef("--profile is for --cloud alibaba: profiles hold credentials of the real cloud")
	case a.dataDir == "":
		return usagef("--data-dir is empty")
	}
	if a.endpoint != "" {
		if a.endpoint, err = parseEndpoint(a.endpoint); err != nil {
			return err
		}
	}
	if a.caFile != "" && !strings.HasPrefix(a.endpoint, "https:") {
		return usagef("--ca-file is for an --endpoint that begins with https://")
	}
	a.dataDir, err = filepath.Abs(a.dataDir)
	return err
}

// parseEndpoint makes a URL of an endpoint, for which host:port is short.
func parseEndpoint(s string) (string, error) {
	full := s
	if _, _, err := net.SplitHostPort(s); err == nil && !strings.Contains(s, "/") {
		full = "http://" + s
	}
	u, err := url.Parse(full)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return "", usagef("--endpoint %s is not a URL such as http://127.0.0.1:7070", s)
	}
	if u.User != nil || u.RawQuery != "" || u.Fragment != "" || strings.Trim(u.Path, "/") != "" {
		return "", usagef("--endpoint %s has more than a scheme, a host and a port", u.Redacted())
	}
	if realCloud(u.Hostname()) {
		return "", usagef("the endpoint %s is the real Alibaba Cloud, where things cost money; if that is meant, say --cloud alibaba instead of --endpoint", s)
	}
	return u.Scheme + "://" + u.Host, nil
}

// realCloud reports whether a host leads to Alibaba Cloud.
func realCloud(host string) bool {
	host = strings.TrimRight(strings.ToLower(host), ".")
	for _, domain := range []string{"aliyun.com", "alibabacloud.com"} {
		if host == domain || strings.HasSuffix(host, "."+domain) {
			return true
		}
	}
	return intercept.IsAlibabaCloud(host)
}

func (a *app) connectEndpoint(config client.Config) (*target, error) {
	k, err := a.endpointKeys()
	if err != nil {
		return nil, err
	}
	if config.RootCAs, err = a.rootCAs(); err != nil {
		return nil, err
	}
	config.Endpoint, config.AccessKeyID, config.AccessKeySecret, config.SecurityToken = a.endpoint, k.AccessKeyID, k.AccessKeySecret, k.SecurityToken
	c, err := client.New(config)
	if err != nil {
		return nil, usageError{err}
	}
	return &target{Client: c, close: c.CloseIdle}, nil
}

// endpointKeys are the keys for a service elsewhere: those of the environment,
// or of the data directory.
func (a *app) endpointKeys() (client.Credential, error) {
	for _, prefix := range []string{"OPENECS_", "ALIBABA_CLOUD_"} {
		c := client.Credential{AccessKeyID: os.Getenv(prefix + "ACCESS_KEY_ID"), AccessKeySecret: os.Getenv(prefix + "ACCESS_KEY_SECRET")}
		if c.AccessKeyID != "" && c.AccessKeySecret != "" {
			if prefix == "ALIBABA_CLOUD_" {
				c.SecurityToken = os.Getenv("ALIBABA_CLOUD_SECURITY_TOKEN")
			}
			return c, nil
		}
	}
	keys, err := node.ReadKeys(a.dataDir)
	if err != nil {
		return client.Credential{}, usagef("--endpoint needs a key: set OPENECS_ACCESS_KEY_ID and OPENECS_ACCESS_KEY_SECRET, or --data-dir to the server's directory")
	}
	return client.Credential{AccessKeyID: keys.AccessKeyID, AccessKeySecret: keys.AccessKeySecret}, nil
}

// rootCAs are the certificate authorities that sign for --endpoint: the
// system's, that of the data directory if it has one, and those of --ca-file.
func (a *app) rootCAs() (*x509.CertPool, error) {
	if !strings.HasPrefix(a.endpoint, "https:") {
		return nil, nil
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool() // a system without any
	}
	if pem, err := os.ReadFile(filepath.Join(a.dataDir, "ca.pem")); err == nil {
		pool.AppendCertsFromPEM(pem)
	}
	if a.caFile == "" {
		return pool, nil
	}
	pem, err := os.ReadFile(a.caFile)
	if err != nil {
		return nil, usagef("--ca-file: %v", err)
	}
	if !pool.AppendCertsFromPEM(pem) {
		return nil, usagef("--ca-file %s holds no certificate in PEM", a.caFile)
	}
	return pool, nil
}

// connectCloud uses the official chain of credentials: environment, profile,
// instance role.
func (a *app) connectCloud(config client.Config) (*target, error) {
	if a.profile != "" {
		os.Setenv("ALIBABA_CLOUD_PROFILE", a.profile)
	}
	chain, err := credentials.NewCredential(nil)
	if err != nil {
		return nil, fmt.Errorf("no credentials for Alibaba Cloud were found: %w", err)
	}
	config.Endpoint, config.AllowAlibabaCloud = client.AlibabaCloud, true
	config.BeforeWrite = a.confirmCall
	config.Credentials = func(context.Context) (client.Credential, error) {
		m, err := chain.GetCredential()
		if err != nil {
			return client.Credential{}, fmt.Errorf("the credentials for Alibaba Cloud: %w", err)
		}
		var c client.Credential
		for to, from := range map[*string]*string{&c.AccessKeyID: m.AccessKeyId, &c.AccessKeySecret: m.AccessKeySecret, &c.SecurityToken: m.SecurityToken} {
			if from != nil {
				*to = *from
			}
		}
		return c, nil
	}
	c, err := client.New(config)
	if err != nil {
		return nil, err
	}
	return &target{Client: c, close: c.CloseIdle}, nil
}

// connectLocal uses the server on the data directory if one runs, else a
// service in this process.
func (a *app) connectLocal(ctx context.Context, config client.Config) (*target, error) {
	n, at, err := a.local(ctx, node.Options{})
	if err != nil {
		return nil, err
	}
	t := &target{node: n, simulated: node.EngineOf(a.dataDir) == ""}
	keys := (*node.Keys)(nil)
	if n != nil {
		keys, t.close = n.Keys, func() { n.Close() }
		config.Endpoint, config.Transport = "http://127.0.0.1", client.HandlerTransport(n)
	} else {
		if keys, err = node.ReadKeys(a.dataDir); err != nil {
			return nil, err
		}
		config.Endpoint = at.Endpoint
	}
	config.AccessKeyID, config.AccessKeySecret = keys.AccessKeyID, keys.AccessKeySecret
	if t.Client, err = client.New(config); err != nil {
		if n != nil {
			n.Close()
		}
		return nil, err
	}
	if n == nil {
		t.close = t.CloseIdle
	}
	return t, nil
}

// holdTime is how long a command waits for another that has the data directory
// and does not serve: it is over in a moment, or is a server that starts.
const holdTime = 5 * time.Second

// local is the service of the data directory: a node in this process, or, when
// it is nil, the server that runs there.
func (a *app) local(ctx context.Context, o node.Options) (*node.Node, node.Announcement, error) {
	o.DataDir, o.Dialer = a.dataDir, a.dialer
	if o.Log == nil {
		o.Log = a.log()
	}
	if _, err := node.ReadKeys(a.dataDir); errors.Is(err, os.ErrNotExist) { // the first start
		o.AccessKeyID, o.AccessKeySecret = os.Getenv("OPENECS_ACCESS_KEY_ID"), os.Getenv("OPENECS_ACCESS_KEY_SECRET")
	}
	for end := time.Now().Add(holdTime); ; {
		if at, ok := a.running(ctx); ok {
			return nil, at, nil
		}
		n, err := node.Open(ctx, o)
		if err == nil {
			return n, node.Announcement{}, nil
		}
		if !errors.As(err, new(store.ErrHeld)) || time.Now().After(end) {
			return nil, node.Announcement{}, a.openError(err)
		}
		select {
		case <-time.After(100 * time.Millisecond):
		case <-ctx.Done():
			return nil, node.Announcement{}, ctx.Err()
		}
	}
}

// running is where the server of the data directory is, if one answers there
// and is that of this directory.
func (a *app) running(ctx context.Context) (node.Announcement, bool) {
	at, ok, err := node.Running(a.dataDir)
	if err != nil || !ok {
		return at, false // a damaged file is as good as none: the server writes it anew
	}
	u, err := url.Parse(at.Endpoint)
	if err != nil || realCloud(u.Hostname()) {
		return at, false
	}
	cell, ok := a.alive(ctx, at.Endpoint)
	if !ok {
		return at, false
	}
	keys, err := node.ReadKeys(a.dataDir)
	return at, err == nil && keys.Cell == cell
}

// openError makes a sentence of what kept a data directory from being opened.
func (a *app) openError(err error) error {
	if held, ok := errors.AsType[store.ErrHeld](err); ok {
		who := "another process"
		if held.PID != 0 {
			who = fmt.Sprintf("process %d", held.PID)
		}
		if held.Addr == "" {
			if at, ok, _ := node.Running(a.dataDir); ok && at.PID == held.PID {
				held.Addr = at.Endpoint
			}
		}
		if held.Addr != "" {
			who += ", which serves " + held.Addr
		}
		return usagef("the data directory %s is in use by %s; stop it, or use another --data-dir", a.dataDir, who)
	}
	if file, ok := errors.AsType[*node.FileError](err); ok {
		return usagef("%v", file)
	}
	if _, ok := errors.AsType[node.ErrEngine](err); ok {
		return usagef("%v", err)
	}
	if errors.Is(err, store.ErrCorrupt) || errors.Is(err, store.ErrNewer) {
		return fmt.Errorf("%w (data directory %s)", err, a.dataDir)
	}
	return err
}

// isLoopback reports whether a host means this machine and no other.
func isLoopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Unmap().IsLoopback()
}
