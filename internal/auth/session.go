package auth

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"encoding/base64"
	"encoding/binary"
	"net/http"
	"strings"
	"time"
)

// Sessions issues temporary access keys and recognizes them again. It stores
// none: the security token is the record of its key, sealed under a secret of
// the service, so any number may be issued, they outlive a restart if the
// secret does, and there is nothing to clean up. A key cannot be revoked before
// it ends other than by a new secret, which ends all.
type Sessions struct {
	seal   cipher.AEAD
	secret []byte // of key ids and their secrets
	now    func() time.Time
}

// NewSessions makes sessions from a secret of any length. now is the clock by
// which keys end.
func NewSessions(secret []byte, now func() time.Time) *Sessions {
	block, err := aes.NewCipher(keyed(secret, "security token"))
	if err != nil {
		panic(err) // the key has 32 bytes
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		panic(err)
	}
	return &Sessions{seal: aead, secret: keyed(secret, "temporary access key"), now: now}
}

const (
	temporary  = "STS."
	idDrawn    = 9 // bytes of an id that are drawn; the rest proves that we drew them
	idProof    = 6
	idEncoding = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789" // nothing that is misread
)

var idText = base32.NewEncoding(idEncoding).WithPadding(base32.NoPadding)

// Issue makes a key that acts as principal and ARN in an account until it
// expires, which is counted in whole seconds.
func (s *Sessions) Issue(account uint64, arn, principal string, expires time.Time) Key {
	id := make([]byte, idDrawn, idDrawn+idProof)
	rand.Read(id)
	k := Key{Account: account, ARN: arn, Principal: principal, Expires: expires.Truncate(time.Second)}
	k.ID = temporary + idText.EncodeToString(append(id, keyed(s.secret, string(id))[:idProof]...))
	k.Secret = s.secretOf(k.ID)
	record := binary.BigEndian.AppendUint64(nil, account)
	record = binary.BigEndian.AppendUint64(record, uint64(k.Expires.Unix()))
	for _, text := range []string{k.ID, arn, principal} {
		record = append(binary.AppendUvarint(record, uint64(len(text))), text...)
	}
	nonce := make([]byte, s.seal.NonceSize())
	rand.Read(nonce)
	k.Token = base64.StdEncoding.EncodeToString(s.seal.Seal(nonce, nonce, record, nil))
	return k
}

// open finds the key of an id and the token that came with it. The refusals
// are those of a key that was never issued, of a token that was changed, of
// another key's and of one that has ended.
func (s *Sessions) open(id, token string) (Key, error) {
	raw, err := idText.DecodeString(strings.TrimPrefix(id, temporary))
	if err != nil || len(raw) != idDrawn+idProof || !hmac.Equal(raw[idDrawn:], keyed(s.secret, string(raw[:idDrawn]))[:idProof]) {
		return Key{}, errKeyNotFound()
	}
	malformed := refuse(http.StatusBadRequest, codeTokenMalformed, "Specified SecurityToken is malformed.")
	if len(token) > maxToken {
		return Key{}, malformed
	}
	sealed, err := base64.StdEncoding.DecodeString(token)
	if n := s.seal.NonceSize(); err != nil || len(sealed) < n {
		return Key{}, malformed
	}
	n := s.seal.NonceSize()
	record, err := s.seal.Open(nil, sealed[:n], sealed[n:], nil)
	if err != nil || len(record) < 16 {
		return Key{}, malformed
	}
	k := Key{
		Account: binary.BigEndian.Uint64(record), Expires: time.Unix(int64(binary.BigEndian.Uint64(record[8:])), 0).UTC(), Token: token,
	}
	record = record[16:]
	for _, text := range []*string{&k.ID, &k.ARN, &k.Principal} {
		size, n := binary.Uvarint(record)
		*text = string(record[n : n+int(size)])
		record = record[n+int(size):]
	}
	switch {
	case subtle.ConstantTimeCompare([]byte(k.ID), []byte(id)) == 0:
		return Key{}, refuse(http.StatusBadRequest, codeTokenMismatch, "Specified SecurityToken mismatches with the AccessKeyId.")
	case !s.now().Before(k.Expires):
		return Key{}, refuse(http.StatusBadRequest, codeTokenExpired, "Specified SecurityToken is expired.")
	}
	k.Secret = s.secretOf(k.ID)
	return k, nil
}

// secretOf is the secret of a key: whoever was not told it cannot compute it.
func (s *Sessions) secretOf(id string) string {
	return base64.RawURLEncoding.EncodeToString(keyed(s.secret, "secret of "+id))
}

func keyed(secret []byte, text string) []byte {
	h := hmac.New(sha256.New, secret)
	h.Write([]byte(text))
	return h.Sum(nil)
}
