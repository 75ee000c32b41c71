package intercept

import (
	"fmt"
	"net/http"
	"strings"
)

// GuardHost refuses, with 403, a request whose Host is neither loopback nor
// aliyuncs.com or a name below it nor one of allowed. Without it a web page
// could point a name of its own at 127.0.0.1 and have the visitor's browser
// talk to the service. allowed takes names and *.name, with or without a port.
func GuardHost(next http.Handler, allowed ...string) http.Handler {
	g := &hostGuard{next: next, allowed: parsePatterns(allowed)}
	return g
}

type hostGuard struct {
	next    http.Handler
	allowed []pattern
}

func (g *hostGuard) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !g.permits(r.Host) {
		refuse(w, fmt.Sprintf("The host %q is not one this service answers for. It answers for loopback addresses, "+
			"for *.aliyuncs.com, and for the names it was configured with.", r.Host))
		return
	}
	g.next.ServeHTTP(w, r)
}

// permits accepts an empty Host: only HTTP/1.0 may leave it out, and browsers,
// whom the guard is about, do not speak that.
func (g *hostGuard) permits(hostport string) bool {
	if hostport == "" || strings.HasSuffix(hostport, ".aliyuncs.com") {
		return true // the second for speed, it is implied below
	}
	host, port := splitHost(hostport)
	if isAPIHost(host) || isLoopbackHost(host) {
		return true
	}
	for _, p := range g.allowed {
		if p.match(host, port) {
			return true
		}
	}
	return false
}

// refuse answers 403 with one sentence and ends the connection.
func refuse(w http.ResponseWriter, sentence string) {
	h := w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Connection", "close")
	w.WriteHeader(http.StatusForbidden)
	fmt.Fprintln(w, sentence)
}
