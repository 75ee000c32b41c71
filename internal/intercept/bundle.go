package intercept

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"os"
)

// rootFiles is where systems keep the bundle of their roots, the common first.
var rootFiles = []string{
	"/etc/ssl/certs/ca-certificates.crt",                // Debian, Ubuntu, Arch, Alpine
	"/etc/pki/tls/certs/ca-bundle.crt",                  // Fedora, RHEL 6 and later
	"/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", // RHEL 7 and later
	"/etc/ssl/ca-bundle.pem",                            // openSUSE
	"/etc/pki/tls/cacert.pem",                           // OpenELEC
	"/etc/ssl/cert.pem",                                 // Alpine, macOS, BSD
	"/usr/local/etc/ssl/cert.pem",                       // FreeBSD
	"/opt/homebrew/etc/ca-certificates/cert.pem",        // macOS with Homebrew
	"/usr/local/etc/openssl@3/cert.pem",                 // the same on Intel
}

// Bundle writes to path, as PEM, the roots this machine trusts followed by the
// CA. A client that takes exactly one file then reaches allowed hosts as well as
// OpenECS. The roots are those of SSL_CERT_FILE if set, else of the system; on a
// machine without any the bundle holds the CA alone, which is no error.
func (ca *CA) Bundle(path string) error {
	var b bytes.Buffer
	for _, c := range systemRoots() {
		if c.Equal(ca.cert) {
			continue
		}
		if err := pem.Encode(&b, &pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}); err != nil {
			return err
		}
	}
	b.Write(ca.certPEM)
	return writeFile(path, b.Bytes(), 0o644)
}

func systemRoots() []*x509.Certificate {
	files := rootFiles
	if f := os.Getenv("SSL_CERT_FILE"); f != "" {
		files = append([]string{f}, files...)
	}
	for _, f := range files {
		if data, err := os.ReadFile(f); err == nil {
			if roots := parseRoots(data); len(roots) > 0 {
				return roots
			}
		}
	}
	return storeRoots()
}

// parseRoots skips what crypto/x509 cannot read, as clients do.
func parseRoots(data []byte) []*x509.Certificate {
	var roots []*x509.Certificate
	for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
		if block.Type != "CERTIFICATE" {
			continue
		}
		if c, err := x509.ParseCertificate(block.Bytes); err == nil {
			roots = append(roots, c)
		}
	}
	return roots
}
