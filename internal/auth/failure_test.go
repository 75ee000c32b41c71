package auth

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/openecs/openecs/api"
)

var noon = time.Date(2026, 8, 9, 12, 0, 0, 400_000_000, time.UTC)

// attempt is one request under construction, of either family: a case changes
// it before or after it is signed.
type attempt struct {
	method string
	params *api.Params // V1: everything; V3: the query
	header http.Header
	body   []byte
	cred   Credential
	sign   Signing
	anon   bool
}

var testKeys = keyring{
	keys: map[string]Key{
		"testak":    {ID: "testak", Secret: "testsecret", Account: 1, ARN: "acs:ram::1:root"},
		"otherak":   {ID: "otherak", Secret: "testsecret", Account: 2},
		"offak":     {ID: "offak", Secret: "testsecret", Disabled: true},
		"STS.temp":  {ID: "STS.temp", Secret: "testsecret", Account: 1, Principal: "role:session", Token: "TOK/+=", Expires: noon.Add(time.Nanosecond)},
		"STS.ended": {ID: "STS.ended", Secret: "testsecret", Token: "TOK/+=", Expires: noon},
	},
	bearers: map[string]Key{
		"B1":   {ID: "ignored", Account: 3, ARN: "acs:ram::3:root"},
		"Boff": {Disabled: true}, "Bend": {Expires: noon},
	},
}

func newAttempt(v3 bool) *attempt {
	a := &attempt{method: "POST", header: http.Header{}, cred: Credential{ID: "testak", Secret: "testsecret"}, sign: Signing{Time: noon, Nonce: "n1"}}
	if v3 {
		a.params = params("RegionId", "cn-hangzhou")
		a.header.Set(headerAction, "DescribeRegions")
		a.header.Set(headerVersion, "2014-05-26")
	} else {
		a.params = params("Action", "DescribeRegions", "Version", "2014-05-26", "RegionId", "cn-hangzhou")
	}
	return a
}

func (a *attempt) signed(t *testing.T, v3 bool) *Request {
	t.Helper()
	if !v3 {
		SignV1(a.method, a.params, a.cred, a.sign)
		return &Request{Method: a.method, Params: a.params, Header: a.header}
	}
	req := &http.Request{Method: a.method, Host: "127.0.0.1:7070", Header: a.header, URL: &url.URL{Path: "/", RawQuery: EncodeQuery(a.params)}}
	if err := SignV3(req, a.body, a.cred, a.sign); err != nil {
		t.Fatal(err)
	}
	return &Request{Method: a.method, Host: req.Host, Path: "/", Params: a.params, Query: a.params, Header: a.header, Body: a.body}
}

type failure struct {
	name    string
	before  func(*attempt)
	after   func(*attempt)
	status  int // 0: accepted
	code    string
	message string // exact, or a prefix when it ends in …
}

func drop(name string) func(*attempt)       { return func(a *attempt) { a.params.Del(name) } }
func set(name, value string) func(*attempt) { return func(a *attempt) { a.params.Set(name, value) } }
func shift(d time.Duration) func(*attempt)  { return func(a *attempt) { a.sign.Time = noon.Add(d) } }
func as(id, token string) func(*attempt) {
	return func(a *attempt) { a.cred.ID, a.cred.Token = id, token }
}
func head(name, value string) func(*attempt) {
	return func(a *attempt) { a.header.Set(name, value) }
}
func auth(old, now string) func(*attempt) {
	return func(a *attempt) {
		a.header.Set("Authorization", strings.Replace(a.header.Get("Authorization"), old, now, 1))
	}
}

const (
	msgNotFound   = "Specified access key is not found."
	msgExpired    = "Specified time stamp or date value is expired."
	msgFormat     = "Specified time stamp or date value is not well formatted."
	msgMethod     = "Specified signature method is not valid."
	msgIncomplete = "The request signature does not conform to Aliyun standards."
	msgV1         = "Specified signature is not matched with our calculation. server string to sign is:POST&%2F&AccessKeyId%3D…"
	msgV3         = "Specified signature does not match our calculation. server StringToSign is [ACS3-HMAC-SHA256\n…"
)

