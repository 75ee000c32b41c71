package intercept

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestCAIsKept(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "data")
	first, err := LoadOrCreateCA(dir)
	if err != nil {
		t.Fatal(err)
	}
	again, err := LoadOrCreateCA(dir)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first.CertPEM(), again.CertPEM()) || !first.key.Equal(again.key) {
		t.Fatal("the second load is another CA")
	}
	info, err := os.Stat(filepath.Join(dir, caKeyName))
	if err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Fatalf("key file: %v, %v", info.Mode(), err)
	}
	onDisk, err := os.ReadFile(first.File())
	if err != nil || !bytes.Equal(onDisk, first.CertPEM()) {
		t.Fatalf("ca.pem: %v", err)
	}
	if strings.Contains(string(onDisk), "PRIVATE") {
		t.Fatal("ca.pem holds the key")
	}
	os.Remove(first.File())
	if _, err := LoadOrCreateCA(dir); err != nil {
		t.Fatal(err)
	}
	if restored, _ := os.ReadFile(first.File()); !bytes.Equal(restored, onDisk) {
		t.Fatal("a missing ca.pem was not restored")
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*.tmp-*")); len(left) > 0 {
		t.Fatalf("left behind: %v", left)
	}
}

func TestCACertificate(t *testing.T) {
	c := parseOne(t, testCA(t).CertPEM())
	if !c.IsCA || !c.PermittedDNSDomainsCritical || !c.MaxPathLenZero {
		t.Fatalf("CA %t, critical %t, path length zero %t", c.IsCA, c.PermittedDNSDomainsCritical, c.MaxPathLenZero)
	}
	if got := fmt.Sprint(c.PermittedDNSDomains, c.PermittedIPRanges); got != "[aliyuncs.com localhost] [127.0.0.0/8 ::1/128]" {
		t.Fatalf("permitted: %s", got)
	}
	if key, ok := c.PublicKey.(*ecdsa.PublicKey); !ok || key.Curve != elliptic.P256() {
		t.Fatalf("key: %T", c.PublicKey)
	}
	if years := c.NotAfter.Sub(c.NotBefore).Hours() / 24 / 365; years < 9.9 || years > 10.1 {
		t.Fatalf("valid for %.2f years", years)
	}
}

func TestCACreatedOnceByManyProcesses(t *testing.T) {
	dir := t.TempDir()
	var wg sync.WaitGroup
	certs := make([][]byte, 16)
	for i := range certs {
		wg.Go(func() {
			ca, err := LoadOrCreateCA(dir)
			if err != nil {
				t.Error(err)
				return
			}
			certs[i] = ca.CertPEM()
		})
	}
	wg.Wait()
	for _, c := range certs {
		if !bytes.Equal(c, certs[0]) {
			t.Fatal("two CAs were made")
		}
	}
}

func TestCARefusesWhatIsNotItsOwn(t *testing.T) {
	good, err := testCA(t).marshal()
	if err != nil {
		t.Fatal(err)
	}
	other := testCA(t)
	mixed := bytes.Replace(good, good[bytes.Index(good, []byte("-----BEGIN CERT")):], other.CertPEM(), 1)
	key, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	free := &x509.Certificate{SerialNumber: big.NewInt(1), IsCA: true, BasicConstraintsValid: true, NotAfter: time.Now().AddDate(1, 0, 0)}
	unconstrained := marshalTest(t, free, key)
	old := &x509.Certificate{SerialNumber: big.NewInt(1), IsCA: true, BasicConstraintsValid: true, NotAfter: time.Now().Add(-time.Hour),
		PermittedDNSDomainsCritical: true, PermittedDNSDomains: permittedDNS, PermittedIPRanges: permittedIPs()}
	for name, tc := range map[string]struct {
		data []byte
		mode os.FileMode
		want string
	}{
		"open to others": {good, 0o644, "can be read by others"},
		"cut off":        {good[:len(good)/3], 0o600, "does not hold"},
		"empty":          {nil, 0o600, "does not hold"},
		"mixed":          {mixed, 0o600, "do not belong together"},
		"unconstrained":  {unconstrained, 0o600, "not constrained"},
		"expired":        {marshalTest(t, old, key), 0o600, "expires on"},
	} {
		t.Run(name, func(t *testing.T) {
			if tc.mode != 0o600 && runtime.GOOS == "windows" {
				t.Skip("no file modes")
			}
			dir := t.TempDir()
			path := filepath.Join(dir, caKeyName)
			if err := os.WriteFile(path, tc.data, tc.mode); err != nil {
				t.Fatal(err)
			}
			_, err := LoadOrCreateCA(dir)
			if err == nil || !strings.Contains(err.Error(), tc.want) || !strings.Contains(err.Error(), path) {
				t.Fatalf("error %v, want %q and the path", err, tc.want)
			}
			if after, _ := os.ReadFile(path); !bytes.Equal(after, tc.data) {
				t.Fatal("the file was changed")
			}
		})
	}
}

func marshalTest(t *testing.T, template *x509.Certificate, key *ecdsa.PrivateKey) []byte {
	t.Helper()
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	ca, err := assembleCA(der, key)
	if err != nil {
		t.Fatal(err)
	}
	data, err := ca.marshal()
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// The constraint must hold against the CA's own key, so the leaves here are
// signed past Leaf, which would refuse.
func TestConstraintHoldsAgainstTheKeyItself(t *testing.T) {
	ca := testCA(t)
	for name, good := range map[string]bool{
		"ecs.cn-hangzhou.aliyuncs.com": true, "aliyuncs.com": true, "localhost": true, "127.0.0.1": true, "127.9.8.7": true, "::1": true,
		"example.com": false, "aliyun.com": false, "notaliyuncs.com": false, "aliyuncs.com.example.com": false, "10.0.0.1": false, "::2": false,
	} {
		cert, err := ca.mint(name, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		_, err = cert.Leaf.Verify(x509.VerifyOptions{DNSName: name, Roots: ca.Pool()})
		if (err == nil) != good {
			t.Errorf("%s: verifies %t, want %t: %v", name, err == nil, good, err)
		}
	}
}

func TestBundle(t *testing.T) {
	theirs := testCA(t)
	roots := filepath.Join(t.TempDir(), "roots.pem")
	if err := theirs.WriteCert(roots); err != nil {
		t.Fatal(err)
	}
	t.Setenv("SSL_CERT_FILE", roots)
	ca := testCA(t)
	path := filepath.Join(t.TempDir(), "bundle.pem")
	if err := ca.Bundle(path); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(data, append(bytes.Clone(theirs.CertPEM()), ca.CertPEM()...)) {
		t.Fatalf("bundle of %d bytes, %v: want the roots and then ours", len(data), err)
	}
	// A bundle of a bundle, as under a nested exec, does not hold us twice.
	t.Setenv("SSL_CERT_FILE", path)
	if err := ca.Bundle(path); err != nil {
		t.Fatal(err)
	}
	if again, _ := os.ReadFile(path); !bytes.Equal(again, data) {
		t.Fatal("the bundle grew")
	}
}

func TestSystemRootsAreInTheBundle(t *testing.T) {
	t.Setenv("SSL_CERT_FILE", "")
	roots := len(systemRoots())
	if roots == 0 {
		t.Skip("this machine has no roots")
	}
	path := filepath.Join(t.TempDir(), "bundle.pem")
	if err := testCA(t).Bundle(path); err != nil {
		t.Fatal(err)
	}
	data, _ := os.ReadFile(path)
	if got := len(parseRoots(data)); got != roots+1 {
		t.Fatalf("%d certificates, want the system's %d and ours", got, roots)
	}
}
