package cli

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
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
	simulated bool       // its instances are
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
	case a.cloud == "alibaba":
		return a.connectCloud(config)
	case a.cloud != "":
		return nil, usagef("--cloud %s: the only cloud there is, is alibaba", a.cloud)
	case a.profile != "":
		return nil, usagef("--profile is for --cloud alibaba: profiles hold credentials of the real cloud")
	case a.endpoint != "":
		return a.connectEndpoint(config)
	}
	return a.connectLocal(ctx, config)
}

func (a *app) connectEndpoint(config client.Config) (*target, error) {
	u, err := url.Parse(a.endpoint)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, usagef("--endpoint %s is not a URL such as http://127.0.0.1:7070", a.endpoint)
	}
	if intercept.IsAlibabaCloud(u.Hostname()) {
		return nil, usagef("the endpoint %s is the real Alibaba Cloud, where things cost money; if that is meant, say --cloud alibaba instead of --endpoint", a.endpoint)
	}
	config.Endpoint = a.endpoint
	config.AccessKeyID = env("OPENECS_ACCESS_KEY_ID", os.Getenv("ALIBABA_CLOUD_ACCESS_KEY_ID"))
	config.AccessKeySecret = env("OPENECS_ACCESS_KEY_SECRET", os.Getenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET"))
	if config.AccessKeyID == "" {
		keys, err := node.ReadKeys(a.dataDir)
		if err != nil {
			return nil, usagef("--endpoint needs a key: set OPENECS_ACCESS_KEY_ID and OPENECS_ACCESS_KEY_SECRET, or --data-dir to the server's directory")
		}
		config.AccessKeyID, config.AccessKeySecret = keys.AccessKeyID, keys.AccessKeySecret
	}
	c, err := client.New(config)
	if err != nil {
		return nil, err
	}
	return &target{Client: c, close: c.CloseIdle}, nil
}

// connectCloud uses the official chain of credentials: environment, profile,
// instance role.
func (a *app) connectCloud(config client.Config) (*target, error) {
	if a.endpoint != "" {
		return nil, usagef("--endpoint and --cloud alibaba exclude each other")
	}
	if a.profile != "" {
		os.Setenv("ALIBABA_CLOUD_PROFILE", a.profile)
	}
	chain, err := credentials.NewCredential(nil)
	if err != nil {
		return nil, fmt.Errorf("no credentials for Alibaba Cloud were found: %w", err)
	}
	config.Endpoint, config.AllowAlibabaCloud = client.AlibabaCloud, true
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
	if t, ok, err := a.connectRunning(ctx, config); ok || err != nil {
		return t, err
	}
	n, err := node.Open(ctx, node.Options{DataDir: a.dataDir, Dialer: a.dialer, Log: a.log()})
	var held store.ErrHeld
	for tries := 0; errors.As(err, &held) && tries < 50; tries++ {
		// A server that starts, or another command that runs a moment.
		if t, ok, err := a.connectRunning(ctx, config); ok || err != nil {
			return t, err
		}
		select {
		case <-time.After(100 * time.Millisecond):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		n, err = node.Open(ctx, node.Options{DataDir: a.dataDir, Dialer: a.dialer, Log: a.log()})
	}
	if err != nil {
		return nil, a.openError(err)
	}
	config.Endpoint = "http://127.0.0.1"
	config.Transport = client.HandlerTransport(n)
	config.AccessKeyID, config.AccessKeySecret = n.Keys.AccessKeyID, n.Keys.AccessKeySecret
	c, err := client.New(config)
	if err != nil {
		n.Close()
		return nil, err
	}
	return &target{Client: c, node: n, simulated: true, close: func() { n.Close() }}, nil
}

func (a *app) connectRunning(ctx context.Context, config client.Config) (*target, bool, error) {
	at, ok, err := node.Running(a.dataDir)
	if err != nil || !ok || !alive(ctx, at.Endpoint) {
		return nil, false, nil
	}
	keys, err := node.ReadKeys(a.dataDir)
	if err != nil {
		return nil, false, err
	}
	config.Endpoint, config.AccessKeyID, config.AccessKeySecret = at.Endpoint, keys.AccessKeyID, keys.AccessKeySecret
	c, err := client.New(config)
	if err != nil {
		return nil, false, err
	}
	return &target{Client: c, simulated: true, close: c.CloseIdle}, true, nil
}

// alive asks a server's health page.
func alive(ctx context.Context, endpoint string) bool {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, endpoint+"/_openecs/health", nil)
	if err != nil {
		return false
	}
	tr := &http.Transport{DisableKeepAlives: true}
	resp, err := tr.RoundTrip(req)
	if err != nil {
		return false
	}
	resp.Body.Close()
	return resp.StatusCode == http.StatusOK
}

// openError makes a sentence of what kept a data directory from being opened.
func (a *app) openError(err error) error {
	var held store.ErrHeld
	if errors.As(err, &held) {
		who := fmt.Sprintf("process %d", held.PID)
		if held.Addr != "" {
			who += ", which serves " + held.Addr
		}
		return usagef("the data directory %s is in use by %s; stop it, or use another --data-dir", a.dataDir, who)
	}
	if errors.Is(err, store.ErrCorrupt) || errors.Is(err, store.ErrNewer) {
		return fmt.Errorf("%w (data directory %s)", err, filepath.Clean(a.dataDir))
	}
	return err
}