// both apply to either family.
var both = []failure{
	{name: "good"},
	{name: "15 minutes behind", before: shift(-15 * time.Minute)},
	{name: "15 minutes ahead", before: shift(15 * time.Minute)},
	{name: "a second more behind", before: shift(-15*time.Minute - time.Second), status: 400, code: codeTimeExpired, message: msgExpired},
	{name: "a second more ahead", before: shift(15*time.Minute + time.Second), status: 400, code: codeTimeExpired, message: msgExpired},
	{name: "unknown key", before: as("nobody", ""), status: 404, code: codeKeyNotFound, message: msgNotFound},
	{name: "unknown temporary key", before: as("STS.nobody", "T"), status: 404, code: codeKeyNotFound, message: msgNotFound},
	{name: "disabled key", before: as("offak", ""), status: 400, code: codeKeyInactive, message: "Specified access key is disabled."},
	{name: "temporary key", before: as("STS.temp", "TOK/+=")},
	{name: "temporary key without token", before: as("STS.temp", ""), status: 400, code: "MissingSecurityToken", message: "SecurityToken is mandatory for this action."},
	{name: "unknown temporary key without token", before: as("STS.nobody", ""), status: 400, code: "MissingSecurityToken", message: "SecurityToken is mandatory for this action."},
	{name: "wrong token", before: as("STS.temp", "TOK"), status: 400, code: codeTokenMismatch, message: "Specified SecurityToken mismatches with the AccessKeyId."},
	{name: "token for a permanent key", before: as("testak", "TOK/+="), status: 400, code: codeTokenMismatch, message: "Specified SecurityToken mismatches with the AccessKeyId."},
	{name: "malformed token", before: as("STS.temp", "T K"), status: 400, code: codeTokenMalformed, message: "Specified SecurityToken is malformed."},
	{name: "expired token", before: as("STS.ended", "TOK/+="), status: 400, code: codeTokenExpired, message: "Specified SecurityToken is expired."},
	{name: "key before time", before: func(a *attempt) { as("nobody", "")(a); shift(time.Hour)(a) }, status: 404, code: codeKeyNotFound, message: msgNotFound},
	{name: "time before signature", before: func(a *attempt) { a.cred.Secret = "wrong"; shift(time.Hour)(a) }, status: 400, code: codeTimeExpired, message: msgExpired},
}

var onlyV1 = []failure{
	{name: "wrong secret", before: func(a *attempt) { a.cred.Secret = "wrong" }, status: 400, code: codeMismatch, message: msgV1},
	{name: "SHA-256", before: func(a *attempt) { a.sign.SHA256 = true }},
	{name: "method changed", after: func(a *attempt) { a.method = "GET" }, status: 400, code: codeMismatch, message: "Specified signature is not matched with our calculation. server string to sign is:GET&%2F&AccessKeyId%3D…"},
	{name: "parameter changed", after: set("RegionId", "cn-beijing"), status: 400, code: codeMismatch, message: msgV1},
	{name: "parameter added", after: set("DryRun", "true"), status: 400, code: codeMismatch, message: msgV1},
	{name: "key swapped", after: set("AccessKeyId", "otherak"), status: 400, code: codeMismatch, message: msgV1},
	{name: "empty SignatureType is signed", before: set("SignatureType", "")},
	{name: "no Action, but a header", before: func(a *attempt) { a.params.Del("Action"); a.header.Set(headerAction, "DescribeRegions") }, status: 400, code: "MissingAction", message: "Action is mandatory for this action."},
	{name: "no Version", before: drop("Version"), status: 400, code: "MissingVersion", message: "Version is mandatory for this action."},
	{name: "no AccessKeyId", after: drop("AccessKeyId"), status: 400, code: "MissingAccessKeyId", message: "AccessKeyId is mandatory for this action."},
	{name: "no Signature", after: drop("Signature"), status: 400, code: "MissingSignature", message: "Signature is mandatory for this action."},
	{name: "no SignatureMethod", after: drop("SignatureMethod"), status: 400, code: "MissingSignatureMethod", message: "SignatureMethod is mandatory for this action."},
	{name: "no SignatureVersion", after: drop("SignatureVersion"), status: 400, code: "MissingSignatureVersion", message: "SignatureVersion is mandatory for this action."},
	{name: "no SignatureNonce", after: drop("SignatureNonce"), status: 400, code: "MissingSignatureNonce", message: "SignatureNonce is mandatory for this action."},
	{name: "no Timestamp", after: drop("Timestamp"), status: 400, code: "MissingTimestamp", message: "Timestamp is mandatory for this action."},
	{name: "bad time", after: set("Timestamp", "2026-08-09 12:00:00"), status: 400, code: codeTimeFormat, message: msgFormat},
	{name: "bad method", after: set("SignatureMethod", "HMAC-MD5"), status: 400, code: codeSignatureMethod, message: msgMethod},
	{name: "key pair method", after: set("SignatureMethod", "SHA256withRSA"), status: 400, code: codeSignatureMethod, message: msgMethod},
	{name: "bad version", after: set("SignatureVersion", "2.0"), status: 400, code: codeSignatureVersion, message: "Specified signature version is not valid."},
	{name: "bad type", after: set("SignatureType", "PRIVATEKEY"), status: 400, code: codeSignatureType, message: "Specified signature type is not valid."},
	{name: "signature is not base64", after: set("Signature", "!"), status: 400, code: codeIncomplete, message: msgIncomplete + " server string to sign is:POST&%2F&…"},
	{name: "signature of another size", after: set("Signature", "AAAA"), status: 400, code: codeMismatch, message: msgV1},
	{name: "ROA signature", after: head("Authorization", "acs testak:AAAA"), status: 400, code: codeSignatureMethod, message: msgMethod},
	{name: "nothing at all", after: func(a *attempt) { a.params = params("Action", "X", "Version", "Y") }, status: 400, code: "MissingAccessKeyId", message: "AccessKeyId is mandatory for this action."},
	{name: "anonymous where allowed", after: func(a *attempt) { a.params = params("Action", "X", "Version", "Y"); a.anon = true }},
	{name: "half a signature is not anonymous", after: func(a *attempt) { a.params.Del("AccessKeyId"); a.anon = true }, status: 400, code: "MissingAccessKeyId", message: "AccessKeyId is mandatory for this action."},
}

