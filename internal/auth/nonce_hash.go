package auth

import (
	"crypto/rand"
	"encoding/binary"

	"github.com/dchest/siphash"
)

// nonceKey keys the hash of nonces: SipHash-2-4, which can be computed again
// after a restart, as maphash cannot.
type nonceKey [2]uint64

func newNonceKey(secret [16]byte) nonceKey {
	return nonceKey{binary.LittleEndian.Uint64(secret[:8]), binary.LittleEndian.Uint64(secret[8:])}
}

func drawNonceKey() nonceKey {
	var b [16]byte
	rand.Read(b[:])
	return newNonceKey(b)
}

// hash is never 0, which marks a free slot.
func (k *nonceKey) hash(keyID, nonce string) uint64 {
	var space [160]byte // most are 24, 1 and 36 bytes; a longer one allocates
	b := append(space[:0], keyID...)
	b = append(b, 0) // no key id contains it, so ("ab", "c") is not ("a", "bc")
	b = append(b, nonce...)
	return max(siphash.Hash(k[0], k[1], b), 1)
}
