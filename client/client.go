// Package client is the Go client of the service: a method for every action,
// retries that keep the idempotency token, waiters, and the launch workflow. The
// command line, the console and the tests talk to the service through it and
// through nothing else, over HTTP or, with HandlerTransport, within a process.
//
// It signs with ACS3-HMAC-SHA256, and it does not send a packet to Alibaba
// Cloud unless Config.AllowAlibabaCloud says so.
//
// Anyone may import it; of this module it imports api and internal/auth.
package client

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/auth"
)

// DefaultEndpoint is where `openecs serve` listens unless told otherwise.
const DefaultEndpoint = "http://127.0.0.1:7070"

// AlibabaCloud, as Config.Endpoint, stands for the real service's public
// endpoints, product by product. It needs AllowAlibabaCloud as well.
const AlibabaCloud = "alibaba-cloud"

// Config says where a client sends its requests, and as whom.
type Config struct {
	// Endpoint is a URL with scheme and host for every product, DefaultEndpoint
	// if empty; Endpoints overrides it by product name (Ecs, Vpc, Sts, …).
	Endpoint  string
	Endpoints map[string]string

	// Region goes with each request that names none.
	Region string

	AccessKeyID, AccessKeySecret, SecurityToken string
	// Credentials, if set, is asked before each attempt in place of the three above.
	Credentials func(context.Context) (Credential, error)

	// Transport carries the requests; by default one connection pool without a
	// proxy. Dial, if set, makes the default one's connections; RootCAs are the
	// authorities it trusts, the system's if nil.
	Transport http.RoundTripper
	Dial      func(ctx context.Context, network, addr string) (net.Conn, error)
	RootCAs   *x509.CertPool

	Timeout time.Duration // for one attempt; 60 s if zero
	Retry   Retry

	// Clock gives the time requests are signed with; time.Now if nil. It is for
	// a service whose time is driven.
	Clock func() time.Time

	// Observe is called after each attempt, on the caller's goroutine.
	Observe func(CallRecord)

	// BeforeWrite, if set, is asked before each call of an action that changes
	// something, or may, unless it is a dry run; nothing is sent if it has an
	// error, which the call then returns. It may be called concurrently.
	BeforeWrite func(ctx context.Context, action string) error

	// AllowAlibabaCloud permits requests to hosts of Alibaba Cloud, where they
	// may cost money.
	AllowAlibabaCloud bool

	UserAgent string
}

// A Credential is an access key; SecurityToken is "" for a permanent one.
type Credential struct{ AccessKeyID, AccessKeySecret, SecurityToken string }

// A Client calls the service. It is safe for use by many goroutines.
type Client struct {
	config    Config
	transport http.RoundTripper
	base      map[string]*url.URL // by product; "" for the others
}

// A CallRecord tells of one attempt at a call.
type CallRecord struct {
	Time                    time.Time // when it was sent
	Product, Action, Region string
	Attempt                 int         // from 1
	Params                  []api.Param // ascending; the values of secrets are replaced by Masked
	Status                  int         // of HTTP; 0 when there was no answer
	RequestID               string
	Duration                time.Duration
	Err                     error
}

// New checks the configuration; it sends nothing.
func New(config Config) (*Client, error) {
	c := &Client{config: config, base: make(map[string]*url.URL)}
	if c.config.Endpoint == "" {
		c.config.Endpoint = DefaultEndpoint
	}
	if c.config.Timeout <= 0 {
		c.config.Timeout = 60 * time.Second
	}
	if c.config.UserAgent == "" {
		c.config.UserAgent = "openecs-client"
	}
	if c.config.Clock == nil {
		c.config.Clock = time.Now
	}
	c.config.Retry = c.config.Retry.withDefaults()
	if config.Credentials == nil && (config.AccessKeyID == "" || config.AccessKeySecret == "") {
		return nil, errors.New("client: an access key id and its secret are needed")
	}
	if c.config.Endpoint != AlibabaCloud {
		if err := c.addBase("", c.config.Endpoint); err != nil {
			return nil, err
		}
	} else if !config.AllowAlibabaCloud {
		return nil, ErrAlibabaCloud
	}
	for product, endpoint := range config.Endpoints {
		if err := c.addBase(product, endpoint); err != nil {
			return nil, err
		}
	}
	inner := config.Transport
	if inner == nil {
		inner = c.newTransport()
	}
	c.transport = &guard{inner: inner, allow: config.AllowAlibabaCloud}
	return c, nil
}

func (c *Client) addBase(product, endpoint string) error {
	u, err := url.Parse(endpoint)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || strings.Trim(u.Path, "/") != "" ||
		u.RawQuery != "" || u.User != nil {
		return fmt.Errorf("client: endpoint %q must be like %s", endpoint, DefaultEndpoint)
	}
	if isAlibabaCloud(u.Hostname()) && !c.config.AllowAlibabaCloud {
		return ErrAlibabaCloud
	}
	c.base[product] = u
	return nil
}

// endpoint is where a product's requests go.
func (c *Client) endpoint(product, region string) *url.URL {
	if u := c.base[product]; u != nil {
		return u
	}
	if u := c.base[""]; u != nil {
		return u
	}
	return &url.URL{Scheme: "https", Host: alibabaCloudHost(product, region)}
}

// Region is the region that goes with requests that name none.
func (c *Client) Region() string { return c.config.Region }

func (c *Client) credential(ctx context.Context) (auth.Credential, error) {
	if c.config.Credentials == nil {
		return auth.Credential{ID: c.config.AccessKeyID, Secret: c.config.AccessKeySecret, Token: c.config.SecurityToken}, nil
	}
	k, err := c.config.Credentials(ctx)
	return auth.Credential{ID: k.AccessKeyID, Secret: k.AccessKeySecret, Token: k.SecurityToken}, err
}

// newTransport pools connections. Only requests to Alibaba Cloud take the
// proxy that the environment may name: the environment of a command run by
// `openecs exec` names this very service.
func (c *Client) newTransport() *http.Transport {
	dial := c.config.Dial
	if dial == nil {
		dial = (&net.Dialer{Timeout: 5 * time.Second, KeepAlive: 30 * time.Second}).DialContext
	}
	t := &http.Transport{
		DialContext:         dial,
		MaxIdleConnsPerHost: 64,
		IdleConnTimeout:     90 * time.Second,
		TLSHandshakeTimeout: 10 * time.Second,
		ForceAttemptHTTP2:   true,
		TLSClientConfig:     &tls.Config{RootCAs: c.config.RootCAs},
	}
	if c.config.AllowAlibabaCloud {
		t.Proxy = http.ProxyFromEnvironment
	}
	return t
}

// CloseIdle closes connections that no request is using.
func (c *Client) CloseIdle() {
	if t, ok := c.transport.(*guard).inner.(interface{ CloseIdleConnections() }); ok {
		t.CloseIdleConnections()
	}
}
