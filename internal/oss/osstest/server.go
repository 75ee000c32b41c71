// Package osstest is a small object store for tests: buckets in the path,
// objects in memory, one access key.
package osstest

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"

	"github.com/openecs/openecs/internal/oss"
)

// The one access key.
const (
	KeyID     = "LTAI-test"
	KeySecret = "object-secret"
)

// Server is a running store.
type Server struct {
	*httptest.Server

	mu      sync.Mutex
	buckets map[string]map[string][]byte
	down    bool
}

// New starts a store with empty buckets. Close ends it.
func New(buckets ...string) *Server {
	s := &Server{buckets: map[string]map[string][]byte{}}
	for _, b := range buckets {
		s.buckets[b] = map[string][]byte{}
	}
	s.Server = httptest.NewServer(http.HandlerFunc(s.serve))
	return s
}

// Set puts an object.
func (s *Server) Set(bucket, object string, body []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.buckets[bucket][object] = body
}

// Object is what an object holds.
func (s *Server) Object(bucket, object string) ([]byte, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	b, ok := s.buckets[bucket][object]
	return b, ok
}

// Down makes the store answer 503 to everything, or stop doing so.
func (s *Server) Down(down bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.down = down
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	bucket, object, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	if s.down {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	if r.Header.Get("Authorization") != "OSS "+KeyID+":"+oss.Sign(KeySecret, r.Method, r.Header, bucket, object) {
		w.WriteHeader(http.StatusForbidden)
		return
	}
	objects, ok := s.buckets[bucket]
	if !ok {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	if r.Method == http.MethodPut {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		objects[object] = body
		return
	}
	body, ok := objects[object]
	if !ok {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	w.Write(body) // the server leaves the body out where the request is HEAD
}
