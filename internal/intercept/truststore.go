package intercept

import (
	"encoding/asn1"
	"fmt"
	"unicode/utf16"
)

// TrustStore writes to path a PKCS#12 store of the machine's roots and the CA,
// for -Djavax.net.ssl.trustStore with trustStoreType PKCS12. Java has no option
// that adds a root to its own.
//
// The store is neither encrypted nor authenticated by a password: it holds
// public certificates only, and every JDK from 8 on opens such a store with any
// password or none.
func (ca *CA) TrustStore(path string) error {
	bags := [][]byte{certBag("openecs", ca.cert.Raw)}
	for i, c := range systemRoots() {
		if !c.Equal(ca.cert) {
			bags = append(bags, certBag(fmt.Sprintf("root-%d", i), c.Raw))
		}
	}
	safe := der(tagSequence, contentInfo(der(tagSequence, bags...)))
	pfx := der(tagSequence, der(asn1.TagInteger, []byte{3}), contentInfo(safe))
	return writeFile(path, pfx, 0o644)
}

// The parts of RFC 7292 that a store of plain certificates needs.
var (
	oidData         = oid(1, 2, 840, 113549, 1, 7, 1)
	oidCertBag      = oid(1, 2, 840, 113549, 1, 12, 10, 1, 3)
	oidX509         = oid(1, 2, 840, 113549, 1, 9, 22, 1)
	oidFriendlyName = oid(1, 2, 840, 113549, 1, 9, 20)
	oidAnyUsage     = oid(2, 5, 29, 37, 0)
	// Without this attribute Java takes a certificate for part of a chain, not
	// for a trusted one (JDK-8005408).
	oidJavaTrusted = oid(2, 16, 840, 1, 113894, 746875, 1, 1)
)

const (
	tagSequence = asn1.TagSequence | 0x20
	tagSet      = asn1.TagSet | 0x20
	tagExplicit = 0xa0
)

func contentInfo(content []byte) []byte {
	return der(tagSequence, oidData, der(tagExplicit, der(asn1.TagOctetString, content)))
}

func certBag(name string, cert []byte) []byte {
	var bmp []byte
	for _, u := range utf16.Encode([]rune(name)) {
		bmp = append(bmp, byte(u>>8), byte(u))
	}
	bag := der(tagSequence, oidX509, der(tagExplicit, der(asn1.TagOctetString, cert)))
	return der(tagSequence, oidCertBag, der(tagExplicit, bag), der(tagSet,
		der(tagSequence, oidFriendlyName, der(tagSet, der(asn1.TagBMPString, bmp))),
		der(tagSequence, oidJavaTrusted, der(tagSet, oidAnyUsage))))
}

// der encodes one value: tag, length, and the parts one after the other.
func der(tag byte, parts ...[]byte) []byte {
	n := 0
	for _, p := range parts {
		n += len(p)
	}
	out := []byte{tag}
	switch {
	case n < 0x80:
		out = append(out, byte(n))
	case n < 1<<8:
		out = append(out, 0x81, byte(n))
	case n < 1<<16:
		out = append(out, 0x82, byte(n>>8), byte(n))
	case n < 1<<24:
		out = append(out, 0x83, byte(n>>16), byte(n>>8), byte(n))
	default:
		out = append(out, 0x84, byte(n>>24), byte(n>>16), byte(n>>8), byte(n))
	}
	for _, p := range parts {
		out = append(out, p...)
	}
	return out
}

func oid(arcs ...int) []byte {
	b, err := asn1.Marshal(asn1.ObjectIdentifier(arcs))
	if err != nil {
		panic(err) // a constant of this file is wrong
	}
	return b
}