var onlyV3 = []failure{
	{name: "wrong secret", before: func(a *attempt) { a.cred.Secret = "wrong" }, status: 400, code: codeMismatch, message: msgV3},
	{name: "query changed", after: set("RegionId", "cn-beijing"), status: 400, code: codeMismatch, message: msgV3},
	{name: "action changed", after: head(headerAction, "DeleteInstance"), status: 400, code: codeMismatch, message: msgV3},
	{name: "body changed", before: func(a *attempt) { a.body = []byte("a=1") }, after: func(a *attempt) { a.body = []byte("a=2") }, status: 400, code: codeMismatch, message: msgV3},
	{name: "body signed", before: func(a *attempt) {
		a.body = []byte("a=1")
		a.header.Set("Content-Type", "application/x-www-form-urlencoded")
	}},
	{name: "content hash changed", after: head(headerHash, strings.Repeat("0", 64)), status: 400, code: codeMismatch, message: msgV3},
	{name: "several values, in any order", before: func(a *attempt) { a.header["X-Acs-Extra"] = []string{"b", " a "} }, after: func(a *attempt) { a.header["X-Acs-Extra"] = []string{"a", "b"} }},
	{name: "signed header gone", before: head("x-acs-extra", "1"), after: func(a *attempt) { a.header.Del("x-acs-extra") }, status: 400, code: codeMismatch, message: msgV3},
	{name: "unsigned header added", after: head("x-acs-extra", "1")},
	{name: "spaces after commas", after: func(a *attempt) {
		auth(",SignedHeaders", ", SignedHeaders")(a)
		auth(",Signature=", ",  Signature=")(a)
	}},
	{name: "other algorithm", after: auth("ACS3-HMAC-SHA256", "ACS3-HMAC-SM3"), status: 400, code: codeSignatureMethod, message: msgMethod},
	{name: "RSA", after: auth("ACS3-HMAC-SHA256", "ACS3-RSA-SHA256"), status: 400, code: codeSignatureMethod, message: msgMethod},
	{name: "no fields", after: head("Authorization", "ACS3-HMAC-SHA256"), status: 400, code: codeIncomplete, message: msgIncomplete},
	{name: "unknown field", after: auth("Credential=", "Cred="), status: 400, code: codeIncomplete, message: msgIncomplete},
	{name: "field twice", after: auth("Credential=", "Credential=x,Credential="), status: 400, code: codeIncomplete, message: msgIncomplete},
	{name: "no key", after: auth("testak", ""), status: 400, code: "MissingAccessKeyId", message: "AccessKeyId is mandatory for this action."},
	{name: "no signature", after: head("Authorization", "ACS3-HMAC-SHA256 Credential=testak,SignedHeaders=host"), status: 400, code: "MissingSignature", message: "Signature is mandatory for this action."},
	{name: "no signed headers", after: head("Authorization", "ACS3-HMAC-SHA256 Credential=testak,Signature=00"), status: 400, code: codeIncomplete, message: msgIncomplete + " SignedHeaders is empty."},
	{name: "signed header twice", after: auth("=host;", "=host;host;"), status: 400, code: codeIncomplete, message: msgIncomplete + " SignedHeaders has an empty or a repeated name."},
	{name: "too many signed headers", after: auth("=host;", "="+strings.Repeat("x;", 64)), status: 400, code: codeIncomplete, message: msgIncomplete + " SignedHeaders is too long."},
	{name: "host not signed", after: auth("=host;", "="), status: 400, code: codeIncomplete, message: msgIncomplete + " Header host must be signed."},
	{name: "action not signed", after: auth(headerAction+";", ""), status: 400, code: codeIncomplete, message: msgIncomplete + " Header x-acs-action must be signed."},
	{name: "token not signed", before: as("STS.temp", "TOK/+="), after: auth(headerToken+";", ""), status: 400, code: codeIncomplete, message: msgIncomplete + " Header x-acs-security-token must be signed."},
	{name: "no action", after: func(a *attempt) { a.header.Del(headerAction) }, status: 400, code: "MissingAction", message: "Action is mandatory for this action."},
	{name: "no version", after: func(a *attempt) { a.header.Del(headerVersion) }, status: 400, code: "MissingVersion", message: "Version is mandatory for this action."},
	{name: "no date", after: func(a *attempt) { a.header.Del(headerDate) }, status: 400, code: "MissingTimestamp", message: "Timestamp is mandatory for this action."},
	{name: "no nonce", after: func(a *attempt) { a.header.Del(headerNonce) }, status: 400, code: "MissingSignatureNonce", message: "SignatureNonce is mandatory for this action."},
	{name: "two actions", after: func(a *attempt) { a.header.Add(headerAction, "DeleteInstance") }, status: 400, code: codeIncomplete, message: msgIncomplete + " Header x-acs-action occurs more than once."},
	{name: "bad date", after: head(headerDate, "Sun, 09 Aug 2026 12:00:00 GMT"), status: 400, code: codeTimeFormat, message: msgFormat},
}

