package intercept

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"sync"
	"sync/atomic"
	"time"
)

const established = "HTTP/1.1 200 Connection established\r\n\r\n"

// intercept answers CONNECT and keeps the connection: what the client believes
// to be its tunnel is opened like any accepted connection, so the http.Server
// also counts it when it drains.
func (s *Server) intercept(w http.ResponseWriter, r *http.Request) {
	if c := s.hijack(w); c != nil {
		c.nested = true
		s.open(c)
	}
}

// hijack takes the connection of a CONNECT over and answers 200 on it. It
// returns nil when the client is gone.
func (s *Server) hijack(w http.ResponseWriter) *conn {
	raw, buf, err := http.NewResponseController(w).Hijack()
	if err != nil {
		s.opts.Logger.Warn("taking over a connection failed", "error", err)
		return nil
	}
	c := &conn{Conn: raw}
	if n := buf.Reader.Buffered(); n > 0 { // the client did not wait for our 200
		c.pending, _ = buf.Reader.Peek(n)
	}
	raw.SetWriteDeadline(wallNow().Add(s.opts.HeaderTimeout))
	if _, err := io.WriteString(raw, established); err != nil {
		c.Close()
		return nil
	}
	raw.SetWriteDeadline(time.Time{})
	return c
}

// A tunnel is a connection to an allowed host outside, copied both ways.
type tunnel struct {
	client, remote net.Conn
	bytes          atomic.Int64
}

func (t *tunnel) close() {
	t.client.Close()
	t.remote.Close()
}

// Write counts what passes, for the drain.
func (t *tunnel) Write(p []byte) (int, error) {
	t.bytes.Add(int64(len(p)))
	return len(p), nil
}

// tunnel answers CONNECT to an allowed host.
func (s *Server) tunnel(w http.ResponseWriter, r *http.Request, addr string) {
	remote, err := s.dial(r.Context(), "tcp", addr)
	if err != nil {
		badGateway(w, err)
		return
	}
	client := s.hijack(w)
	if client == nil {
		remote.Close()
		return
	}
	t := &tunnel{client: client, remote: remote}
	if !s.addTunnel(t) {
		t.close()
		return
	}
	defer s.removeTunnel(t)
	var wg sync.WaitGroup
	wg.Go(func() { t.copy(remote, client) })
	t.copy(client, remote)
	wg.Wait()
}

func (t *tunnel) copy(dst, src net.Conn) {
	if _, err := io.Copy(dst, io.TeeReader(src, t)); err != nil {
		t.close()
		return
	}
	cw, ok := dst.(interface{ CloseWrite() error })
	if !ok || cw.CloseWrite() != nil {
		t.close()
	}
}

// drainTunnels closes every tunnel that has been still for a moment; nothing
// tells from outside whether a request is in flight in it.
func (s *Server) drainTunnels(ctx context.Context) error {
	const still = 250 * time.Millisecond
	seen := make(map[*tunnel]int64)
	for {
		s.mu.Lock()
		for t := range s.tunnels {
			n := t.bytes.Load()
			if last, ok := seen[t]; ok && last == n {
				t.close()
			}
			seen[t] = n
		}
		left := len(s.tunnels)
		s.mu.Unlock()
		if left == 0 {
			return nil
		}
		wait, cancel := context.WithTimeout(ctx, still)
		<-wait.Done()
		cancel()
		if err := ctx.Err(); err != nil {
			return err
		}
	}
}

func (s *Server) addTunnel(t *tunnel) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closing {
		s.tunnels[t] = struct{}{}
	}
	return !s.closing
}

func (s *Server) removeTunnel(t *tunnel) {
	t.close()
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.tunnels, t)
}

// dial is the only way out. allowed has been asked before; asking once more
// here keeps a future caller from forgetting it.
func (s *Server) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	if host, port := splitHost(addr); !s.allowed(host, port) {
		return nil, errors.New(addr + " is not an allowed host")
	}
	ctx, cancel := context.WithTimeout(ctx, s.opts.DialTimeout)
	defer cancel()
	return s.opts.Dialer.DialContext(ctx, network, addr)
}

func (s *Server) newTransport() *http.Transport {
	return &http.Transport{
		Proxy:                 nil, // never the environment's
		DialContext:           s.dial,
		TLSHandshakeTimeout:   s.opts.HeaderTimeout,
		ResponseHeaderTimeout: s.opts.WriteTimeout,
		IdleConnTimeout:       s.opts.IdleTimeout,
		MaxIdleConnsPerHost:   4,
		DisableCompression:    true,
	}
}

// forwardRequest passes an absolute-form request on to an allowed host.
func (s *Server) forwardRequest(w http.ResponseWriter, r *http.Request) {
	proxy := httputil.ReverseProxy{
		// The URL and Host of the request are the target's already; Rewrite being
		// set keeps X-Forwarded-For out.
		Rewrite:      func(*httputil.ProxyRequest) {},
		Transport:    s.forward,
		ErrorLog:     s.http.ErrorLog,
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, err error) { badGateway(w, err) },
	}
	proxy.ServeHTTP(w, r)
}

func badGateway(w http.ResponseWriter, err error) {
	http.Error(w, "OpenECS could not reach the allowed host: "+err.Error(), http.StatusBadGateway)
}
