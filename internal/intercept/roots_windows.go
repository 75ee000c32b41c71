package intercept

import (
	"bytes"
	"crypto/x509"
	"unsafe"

	"golang.org/x/sys/windows"
)

// storeRoots reads the ROOT store; Windows keeps no bundle file.
func storeRoots() []*x509.Certificate {
	name, err := windows.UTF16PtrFromString("ROOT")
	if err != nil {
		return nil
	}
	store, err := windows.CertOpenSystemStore(0, name)
	if err != nil {
		return nil
	}
	defer windows.CertCloseStore(store, 0)
	var roots []*x509.Certificate
	var ctx *windows.CertContext
	for {
		// The call frees the context it is given and ends with an error.
		if ctx, err = windows.CertEnumCertificatesInStore(store, ctx); err != nil || ctx == nil {
			return roots
		}
		der := bytes.Clone(unsafe.Slice(ctx.EncodedCert, ctx.Length))
		if c, err := x509.ParseCertificate(der); err == nil {
			roots = append(roots, c)
		}
	}
}
