package intercept

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"
)

// A Server answers HTTP and HTTPS on the same listeners, and is an HTTP proxy
// for *.aliyuncs.com: both a CONNECT to such a name and a request for its
// absolute URL end in the handler, in this process. A proxy request for any
// other host is refused unless Options.Allow names it.
type Server struct {
	opts    Options
	allow   []pattern
	http    http.Server
	tls     *tls.Config
	feed    *feed
	forward *http.Transport // for allowed hosts outside
	slots   chan struct{}   // one per open connection

	start sync.Once
	ctx   context.Context // ends with the Server
	stop  context.CancelFunc

	mu        sync.Mutex
	closing   bool
	listeners map[net.Listener]struct{}
	waiting   map[net.Conn]struct{} // have not sent a byte yet
	tunnels   map[*tunnel]struct{}
}

// New returns a Server for h. h sees requests in origin form, with the Host the
// client meant, after GuardHost with Options.Hosts.
func New(h http.Handler, ca *CA, opts Options) *Server {
	opts.setDefaults()
	s := &Server{
		opts:      opts,
		allow:     parsePatterns(opts.Allow),
		feed:      newFeed(),
		slots:     make(chan struct{}, opts.MaxConns),
		listeners: make(map[net.Listener]struct{}),
		waiting:   make(map[net.Conn]struct{}),
		tunnels:   make(map[*tunnel]struct{}),
	}
	s.ctx, s.stop = context.WithCancel(context.Background())
	s.tls = &tls.Config{
		MinVersion: tls.VersionTLS12,
		NextProtos: []string{"http/1.1"},
		GetCertificate: func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
			if opts.GetCertificate != nil {
				if cert, err := opts.GetCertificate(hello); cert != nil || err != nil {
					return cert, err
				}
			}
			return ca.certificate(hello)
		},
	}
	s.forward = s.newTransport()
	s.http = http.Server{
		Handler:           &front{s: s, guard: hostGuard{next: h, allowed: parsePatterns(opts.Hosts)}},
		ReadHeaderTimeout: opts.HeaderTimeout,
		WriteTimeout:      opts.WriteTimeout,
		IdleTimeout:       opts.IdleTimeout,
		MaxHeaderBytes:    opts.MaxHeaderBytes,
		ErrorLog:          slog.NewLogLogger(opts.Logger.Handler(), slog.LevelDebug),
		TLSNextProto:      map[string]func(*http.Server, *tls.Conn, http.Handler){}, // HTTP/1.1 only
		ConnContext:       connContext,
	}
	return s
}

// Serve starts serving ln in the background and returns the Server.
func Serve(ln net.Listener, h http.Handler, ca *CA, opts Options) *Server {
	s := New(h, ca, opts)
	go s.Serve(ln)
	return s
}

// Serve accepts from ln until ln or the Server is closed; it may be called for
// several listeners. It closes ln. It returns http.ErrServerClosed after
// Shutdown or Close, nil when ln was closed by somebody else, or what ended ln.
func (s *Server) Serve(ln net.Listener) error {
	if !s.addListener(ln) {
		ln.Close()
		return http.ErrServerClosed
	}
	defer s.removeListener(ln)
	s.start.Do(func() { go s.http.Serve(s.feed) })
	for pause := time.Duration(0); ; {
		select {
		case s.slots <- struct{}{}:
		case <-s.ctx.Done():
			return http.ErrServerClosed
		}
		c, err := ln.Accept()
		if err == nil {
			pause = 0
			go s.open(&conn{Conn: c, release: s.releaseSlot})
			continue
		}
		s.releaseSlot()
		var temporary interface{ Temporary() bool }
		switch {
		case s.isClosing():
			return http.ErrServerClosed
		case errors.Is(err, net.ErrClosed):
			return nil
		case errors.As(err, &temporary) && temporary.Temporary():
			// Out of file descriptors or the like: the same schedule as net/http.
			pause = min(max(2*pause, 5*time.Millisecond), time.Second)
			s.opts.Logger.Warn("accepting a connection failed", "error", err, "retry", pause)
			s.pause(pause)
		default:
			return err
		}
	}
}

// open brings a connection to the http.Server once its first byte says what it is.
func (s *Server) open(c *conn) {
	if len(c.pending) == 0 {
		if !s.wait(c) {
			c.Close()
			return
		}
		c.SetReadDeadline(wallNow().Add(s.opts.FirstByteTimeout))
	}
	isTLS, err := c.sniff()
	s.unwait(c)
	if err != nil {
		c.Close()
		return
	}
	c.SetReadDeadline(time.Time{})
	if isTLS {
		s.feed.give(tls.Server(c, s.tls))
	} else {
		s.feed.give(c)
	}
}

// Shutdown stops accepting and lets every request in flight finish, in and
// through tunnels too, then closes what is idle. When ctx ends first it closes
// the rest and returns ctx's error.
func (s *Server) Shutdown(ctx context.Context) error {
	s.beginClose()
	err := s.http.Shutdown(ctx)
	if err == nil {
		err = s.drainTunnels(ctx)
	}
	s.closeAll()
	return err
}

// Close ends everything at once.
func (s *Server) Close() error {
	s.beginClose()
	return s.closeAll()
}

func (s *Server) beginClose() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closing = true
	for ln := range s.listeners {
		ln.Close()
	}
	for c := range s.waiting {
		c.Close()
	}
	s.feed.Close()
	s.stop()
}

func (s *Server) closeAll() error {
	err := s.http.Close()
	s.forward.CloseIdleConnections()
	s.mu.Lock()
	defer s.mu.Unlock()
	for t := range s.tunnels {
		t.close()
	}
	return err
}

// pause waits for d or for the Server's end.
func (s *Server) pause(d time.Duration) {
	ctx, cancel := context.WithTimeout(s.ctx, d)
	defer cancel()
	<-ctx.Done()
}

func (s *Server) releaseSlot() { <-s.slots }

func (s *Server) isClosing() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closing
}

func (s *Server) addListener(ln net.Listener) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closing {
		s.listeners[ln] = struct{}{}
	}
	return !s.closing
}

func (s *Server) removeListener(ln net.Listener) {
	ln.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.listeners, ln)
}

func (s *Server) wait(c net.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closing {
		s.waiting[c] = struct{}{}
	}
	return !s.closing
}

func (s *Server) unwait(c net.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.waiting, c)
}
