package cli

import (
	"crypto/tls"
	"io"
	"net"
	"net/netip"
	"strings"

	"github.com/openecs/openecs/internal/node"
)

// tls checks where serve is to listen: an address that other machines can
// reach needs a certificate, or the word that plain HTTP is meant.
func (f *serveFlags) tls(o *node.Options) error {
	host, _, err := net.SplitHostPort(f.listen)
	if err != nil {
		return usagef("--listen %s: it is HOST:PORT, such as 127.0.0.1:7070", f.listen)
	}
	if (f.tlsCert == "") != (f.tlsKey == "") {
		return usagef("--tls-cert and --tls-key go together")
	}
	if f.tlsCert != "" {
		cert, err := tls.LoadX509KeyPair(f.tlsCert, f.tlsKey)
		if err != nil {
			return usagef("--tls-cert, --tls-key: %v", err)
		}
		o.GetCertificate = func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
			name := hello.ServerName
			if name == "" { // an address has none
				name, _, _ = net.SplitHostPort(hello.Conn.LocalAddr().String())
			}
			if realCloud(name) || isLoopback(name) || strings.HasSuffix(name, ".localhost") {
				return nil, nil // the names that the node's own authority signs for
			}
			return &cert, nil
		}
	}
	if isLoopback(host) {
		return nil
	}
	if f.tlsCert == "" && !f.insecure {
		return usagef("--listen %s is reachable from other machines: give --tls-cert and --tls-key, and --host for its name; or say --insecure-listen if plain HTTP is meant", f.listen)
	}
	if ip, err := netip.ParseAddr(host); err == nil && !ip.IsUnspecified() {
		o.Hosts = append(o.Hosts, ip.String())
	}
	return nil
}

// tlsElsewhere is a listener that speaks plain HTTP with this machine only:
// what others say first must be a TLS handshake.
type tlsElsewhere struct{ net.Listener }

func (l tlsElsewhere) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil || fromHere(c) {
		return c, err
	}
	return &tlsOnly{Conn: c}, nil
}

// fromHere reports whether both ends are on this machine.
func fromHere(c net.Conn) bool {
	local, ok1 := c.LocalAddr().(*net.TCPAddr)
	remote, ok2 := c.RemoteAddr().(*net.TCPAddr)
	return ok1 && ok2 && (remote.IP.IsLoopback() || remote.IP.Equal(local.IP))
}

// tlsOnly is a connection that ends when its first byte opens no TLS record.
// One goroutine reads first, as the server does to tell HTTP from TLS.
type tlsOnly struct {
	net.Conn
	checked bool
}

func (c *tlsOnly) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if n == 0 || c.checked {
		return n, err
	}
	c.checked = true
	const handshake = 0x16 // ContentType of RFC 8446 5.1
	if p[0] == handshake {
		return n, err
	}
	io.WriteString(c.Conn, "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\nThis address speaks TLS only: use https.\n")
	return 0, io.EOF
}

// CloseWrite lets the server end an answer before it ends the connection.
func (c *tlsOnly) CloseWrite() error { return c.Conn.(*net.TCPConn).CloseWrite() }
