package intercept

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha1"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"time"
)

// Names of the files of a CA in its directory.
const (
	caKeyName  = "ca-key.pem" // private key and certificate, mode 0600
	caCertName = "ca.pem"     // certificate alone, for clients
)

// A CA signs the certificates that OpenECS shows for *.aliyuncs.com and
// loopback. A critical name constraint in its own certificate keeps it to those
// names, so a client that trusts it trusts it for nothing else, even if the key
// were stolen. It is never installed in the system's store. Safe for concurrent use.
type CA struct {
	cert    *x509.Certificate
	key     *ecdsa.PrivateKey
	certPEM []byte
	file    string
	leaves  leafCache
}

// LoadOrCreateCA reads the CA in dir, or makes one there that is valid for ten
// years. dir is made with mode 0700 if missing. ca-key.pem holds key and
// certificate in one file, linked into place whole, so neither a crash nor a
// second process at the same moment can leave halves that do not match; ca.pem
// is a copy of the certificate and is rewritten when missing.
//
// It refuses, and changes nothing, when the key is readable by others, the
// files do not parse, the certificate lacks its constraints, or it has expired.
func LoadOrCreateCA(dir string) (*CA, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("certificate authority: %w", err)
	}
	keyPath := filepath.Join(dir, caKeyName)
	ca, err := loadCA(keyPath)
	if errors.Is(err, fs.ErrNotExist) {
		if ca, err = newCA(); err != nil {
			return nil, err
		}
		var data []byte
		if data, err = ca.marshal(); err != nil {
			return nil, err
		}
		if err = writeNew(keyPath, data, 0o600); errors.Is(err, fs.ErrExist) {
			ca, err = loadCA(keyPath) // another process was first
		}
	}
	if err != nil {
		return nil, fmt.Errorf("certificate authority: %w", err)
	}
	ca.file = filepath.Join(dir, caCertName)
	if have, err := os.ReadFile(ca.file); err != nil || !bytes.Equal(have, ca.certPEM) {
		if err := writeFile(ca.file, ca.certPEM, 0o644); err != nil {
			return nil, fmt.Errorf("certificate authority: %w", err)
		}
	}
	return ca, nil
}

// NewEphemeralCA makes a CA that lives in memory only. Its File is empty.
func NewEphemeralCA() (*CA, error) { return newCA() }

// CertPEM returns the CA's certificate. The caller must not modify it.
func (ca *CA) CertPEM() []byte { return ca.certPEM }

// File returns the path of ca.pem, or "" for an ephemeral CA.
func (ca *CA) File() string { return ca.file }

// Pool returns a new pool holding only this CA.
func (ca *CA) Pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(ca.cert)
	return pool
}

// WriteCert writes the CA's certificate to path, for an ephemeral CA whose
// clients need a file.
func (ca *CA) WriteCert(path string) error { return writeFile(path, ca.certPEM, 0o644) }

func newCA() (*CA, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	serial, err := newSerial()
	if err != nil {
		return nil, err
	}
	point, err := key.PublicKey.Bytes()
	if err != nil {
		return nil, err
	}
	id := sha1.Sum(point) // RFC 5280 4.2.1.2, a name and no safeguard
	now := wallNow()
	t := &x509.Certificate{
		SerialNumber:          serial,
		Subject:               pkix.Name{Organization: []string{"OpenECS"}, CommonName: fmt.Sprintf("OpenECS local CA %x", id[:4])},
		NotBefore:             now.Add(-time.Hour), // clocks differ
		NotAfter:              now.AddDate(10, 0, 0),
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true,
		IsCA:                  true,
		MaxPathLenZero:        true,
		SubjectKeyId:          id[:],
		AuthorityKeyId:        id[:],

		PermittedDNSDomainsCritical: true,
		PermittedDNSDomains:         permittedDNS,
		PermittedIPRanges:           permittedIPs(),
	}
	der, err := x509.CreateCertificate(rand.Reader, t, t, key.Public(), key)
	if err != nil {
		return nil, err
	}
	return assembleCA(der, key)
}

func assembleCA(der []byte, key *ecdsa.PrivateKey) (*CA, error) {
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	ca := &CA{cert: cert, key: key, certPEM: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})}
	return ca, ca.leaves.init()
}

func (ca *CA) marshal() ([]byte, error) {
	der, err := x509.MarshalPKCS8PrivateKey(ca.key)
	if err != nil {
		return nil, err
	}
	return append(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), ca.certPEM...), nil
}

func loadCA(path string) (*CA, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 && runtime.GOOS != "windows" {
		return nil, fmt.Errorf("%s can be read by others (mode %04o): delete it to have a new one made", path, mode)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	ca, err := parseCA(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w: delete it to have a new one made", path, err)
	}
	return ca, nil
}

func parseCA(data []byte) (*CA, error) {
	var key *ecdsa.PrivateKey
	var der []byte
	for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
		switch block.Type {
		case "PRIVATE KEY":
			k, err := x509.ParsePKCS8PrivateKey(block.Bytes)
			if err != nil {
				return nil, err
			}
			key, _ = k.(*ecdsa.PrivateKey)
		case "CERTIFICATE":
			der = block.Bytes
		}
	}
	if key == nil || der == nil {
		return nil, errors.New("it does not hold an ECDSA key and a certificate")
	}
	ca, err := assembleCA(der, key)
	if err != nil {
		return nil, err
	}
	switch {
	case !key.PublicKey.Equal(ca.cert.PublicKey):
		return nil, errors.New("its key and certificate do not belong together")
	case !ca.cert.IsCA || !constrained(ca.cert):
		return nil, errors.New("its certificate is not constrained to aliyuncs.com and loopback")
	case wallNow().After(ca.cert.NotAfter.Add(-leafLife)):
		return nil, fmt.Errorf("its certificate expires on %s", ca.cert.NotAfter.Format(time.DateOnly))
	}
	return ca, nil
}

var permittedDNS = []string{"aliyuncs.com", "localhost"}

func permittedIPs() []*net.IPNet {
	return []*net.IPNet{
		{IP: net.IPv4(127, 0, 0, 0).To4(), Mask: net.CIDRMask(8, 32)},
		{IP: net.IPv6loopback, Mask: net.CIDRMask(128, 128)},
	}
}

// constrained reports whether the name constraints are critical and exactly ours.
func constrained(c *x509.Certificate) bool {
	ips := permittedIPs()
	if !c.PermittedDNSDomainsCritical || len(c.PermittedDNSDomains) != len(permittedDNS) || len(c.PermittedIPRanges) != len(ips) {
		return false
	}
	for i, name := range permittedDNS {
		if c.PermittedDNSDomains[i] != name {
			return false
		}
	}
	for i, ip := range ips {
		if c.PermittedIPRanges[i].String() != ip.String() {
			return false
		}
	}
	return true
}

func newSerial() (*big.Int, error) {
	n, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return nil, err
	}
	return n.Add(n, big.NewInt(1)), nil
}
