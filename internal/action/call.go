package action

import (
	"context"
	"crypto/sha256"
	"slices"
	"sync"
	"time"

	"github.com/openecs/openecs/api"
	"github.com/openecs/openecs/internal/auth"
	"github.com/openecs/openecs/internal/catalog"
)

// Call is one request, authenticated and found to name a known action.
type Call struct {
	Context   context.Context // the request's; as in net/http, it lives as long as the Call
	RequestID string
	Info      *api.ActionInfo
	Params    *api.Params // as sent: query and form merged, system parameters too
	Caller    auth.Identity
	Now       time.Time       // the one instant of this request
	Region    *catalog.Region // nil when the request names none
	Host      string          // the Host header
	Secure    bool

	spare  *sync.Pool // where answer goes when it is sent
	answer any
}

// Reuse says that the answer of this call came from a pool: it goes back there
// when it is sent.
func (c *Call) Reuse(pool *sync.Pool, answer any) { c.spare, c.answer = pool, answer }

// Sent is called by the server when nobody looks at the answer any more.
func (c *Call) Sent() {
	if c.spare != nil {
		c.spare.Put(c.answer)
		c.spare, c.answer = nil, nil
	}
}

// Has reports whether the parameter was sent at all, be it empty.
func (c *Call) Has(name string) bool { return c.Params.Has(name) }

// RegionCode is the code of the request's region, 0 for none.
func (c *Call) RegionCode() uint8 {
	if c.Region == nil {
		return 0
	}
	return c.Region.Code
}

// system are the parameters that belong to the request and not to what it
// asks: they change from try to try.
func system(name string) bool {
	switch name {
	case "AccessKeyId", "Action", "BearerToken", "ClientToken", "Format", "SecurityToken", "Signature",
		"SignatureMethod", "SignatureNonce", "SignatureType", "SignatureVersion", "Timestamp", "Version":
		return true
	}
	return false
}

// ParamsHash is a digest of what the request asks, equal for two tries of the
// same request and different for others.
func (c *Call) ParamsHash() [16]byte { return c.digest("") }

// digest is a digest of scope and of what the request asks, but for the
// parameters of these names.
func (c *Call) digest(scope string, but ...string) (sum [16]byte) {
	b := make([]byte, 0, 1024) // enough for most: it stays on the stack
	b = append(b, scope...)
	for _, p := range c.Params.All() {
		if system(p.Name) || slices.Contains(but, p.Name) {
			continue
		}
		b = append(append(b, p.Name...), 0)
		b = append(append(b, p.Value...), 0)
	}
	full := sha256.Sum256(b)
	copy(sum[:], full[:])
	return sum
}

// Flag is the value of an optional switch: absent, it is off.
func Flag(b *bool) bool { return b != nil && *b }
