// Package metadata is what an instance is told about itself at
// http://100.100.100.200: its identifiers, its networks, its key, its user data.
// internal/agent serves it within each VPC and says which interface asks.
//
// The paths, the two modes and the statuses are the service's: a token whose
// time is not from 1 to 21600 s is 400, one that is not valid 401, a request
// that was forwarded 403, what an instance does not have 404. That a request
// without a token is 403 where tokens are required, and any where the service is
// off, is inferred.
package metadata

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/openecs/openecs/internal/catalog"
	"github.com/openecs/openecs/internal/clock"
	"github.com/openecs/openecs/internal/ecs"
	"github.com/openecs/openecs/internal/state"
)

// Source is where the records are; a state.DB is one.
type Source interface{ Snapshot() *state.Snapshot }

// Service answers instances. Tokens are good for the service that gave them.
type Service struct {
	from    Source
	catalog *catalog.Catalog
	clock   clock.Clock
	secret  [32]byte
}

// New makes a service.
func New(from Source, cat *catalog.Catalog, c clock.Clock) *Service {
	s := &Service{from: from, catalog: cat, clock: c}
	_, _ = rand.Read(s.secret[:]) // it never fails
	return s
}

// The headers of the hardened mode, and how long a token is good at most.
const (
	tokenHeader = "X-Aliyun-Ecs-Metadata-Token"
	ttlHeader   = "X-Aliyun-Ecs-Metadata-Token-Ttl-Seconds"
	maxTTL      = 21600
)

// versions are the names that the tree goes by.
var versions = []string{"2016-01-01", "latest"}

// For answers an instance that asks by one of its interfaces.
func (s *Service) For(nic ecs.Key) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		body, status := s.answer(nic, r)
		if status != http.StatusOK {
			http.Error(w, strconv.Itoa(status)+" - "+http.StatusText(status), status)
			return
		}
		if r.Method != http.MethodHead {
			_, _ = w.Write([]byte(body))
		}
	})
}

func (s *Service) answer(nic ecs.Key, r *http.Request) (body string, status int) {
	snap := s.from.Snapshot()
	n, ok := state.Interfaces.Get(snap, nic)
	if !ok {
		return "", http.StatusNotFound
	}
	i, ok := state.Instances.Get(snap, n.Instance)
	if !ok {
		return "", http.StatusNotFound
	}
	if i.Flags.Has(ecs.MetadataOff) {
		return "", http.StatusForbidden
	}
	if r.Method == http.MethodPut {
		return s.put(n.Instance, r)
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return "", http.StatusMethodNotAllowed
	}
	switch token, given := r.Header[tokenHeader]; {
	case given && (len(token) != 1 || !s.valid(n.Instance, token[0])):
		return "", http.StatusUnauthorized
	case !given && i.Flags.Has(ecs.MetadataTokens):
		return "", http.StatusForbidden
	}
	path := strings.TrimPrefix(r.URL.Path, "/")
	if path == "" {
		return strings.Join(versions, "\n"), http.StatusOK
	}
	version, rest, _ := strings.Cut(path, "/")
	if version != versions[0] && version != versions[1] {
		return "", http.StatusNotFound
	}
	t := tree{}
	t.fill(s.catalog, snap, n.Instance, i)
	return t.at(rest)
}

// put gives a token out.
func (s *Service) put(instance ecs.Key, r *http.Request) (string, int) {
	if r.URL.Path != "/latest/api/token" && r.URL.Path != "/2016-01-01/api/token" {
		return "", http.StatusNotFound
	}
	if len(r.Header.Values("X-Forwarded-For")) > 0 {
		return "", http.StatusForbidden
	}
	ttl, err := strconv.Atoi(r.Header.Get(ttlHeader))
	if err != nil || ttl < 1 || ttl > maxTTL {
		return "", http.StatusBadRequest
	}
	return s.token(instance, s.clock.Now().Add(time.Duration(ttl)*time.Second)), http.StatusOK
}

// token is until when it is good, and proof that this service gave it to this
// instance.
func (s *Service) token(instance ecs.Key, until time.Time) string {
	b := binary.BigEndian.AppendUint64(nil, uint64(until.UnixNano()))
	return base64.RawURLEncoding.EncodeToString(append(b, s.proof(instance, b)...))
}

func (s *Service) proof(instance ecs.Key, until []byte) []byte {
	m := hmac.New(sha256.New, s.secret[:])
	m.Write(binary.BigEndian.AppendUint64(nil, uint64(instance)))
	m.Write(until)
	return m.Sum(nil)
}

func (s *Service) valid(instance ecs.Key, token string) bool {
	b, err := base64.RawURLEncoding.DecodeString(token)
	return err == nil && len(b) == 8+sha256.Size && hmac.Equal(b[8:], s.proof(instance, b[:8])) &&
		int64(binary.BigEndian.Uint64(b)) > s.clock.Now().UnixNano()
}
