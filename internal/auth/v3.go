package auth

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"

	"github.com/openecs/openecs/api"
)

const (
	algorithmV3 = "ACS3-HMAC-SHA256"

	// maxSignedHeaders is far above what any client signs (about ten).
	maxSignedHeaders = 64
)

const (
	headerAction  = "x-acs-action"
	headerVersion = "x-acs-version"
	headerDate    = "x-acs-date"
	headerNonce   = "x-acs-signature-nonce"
	headerHash    = "x-acs-content-sha256"
	headerToken   = "x-acs-security-token"
)

// authorizationV3 is a parsed Authorization header of ACS3-HMAC-SHA256.
type authorizationV3 struct {
	keyID, signature string
	signed           []string // lower-case, in the order given
}

// parseV3 reads `ACS3-HMAC-SHA256 Credential=…,SignedHeaders=a;b,Signature=…`;
// spaces after the commas are tolerated, the order of the three is free.
func parseV3(header string) (a authorizationV3, err error) {
	algorithm, rest, _ := strings.Cut(header, " ")
	if algorithm != algorithmV3 { // ACS3-HMAC-SM3 and ACS3-RSA-SHA256 exist too
		return a, errSignatureMethod()
	}
	var names string
	var seen [3]bool
	for part := range strings.SplitSeq(rest, ",") {
		name, value, ok := strings.Cut(strings.TrimSpace(part), "=")
		field := slices.Index([]string{"Credential", "SignedHeaders", "Signature"}, name)
		if !ok || field < 0 || seen[field] {
			return a, errIncomplete("")
		}
		seen[field] = true
		switch value = strings.TrimSpace(value); field {
		case 0:
			a.keyID = value
		case 1:
			names = value
		case 2:
			a.signature = value
		}
	}
	switch {
	case a.keyID == "":
		return a, errMissing("AccessKeyId")
	case a.signature == "":
		return a, errMissing("Signature")
	case names == "":
		return a, errIncomplete("SignedHeaders is empty.")
	}
	a.signed = strings.Split(strings.ToLower(names), ";")
	if len(a.signed) > maxSignedHeaders {
		return a, errIncomplete("SignedHeaders is too long.")
	}
	for i, name := range a.signed {
		a.signed[i] = strings.TrimSpace(name)
		if a.signed[i] == "" || slices.Contains(a.signed[:i], a.signed[i]) {
			return a, errIncomplete("SignedHeaders has an empty or a repeated name.")
		}
	}
	return a, nil
}

// requiredV3 are the headers without whose signature a request could be
// altered or replayed, and what an absent one is called in the refusal.
var requiredV3 = []struct{ header, param string }{
	{headerAction, "Action"},
	{headerVersion, "Version"},
	{headerDate, "Timestamp"},
	{headerNonce, "SignatureNonce"},
}

// check settles that the required headers are there, once, and signed.
func (a *authorizationV3) check(h http.Header) error {
	for _, r := range requiredV3 {
		values := h.Values(r.header)
		switch {
		case len(values) == 0 || values[0] == "":
			return errMissing(r.param)
		case len(values) > 1:
			return errIncomplete("Header " + r.header + " occurs more than once.")
		}
	}
	must := []string{"host", headerAction, headerVersion, headerDate, headerNonce}
	if h.Get(headerToken) != "" {
		must = append(must, headerToken)
	}
	for _, name := range must {
		if !slices.Contains(a.signed, name) {
			return errIncomplete("Header " + name + " must be signed.")
		}
	}
	return nil
}

