package intercept

import (
	"container/list"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"sync"
	"time"
)

const (
	leafLife  = 24 * time.Hour
	leafCount = 256 // certificates kept, about 2 KB each
)

// leafCache keeps the certificates minted last. All share one key, drawn when
// the process starts: the key of a leaf is worth no more than the process.
type leafCache struct {
	key *ecdsa.PrivateKey

	mu    sync.Mutex
	order list.List // of *leaf, the last used first
	byKey map[string]*list.Element
}

type leaf struct {
	name  string
	until time.Time // minted anew from here on
	cert  *tls.Certificate
}

func (c *leafCache) init() (err error) {
	c.byKey = make(map[string]*list.Element)
	c.key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	return err
}

// Leaf returns a certificate for name, valid for a day and kept while it is
// among the last 256 used. name is aliyuncs.com, a name below it, localhost, a
// name below it, or a loopback address; every other name is refused.
func (ca *CA) Leaf(name string) (*tls.Certificate, error) {
	name = normalizeHost(name)
	if !mintable(name) {
		return nil, fmt.Errorf("no certificate is made for %q: only for aliyuncs.com, names below it, and loopback", name)
	}
	now := wallNow()
	c := &ca.leaves
	c.mu.Lock()
	defer c.mu.Unlock()
	if e, ok := c.byKey[name]; ok {
		if l := e.Value.(*leaf); now.Before(l.until) {
			c.order.MoveToFront(e)
			return l.cert, nil
		}
		c.order.Remove(e)
	}
	cert, err := ca.mint(name, now)
	if err != nil {
		return nil, err
	}
	c.byKey[name] = c.order.PushFront(&leaf{name, now.Add(leafLife / 2), cert})
	for c.order.Len() > leafCount {
		last := c.order.Back()
		delete(c.byKey, c.order.Remove(last).(*leaf).name)
	}
	return cert, nil
}

func (ca *CA) mint(name string, now time.Time) (*tls.Certificate, error) {
	serial, err := newSerial()
	if err != nil {
		return nil, err
	}
	t := &x509.Certificate{
		SerialNumber: serial,
		// No common name: old verifiers hold it against the name constraints.
		Subject:     pkix.Name{Organization: []string{"OpenECS"}},
		NotBefore:   now.Add(-time.Hour),
		NotAfter:    now.Add(leafLife),
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	switch ip, err := netip.ParseAddr(name); {
	case err == nil:
		t.IPAddresses = []net.IP{ip.Unmap().AsSlice()}
	case name == "localhost":
		t.DNSNames = []string{name}
		t.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback}
	default:
		t.DNSNames = []string{name}
	}
	der, err := x509.CreateCertificate(rand.Reader, t, ca.cert, ca.leaves.key.Public(), ca.key)
	if err != nil {
		return nil, err
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	return &tls.Certificate{Certificate: [][]byte{der, ca.cert.Raw}, PrivateKey: ca.leaves.key, Leaf: parsed}, nil
}

// mintable holds names to letters, digits and hyphens: what comes in the SNI is
// anybody's bytes.
func mintable(name string) bool {
	if !isAPIHost(name) && !isLoopbackHost(name) || len(name) > 253 {
		return false
	}
	if _, err := netip.ParseAddr(name); err == nil {
		return !strings.Contains(name, "%") // zones do not go into certificates
	}
	for label := range strings.SplitSeq(name, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for i := 0; i < len(label); i++ {
			if b := label[i]; b != '-' && b != '_' && (b < '0' || b > '9') && (b < 'a' || b > 'z') {
				return false
			}
		}
	}
	return true
}

// certificate picks the leaf of a handshake: by the SNI, else by the loopback
// address the client came to, else the one of localhost.
func (ca *CA) certificate(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	if hello.ServerName != "" {
		return ca.Leaf(hello.ServerName)
	}
	if hello.Conn != nil {
		if a, ok := hello.Conn.LocalAddr().(*net.TCPAddr); ok && a.IP.IsLoopback() &&
			!a.IP.Equal(net.IPv4(127, 0, 0, 1)) && !a.IP.Equal(net.IPv6loopback) {
			return ca.Leaf(a.IP.String())
		}
	}
	return ca.Leaf("localhost")
}
