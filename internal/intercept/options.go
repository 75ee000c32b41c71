package intercept

import (
	"crypto/tls"
	"log/slog"
	"net"
	"time"
)

// Options are a Server's. The zero value is a safe default: nothing outside is
// reachable and every limit is set.
type Options struct {
	// Allow names the hosts outside that proxy requests may reach: a name, an
	// address, *.name or *, each with an optional :port (80 and 443 without).
	// The real cloud is never reachable, whatever is said here.
	Allow []string
	// Hosts are names, besides loopback and *.aliyuncs.com, under which the
	// service itself may be addressed; *.name and :port as in Allow.
	Hosts []string
	// Dialer opens every connection to the outside. Nil is a net.Dialer.
	Dialer Dialer
	// GetCertificate is asked before the CA; nil, nil passes on to it. It is for
	// listeners beyond loopback, whose names the CA may not sign.
	GetCertificate func(*tls.ClientHelloInfo) (*tls.Certificate, error)
	// Logger gets refusals (Info) and broken handshakes (Debug). Nil drops them.
	Logger *slog.Logger

	FirstByteTimeout time.Duration // from accept to the first byte; default 10 s
	HeaderTimeout    time.Duration // for the TLS handshake and for a header; default 10 s
	ReadTimeout      time.Duration // for a request's body; default 60 s
	WriteTimeout     time.Duration // for an answer, unless the handler moves its deadline; default 2 min
	IdleTimeout      time.Duration // between requests; default 2 min
	DialTimeout      time.Duration // of a connection to the outside; default 10 s
	MaxHeaderBytes   int           // default 256 KiB: V3 puts 32 KiB of user data into the URL
	MaxBodyBytes     int64         // default 16 MiB: a backstop, the handler has its own limit
	MaxConns         int           // open connections, further ones wait; default 8192
}

func (o *Options) setDefaults() {
	def := func(d *time.Duration, v time.Duration) {
		if *d <= 0 {
			*d = v
		}
	}
	def(&o.FirstByteTimeout, 10*time.Second)
	def(&o.HeaderTimeout, 10*time.Second)
	def(&o.ReadTimeout, time.Minute)
	def(&o.WriteTimeout, 2*time.Minute)
	def(&o.IdleTimeout, 2*time.Minute)
	def(&o.DialTimeout, 10*time.Second)
	if o.MaxHeaderBytes <= 0 {
		o.MaxHeaderBytes = 256 << 10
	}
	if o.MaxBodyBytes <= 0 {
		o.MaxBodyBytes = 16 << 20
	}
	if o.MaxConns <= 0 {
		o.MaxConns = 8192
	}
	if o.Dialer == nil {
		o.Dialer = new(net.Dialer)
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
}
