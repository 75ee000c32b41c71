// Package auth decides who sent a request. It knows the two signature
// families of Alibaba Cloud's API gateway (V1, a signed parameter set, and V3,
// signed headers), security tokens, bearer tokens, the time window and the
// table of spent nonces, and it signs requests for our own client.
//
// It may import package api and the standard library, nothing else of this
// module; the server, the client and the assembly of a service import it. It
// stores no keys and reads no clock: both are handed in.
package auth

import (
	"net/http"
	"strings"
	"time"

	"github.com/openecs/openecs/api"
)

// Request is what a signature is computed from. Nothing in it is changed.
type Request struct {
	Method string // as on the request line
	Host   string // as sent, including the port
	Path   string // decoded; "" counts as "/"

	// Params holds query and form together, decoded. Query holds the query
	// alone and is read only for V3, whose canonical query leaves the form
	// out; nil means that there was no form, and Params serves for both.
	Params *api.Params
	Query  *api.Params

	Header http.Header
	Body   []byte // the raw bytes; their hash is part of a V3 signature

	// AllowAnonymous lets a request through that carries no credential at
	// all. The server sets it for the few actions that are open to everyone.
	AllowAnonymous bool
}

// Key is an access key as the verifier needs it.
type Key struct {
	ID, Secret string
	Account    uint64
	ARN        string // of the principal the key belongs to
	Principal  string // id of the user or role session; "" for the account itself
	Disabled   bool

	// Token is the security token a temporary key must be used with and
	// Expires the instant from which it is refused. Both are zero for a
	// permanent key.
	Token   string
	Expires time.Time
}

// Keys finds access keys. Lookup is called once per request, from many
// goroutines, and must not wait.
type Keys interface {
	Lookup(id string) (Key, bool)
}

// Bearers finds the principal behind a bearer token; Secret and Token of the
// Key it returns are not used. Implementations should index tokens by a hash,
// so that the time a look-up takes tells nothing about the tokens there are.
type Bearers interface {
	LookupBearer(token string) (Key, bool)
}

// Scheme is the way in which a request proved where it comes from.
type Scheme uint8

const (
	Anonymous Scheme = iota // no credential; only where AllowAnonymous is set
	V1                      // RPC signature in the parameters
	V3                      // ACS3-HMAC-SHA256 in the Authorization header
	Bearer                  // bearer token
)

func (s Scheme) String() string {
	switch s {
	case V1:
		return "V1"
	case V3:
		return "V3"
	case Bearer:
		return "bearer"
	}
	return "anonymous"
}

// Identity is the proven sender of a request. The zero value is anonymous.
type Identity struct {
	Scheme    Scheme
	KeyID     string // "" for bearer tokens and anonymous requests
	Account   uint64
	ARN       string
	Principal string
	Temporary bool // the key needed a security token
}

// Window is how far a request's timestamp may be from the clock, either way,
// inclusive.
const Window = 15 * time.Minute

const windowSeconds = int64(Window / time.Second)

// Verifier checks requests. Keys and Clock are required; without Bearers every
// bearer token is refused, and without Nonces a request can be replayed while
// its timestamp is good. A Verifier must not be copied after first use.
type Verifier struct {
	Keys     Keys
	Sessions *Sessions // whose temporary keys are good; nil: none are
	Bearers  Bearers
	Clock    func() time.Time
	Nonces   *Nonces

	macs macCache
}

// Verify tells who sent r. A refusal is an *api.Error with code, status and
// the real service's message, decided in this order: what must be there at all
// (Missing…, IncompleteSignature, InvalidSignatureMethod), the key and its
// token (InvalidAccessKeyId…, InvalidSecurityToken…), the time
// (InvalidTimeStamp…), the nonce (SignatureNonceUsed), the signature
// (SignatureDoesNotMatch). A nonce is spent only once the signature matched;
// a table without room for it answers ServiceUnavailable.
//
// The message of SignatureDoesNotMatch quotes what was signed, parameters
// included, as clients rely on; it belongs in the answer and not in a log.
func (v *Verifier) Verify(r *Request) (Identity, error) {
	signatureType, _ := r.Params.Get("SignatureType")
	if signatureType == "" {
		signatureType = r.Header.Get("X-Acs-Signature-Type")
	}
	if signatureType == bearerType {
		return v.verifyBearer(r)
	}
	authorization := r.Header.Get("Authorization")
	switch {
	case strings.HasPrefix(authorization, "ACS3-"):
		return v.verifyV3(r, authorization)
	case strings.HasPrefix(authorization, "acs "):
		return Identity{}, errSignatureMethod() // the ROA signature, which no product served here uses
	}
	return v.verifyV1(r)
}

// key finds the access key and settles everything about it that does not
// depend on the signature.
func (v *Verifier) key(id, token string, now time.Time) (Key, error) {
	if strings.HasPrefix(id, temporary) && token == "" {
		return Key{}, errMissing("SecurityToken")
	}
	k, ok := v.Keys.Lookup(id)
	switch {
	case !ok && v.Sessions != nil && strings.HasPrefix(id, temporary):
		return v.Sessions.open(id, token)
	case !ok:
		return Key{}, errKeyNotFound()
	case k.Disabled:
		return Key{}, errKeyInactive()
	}
	return k, checkToken(&k, token, now)
}

func (k *Key) identity(s Scheme) Identity {
	return Identity{Scheme: s, KeyID: k.ID, Account: k.Account, ARN: k.ARN, Principal: k.Principal, Temporary: k.Token != ""}
}
