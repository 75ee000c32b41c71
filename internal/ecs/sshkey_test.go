package ecs

import (
	"crypto/rsa"
	"math/big"
	"strings"
	"testing"
)

// Made by ssh-keygen, as are the fingerprints.
const (
	sshRSA     = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC2hhEoegtfugwSGD3LdemtTc9YzSXlQr9jwNgP2OW5J1WcHq3jhLkIGW3hp0khY2Vy+/zU52TGo1wQ3AA9GXNYFOoUHxqCiQNl4KNSOhtjJC9V3Q95uecwHfKLmcOC8tbT2HDR2Bko6vWiHpcTQ3tDSK5U7y8KowiXiBESltvSbthRaPCk10dV3KJ3Sj8Wg5qIcFhVaQvHYg6HB9rpNsy2u2BZWw2mUcRDoWxtdhgvo4+vMDrp1/8L8pinT2pm3NQte8WR9VztFYTquwNVsJ5E2zydkf9RXLSHf9mS3UNO4zk7oJJXntNYE0CE7Qg857mn1TLWYX2BIQkQH8saSFpn me@host"
	sshP256    = "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBH3X44KIxdRS1WeSTkrfVZDQ+MwIplwv6V9Rn6zJgSPfkWs9xm2rl+ESZjtCP1L/TwNXq+XvqLwcy9byvQU6HIE= me@host"
	sshP384    = "ecdsa-sha2-nistp384 AAAAE2VjZHNhLXNoYTItbmlzdHAzODQAAAAIbmlzdHAzODQAAABhBNjp8Eam00sSwMqwQi39eQt/JnNbdEEtmgcPCgtoysYpuIm1QmTdHVml/XyAs8G5vcltbqlELDLCncmpUgmpQW5C6iAne1LqizZsS+HkvpgqQHffp9ufBwLyZfAAleCRbA== me@host"
	sshP521    = "ecdsa-sha2-nistp521 AAAAE2VjZHNhLXNoYTItbmlzdHA1MjEAAAAIbmlzdHA1MjEAAACFBAENa78r/V5Y3bxljRALP/1cgV5tJuX3loUB9FJBb6fgs/QwA1noXiNJuMMd4HVriBpCf/PXEssrZ4W0SjHAX/J9aAHAMAGKh5xpAQcgES1VMbh7Dq079S73SJfoE3bvQ0ZNi/6C5H/KLeHUsaXhE3dMd5Q+8GbvrvYBcAeTEG+plV3ybw== me@host"
	sshEd25519 = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOoCCakylJEqGI+6csBDULbePwhChRwuh3WTDwKB6ckg me@host"
)

func TestParsePublicKey(t *testing.T) {
	for line, fingerprint := range map[string]string{
		sshRSA:  "61:99:4c:b0:cf:dc:df:8d:25:12:14:a1:db:39:53:71",
		sshP256: "8e:b4:44:66:cf:46:66:7d:82:78:c8:09:99:21:96:3e",
		sshP384: "", sshP521: "",
		strings.TrimSuffix(sshRSA, " me@host"): "61:99:4c:b0:cf:dc:df:8d:25:12:14:a1:db:39:53:71",
	} {
		k, ok := ParsePublicKey(line)
		if !ok {
			t.Errorf("%.40s is refused", line)
			continue
		}
		if got := k.Fingerprint(); fingerprint != "" && got != fingerprint {
			t.Errorf("%.40s: fingerprint %s, want %s", line, got, fingerprint)
		}
		if got := k.String(); got != strings.TrimSuffix(line, " me@host") {
			t.Errorf("written again: %s", got)
		}
	}
	dsa := PublicKey(appendField(nil, []byte("ssh-dss")))
	for range 4 {
		dsa = appendField(dsa, []byte{5})
	}
	if _, ok := ParsePublicKey(dsa.String()); !ok {
		t.Error("DSA is refused")
	}
	for name, line := range map[string]string{
		"empty":              "",
		"words":              "not a key",
		"Ed25519":            sshEd25519, // not among those that the real service documents
		"no algorithm":       strings.TrimPrefix(sshRSA, "ssh-rsa "),
		"another algorithm":  strings.Replace(sshRSA, "ssh-rsa", "ssh-dss", 1),
		"another curve":      strings.Replace(sshP256, "nistp256 ", "nistp384 ", 1),
		"not Base64":         "ssh-rsa ???? me@host",
		"cut short":          sshRSA[:len(sshRSA)-30],
		"a byte more":        string(append(PublicKey{}, dsa...).String()) + "AA",
		"no number":          PublicKey(appendField(appendField(nil, []byte("ssh-rsa")), []byte{3})).String(),
		"negative":           PublicKey(appendField(appendField(appendField(nil, []byte("ssh-rsa")), []byte{3}), []byte{0x80})).String(),
		"not shortest":       PublicKey(appendField(appendField(appendField(nil, []byte("ssh-rsa")), []byte{0, 3}), []byte{5})).String(),
		"not on the curve":   PublicKey(appendField(appendField(appendField(nil, []byte("ecdsa-sha2-nistp256")), []byte("nistp256")), []byte{4, 1, 1})).String(),
		"unknown curve":      PublicKey(appendField(appendField(appendField(nil, []byte("ecdsa-sha2-nistp256")), []byte("p256")), []byte{4, 1, 1})).String(),
		"two lines":          sshRSA + "\n" + sshRSA,
		"options":            `command="reboot" ` + sshRSA,
		"longer than a key":  sshRSA + strings.Repeat("x", MaxPublicKey),
		"a length of 4 GiB":  "ssh-rsa /////w==",
		"private":            "-----BEGIN RSA PRIVATE KEY-----",
		"nothing in its key": "ssh-rsa ",
	} {
		if _, ok := ParsePublicKey(line); ok {
			t.Errorf("%s: %.60q is taken", name, line)
		}
	}
}

// TestRSAPublicKey also holds where the top bit of the modulus is set: a zero
// stands before it.
func TestRSAPublicKey(t *testing.T) {
	k := RSAPublicKey(&rsa.PublicKey{N: big.NewInt(0xff01), E: 65537})
	if want := "\x00\x00\x00\x07ssh-rsa\x00\x00\x00\x03\x01\x00\x01\x00\x00\x00\x03\x00\xff\x01"; string(k) != want {
		t.Errorf("%q", k)
	}
	if back, ok := ParsePublicKey(k.String()); !ok || string(back) != string(k) {
		t.Errorf("read back: %q, %t", back, ok)
	}
}