func (v *Verifier) verifyV3(r *Request, authorization string) (Identity, error) {
	a, err := parseV3(authorization)
	if err != nil {
		return Identity{}, err
	}
	if err := a.check(r.Header); err != nil {
		return Identity{}, err
	}
	now := v.Clock()
	k, err := v.key(a.keyID, r.Header.Get(headerToken), now)
	if err != nil {
		return Identity{}, err
	}
	at, err := checkTime(r.Header.Get(headerDate), now)
	if err != nil {
		return Identity{}, err
	}
	nonce := r.Header.Get(headerNonce)
	if v.Nonces.seen(a.keyID, nonce) {
		return Identity{}, errNonceUsed()
	}
	s := getScratch()
	defer s.put()
	hashed, honest := bodyHash(r)
	s.text = appendCanonicalV3(s.text[:0], r, a.signed, hashed)
	var room [len(algorithmV3) + 1 + 2*sha256.Size]byte
	toSign := appendStringToSignV3(room[:0], s.text)
	s.sum = v.macs.sum(s.sum[:0], macV3, &k, toSign)
	s.want = hex.AppendEncode(s.want[:0], s.sum)
	if !s.equal(a.signature) || !honest {
		return Identity{}, errMismatchV3(toSign, s.text)
	}
	if err := v.Nonces.record(a.keyID, nonce, at, now.Unix()); err != nil {
		return Identity{}, err
	}
	return k.identity(V3), nil
}

// bodyHash is the hash of the body as the canonical request has it, and
// whether the request claims the same. (No claim is as good: the hash is in
// the canonical request either way.)
func bodyHash(r *Request) (hashed string, honest bool) {
	sum := sha256.Sum256(r.Body)
	hashed = hex.EncodeToString(sum[:])
	if claim := strings.TrimSpace(r.Header.Get(headerHash)); claim != "" {
		return hashed, claim == hashed
	}
	return hashed, true
}

// appendCanonicalV3 appends the canonical request for the headers in signed.
func appendCanonicalV3(b []byte, r *Request, signed []string, hashed string) []byte {
	b = append(b, r.Method...)
	b = append(b, '\n')
	b = appendPath(b, r.Path)
	b = append(b, '\n')
	query := r.Query
	if query == nil {
		query = r.Params
	}
	b = appendQuery(b, query)
	b = append(b, '\n')
	for _, name := range signed {
		b = append(b, name...)
		b = append(b, ':')
		if name == "host" {
			b = append(b, strings.TrimSpace(r.Host)...)
		} else {
			b = appendValues(b, r.Header.Values(name))
		}
		b = append(b, '\n')
	}
	b = append(b, '\n')
	for i, name := range signed {
		if i > 0 {
			b = append(b, ';')
		}
		b = append(b, name...)
	}
	b = append(b, '\n')
	return append(b, hashed...)
}

// appendValues appends a header's values, trimmed; several are sorted and
// joined with a comma.
func appendValues(b []byte, values []string) []byte {
	if len(values) > 1 {
		values = slices.Clone(values)
		for i, value := range values {
			values[i] = strings.TrimSpace(value)
		}
		slices.Sort(values)
	}
	for i, value := range values {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, strings.TrimSpace(value)...)
	}
	return b
}

// appendQuery appends the canonical query, which is also a valid one to send.
func appendQuery(b []byte, p *api.Params) []byte {
	if p == nil {
		return b
	}
	params := p.All()
	for i := range params {
		if i > 0 {
			b = append(b, '&')
		}
		b = AppendEscaped(b, params[i].Name)
		b = append(b, '=')
		b = AppendEscaped(b, params[i].Value)
	}
	return b
}

// appendPath appends a decoded path, escaped but for its slashes.
func appendPath(b []byte, path string) []byte {
	if path == "" {
		return append(b, '/')
	}
	for {
		segment, rest, more := strings.Cut(path, "/")
		b = AppendEscaped(b, segment)
		if !more {
			return b
		}
		b, path = append(b, '/'), rest
	}
}

func appendStringToSignV3(b, canonical []byte) []byte {
	sum := sha256.Sum256(canonical)
	b = append(b, algorithmV3...)
	b = append(b, '\n')
	return hex.AppendEncode(b, sum[:])
}
