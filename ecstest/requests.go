package ecstest

import (
	"slices"
	"sync"
	"testing"

	"github.com/openecs/openecs/internal/server"
)

// Request is an API request that the service has answered.
type Request struct {
	RequestID string
	Product   string // "Ecs", "Vpc", …; "" when the action was not found
	Action    string
	Status    int    // of HTTP
	Code      string // "" when it succeeded
}

// keepRequests bounds what Requests can look back on.
const keepRequests = 1 << 14

type requests struct {
	mu   sync.Mutex
	list []Request
}

// Requests are the requests answered so far, in the order of their answers: the
// latest 8,192 at least. A request is listed a moment after its answer has left.
func (s *Server) Requests() []Request {
	s.requests.mu.Lock()
	defer s.requests.mu.Unlock()
	return slices.Clone(s.requests.list)
}

// ForgetRequests empties the list of Requests.
func (s *Server) ForgetRequests() {
	s.requests.mu.Lock()
	defer s.requests.mu.Unlock()
	s.requests.list = nil
}

// AssertNoErrors fails the test for each request that was refused.
func (s *Server) AssertNoErrors(tb testing.TB) {
	tb.Helper()
	for _, r := range s.Requests() {
		if r.Code != "" {
			tb.Errorf("%s %s was refused: %d %s (request %s)", r.Product, r.Action, r.Status, r.Code, r.RequestID)
		}
	}
}

func (s *Server) observe(also func(server.Record)) func(server.Record) {
	return func(r server.Record) {
		s.requests.mu.Lock()
		if len(s.requests.list) == keepRequests {
			s.requests.list = slices.Clone(s.requests.list[keepRequests/2:])
		}
		s.requests.list = append(s.requests.list, Request{r.RequestID, r.Product, r.Action, r.Status, r.Code})
		s.requests.mu.Unlock()
		if also != nil {
			also(r)
		}
	}
}
