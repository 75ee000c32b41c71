package intercept

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
)

// front decides what a request is: one for the service, one for the proxy, or
// one to be refused.
type front struct {
	s     *Server
	guard hostGuard
}

func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodConnect {
		f.connect(w, r)
		return
	}
	if r.ContentLength != 0 {
		// Not http.Server.ReadTimeout: that would also run, and cancel the
		// context, while a handler waits long over a request without a body.
		http.NewResponseController(w).SetReadDeadline(wallNow().Add(f.s.opts.ReadTimeout))
	}
	if r.URL.Host != "" {
		f.absolute(w, r)
		return
	}
	f.serve(w, r)
}

// serve is the way to the handler. A body of known length costs no wrapper.
func (f *front) serve(w http.ResponseWriter, r *http.Request) {
	limit := f.s.opts.MaxBodyBytes
	switch {
	case r.ContentLength > limit:
		w.Header().Set("Connection", "close")
		http.Error(w, fmt.Sprintf("The request body is larger than %d bytes.", limit), http.StatusRequestEntityTooLarge)
		return
	case r.ContentLength < 0:
		r.Body = http.MaxBytesReader(w, r.Body, limit)
	}
	f.guard.ServeHTTP(w, r)
}

// connect answers CONNECT host:port.
func (f *front) connect(w http.ResponseWriter, r *http.Request) {
	if isNested(r) {
		refuse(w, "A CONNECT inside a CONNECT is not served.")
		return
	}
	host, port := splitHost(r.Host)
	if port == "" {
		port = "443"
	}
	switch {
	case f.ours(r, host, port):
		f.s.intercept(w, r)
	case f.s.allowed(host, port):
		f.s.tunnel(w, r, net.JoinHostPort(host, port))
	default:
		f.s.refuseHost(w, r, host, port)
	}
}

// absolute answers a proxy request in absolute form.
func (f *front) absolute(w http.ResponseWriter, r *http.Request) {
	host, port := splitHost(r.URL.Host)
	if port == "" {
		port = defaultPort(r.URL.Scheme)
	}
	switch {
	case f.ours(r, host, port):
		// What follows must not see that there was a proxy in between.
		r.URL.Scheme, r.URL.Host = "", ""
		if r.URL.Path == "" {
			r.URL.Path = "/"
		}
		r.RequestURI = r.URL.RequestURI()
		r.Header.Del("Proxy-Connection")
		r.Header.Del("Proxy-Authorization")
		f.serve(w, r)
	case isNested(r):
		refuse(w, "A proxy request inside a CONNECT is not served.")
	case f.s.allowed(host, port):
		f.s.forwardRequest(w, r)
	default:
		f.s.refuseHost(w, r, host, port)
	}
}

// ours reports whether a proxy request is for the service: for the real cloud's
// API on the ports of the web, or for the very address it came in by. Clients
// that are given both a proxy and a loopback endpoint proxy the latter.
func (f *front) ours(r *http.Request, host, port string) bool {
	if isAPIHost(host) {
		return port == "443" || port == "80"
	}
	local, ok := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr)
	if !ok || port != fmt.Sprint(local.Port) {
		return false
	}
	if isLoopbackHost(host) || host == local.IP.String() {
		return true
	}
	for _, p := range f.guard.allowed {
		if p.match(host, port) {
			return true
		}
	}
	return false
}

// allowed reports whether the proxy may go to host:port. The real cloud never is.
func (s *Server) allowed(host, port string) bool {
	if IsAlibabaCloud(host) {
		return false
	}
	for _, p := range s.allow {
		if p.match(host, port, "80", "443") {
			return true
		}
	}
	return false
}

func (s *Server) refuseHost(w http.ResponseWriter, r *http.Request, host, port string) {
	target := net.JoinHostPort(host, port)
	s.opts.Logger.Info("proxy request refused", "method", r.Method, "host", target)
	if IsAlibabaCloud(host) {
		refuse(w, fmt.Sprintf("OpenECS does not answer for %s and never forwards to Alibaba Cloud: only ports 80 and 443 of *.aliyuncs.com are served here.", target))
		return
	}
	entry := host
	if port != "80" && port != "443" {
		entry = target
	}
	refuse(w, fmt.Sprintf("OpenECS refused to connect to %s: only *.aliyuncs.com is served here. To let this command reach it, add --allow %s.", target, entry))
}

func defaultPort(scheme string) string {
	if scheme == "https" {
		return "443"
	}
	return "80"
}

type nestedKey struct{}

// connContext marks the requests that came through CONNECT, once per connection.
func connContext(ctx context.Context, c net.Conn) context.Context {
	if t, ok := c.(*tls.Conn); ok {
		c = t.NetConn()
	}
	if own, ok := c.(*conn); ok && own.nested {
		return context.WithValue(ctx, nestedKey{}, true)
	}
	return ctx
}

func isNested(r *http.Request) bool { return r.Context().Value(nestedKey{}) != nil }
