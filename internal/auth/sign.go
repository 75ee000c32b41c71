package auth

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/openecs/openecs/api"
)

// Credential is what a client signs with. Token is "" for a permanent key.
type Credential struct {
	ID, Secret, Token string
}

// NewNonce draws a nonce: 32 lower-case hex digits of the system's randomness.
func NewNonce() string {
	var b [16]byte
	rand.Read(b[:]) // never fails: it ends the program instead
	return hex.EncodeToString(b[:])
}

// Signing is what differs from one signing to the next. Every attempt at a
// request is signed anew, with a nonce of its own.
type Signing struct {
	Time   time.Time
	Nonce  string // NewNonce()
	SHA256 bool   // V1 only: HMAC-SHA256 in place of HMAC-SHA1
}

// SignV1 adds the common parameters and the Signature to p, which holds Action,
// Version and everything else the request will send in its query and its form.
func SignV1(method string, p *api.Params, c Credential, s Signing) {
	kind, name := macV1SHA1, methodSHA1
	if s.SHA256 {
		kind, name = macV1SHA256, methodSHA256
	}
	p.Set("AccessKeyId", c.ID)
	p.Set("SignatureMethod", name)
	p.Set("SignatureVersion", "1.0")
	p.Set("SignatureNonce", s.Nonce)
	p.Set("Timestamp", s.Time.UTC().Format(timeLayout))
	if c.Token != "" {
		p.Set("SecurityToken", c.Token)
	}
	p.Del("Signature")
	h := kind.new(c.Secret)
	h.Write(appendStringToSignV1(nil, method, p.All()))
	p.Set("Signature", base64.StdEncoding.EncodeToString(h.Sum(nil)))
}

// SignV3 sets the x-acs headers and Authorization on req, whose x-acs-action,
// x-acs-version, URL and body are final; body is what req's Body will yield.
// Every x-acs header and the content type is signed. It fails if the query
// cannot be parsed or names a parameter twice.
func SignV3(req *http.Request, body []byte, c Credential, s Signing) error {
	h := req.Header
	if h.Get(headerAction) == "" || h.Get(headerVersion) == "" {
		return errors.New("auth: a V3 request needs x-acs-action and x-acs-version")
	}
	sum := sha256.Sum256(body)
	hashed := hex.EncodeToString(sum[:])
	h.Set(headerDate, s.Time.UTC().Format(timeLayout))
	h.Set(headerNonce, s.Nonce)
	h.Set(headerHash, hashed)
	h.Del(headerToken)
	h.Del("x-acs-accesskey-id")
	if c.Token != "" {
		h.Set(headerToken, c.Token)
		h.Set("x-acs-accesskey-id", c.ID)
	}
	var query api.Params
	if err := query.Parse(req.URL.RawQuery, nil); err != nil {
		return err
	}
	host := req.Host
	if host == "" {
		host = req.URL.Host
	}
	r := &Request{Method: req.Method, Host: host, Path: req.URL.Path, Query: &query, Header: h}
	if r.Method == "" {
		r.Method = http.MethodGet
	}
	signed := []string{"host"}
	for name := range h {
		if name = strings.ToLower(name); name == "content-type" || strings.HasPrefix(name, "x-acs-") {
			signed = append(signed, name)
		}
	}
	slices.Sort(signed)
	mac := macV3.new(c.Secret)
	mac.Write(appendStringToSignV3(nil, appendCanonicalV3(nil, r, signed, hashed)))
	h.Set("Authorization", algorithmV3+" Credential="+c.ID+",SignedHeaders="+strings.Join(signed, ";")+
		",Signature="+hex.EncodeToString(mac.Sum(nil)))
	return nil
}

// EncodeQuery writes p as a query or form, in the escaping that is signed.
func EncodeQuery(p *api.Params) string { return string(appendQuery(nil, p)) }
