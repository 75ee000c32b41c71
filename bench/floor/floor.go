// Package floor is what the benchmarks compare OpenECS with: a bare net/http
// handler that parses the query with url.ParseQuery, builds the string to sign
// the textbook way, checks signature, time and nonce of the older signature
// family, and answers a fixed body. It knows no actions, no state and no
// errors.
//
// It is frozen: a change here would make every figure measured before
// meaningless. Package bench imports it, and its own program.
package floor

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/subtle"
	"encoding/base64"
	"hash/maphash"
	"net/http"
	"net/url"
	"sort"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Handler answers Body to every request that is signed with the key.
type Handler struct {
	KeyID, Secret string
	Body          []byte

	mu     sync.Mutex
	seed   maphash.Seed
	nonces map[uint64]struct{} // of this run: nothing is forgotten
}

// New makes a handler for one access key.
func New(keyID, secret string, body []byte) *Handler {
	return &Handler{KeyID: keyID, Secret: secret, Body: body, seed: maphash.MakeSeed(), nonces: map[uint64]struct{}{}}
}

// ServeHTTP answers 200 and the body, 403 to a bad signature, 400 to a request
// it cannot read.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		http.Error(w, "the query is malformed", http.StatusBadRequest)
		return
	}
	if why := h.check(r.Method, query); why != "" {
		http.Error(w, why, http.StatusForbidden)
		return
	}
	w.Header().Set("Content-Type", "application/json;charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(len(h.Body)))
	w.Write(h.Body)
}

func (h *Handler) check(method string, query url.Values) string {
	at, err := time.Parse("2006-01-02T15:04:05Z", query.Get("Timestamp"))
	if d := time.Since(at); err != nil || d > 15*time.Minute || d < -15*time.Minute {
		return "the time is out of the window"
	}
	if query.Get("AccessKeyId") != h.KeyID {
		return "the key is unknown"
	}
	mac := hmac.New(sha1.New, []byte(h.Secret+"&"))
	mac.Write([]byte(stringToSign(method, query)))
	want := base64.StdEncoding.EncodeToString(mac.Sum(nil))
	if subtle.ConstantTimeCompare([]byte(want), []byte(query.Get("Signature"))) != 1 {
		return "the signature does not match"
	}
	nonce := maphash.String(h.seed, query.Get("SignatureNonce"))
	h.mu.Lock()
	defer h.mu.Unlock()
	if _, used := h.nonces[nonce]; used {
		return "the nonce was used"
	}
	h.nonces[nonce] = struct{}{}
	return ""
}

// stringToSign is METHOD&%2F&escaped(canonical query), as every description of
// the signature spells it out.
func stringToSign(method string, query url.Values) string {
	names := make([]string, 0, len(query))
	for name := range query {
		if name != "Signature" {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	pairs := make([]string, 0, len(names))
	for _, name := range names {
		pairs = append(pairs, escape(name)+"="+escape(query.Get(name)))
	}
	return method + "&" + escape("/") + "&" + escape(strings.Join(pairs, "&"))
}

func escape(s string) string {
	s = url.QueryEscape(s)
	s = strings.ReplaceAll(s, "+", "%20")
	s = strings.ReplaceAll(s, "*", "%2A")
	return strings.ReplaceAll(s, "%7E", "~")
}
