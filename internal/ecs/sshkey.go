package ecs

import (
	"bytes"
	"crypto/ecdh"
	"crypto/md5"
	"crypto/rsa"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strings"
)

// PublicKey is a public key in SSH's wire form (RFC 4253, section 6.6).
type PublicKey []byte

// MaxPublicKey is how many bytes the line of a public key may have; one of RSA
// 16384 has 2,800.
const MaxPublicKey = 8 << 10

// RSAPublicKey is an RSA key in the wire form.
func RSAPublicKey(k *rsa.PublicKey) PublicKey {
	e := binary.BigEndian.AppendUint32(nil, uint32(k.E))
	b := appendField(nil, []byte(algorithmRSA))
	b = appendField(b, signed(e))
	return appendField(b, signed(k.N.Bytes()))
}

const algorithmRSA = "ssh-rsa"

// ParsePublicKey reads a line of OpenSSH's form: algorithm, key in Base64 and
// an optional comment. It takes what ImportKeyPair documents: RSA, DSA and
// ECDSA on the curves of NIST.
func ParsePublicKey(line string) (PublicKey, bool) {
	fields := strings.Fields(line)
	if len(line) > MaxPublicKey || len(fields) < 2 || strings.ContainsAny(line, "\r\n\x00") {
		return nil, false
	}
	key, err := base64.StdEncoding.DecodeString(fields[1])
	rest, algorithm, ok := key, fields[0], false
	if err != nil || string(wireField(&rest)) != algorithm {
		return nil, false
	}
	switch algorithm {
	case algorithmRSA:
		e, n := wireField(&rest), wireField(&rest)
		ok = positive(e) && positive(n)
	case "ssh-dss":
		p, q, g, y := wireField(&rest), wireField(&rest), wireField(&rest), wireField(&rest)
		ok = positive(p) && positive(q) && positive(g) && positive(y)
	case "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521":
		name, point := string(wireField(&rest)), wireField(&rest)
		if strings.HasSuffix(algorithm, "-"+name) && curves[name] != nil {
			_, err := curves[name].NewPublicKey(point)
			ok = err == nil
		}
	}
	if !ok || len(rest) > 0 {
		return nil, false
	}
	return key, true
}

var curves = map[string]ecdh.Curve{"nistp256": ecdh.P256(), "nistp384": ecdh.P384(), "nistp521": ecdh.P521()}

// String is the key as a line of OpenSSH's form, without a comment.
func (k PublicKey) String() string {
	rest := []byte(k)
	return string(wireField(&rest)) + " " + base64.StdEncoding.EncodeToString(k)
}

// Fingerprint is the MD5 digest of the key, written as RFC 4716, section 4,
// has it.
func (k PublicKey) Fingerprint() string {
	sum := md5.Sum(k)
	return strings.ReplaceAll(fmt.Sprintf("% x", sum[:]), " ", ":")
}

// wireField takes the next length-prefixed field off b; nil when there is none.
func wireField(b *[]byte) []byte {
	if len(*b) < 4 {
		return nil
	}
	n := binary.BigEndian.Uint32(*b)
	if uint64(n) > uint64(len(*b)-4) {
		return nil
	}
	f := (*b)[4 : 4+n]
	*b = (*b)[4+n:]
	return f
}

func appendField(b, f []byte) []byte {
	return append(binary.BigEndian.AppendUint32(b, uint32(len(f))), f...)
}

// positive reports whether a field is a positive number in its shortest form.
func positive(f []byte) bool {
	return len(f) > 0 && bytes.Equal(f, signed(f))
}

// signed is the shortest form of a number that is not negative: no leading
// zeros but one where the top bit is set.
func signed(n []byte) []byte {
	n = bytes.TrimLeft(n, "\x00")
	if len(n) > 0 && n[0] >= 0x80 {
		n = append([]byte{0}, n...)
	}
	return n
}