func TestFailures(t *testing.T) {
	run := func(family string, v3 bool, cases []failure) {
		for _, c := range cases {
			t.Run(family+"/"+c.name, func(t *testing.T) {
				a := newAttempt(v3)
				if c.before != nil {
					c.before(a)
				}
				r := a.signed(t, v3)
				if c.after != nil {
					c.after(a)
					r.Method, r.Params, r.Body, r.AllowAnonymous = a.method, a.params, a.body, a.anon
					if v3 {
						r.Query = a.params
					}
				}
				v := &Verifier{Keys: testKeys, Clock: fixed(noon), Nonces: NewNonces(4)}
				id, err := v.Verify(r)
				if c.status == 0 {
					if err != nil {
						t.Fatal(err)
					}
					if k := testKeys.keys[id.KeyID]; k.Account != id.Account || k.ARN != id.ARN || (k.Token != "") != id.Temporary || k.Principal != id.Principal {
						t.Errorf("identity %+v", id)
					}
					return
				}
				e, ok := errors.AsType[*api.Error](err)
				if !ok {
					t.Fatalf("%T %v", err, err)
				}
				prefix, open := strings.CutSuffix(c.message, "…")
				if e.Code != c.code || e.Status != c.status || !strings.HasPrefix(e.Message, prefix) || !open && e.Message != prefix {
					t.Errorf("got  %d %s %q\nwant %d %s %q", e.Status, e.Code, e.Message, c.status, c.code, c.message)
				}
				if id != (Identity{}) {
					t.Errorf("refused, yet %+v", id)
				}
				if v.Nonces.Len() != 0 {
					t.Error("a refused request spent its nonce")
				}
			})
		}
	}
	run("V1", false, both)
	run("V1", false, onlyV1)
	run("V3", true, both)
	run("V3", true, onlyV3)
}

