package state

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/ecs"
)

// tokenRow is an idempotency token that was used. It lies under the first 8 bytes of the hash of what it belongs to, or
// at the next free row; the token itself is not kept.
type tokenRow struct {
	_ struct{} `cbor:",toarray"`

	Hash    [16]byte // of account, region, action and token
	Params  [16]byte
	Expires int64 // Unix nanoseconds
	Result  []byte
}

func (s *Schema) defineTokens() {
	s.tokens = define[tokenRow](s, codeToken, "token")
	s.tokensEnd = s.tokens.Index("expires", func(_ ecs.Key, r *tokenRow, add func(uint64)) { add(instant(r.Expires)) }).Sparse()
}

func tokenHash(account uint64, region uint8, action, token string) (h [16]byte) {
	var space [160]byte
	b := binary.BigEndian.AppendUint64(space[:0], account)
	b = append(b, region, byte(len(action)))
	b = append(append(b, action...), token...)
	sum := sha256.Sum256(b)
	copy(h[:], sum[:])
	return h
}

// find returns the row of a token, used or free.
func (s *Schema) findToken(v View, h [16]byte) (k ecs.Key, r *tokenRow) {
	for k = ecs.Key(binary.BigEndian.Uint64(h[:])); ; k++ {
		r, ok := s.tokens.Get(v, k)
		if !ok || r.Hash == h {
			return k, r
		}
	}
}

// LookupToken finds what a token of an account, region and action answered, unless it has expired at now. The same token with other parameters
// is an *api.Error IdempotentParameterMismatch, status 403. The empty token is never found. On a snapshot it answers early what a
// transaction must ask again.
func LookupToken(v View, now time.Time, account uint64, region uint8, action, token string, params [16]byte) (result []byte, found bool, err error) {
	if token == "" {
		return nil, false, nil
	}
	_, r := v.tables().findToken(v, tokenHash(account, region, action, token))
	if r == nil || r.Expires <= nanos(now) {
		return nil, false, nil
	}
	if r.Params != params {
		return nil, false, api.Errorf(api.CodeIdempotentParameterMismatch,
			"The specified parameter has changed while using an already used clientToken.").WithStatus(403)
	}
	return bytes.Clone(r.Result), true, nil
}

// WakeTokens is the kind of the wake that says that tokens are kept again after there were none.
const WakeTokens = '!' // no kind of resource's

// sweep is how many expired tokens a PutToken removes at most: more than the one it adds.
const sweep = 2

// PutToken keeps result for a token until it expires. The empty token is not kept. Expired tokens are found no more, and go as
// others come or SweepTokens is called.
func (tx *Tx) PutToken(account uint64, region uint8, action, token string, params [16]byte, result []byte, expires time.Time) {
	tx.check()
	if token == "" {
		return
	}
	if TokenCount(tx) == 0 {
		tx.Wake(WakeTokens, 0)
	}
	tx.SweepTokens(sweep)
	h := tokenHash(account, region, action, token)
	k, _ := tx.c.schema.findToken(tx, h)
	tx.c.schema.tokens.Put(tx, k, &tokenRow{Hash: h, Params: params, Expires: nanos(expires), Result: bytes.Clone(result)})
}

// SweepTokens removes expired tokens, at most max of them, and tells how many.
func (tx *Tx) SweepTokens(max int) (n int) {
	s := tx.c.schema
	if max <= 0 {
		return 0
	}
	for _, k := range s.tokensEnd.Entries(tx, 0, instant(nanos(tx.now))+1) {
		s.tokens.Delete(tx, k)
		if n++; n == max {
			break
		}
	}
	return n
}

// NextTokenExpiry is when the first of the tokens that are kept expires; it may have passed. False: there are none.
func NextTokenExpiry(v View) (time.Time, bool) {
	s := v.tables()
	for _, k := range s.tokensEnd.Entries(v, 0, 0) {
		if r, ok := s.tokens.Get(v, k); ok {
			return time.Unix(0, r.Expires).UTC(), true
		}
	}
	return time.Time{}, false
}

// TokenCount is how many tokens are kept, expired ones included.
func TokenCount(v View) int { return v.tables().tokens.Len(v) }

// AppendKeys appends keys to b in a compact form, as the result of a token: keys that were drawn one after the other take
// two bytes or so each.
func AppendKeys(b []byte, keys ...ecs.Key) []byte {
	var last ecs.Key
	for _, k := range keys {
		b = binary.AppendVarint(b, int64(k-last))
		last = k
	}
	return b
}

// ParseKeys reads what AppendKeys wrote; false if it did not write that.
func ParseKeys(b []byte) ([]ecs.Key, bool) {
	var keys []ecs.Key
	var last ecs.Key
	for len(b) > 0 {
		d, n := binary.Varint(b)
		if n <= 0 {
			return nil, false
		}
		last += ecs.Key(d)
		keys, b = append(keys, last), b[n:]
	}
	return keys, true
}
