package auth

import (
	"crypto/subtle"
	"net/http"
	"strings"
	"time"
)

const (
	bearerType = "BEARERTOKEN"
	maxToken   = 16 << 10 // bytes; real tokens have up to 2 KiB
)

// checkToken holds the security token that came with a request, "" when there
// was none, against the one its key was issued with.
func checkToken(k *Key, token string, now time.Time) error {
	switch {
	case k.Token == "" && token == "":
		return nil
	case token == "":
		return errMissing("SecurityToken")
	case !plausibleToken(token):
		return refuse(http.StatusBadRequest, codeTokenMalformed, "Specified SecurityToken is malformed.")
	case k.Token == "" || subtle.ConstantTimeCompare([]byte(k.Token), []byte(token)) == 0:
		return refuse(http.StatusBadRequest, codeTokenMismatch, "Specified SecurityToken mismatches with the AccessKeyId.")
	case !k.Expires.IsZero() && !now.Before(k.Expires):
		return refuse(http.StatusBadRequest, codeTokenExpired, "Specified SecurityToken is expired.")
	}
	return nil
}

// plausibleToken reports whether s could be a token at all: printable ASCII
// without spaces, and not absurdly long.
func plausibleToken(s string) bool {
	if len(s) > maxToken {
		return false
	}
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// verifyBearer is for requests that name SignatureType BEARERTOKEN. Whether
// they also carry an access key id (empty, from the older Go SDK) and a
// signature (made with an empty secret) is of no consequence. A bearer token
// is its own proof, so neither time nor nonce is looked at.
func (v *Verifier) verifyBearer(r *Request) (Identity, error) {
	token := r.Header.Get("X-Acs-Bearer-Token")
	if token == "" {
		token, _ = r.Params.Get("BearerToken")
	}
	if token == "" {
		if scheme, rest, ok := strings.Cut(r.Header.Get("Authorization"), " "); ok && strings.EqualFold(scheme, "bearer") {
			token = strings.TrimSpace(rest)
		}
	}
	if token == "" {
		return Identity{}, errMissing("BearerToken")
	}
	invalid := refuse(http.StatusBadRequest, codeBearer, "Specified bearer token is not valid.")
	if v.Bearers == nil || !plausibleToken(token) {
		return Identity{}, invalid
	}
	k, ok := v.Bearers.LookupBearer(token)
	switch {
	case !ok || k.Disabled:
		return Identity{}, invalid
	case !k.Expires.IsZero() && !v.Clock().Before(k.Expires):
		return Identity{}, refuse(http.StatusBadRequest, codeBearerExpired, "Specified bearer token is expired.")
	}
	id := k.identity(Bearer)
	id.KeyID, id.Temporary = "", false
	return id, nil
}
