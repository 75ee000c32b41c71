package incus_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/openecs/openecs/internal/engine/incus"
	"github.com/openecs/openecs/internal/engine/incus/incustest"
)

// wantRefusal opens a host and wants a sentence.
func wantRefusal(t *testing.T, o incus.Options, says string) {
	t.Helper()
	h, err := incus.Open(t.Context(), o)
	if err == nil {
		h.Close()
		t.Fatalf("a host was opened, want %q", says)
	}
	if !strings.Contains(err.Error(), says) {
		t.Errorf("%v, want %q", err, says)
	}
}

func TestOpenRefusesWhatIsNoIncus(t *testing.T) {
	dir := t.TempDir()
	answers := func(name string, h http.HandlerFunc) string {
		path := filepath.Join(dir, name)
		l, err := net.Listen("unix", path)
		if err != nil {
			t.Fatal(err)
		}
		s := &http.Server{Handler: h}
		go s.Serve(l)
		t.Cleanup(func() { s.Close() })
		return path
	}
	say := func(body string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, body) }
	}
	server := func(auth, version, arch, driver string) http.HandlerFunc {
		return say(fmt.Sprintf(`{"type":"sync","status_code":200,"metadata":{"auth":%q,"environment":{"server":"incus","server_version":%q,"architectures":[%q],"driver":%q}}}`, auth, version, arch, driver))
	}
	for name, c := range map[string]struct {
		handler http.HandlerFunc
		says    string
	}{
		"web":       {say("<html>hello</html>"), "is not Incus"},
		"untrusted": {server("untrusted", "6.0.4", "x86_64", "lxc"), "does not trust this certificate"},
		"old":       {server("trusted", "5.21.1", "x86_64", "lxc"), "Incus 6.0 or newer is needed"},
		"arch":      {server("trusted", "6.0.4", "riscv64", "lxc"), "runs riscv64 and not"},
	} {
		t.Run(name, func(t *testing.T) {
			wantRefusal(t, incus.Options{Socket: answers(name, c.handler)}, c.says)
		})
	}
	gone := filepath.Join(dir, "gone")
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: gone})
	if err != nil {
		t.Fatal(err)
	}
	l.SetUnlinkOnClose(false)
	l.Close()
	wantRefusal(t, incus.Options{Socket: gone}, "nothing answers on")
	wantRefusal(t, incus.Options{Socket: filepath.Join(dir, "none")}, "there is no Incus at")
}

func TestOpenRefusesWhatTheHostCannot(t *testing.T) {
	_, d := host(t)
	if out, err := d.Client(t.Context(), "storage", "create", "plain", "dir").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	wantRefusal(t, incus.Options{Socket: d.Socket, Pool: "plain"}, "does not hold the size of a disk")
	wantRefusal(t, incus.Options{Socket: d.Socket, Pool: "none"}, "has no storage pool")
	if _, err := os.Stat("/dev/kvm"); err != nil {
		wantRefusal(t, incus.Options{Socket: d.Socket, Kind: incus.VM}, "cannot run virtual machines")
	}
}

// certificate makes a self-signed client certificate.
func certificate(t *testing.T) (cert, key string) {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: "openecs"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &k.PublicKey, k)
	if err != nil {
		t.Fatal(err)
	}
	kder, err := x509.MarshalECPrivateKey(k)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	cert, key = filepath.Join(dir, "client.crt"), filepath.Join(dir, "client.key")
	for file, b := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "EC PRIVATE KEY", Bytes: kder}} {
		if err := os.WriteFile(file, pem.EncodeToMemory(b), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key
}

// The HTTPS path: a certificate that is trusted, one that is not, and a server that is another. The daemon has no
// network but its own, so the connection goes through a relay of its namespace's.
func TestOpenOverHTTPS(t *testing.T) {
	_, d := host(t)
	if out, err := d.Client(t.Context(), "config", "set", "core.https_address", "127.0.0.1:8443").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	address := relay(t, d, "127.0.0.1:8443")
	cert, key := certificate(t)
	o := incus.Options{URL: "https://" + address, Certificate: cert, Key: key, ServerPEM: filepath.Join(d.Dir, "server.crt"), Cell: "c1"}
	wantRefusal(t, o, "does not trust this certificate")
	wrong := o
	wrong.ServerPEM = cert
	wantRefusal(t, wrong, "does not show the certificate that was given")
	if out, err := d.Client(t.Context(), "config", "trust", "add-certificate", cert).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	h, err := incus.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	for _, err := range h.List(t.Context()) {
		if err != nil {
			t.Error(err)
		}
	}
}

// relay listens in this namespace and connects in the daemon's, by a process there for each connection.
func relay(t *testing.T, d *incustest.Daemon, to string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	hostname, port, _ := net.SplitHostPort(to)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				cmd := d.In(t.Context(), "busybox", "nc", hostname, port)
				cmd.Stdin, cmd.Stdout = c, c
				_ = cmd.Run() // ends with the connection
			}()
		}
	}()
	return l.Addr().String()
}