// TestNonceThroughVerify: replay, full table, per key, for both families.
func TestNonceThroughVerify(t *testing.T) {
	for _, v3 := range []bool{false, true} {
		v := &Verifier{Keys: testKeys, Clock: fixed(noon), Nonces: NewNonces(2)}
		try := func(key, nonce string) error {
			a := newAttempt(v3)
			a.cred.ID, a.sign.Nonce = key, nonce
			_, err := v.Verify(a.signed(t, v3))
			return err
		}
		for i, c := range []struct{ key, nonce, want string }{
			{"testak", "1", "ok"}, {"testak", "1", codeNonceUsed}, {"otherak", "1", "ok"},
			{"testak", "2", codeUnavailable}, {"testak", "1", codeNonceUsed},
		} {
			err := try(c.key, c.nonce)
			if codeOf(err) != c.want {
				t.Errorf("V3 %v, step %d: %v", v3, i, err)
			}
			if e, ok := errors.AsType[*api.Error](err); ok && (c.want == codeUnavailable) != (e.Status == 503) {
				t.Errorf("V3 %v, step %d: status %d", v3, i, e.Status)
			}
		}
		a := newAttempt(v3)
		a.cred.Secret, a.sign.Nonce = "wrong", "1"
		if _, err := v.Verify(a.signed(t, v3)); codeOf(err) != codeNonceUsed {
			t.Errorf("V3 %v: the nonce comes before the signature: %v", v3, err)
		}
	}
}

func TestBearer(t *testing.T) {
	header := func(pairs ...string) http.Header {
		h := http.Header{}
		for i := 0; i < len(pairs); i += 2 {
			h.Set(pairs[i], pairs[i+1])
		}
		return h
	}
	for _, c := range []struct {
		name   string
		params *api.Params
		header http.Header
		want   string
	}{
		{"parameters", params("SignatureType", bearerType, "BearerToken", "B1"), nil, "ok"},
		{"with an empty key and a signature", params("SignatureType", bearerType, "BearerToken", "B1", "AccessKeyId", "", "Signature", "x"), nil, "ok"},
		{"header", params("SignatureType", bearerType), header("x-acs-bearer-token", "B1"), "ok"},
		{"headers only", params(), header("x-acs-bearer-token", "B1", "x-acs-signature-type", bearerType), "ok"},
		{"authorization", params("SignatureType", bearerType), header("Authorization", "bearer B1"), "ok"},
		{"none", params("SignatureType", bearerType), nil, "MissingBearerToken"},
		{"unknown", params("SignatureType", bearerType, "BearerToken", "B2"), nil, codeBearer},
		{"disabled", params("SignatureType", bearerType, "BearerToken", "Boff"), nil, codeBearer},
		{"expired", params("SignatureType", bearerType, "BearerToken", "Bend"), nil, codeBearerExpired},
		{"other case", params("SignatureType", "bearertoken", "BearerToken", "B1", "Action", "A", "Version", "V"), nil, "MissingAccessKeyId"},
	} {
		v := &Verifier{Keys: testKeys, Bearers: testKeys, Clock: fixed(noon)}
		id, err := v.Verify(&Request{Method: "POST", Params: c.params, Header: c.header})
		if got := codeOf(err); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
		if err == nil && id != (Identity{Scheme: Bearer, Account: 3, ARN: "acs:ram::3:root"}) {
			t.Errorf("%s: %+v", c.name, id)
		}
	}
	v := &Verifier{Keys: testKeys, Clock: fixed(noon)}
	if _, err := v.Verify(&Request{Params: params("SignatureType", bearerType, "BearerToken", "B1")}); codeOf(err) != codeBearer {
		t.Errorf("no bearer tokens configured: %v", err)
	}
}

// TestSecretChanges: a cached HMAC is for one secret.
func TestSecretChanges(t *testing.T) {
	ring := keyring{keys: map[string]Key{"testak": {ID: "testak", Secret: "testsecret"}}}
	v := &Verifier{Keys: ring, Clock: fixed(noon)}
	try := func() string { _, err := v.Verify(newAttempt(false).signed(t, false)); return codeOf(err) }
	first := try()
	ring.keys["testak"] = Key{ID: "testak", Secret: "rotated"}
	second := try()
	ring.keys["testak"] = Key{ID: "testak", Secret: "testsecret"}
	if third := try(); first != "ok" || second != codeMismatch || third != "ok" {
		t.Errorf("%s, %s, %s", first, second, third)
	}
}
