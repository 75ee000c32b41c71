package auth

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/subtle"
	"hash"
	"sync"
)

// mac is a keyed hash one of the signature families uses.
type mac uint8

const (
	macV1SHA1   mac = iota // key is the secret and "&"
	macV1SHA256            // likewise
	macV3                  // SHA-256, key is the bare secret
)

func (m mac) new(secret string) hash.Hash {
	switch m {
	case macV1SHA1:
		return hmac.New(sha1.New, []byte(secret+"&"))
	case macV1SHA256:
		return hmac.New(sha256.New, []byte(secret+"&"))
	}
	return hmac.New(sha256.New, []byte(secret))
}

// maxMACs bounds the cache; a key that falls out is only keyed again.
const maxMACs = 4096

type macID struct {
	key  string
	kind mac
}

// macCache keeps HMACs that are already keyed, per access key: keying costs
// two blocks of hashing and three allocations.
type macCache struct {
	mu sync.RWMutex
	m  map[macID]*keyedMAC
}

type keyedMAC struct {
	secret string // the entry is for this secret and no later one
	idle   sync.Pool
}

// sum appends the HMAC of text under k's secret.
func (c *macCache) sum(b []byte, kind mac, k *Key, text []byte) []byte {
	id := macID{k.ID, kind}
	c.mu.RLock()
	e := c.m[id]
	c.mu.RUnlock()
	if e == nil || e.secret != k.Secret {
		e = c.add(id, k.Secret)
	}
	h, ok := e.idle.Get().(hash.Hash)
	if !ok {
		h = kind.new(k.Secret)
	}
	h.Reset()
	h.Write(text)
	b = h.Sum(b)
	e.idle.Put(h)
	return b
}

func (c *macCache) add(id macID, secret string) *keyedMAC {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e := c.m[id]; e != nil && e.secret == secret {
		return e
	}
	if c.m == nil {
		c.m = make(map[macID]*keyedMAC)
	}
	if len(c.m) >= maxMACs {
		for old := range c.m {
			delete(c.m, old)
			break
		}
	}
	e := &keyedMAC{secret: secret}
	c.m[id] = e
	return e
}

// scratch is the working memory of one verification.
type scratch struct {
	text []byte // string to sign, or canonical request
	sum  []byte
	want []byte // the signature as it should have been sent
	got  []byte // the signature as it was sent
}

var scratches = sync.Pool{New: func() any { return &scratch{text: make([]byte, 0, 1024)} }}

func getScratch() *scratch { return scratches.Get().(*scratch) }

// put gives the memory back, unless a huge request has grown it.
func (s *scratch) put() {
	if cap(s.text) <= 64<<10 && cap(s.got) <= 4<<10 {
		scratches.Put(s)
	}
}

// equal compares signature with want in a time that depends on its length only.
func (s *scratch) equal(signature string) bool {
	s.got = append(s.got[:0], signature...)
	return subtle.ConstantTimeCompare(s.got, s.want) == 1
}
